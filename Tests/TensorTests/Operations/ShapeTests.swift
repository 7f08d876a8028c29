import SurprisalCore
import SurprisalTensors
import Testing

/// What the operation table cannot say about views: how selections are written, shared memory, strides, extremes.
struct ShapeTests {
  /// 0, 1, … in the given shape.
  private func counting(_ shape: [Int], dtype: DType = .float64) -> Tensor {
    Tensor(range: 0..<shape.reduce(1, *), dtype: dtype).reshaped(to: shape)
  }

  private func values(_ x: Tensor) -> [Int] { x.scalars(as: Int.self) }

  @Test func selectionsCountFromEitherEnd() {
    let x = counting([6])
    #expect(values(x[2]) == [2] && x[2].shape == [])
    #expect(values(x[-1]) == [5])
    #expect(values(x[1..<3]) == [1, 2])
    #expect(values(x[1...3]) == [1, 2, 3])
    #expect(values(x[4...]) == [4, 5])
    #expect(values(x[(-2)...]) == [4, 5])
    #expect(values(x[..<2]) == [0, 1])
    #expect(values(x[..<(-4)]) == [0, 1])
    #expect(values(x[...1]) == [0, 1])
    #expect(values(x[...(-1)]) == [0, 1, 2, 3, 4, 5])
    #expect(values(x[-3 ... -2]) == [3, 4])
    #expect(values(x[-3..<(-1)]) == [3, 4])
    #expect(values(x[6...]) == [] && x[6...].shape == [0])
    #expect(values(x[stride(from: 0, to: 6, by: 2)]) == [0, 2, 4])
    #expect(values(x[stride(from: 5, through: 0, by: -2)]) == [5, 3, 1])
    #expect(values(x[stride(from: 3, to: 3, by: 1)]) == [])
    #expect(values(x[AxisSlice(start: 4, count: 2, step: -3)]) == [4, 1])
  }

  @Test func selectionsCombineOverAxes() {
    let x = counting([3, 5, 7])
    #expect(x[1].shape == [5, 7])
    #expect(x[1..., 2..<5].shape == [2, 3, 7])
    #expect(values(x[1, 2, 3]) == [1 * 35 + 2 * 7 + 3])
    #expect(values(x[0..., -1, 6]) == [34, 69, 104])
    let backward = x[stride(from: 2, through: 0, by: -2), 4, stride(from: 6, through: 4, by: -1)]
    #expect(values(backward) == [104, 103, 102, 34, 33, 32])
    #expect(values(x[[] as [any AxisSelection]]) == Array(0..<105))
    #expect(values(x.sliced(1..<3, alongAxis: -1)[0, 0]) == [1, 2])
  }

