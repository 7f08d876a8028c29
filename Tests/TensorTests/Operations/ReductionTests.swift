import SurprisalTensors
import Testing

/// Types, empty axes, ties and infinities of reductions; values of ordinary ones stand in the operation table.
struct ReductionTests {
  @Test func nothingHasTheNeutralElement() {
    for dtype in DType.allCases {
      let x = Tensor(zeros: [0, 2], dtype: dtype)
      let summed = dtype.isFloatingPoint ? dtype : .int64
      #expect(x.sum().dtype == summed && x.sum().item == 0)
      #expect(x.product(alongAxes: [0]).dtype == summed && x.product(alongAxes: [0]).doubles == [1.0, 1])
      #expect(x.mean().dtype == (dtype.isFloatingPoint ? dtype : .float32) && x.mean().item.isNaN)
      #expect(x.any().scalars() == [false] && x.all().scalars() == [true])
      #expect(x.max(alongAxes: [1]).shape == [0] && x.argmin(alongAxis: 1).shape == [0])
    }
    let x = Tensor(zeros: [2, 0])
    #expect(x.logSumExp(alongAxes: [1]).scalars() == [-Float.infinity, -Float.infinity])
    #expect(x.norm(alongAxes: [-1], keepingAxes: true).shape == [2, 1])
    #expect(x.variance(alongAxes: [1]).doubles.allSatisfy { $0.isNaN })
    #expect(x.cumulativeSum(alongAxis: 1).shape == [2, 0])
    #expect(gradient(of: x) { ($0.sum() + $0.product()).sum() }.shape == [2, 0])
  }

  @Test func theExtremeOfNothingStopsTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 0]).max(alongAxes: [1]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [0]).argmax() }
    await #expect(processExitsWith: .failure) { _ = Tensor(ones: [2]).norm(order: 0.5) }
    await #expect(processExitsWith: .failure) { _ = Tensor(ones: [2]).sum(alongAxes: [1]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(ones: [2, 2]).sum(alongAxes: [0, -2]) }
  }

  /// Every type is reduced, whole numbers as int64 or in their own type.
  @Test(arguments: DType.allCases) func reducesEveryType(_ dtype: DType) {
    let x = Tensor([0.0, 1, 1, 0, 1, 0], shape: [2, 3], dtype: dtype)
    let own = dtype == .bool ? DType.uint8 : dtype
    let summed = dtype.isFloatingPoint ? dtype : .int64
    let results: [(Tensor, [Double], DType)] = [
      (x.sum(alongAxes: [1]), [2, 1], summed), (x.sum(alongAxes: [-2]), [0, 2, 1], summed),
      (x.product(alongAxes: [0]), [0, 1, 0], summed), (x.max(alongAxes: [1]), [1, 1], own),
      (x.min(alongAxes: [0]), [0, 1, 0], own), (x.argmax(alongAxis: 1), [1, 1], .int64),
      (x.argmin(alongAxis: 0), [0, 0, 1], .int64), (x.argmax(), [1], .int64),
      (x.any(alongAxes: [0]), [0, 1, 1], .bool), (x.all(alongAxes: [0]), [0, 1, 0], .bool),
      (x.cumulativeSum(alongAxis: 1), [0, 1, 2, 0, 1, 1], summed), (x.mean(), [0.5], x.mean().dtype),
      (x.norm(order: 1), [3], x.mean().dtype), (x.norm(order: .infinity), [1], x.mean().dtype),
    ]
    for (index, (y, values, type)) in results.enumerated() {
      #expect(y.dtype == type && y.doubles == values, "\(index): \(y.dtype) \(y.doubles)")
    }
  }

  /// 300 elements of 1 + 1/128: in bfloat16 their sum rounds to 302, and the mean must not come from that.
  @Test func bfloat16IsRoundedOnce() {
    let x = Tensor(repeating: 1.0078125, shape: [300], dtype: .bfloat16)
    #expect(x.mean().item == 1.0078125)
    #expect(x.variance().item == 0)
    let norm = 300.0.squareRoot() * 1.0078125
    #expect(x.norm().item == norm.rounded(bits: 8))
  }

  /// A million equal roundings in one direction: the error is some units of rounding (2⁻²⁴), most of them where vectors
  /// are short, not thousands.
  @Test func longFloatSumsKeepTheirDigits() {
    let count = 1 << 20
    let element = Double(Float(0.1))
    let x = Tensor(repeating: 0.1, shape: [count])
    let tolerance = 12 * 0x1p-24
    #expect(abs(x.sum().item / (element * Double(count)) - 1) < tolerance)
    #expect(abs(x.mean().item / element - 1) < tolerance)
    let last = x.cumulativeSum(alongAxis: 0).doubles[count - 1]
    #expect(abs(last / (element * Double(count)) - 1) < tolerance)
  }

  /// A mean a million times the deviation costs no digits of the variance but those of the data.
  @Test(arguments: [DType.float32, .float64]) func varianceOfAFarMean(_ dtype: DType) {
    let x = Tensor((0..<1000).map { 1e6 + Double($0 % 2) }, dtype: dtype)
    #expect(abs(x.variance().item - 0.25) < 1e-6)
    #expect(abs(x.standardDeviation().item - 0.5) < 1e-6)
  }

  /// Along an axis with others behind it.
  @Test(arguments: [[0, 3], [0, 600], [2, 0, 5]]) func logSumExpOfNothing(_ shape: [Int]) {
    let axis = shape[0] == 0 ? 0 : 1
    for dtype in [DType.float32, .float64] {
      let y = Tensor(zeros: shape, dtype: dtype).logSumExp(alongAxes: [axis])
      #expect(y.doubles.allSatisfy { $0 == -.infinity })
    }
  }

  /// Also where their mean is rounded.
  @Test(arguments: [DType.float32, .float64], [0.1, 1e6 + 0.1, -1 / 3.0])
  func theVarianceOfEqualNumbersIsZero(_ dtype: DType, _ value: Double) {
    for count in [2, 3, 7, 100, 1001, 65_537] {
      let x = Tensor(repeating: value, shape: [count], dtype: dtype)
      #expect(x.variance().item == 0)
      #expect(gradient(of: x) { $0.standardDeviation() }.doubles.allSatisfy { $0 == 0 })
    }
  }

  /// 2²⁰ + j/8 for j = 0 … 7 in float32: the mean 2²⁰ + 7/16 is rounded by 1/16, a square of 1/256 in the variance
  /// of 21/256. Along rows, columns and in pieces of a long axis.
  @Test(arguments: [[8], [3, 8], [8, 3], [8, 600], [262144], [131072, 2], [1024, 3, 600]])
  func aRoundedMeanCostsTheVarianceNothing(_ shape: [Int]) {
    let axis = shape[0] % 8 == 0 ? 0 : 1
    let inner = shape[(axis + 1)...].reduce(1, *)
    let count = shape.reduce(1, *)
    let x = Tensor((0..<count).map { 0x1p20 + Double($0 / inner % 8) / 8 }, shape: shape, dtype: .float32)
    #expect(x.variance(alongAxes: [axis]).doubles.allSatisfy { abs($0 / (21.0 / 256) - 1) < 2e-7 })
    let constant = Tensor(repeating: 0.1 + 0x1p20, shape: shape, dtype: .float32)
    #expect(constant.variance(alongAxes: [axis]).doubles.allSatisfy { $0 == 0 })
  }

  /// The derivative of a product by one element is the product of the others, also of the second order.
  @Test func productsWithZeros() {
    let cases: [([Double], [Double])] = [
      ([0, 2, 3], [6, 0, 0]), ([0, 0, 3], [0, 0, 0]), ([2, 3, 4], [12, 8, 6]), ([0], [1]),
    ]
    for (values, expected) in cases {
      #expect(gradient(of: Tensor(values)) { $0.product() }.doubles == expected)
    }
    let curvature = hessian(of: Tensor([0.0, 0, 3])) { $0.product() }
    #expect(curvature.doubles == [0.0, 3, 0, 3, 0, 0, 0, 0, 0])
    let rows = Tensor([0.0, 2, 3, 4], shape: [2, 2])
    #expect(gradient(of: rows) { $0.product(alongAxes: [0]).sum() }.doubles == [3.0, 4, 0, 2])
  }

  /// Products beyond the range of their type: the product of the others may be within it.
  @Test(arguments: [DType.float64, .float32, .bfloat16]) func productsOutOfRange(_ dtype: DType) {
    let (tiny, infinity) = (dtype == .float64 ? 0x1p-1000 : 0x1p-100, Double.infinity)
    let cases: [([Double], [Double])] = [
      ([tiny, tiny, 1], [tiny, tiny, 0]), ([1 / tiny, 1 / tiny, 1], [1 / tiny, 1 / tiny, infinity]),
      ([infinity, 2], [2, infinity]), ([infinity, 0, 2], [0, infinity, .nan]), ([.nan, 2, 3], [6, .nan, .nan]),
      ([0, tiny, tiny, 1], [0, 0, 0, 0]), ([tiny, 0x1p-30, 4], [0x1p-28, tiny * 4, tiny * 0x1p-30]),
    ]
    for (values, expected) in cases {
      let x = Tensor(values, dtype: dtype)
      let found = gradient(of: x) { $0.product() }.doubles
      #expect(found.map(\.description) == expected.map(\.description), "\(values)")
      let composed = composedCotangent(of: x, Tensor(1, dtype: dtype)) { $0.product() }.doubles
      #expect(composed.map(\.description) == expected.map(\.description), "\(values), composed")
    }
    // Only the rows that need it, along any axes.
    let columns = Tensor([tiny, 2, 0, tiny, 3, 4], shape: [2, 3], dtype: dtype)
    #expect(gradient(of: columns) { $0.product(alongAxes: [0]).sum() }.doubles == [tiny, 3, 4, tiny, 2, 0])
    let blocks = Tensor([tiny, 2, tiny, 3, 1, 5, 1, 7], shape: [2, 2, 2], dtype: dtype)
    #expect(
      gradient(of: blocks) { $0.product(alongAxes: [0, 1]).sum() }.doubles
        == [tiny, 105, tiny, 70, 0, 42, 0, 30])
  }

  /// The second derivative of a long product is that of a short one beside ones.
  @Test func theCurvatureOfALongProduct() {
    let x = Tensor([2.0, 3] + [Double](repeating: 1, count: 4998))
    let product = hessianVectorProduct(of: x, along: Tensor([1.0] + [Double](repeating: 0, count: 4999))) {
      $0.product()
    }
    #expect(product.doubles == [0.0, 1] + [Double](repeating: 3, count: 4998))
  }

  @Test func tiesShareEvenly() {
    let x = Tensor([3.0, 1, 3, 3, 2, 1], shape: [2, 3])
    let third = 1.0 / 3.0
    #expect(gradient(of: x) { $0.max() }.doubles == [third, 0, third, third, 0, 0])
    #expect(gradient(of: x) { $0.min(alongAxes: [1]).sum() }.doubles == [0.0, 1, 0, 0, 0, 1])
    #expect(gradient(of: x) { $0.max(alongAxes: [1], keepingAxes: true).sum() }.doubles == [0.5, 0, 0.5, 1, 0, 0])
    #expect(x.argmax(alongAxis: -1, keepingAxis: true).shape == [2, 1])
    #expect(x.argmax(keepingAxis: true).shape == [1, 1])
    #expect(Tensor([1, Double.nan, 3]).max().item.isNaN && Tensor([1, Double.nan, 3]).argmax().item == 1)
  }

  /// Rows of only −∞ have the value −∞ and the derivative 0, the second one too.
  @Test func logSumExpOfMinusInfinity() {
    let infinity = Double.infinity
    let x = Tensor([-infinity, -infinity, 0, -infinity], shape: [2, 2])
    let (value, slope) = valueAndGradient(of: x) {
      Tensor(where: Tensor([false, true]), $0.logSumExp(alongAxes: [1]), else: 0).sum()
    }
    #expect(value.item == 0 && slope.doubles == [0.0, 0, 1, 0])
    #expect(gradient(of: x) { $0.logSumExp(alongAxes: [1]).sum() }.doubles == [0.0, 0, 1, 0])
    let second = gradient(of: x) { gradient(of: $0) { $0.logSumExp(alongAxes: [1]).sum() }.square().sum() }
    #expect(second.doubles.allSatisfy { $0 == 0 })
    #expect(Tensor([1e4, 1e4]).logSumExp().item == 1e4 + 0.693_147_180_559_945_3)
    #expect(Tensor([-infinity, infinity]).logSumExp().item == infinity)
  }

  /// Norms have the derivative 0 at 0, and equal elements the deviation's derivative 0.
  @Test(arguments: [1, 1.5, 2, 3, Double.infinity]) func normsAtZero(_ order: Double) {
    let zeros = Tensor(zeros: [2, 3], dtype: .float64)
    #expect(gradient(of: zeros) { $0.norm(order: order) }.doubles == [Double](repeating: 0, count: 6))
    let some = Tensor([0.0, 0, 0, 0, -2, 0], shape: [2, 3])
    let rows = gradient(of: some) { $0.norm(order: order, alongAxes: [1]).sum() }
    #expect(rows.doubles == [0.0, 0, 0, 0, -1, 0])
    let deviation = gradient(of: some + 1.5) { $0.standardDeviation(alongAxes: [1]).sum() }
    #expect(deviation.doubles[0] == 0)
  }
}

extension Double {
  /// This number rounded to `bits` bits of precision, ties to even.
  fileprivate func rounded(bits: Int) -> Double {
    let unit = Double(sign: .plus, exponent: exponent - bits + 1, significand: 1)
    return (self / unit).rounded(.toNearestOrEven) * unit
  }
}
