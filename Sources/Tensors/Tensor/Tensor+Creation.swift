import CSurprisalKernels
import SurprisalCore

extension Tensor {
  /// A tensor of the given shape filled with one number.
  public init(repeating value: Double, shape: [Int] = [], dtype: DType = .float32) {
    self.init(shape: shape, dtype: dtype) { _ in }
    surprisal_fill(dtype.code, count, value, pointer)
  }

  /// A tensor of zeros of the given shape.
  public init(zeros shape: [Int], dtype: DType = .float32) {
    self.init(repeating: 0, shape: shape, dtype: dtype)
  }

  /// A tensor of ones of the given shape.
  public init(ones shape: [Int], dtype: DType = .float32) {
    self.init(repeating: 1, shape: shape, dtype: dtype)
  }

  /// One number, of shape [].
  public init(_ value: Double, dtype: DType = .float32) {
    self.init(repeating: value, shape: [], dtype: dtype)
  }

  /// The elements of an array in row-major order; the shape [count] unless given. The type follows the array's.
  public init<Element: TensorElement>(_ values: [Element], shape: [Int]? = nil) {
    let shape = shape ?? [values.count]
    precondition(
      shape.reduce(1, *) == values.count, "Tensor: \(values.count) values do not fill the shape \(shape)")
    self.init(shape: shape, dtype: Element.dtype) { memory in
      values.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { memory.copyMemory(from: base, byteCount: bytes.count) }
      }
    }
  }

  /// The elements of an array in row-major order, converted to `dtype`.
  public init<Element: TensorElement>(_ values: [Element], shape: [Int]? = nil, dtype: DType) {
    self = Tensor(values, shape: shape).converted(to: dtype)
  }

  /// The bytes of elements in row-major order, as they lie in memory on this machine.
  ///
  /// `bytes` must hold as many as the shape asks; they are copied. Of a `bool` every byte but 0 is true.
  public init(bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) {
    self.init(shape: shape, dtype: dtype) { _ in }
    precondition(
      bytes.count == count * dtype.byteCount,
      "Tensor: \(bytes.count) bytes are not the \(count * dtype.byteCount) of \(dtype) in the shape \(shape)")
    if dtype == .bool {
      for (index, byte) in bytes.enumerated() {
        pointer.storeBytes(of: byte == 0 ? 0 : 1, toByteOffset: index, as: UInt8.self)
      }
    } else if let base = bytes.baseAddress {
      pointer.copyMemory(from: base, byteCount: bytes.count)
    }
  }

  /// The numbers of a table, [rows, columns].
  public init(_ rows: RowMatrix, dtype: DType = .float64) {
    let wide = Tensor(shape: [rows.rowCount, rows.columnCount], dtype: .float64) { memory in
      rows.withUnsafeValues { memory.copyMemory(from: $0, byteCount: rows.rowCount * rows.columnCount * 8) }
    }
    self = wide.converted(to: dtype)
  }

  /// The whole numbers of a range.
  public init(range: Range<Int>, dtype: DType = .int64) {
    self.init(range.map(Int64.init), dtype: dtype)
  }

  /// `count` numbers from `first` to `last` at equal distances.
  public init(linearFrom first: Double, to last: Double, count: Int, dtype: DType = .float32) {
    let values = (0..<count).map { index -> Double in
      if index == count - 1, count > 1 { return last }
      return first + (last - first) * Double(index) / Double(Swift.max(count - 1, 1))
    }
    self.init(values, dtype: dtype)
  }

  /// The identity matrix [size, size].
  public init(identity size: Int, dtype: DType = .float32) {
    var values = [Double](repeating: 0, count: size * size)
    for index in 0..<size { values[index * size + index] = 1 }
    self.init(values, shape: [size, size], dtype: dtype)
  }
}