  @Test func viewsOfViewsWithNegativeStrides() {
    let x = counting([4, 6])
    let flipped = x.flipped()
    #expect(flipped.strides == [-6, -1])
    #expect(values(flipped[1..<3, 0..<2]) == [17, 16, 11, 10])
    #expect(values(flipped.flipped(alongAxes: [1])[0]) == [18, 19, 20, 21, 22, 23])
    #expect(values(flipped.transposed()[0]) == [23, 17, 11, 5])
    #expect(values(flipped.diagonal(offset: 2)) == [21, 14, 7, 0])
    #expect(values(x.diagonal(offset: -3)) == [18])
    #expect(x.diagonal(offset: 9).shape == [0])
    #expect(
      values(Tensor(concatenating: [flipped, x], alongAxis: 1)[3]) == [5, 4, 3, 2, 1, 0, 18, 19, 20, 21, 22, 23])
    #expect(values(flipped.sum(alongAxes: [0])) == [56, 52, 48, 44, 40, 36])
    #expect(values(flipped[2].padded([(1, 2)], with: -1)) == [-1, 11, 10, 9, 8, 7, 6, -1, -1])
  }

  @Test func viewsCopyNothing() {
    let x = counting([4, 6])
    for view in [
      x[1...], x[0..., 2], x.flipped(), x.transposed(), x.diagonal(), x.expandingAxis(1), x.broadcast(to: [2, 4, 6]),
      x.split(count: 2, alongAxis: 1)[1], x.transposed().expandingAxis(-1).squeezing(axes: [-1]),
      x[0..., 0..<3].reshaped(to: [2, 2, 3]), x.transposed().reshaped(to: [3, 2, 4]),
    ] {
      // A copy is contiguous: what is not is a view, and what is must lie in the same memory.
      #expect(!view.isContiguous || Memory.isWithin(view, x), "\(view.shape) \(view.strides)")
    }
    let copy = x.transposed().reshaped(to: [24])
    #expect(copy.isContiguous && !Memory.isWithin(copy, x))
  }

  /// Random chains of views and reshapes against the same on contiguous copies.
  @Test(arguments: 0..<300) func reshapesOfViewsAreThoseOfCopies(_ seed: Int) {
    var generator = RandomGenerator(seed: UInt64(seed), stream: 0x5A)
    let extents = [1, 2, 3, 4, 6]
    let shape = (0..<generator.nextInteger(below: 5)).map { _ in extents[generator.nextInteger(below: 5)] }
    var x = counting(shape)
    for axis in shape.indices {
      switch generator.nextInteger(below: 5) {
      case 0: x = x.flipped(alongAxes: [axis])
      case 1: x = x.sliced(stride(from: 0, to: x.shape[axis], by: 2), alongAxis: axis)
      case 2: x = x.transposed(axes: axis, generator.nextInteger(below: shape.count))
      case 3:
        x = x.expandingAxis(axis).broadcast(to: x.shape[..<axis] + [2] + x.shape[axis...]).sliced(1, alongAxis: axis)
      default: break
      }
    }
    let copy = Tensor(x.scalars(as: Double.self), shape: x.shape)
    var factors: [Int] = []
    var rest = x.count
    while rest > 1, let factor = [2, 3, 4, 6].filter({ rest % $0 == 0 }).randomElement(using: &generator) {
      factors.append(factor)
      rest /= factor
      if generator.nextInteger(below: 3) == 0 { factors.append(1) }
    }
    let target = factors.shuffled(using: &generator) + (rest > 1 ? [rest] : [])
    #expect(values(x.reshaped(to: target)) == values(copy.reshaped(to: target)), "\(shape) \(x.strides) to \(target)")
  }

  @Test func extremeShapes() {
    let scalar = Tensor(3)
    #expect(scalar.flattened().shape == [1] && scalar.expandingAxis(0).shape == [1])
    #expect(scalar.repeated([]).shape == [] && values(scalar.repeated([3])) == [3, 3, 3])
    #expect(scalar.padded([]).item == 3 && scalar.flipped().item == 3)
    let empty = Tensor(zeros: [0, 3])
    #expect(empty.flipped().shape == [0, 3] && empty.transposed().shape == [3, 0])
    #expect(values(empty.padded([(1, 0), (0, 0)], with: 2)) == [2, 2, 2])
    #expect(empty.repeated([2, 2]).shape == [0, 6] && empty.repeatedElements(0, alongAxis: 1).shape == [0, 0])
    #expect(empty.split(sizes: [0, 0]).map(\.shape) == [[0, 3], [0, 3]])
    #expect(empty.unstacked().isEmpty && empty.sorted().values.shape == [0, 3])
    #expect(Tensor(concatenating: [empty, Tensor(ones: [2, 3])]).shape == [2, 3])
    #expect(empty.selected(at: Tensor([Int64]())).shape == [0, 3])
    #expect(Tensor(oneHot: Tensor([Int64]()), depth: 0).shape == [0, 0])
    #expect(Tensor.einsum("ij,jk->ik", Tensor(zeros: [2, 0]), empty).sum().item == 0)
  }

  @Test func typesArePromotedWhenJoined() {
    let joined = Tensor(concatenating: [Tensor([1, 2]), Tensor([0.5])])
    #expect(joined.dtype == .float64 && joined.scalars(as: Double.self) == [1, 2, 0.5])
    #expect(Tensor(stacking: [Tensor([true]), Tensor([UInt8(7)])]).dtype == .uint8)
  }

  /// Pieces that a loss does not use have a cotangent of 0, and many pieces cost one pass over the whole.
  @Test func splittingHasOneJointRule() {
    let x = counting([4, 3])
    let gradient = gradient(of: x) { x in
      let rows = x.unstacked()
      return (rows[1] * rows[3]).sum()
    }
    #expect(values(gradient) == [0, 0, 0, 9, 10, 11, 0, 0, 0, 3, 4, 5])
  }

  @Test(arguments: [
    ("ij,jk", [[2, 3], [3, 4]], [2, 4]), ("ba", [[2, 3]], [3, 2]), ("ii", [[3, 3]], []),
    ("i...", [[2, 3, 4]], [3, 4, 2]),
    ("...i->i...", [[2, 3, 4]], [4, 2, 3]), ("...,...", [[2, 3], [3]], [2, 3]),
    ("iij,jkk->ik", [[2, 2, 3], [3, 4, 4]], [2, 4]),
    ("i j , j -> i", [[2, 3], [3]], [2]), (",i->i", [[], [3]], [3]),
    ("...ij,kj->...ik", [[5, 2, 3], [4, 3]], [5, 2, 4]),
    ("bi,bi->b", [[1, 3], [4, 3]], [4]), ("ij,ij->ij", [[2, 1], [2, 3]], [2, 3]), ("...->", [[2, 3]], []),
    ("abcd,cdae->be", [[2, 3, 4, 5], [4, 5, 2, 6]], [3, 6]), ("i,i,i->i", [[3], [3], [3]], [3]),
  ])
  func einsumAgreesWithItsDefinition(_ equation: String, _ shapes: [[Int]], _ expected: [Int]) {
    var generator = RandomGenerator(seed: 3)
    let operands = shapes.map { Tensor.normal(shape: $0, dtype: .float64, using: &generator) }
    let result = Tensor.einsum(equation, operands)
    #expect(result.shape == expected)
    let sum = EinsumDefinition(equation, operands).values(shape: expected)
    for (found, wanted) in zip(result.scalars(as: Double.self), sum) {
      #expect(abs(found - wanted) <= 1e-13 * (1 + abs(wanted)), "\(equation)")
    }
    let whole = operands.map { ($0 * 4).rounded().converted(to: .int64) }
    let exact = Tensor.einsum(equation, whole)
    #expect(exact.dtype == .int64)
    #expect(exact.scalars(as: Double.self) == EinsumDefinition(equation, whole).values(shape: expected))
  }

  /// Sums of whole numbers wrap around in their own type, as those of a matrix product do.
  @Test func einsumOfWholeNumbersWrapsAround() {
    let bytes = Tensor([200.0, 100, 3, 4], shape: [2, 2], dtype: .uint8)
    let ones = Tensor(ones: [2], dtype: .uint8)
    #expect(Tensor.einsum("ij->i", bytes).dtype == .uint8)
    #expect(values(Tensor.einsum("ij->i", bytes)) == [44, 7])
    #expect(values(Tensor.einsum("ij,j->i", bytes, ones)) == [44, 7])
    #expect(values(Tensor.einsum("ij,k->i", bytes, ones)) == [88, 14])
    let wide = Tensor([Int32.max, 1, .min, -1], shape: [2, 2])
    #expect(Tensor.einsum("ij->i", wide).dtype == .int32)
    #expect(Tensor.einsum("ij->i", wide).scalars() == [Int32.min, .max])
    #expect(Tensor.einsum("ij,j->i", wide, Tensor([1, 1] as [Int32])).scalars() == [Int32.min, .max])
    #expect(values(Tensor.einsum("i->", Tensor([true, true]))) == [2])
  }

  @Test func descriptions() {
    #expect(
      "\(Tensor([1.0, 2.5, -3, 0, 1e20, .nan], shape: [2, 3]))"
        == "float64 [2, 3]\n[[1.0, 2.5, -3.0],\n [0.0, 1e+20, nan]]")
    #expect("\(Tensor(0.1))" == "float32 [] 0.1")
    #expect("\(Tensor([true, false]))" == "bool [2]\n[true, false]")
    #expect("\(Tensor(zeros: [0, 2], dtype: .int32))" == "int32 [0, 2]")
    #expect(
      "\(Tensor(range: 0..<8).reshaped(to: [2, 2, 2]))"
        == "int64 [2, 2, 2]\n[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]")
    let long = Tensor(range: 0..<2000)
    #expect("\(long)" == "int64 [2000]\n[0, 1, 2, …, 1997, 1998, 1999]")
    #expect("\(long.reshaped(to: [1000, 2]))".split(separator: "\n").count == 8)
  }

  @Test func mistakesStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3])[3] }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3])[2..<4] }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3])[stride(from: 2, through: -1, by: -1)] }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [4]).split(sizes: [1, 2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 3]).reshaped(to: [4, -1]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.einsum("ij->ik", Tensor(zeros: [2, 3])) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.einsum("ij,ij", Tensor(zeros: [2, 3]), Tensor(zeros: [3, 3]))
    }
    await #expect(processExitsWith: .failure) { _ = Tensor.einsum("i.j", Tensor(zeros: [2, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor.einsum("ii->i", Tensor(zeros: [2, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor.einsum("ii", Tensor(zeros: [1, 3])) }
  }
}
