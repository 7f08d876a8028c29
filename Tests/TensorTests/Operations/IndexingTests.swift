import SurprisalCore
import SurprisalTensors
import Testing

/// Operations by index tensors, beyond the operation table.
struct IndexingTests {
  @Test func theIndexTensorTakesThePlaceOfTheAxis() {
    let x = Tensor(range: 0..<12).reshaped(to: [3, 4])
    let indices = Tensor([2, 0, 0, 1, 2, 2] as [Int32], shape: [2, 3])
    let rows = x.selected(at: indices)
    #expect(rows.shape == [2, 3, 4])
    #expect(rows[1, 0].scalars(as: Int.self) == [4, 5, 6, 7])
    let columns = x.selected(at: indices, alongAxis: -1)
    #expect(columns.shape == [3, 2, 3] && columns[2, 0].scalars(as: Int.self) == [10, 8, 8])
    #expect(x.selected(at: Tensor(1, dtype: .int64)).shape == [4])
  }

  /// ⟨x.selected(i), y⟩ = ⟨x, 0.addingSlices(y, i)⟩ for random shapes, exactly in whole numbers; both kernels of slices
  /// (short and long) and every type.
  @Test(arguments: 0..<60) func selectingAndAddingAreTransposes(_ seed: Int) {
    var generator = RandomGenerator(seed: UInt64(seed))
    let shape = [1 + generator.nextInteger(below: 3), 1 + generator.nextInteger(below: 5), [1, 3, 16, 40][seed % 4]]
    let axis = generator.nextInteger(below: 3)
    let indices = Tensor.integers(in: 0..<shape[axis], shape: [2, seed % 7], using: &generator)
    for dtype in [DType.float64, .float32, .int64, .int32, .uint8] {
      let x = Tensor.integers(in: 0..<3, shape: shape, dtype: dtype, using: &generator)
      let selected = x.selected(at: indices, alongAxis: axis)
      let y = Tensor.integers(in: 0..<3, shape: selected.shape, dtype: dtype, using: &generator)
      let added = Tensor(zeros: shape, dtype: dtype).addingSlices(y, at: indices, alongAxis: axis)
      #expect(added.dtype == dtype)
      let left = zip(selected.scalars(as: Int.self), y.scalars(as: Int.self)).reduce(0) { $0 + $1.0 * $1.1 }
      let right = zip(x.scalars(as: Int.self), added.scalars(as: Int.self)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(left == right, "\(dtype) \(shape) axis \(axis)")
    }
  }

  @Test func equalIndicesAddUp() {
    let base = Tensor([10, 20, 30])
    let sum = base.addingScattered(Tensor([1, 2, 4, 8]), at: Tensor([1, 1, 0, 1]), alongAxis: 0)
    #expect(sum.scalars(as: Int.self) == [14, 31, 30])
    // Added in float32 and rounded once: one by one in bfloat16, 256 + 1 stays 256.
    let half = Tensor([256.0], dtype: .bfloat16).addingScattered(
      Tensor(ones: [64], dtype: .bfloat16), at: Tensor(zeros: [64], dtype: .int64), alongAxis: 0)
    #expect(half.item == 320)
  }

  @Test func indicesMayCoverLessThanTheTensor() {
    let x = Tensor(range: 0..<12, dtype: .float64).reshaped(to: [3, 4])
    let indices = Tensor([2, 1], shape: [1, 2])
    #expect(x.gathered(at: indices, alongAxis: 0).scalars(as: Int.self) == [8, 5])
    let (_, gradient) = valueAndGradient(of: x) { $0.gathered(at: indices, alongAxis: 0).sum() }
    #expect(gradient.scalars(as: Int.self) == [0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0])
    let added = x.addingScattered(Tensor([0.5, 0.25], shape: [1, 2]), at: indices, alongAxis: 0)
    #expect((added - x).scalars(as: Double.self) == [0, 0, 0, 0, 0, 0.25, 0, 0, 0.5, 0, 0, 0])
  }

  @Test func masksBroadcast() {
    let x = Tensor([1.0, .nan, .infinity, 4], shape: [2, 2])
    #expect(x.filled(with: 0, where: Tensor([true, false])).scalars(as: Double.self)[2] == 0)
    #expect(x.lowerTriangle().scalars(as: Double.self)[1] == 0, "what is masked does not multiply")
    let (_, gradient) = valueAndGradient(of: x) {
      $0.filled(with: 1, where: Tensor([false, true, true, false], shape: [2, 2])).sum()
    }
    #expect(gradient.scalars(as: Double.self) == [1, 0, 0, 1])
  }

  @Test func oneHotOfEveryType() {
    for dtype in DType.allCases {
      let hot = Tensor(oneHot: Tensor([2, 0] as [Int32]), depth: 3, dtype: dtype)
      #expect(hot.dtype == dtype && hot.scalars(as: Int.self) == [0, 0, 1, 1, 0, 0])
    }
  }

  @Test func indicesOutsideStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3, 2]).rows(at: Tensor([0, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3, 2]).rows(at: Tensor([-1])) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [0, 2]).rows(at: Tensor([0])) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3]).gathered(at: Tensor([Int64.min]), alongAxis: 0) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [3]).addingScattered(Tensor([1.0]), at: Tensor([3]), alongAxis: 0)
    }
    await #expect(processExitsWith: .failure) { _ = Tensor(oneHot: Tensor([5]), depth: 5) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3]).rows(at: Tensor([1.0])) }
  }
}
