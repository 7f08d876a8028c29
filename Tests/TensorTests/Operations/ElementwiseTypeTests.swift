import SurprisalTensors
import Testing

/// Which type an elementwise operation works in, and what whole numbers do.
struct ElementwiseTypeTests {
  static let numbers: [DType] = [.uint8, .int32, .int64, .bfloat16, .float32, .float64]

  /// Every pair of types works in the later one, bool beside bool in uint8.
  @Test func twoTypesArePromoted() {
    for first in DType.allCases {
      for second in DType.allCases {
        let (a, b) = (Tensor([1.0, 0], dtype: first), Tensor([1.0, 1], dtype: second))
        let wider = first < second ? second : first
        let number = wider == .bool ? DType.uint8 : wider
        #expect((a + b).dtype == number && (a + b).doubles == [2.0, 1], "\(first) + \(second)")
        #expect((a * b).dtype == number && (a * b).doubles == [1.0, 0], "\(first) · \(second)")
        #expect(Tensor.maximum(a, b).dtype == number && Tensor.maximum(a, b).doubles == [1.0, 1])
        let float = number.isFloatingPoint ? number : .float32
        #expect((a / b).dtype == float && (a / b).doubles == [1.0, 0], "\(first) / \(second)")
        #expect((a .< b).dtype == .bool && (a .< b).scalars() == [false, true], "\(first) < \(second)")
        #expect(Tensor(where: Tensor([true, false]), a, else: b).dtype == wider)
        #expect((a .^ b).scalars() == [false, true], "\(first) xor \(second)")
      }
    }
  }

  /// A number takes the type of the tensor; one that is not whole makes whole numbers float32.
  @Test(arguments: numbers) func aNumberTakesTheTensorsType(_ dtype: DType) {
    let x = Tensor([1.0, 2, 7], dtype: dtype)
    let float = dtype.isFloatingPoint ? dtype : .float32
    let wholes: [(Tensor, [Double])] = [
      (x + 2, [3, 4, 9]), (2 + x, [3, 4, 9]), (x - 1, [0, 1, 6]), (9 - x, [8, 7, 2]), (x * 3, [3, 6, 21]),
      (3 * x, [3, 6, 21]), (x.power(3), [1, 8, 343]), (Tensor.maximum(x, 2), [2, 2, 7]),
      (Tensor.minimum(x, 2), [1, 2, 2]), (x.square(), [1, 4, 49]), (x.abs(), [1, 2, 7]), (x.sign(), [1, 1, 1]),
      (x.floor(), [1, 2, 7]), (x.clamped(to: 2...5), [2, 2, 5]), (x.clamped(to: 2...), [2, 2, 7]),
      (x.clamped(to: ...5), [1, 2, 5]),
    ]
    for (index, (y, expected)) in wholes.enumerated() {
      let wrapped = dtype == .uint8 ? expected.map { $0.truncatingRemainder(dividingBy: 256) } : expected
      let rounded = Tensor(wrapped, dtype: dtype).doubles
      #expect(y.dtype == dtype && y.doubles == rounded, "\(index): \(y.doubles)")
    }
    for y in [
      x + 0.5, 0.5 + x, x - 0.5, x * 0.5, 0.5 - x, x / 2, 2 / x, x.power(0.5), x.clamped(to: 0.5...6.5), x.exp(),
    ] {
      #expect(y.dtype == float)
    }
    #expect((x + 0.5).doubles == [1.5, 2.5, 7.5])
    #expect(x.clamped(to: 1.5...6.5).doubles == [1.5, 2, 6.5])
  }

  @Test func wholeNumbersWrapAround() {
    let bytes = Tensor([0.0, 1, 200], dtype: .uint8)
    #expect((bytes + 100).doubles == [100, 101, 44])
    #expect((bytes - 1).doubles == [255, 0, 199])
    #expect((bytes + -1).doubles == [255, 0, 199])
    #expect((1 - bytes).doubles == [1, 0, 57])
    #expect((-bytes).doubles == [0, 255, 56])
    #expect((bytes * 257).doubles == [0, 1, 200])
    let wide = Tensor([Int64.max, .min, -1])
    #expect((wide + 1).scalars() == [Int64.min, .min + 1, 0])
    #expect((-wide).scalars() == [-Int64.max, .min, 1])
    #expect(wide.abs().scalars() == [Int64.max, .min, 1])
    let narrow = Tensor([Int32.max, .min])
    #expect((narrow + 4_294_967_297).scalars() == [Int32.min, .min + 1])
    #expect(Tensor([2, -3, 0]).power(Tensor([-1, 3, 0])).doubles == [0, -27, 1])
  }

