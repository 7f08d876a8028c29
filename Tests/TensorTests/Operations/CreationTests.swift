import SurprisalCore
import SurprisalTensors
import Testing

/// Tensors from numbers, arrays and bytes, and the same elements in another type or order of memory.
struct CreationTests {
  @Test func filledTensors() {
    #expect(Tensor(repeating: 2.5, shape: [2, 1]).scalars(as: Float.self) == [2.5, 2.5])
    #expect(Tensor(zeros: [3], dtype: .int32).scalars(as: Int32.self) == [0, 0, 0])
    #expect(Tensor(ones: [2], dtype: .bool).scalars(as: Bool.self) == [true, true])
    #expect(Tensor(3, dtype: .uint8).shape.isEmpty && Tensor(3, dtype: .uint8).item == 3)
    #expect(Tensor(zeros: [2, 0, 3]).count == 0)
  }

  @Test func arraysKeepTheirType() {
    let matrix = Tensor([1.5, 2, 3, 4], shape: [2, 2])
    #expect(matrix.dtype == .float64 && matrix[1].scalars(as: Double.self) == [3, 4])
    #expect(Tensor([Float(1)]).dtype == .float32 && Tensor([1]).dtype == .int64 && Tensor([true]).dtype == .bool)
    #expect(Tensor([1, 0, 3], shape: [3], dtype: .bool).scalars(as: Bool.self) == [true, false, true])
    #expect(Tensor([Double]()).shape == [0])
  }

  @Test func progressions() {
    let range = Tensor(range: 3..<7, dtype: .int32)
    #expect(range.dtype == .int32 && range.scalars(as: Int32.self) == [3, 4, 5, 6])
    let line = Tensor(linearFrom: -0.1, to: 0.7, count: 9, dtype: .float64).doubles
    #expect(line.first == -0.1 && line.last == 0.7, "the ends are exact")
    #expect(zip(line, line.dropFirst()).allSatisfy { abs($1 - $0 - 0.1) < 1e-15 })
    #expect(Tensor(linearFrom: 4, to: 9, count: 1).doubles == [4] && Tensor(linearFrom: 4, to: 9, count: 0).count == 0)
    #expect(Tensor(identity: 2, dtype: .float64).doubles == [1, 0, 0, 1])
  }

  @Test func tables() throws {
    let rows = try RowMatrix([1, 2, 3, 4, 5, 6], columnCount: 2)
    #expect(Tensor(rows).shape == [3, 2] && Tensor(rows).scalars(as: Double.self) == [1, 2, 3, 4, 5, 6])
    #expect(Tensor(rows, dtype: .float32).dtype == .float32)
    #expect(Tensor(-Double.nan).description == "float32 [] nan")
  }

  /// Bytes of other systems may hold any number but 0 for true.
  @Test func bytesOfBoolAreNormalized() {
    let bytes: [UInt8] = [0, 1, 7, 255, 128]
    let x = bytes.withUnsafeBytes { Tensor(bytes: $0, shape: [5], dtype: .bool) }
    #expect(x.sum().item == 4 && x.converted(to: .uint8).doubles == [0, 1, 1, 1, 1])
    #expect(x.withUnsafeBytes { Array($0) } == [0, 1, 1, 1, 1])
    let same = bytes.withUnsafeBytes { Tensor(bytes: $0, shape: [5], dtype: .uint8) }
    #expect(same.doubles == [0, 1, 7, 255, 128])
  }

  /// Both are the identity to a derivative, whose cotangent has the type and shape of the input.
  @Test func copiesAndConversionsAreFollowed() {
    let x = Tensor([1.0, 2, 3, 4], shape: [2, 2])
    let weights = Tensor([10.0, 20, 30, 40], shape: [2, 2])
    let copied = gradient(of: x) { ($0.transposed().contiguous() * weights).sum() }
    #expect(copied.doubles == [10, 30, 20, 40])
    let converted = gradient(of: x) { ($0.converted(to: .float32) * weights.converted(to: .float32)).sum() }
    #expect(converted.dtype == .float64 && converted.doubles == [10, 20, 30, 40])
    let constant = gradient(of: x) {
      ($0 * $0.withoutDerivative() + $0.converted(to: .int64).converted(to: .float64)).sum()
    }
    #expect(constant.doubles == [1, 2, 3, 4])
  }
}