  /// An exponent that the type does not hold: the numbers are Python's pow(x, p, 2^bits).
  @Test func wholePowersOfLargeExponents() {
    let bytes = Tensor([0.0, 1, 2, 3, 7, 255], dtype: .uint8)
    #expect(bytes.power(300).doubles == [0, 1, 0, 113, 33, 1])
    #expect(bytes.power(0x1p60 + 0x1p8).doubles == [0, 1, 0, 1, 1, 1])
    #expect(bytes.power(133).doubles == [0, 1, 0, 243, 167, 255])
    let narrow = Tensor([0, 1, 2, 3, -3, 7, -1] as [Int32])
    #expect(narrow.power(5_000_000_001).dtype == .int32)
    #expect(
      narrow.power(5_000_000_001).scalars()
        == [0, 1, 0, 877_656_067, -877_656_067, -1_703_718_905, -1] as [Int32])
    let wide = Tensor([0, 1, 2, 3, -3, -1])
    let power: Int64 = 7_583_655_624_082_192_387
    #expect(wide.power(5_000_000_001).scalars() == [0, 1, 0, power, -power, -1])
    #expect(wide.power(0x1p62).scalars() == [0, 1, 0, 1, 1, 1] as [Int64])
    // Beyond 64 bits as float32.
    #expect(wide.power(1e30).dtype == .float32)
    #expect(wide.power(1e30).doubles == [0, 1, .infinity, .infinity, .infinity, 1])
  }

  /// Huge exponents are even whole numbers: the values are NumPy's.
  @Test(arguments: [DType.float64, .float32]) func floatingPowersOfHugeExponents(_ dtype: DType) {
    let x = Tensor([0, -0.0, 1, -1, 0.5, -0.5, 2, -2, .infinity, -.infinity], dtype: dtype)
    let infinity = Double.infinity
    let expected = [0, 0, 1, 1, 0, 0, infinity, infinity, infinity, infinity]
    let reciprocals = [infinity, infinity, 1, 1, infinity, infinity, 0, 0, 0, 0]
    for exponent in [1e30, 0x1p53 + 2, 0x1p63, 1e38] {
      #expect(x.power(exponent).doubles == expected, "\(exponent)")
      #expect(x.power(-exponent).doubles == reciprocals, "\(-exponent)")
      #expect(x.power(Tensor(exponent, dtype: dtype)).doubles == expected, "\(exponent), tensor")
      #expect(Tensor([Double.nan], dtype: dtype).power(exponent).item.isNaN)
    }
  }

  /// Halfway between two bfloat16 numbers and a little more, which float32 does not hold: up, not to even.
  @Test func bfloat16IsRoundedOnce() {
    let x = [1 + 0x1p-8 + 0x1p-30, -(1 + 0x1p-8 + 0x1p-30), 1 + 3 * 0x1p-8 - 0x1p-30, 1 + 0x1p-8, 1 + 3 * 0x1p-8]
    let expected = [1 + 0x1p-7, -(1 + 0x1p-7), 1 + 0x1p-7, 1, 1 + 0x1p-6]
    #expect(Tensor(x).converted(to: .bfloat16).doubles == expected)
    #expect(Tensor(x[0], dtype: .bfloat16).item == expected[0])
    // Half of the smallest number, and the numbers around the step to infinity.
    let edges = [0x1p-134, 0x1p-134 + 0x1p-180, 0x1p-1074, 0x1.FEFFFFFFFFp127, 0x1.FFp127, 1e300, .infinity, -1e-300]
    let bounded = [0, 0x1p-133, 0, 0x1.FEp127, .infinity, .infinity, .infinity, -0.0]
    let found = Tensor(edges).converted(to: .bfloat16).doubles
    #expect(found.map(\.bitPattern) == bounded.map(\.bitPattern))
    #expect(Tensor([Double.nan]).converted(to: .bfloat16).item.isNaN)
    let whole = [
      Int64(1) << 40 + 1 << 32 + 1, -(Int64(1) << 40 + 1 << 32 + 1), Int64(1) << 40 + 1 << 32,
      Int64(1) << 62 + 1 << 54 + 1, -(Int64(1) << 62 + 1 << 54 + 1), .max, .min, Int64(1) << 62 + 3 << 54 - 1,
    ]
    let up = [
      0x1.02p40, -0x1.02p40, 0x1p40, 0x1.02p62, -0x1.02p62, 0x1p63, -0x1p63, 0x1.02p62,
    ]
    #expect(Tensor(whole).converted(to: .bfloat16).doubles == up)
    #expect(Tensor([1 << 24 + 1 << 16 + 1] as [Int32]).converted(to: .bfloat16).item == 0x1.02p24)
  }

  /// A comparison with a number is one of numbers: none wraps around or is rounded to a whole one.
  @Test func aComparisonWithANumberIsExact() {
    let bytes = Tensor([0.0, 44, 255], dtype: .uint8)
    #expect((bytes .< 300).scalars() == [true, true, true])
    #expect((bytes .== 300).scalars() == [false, false, false])
    #expect((bytes .>= -1).scalars() == [true, true, true])
    #expect((bytes .> 43.5).scalars() == [false, true, true])
    #expect((Tensor([0, 1]) .== 0.5).scalars() == [false, false])
    let large = Tensor([Int64(1) << 53, Int64(1) << 53 + 1])
    #expect((large .== 0x1p53).scalars() == [true, false])
    #expect((Tensor([0.1], dtype: .float32) .== 0.1).scalars() == [true])
    #expect((Tensor([true, false]) .< 0.5).scalars() == [false, true])
  }

  @Test func divisionByANumberIsRoundedOnce() {
    let values = (1...200).map(Double.init)
    for divisor in [3.0, 7, 10, 0.1, 2, 0.25, -8, 1e300, 0x1p-1074, 0, .infinity] {
      #expect((Tensor(values) / divisor).doubles == values.map { $0 / divisor }, "\(divisor)")
    }
  }

  /// A power of two whose reciprocal float32 does not have.
  @Test(arguments: [DType.float64, .float32, .bfloat16]) func divisionByExtremePowersOfTwo(_ dtype: DType) {
    let x = Tensor([0, 0x1p-33, 0x1.8p20, -1], dtype: dtype)
    for exponent in [-149, -130, -128, -127, -126, 126, 127] {
      let divisor = Double(sign: .plus, exponent: exponent, significand: 1)
      let expected = Tensor(x.doubles.map { $0 / divisor }, dtype: dtype).doubles
      #expect((x / divisor).doubles == expected, "\(exponent)")
      #expect(gradient(of: x) { ($0 / divisor).sum() }.doubles[1] == Tensor(1 / divisor, dtype: dtype).item)
    }
    #expect((Tensor([0.0, 0x1p-1000]) / 0x1p-1074).doubles == [0, 0x1p74])
  }

  /// The logarithm of whole numbers is taken in the type of the result.
  @Test func timesLogPromotesBeforeTheLogarithm() {
    for dtype in [DType.int64, .int32, .uint8, .float32] {
      let y = Tensor([3, 0, 7], dtype: dtype)
      let z = Tensor([2.0, 0, -1]).timesLog(y)
      let logarithms = Tensor([3.0, 1, 7]).log().doubles
      #expect(z.dtype == .float64 && z.doubles == [2 * logarithms[0], 0, -logarithms[2]], "\(dtype)")
    }
    #expect(Tensor([2, 0]).timesLog(Tensor([3, 0])).dtype == .float32)
    #expect(Tensor([2.0], dtype: .bfloat16).timesLog(Tensor([3])).dtype == .bfloat16)
  }

  /// An assignment changes no copy, view or captured value.
  @Test func assignmentsLeaveOtherTensorsAlone() {
    var x = Tensor([1.0, 2])
    let copy = x
    let view = x.reshaped(to: [2, 1])
    x += Tensor([10.0, 20])
    #expect(x.doubles == [11.0, 22] && copy.doubles == [1.0, 2] && view.doubles == [1.0, 2])
    x += x
    x -= 2
    x *= Tensor([2.0, 1])
    x /= 2
    #expect(x.doubles == [20.0, 21])
    x += Tensor([[1.0, 1], [2, 2]].flatMap { $0 }, shape: [2, 2])
    #expect(x.shape == [2, 2] && x.doubles == [21.0, 22, 22, 23])
    var whole = Tensor([1, 2])
    whole += Tensor([0.5, 0.5])
    #expect(whole.dtype == .float64 && whole.doubles == [1.5, 2.5])
    let slope = gradient(of: Tensor([3.0])) { x in
      var y = x
      y += x
      y *= x
      return y.sum()
    }
    #expect(slope.item == 12)
  }

  @Test func logicReadsAnyType() {
    let x = Tensor([0.0, -1, .nan, 2])
    #expect((.!x).scalars() == [true, false, false, false])
    #expect((x .& 1.0.asTensor).scalars() == [false, true, true, true])
    #expect((x .| Tensor([false])).scalars() == [false, true, true, true])
    #expect((x .== .nan).any().scalars() == [false])
    #expect((x .!= x).scalars() == [false, false, true, false])
  }
}

extension Double {
  fileprivate var asTensor: Tensor { Tensor(self) }
}
