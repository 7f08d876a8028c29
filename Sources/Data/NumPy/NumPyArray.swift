import SurprisalCore

/// An array from a .npy file or a member of a .npz file.
///
/// Types read: bool, integers of 8 to 64 bits, float16, float32 and float64, in either byte order, in C or
/// Fortran order. Values are given as float64 (64-bit integers rounded to the nearest) or as integers.
public struct NumPyArray: Sendable {
  /// The file's name as given, with `:member` for a member of a .npz file.
  public let name: String
  /// The dimensions; empty for a single number.
  public let shape: [Int]
  /// The type of the numbers in the file.
  public let type: ElementType
  /// Whether the file holds the most significant byte first.
  public let isBigEndian: Bool
  /// Whether the first index runs fastest in the file.
  public let isFortranOrder: Bool
  private let contents: FileContents
  private let dataRange: Range<Int>

  /// The array that fills `contents`.
  ///
  /// Throws a data error if the header is not sound or its shape does not take exactly the bytes left.
  init(contents: FileContents, name: String) throws {
    self.name = name
    self.contents = contents
    let header = try contents.withUnsafeBytes { bytes in
      let header = try NumPyHeader(bytes, file: name)
      let byteCount = bytes.count - header.dataOffset
      guard byteCount == header.dataByteCount else {
        throw SurprisalError(
          .data,
          "shape \(header.shape) of \(header.type) takes \(header.dataByteCount) bytes, "
            + "the file has \(byteCount) behind its header", remedy: "copy or save the file again",
          at: .init(file: name))
      }
      let data = UnsafeRawBufferPointer(rebasing: bytes[header.dataOffset...])
      if let index = header.type.firstInvalidElement(in: data) {
        throw SurprisalError(
          .data, "element \(index) of a bool array is \(data[index])", remedy: "write 0 or 1",
          at: .init(file: name))
      }
      return header
    }
    shape = header.shape
    type = header.type
    isBigEndian = header.isBigEndian
    isFortranOrder = header.isFortranOrder
    dataRange = header.dataOffset..<header.dataOffset + header.dataByteCount
  }

  /// Calls `body` with the numbers as the file holds them.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try contents.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[dataRange])) }
  }

  /// The numbers in C order (the last index runs fastest) as float64.
  public func doubles() -> [Double] {
    inCOrder(withUnsafeBytes { type.doubles(from: $0, isBigEndian: isBigEndian) })
  }

  /// The numbers in C order; nil for floats and where a value is over 2^63 − 1.
  public func integers() -> [Int]? {
    withUnsafeBytes { type.integers(from: $0, isBigEndian: isBigEndian) }.map(inCOrder)
  }

  /// The array as rows of float64: one dimension is one column, two are rows × columns.
  ///
  /// Little-endian float64 in C order is read in place, without a copy; all else is converted. Throws a
  /// data error for a single number, for three or more dimensions and for rows without columns.
  public func rows() throws -> RowMatrix {
    guard shape.count == 1 || shape.count == 2 else {
      throw SurprisalError(
        .data, "the array has shape \(shape), rows need one or two dimensions",
        remedy: "save it with reshape(rows, columns)", at: .init(file: name))
    }
    let columnCount = shape.count == 1 ? 1 : shape[1]
    guard columnCount > 0 else {
      throw SurprisalError(
        .data, "the array has shape \(shape), rows without columns", remedy: "give at least one column",
        at: .init(file: name))
    }
    let address = contents.base + dataRange.lowerBound
    let isInPlace =
      type == .float64 && !isBigEndian && (!isFortranOrder || shape.filter { $0 != 1 }.count < 2)
      && Int(bitPattern: address) % MemoryLayout<Double>.alignment == 0
    guard isInPlace, shape[0] > 0 else { return try RowMatrix(doubles(), columnCount: columnCount) }
    let owner = contents
    let memory = RowMatrix.Memory(base: address.assumingMemoryBound(to: Double.self)) {
      withExtendedLifetime(owner) {}
    }
    return RowMatrix(memory: memory, rowCount: shape[0], columnCount: columnCount)
  }

  /// `values` in the order of the file brought to C order.
  private func inCOrder<Value>(_ values: [Value]) -> [Value] {
    guard isFortranOrder, shape.count > 1, !values.isEmpty else { return values }
    var strides: [Int] = []
    var stride = 1
    for dimension in shape {
      strides.append(stride)
      stride *= dimension
    }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    return values.indices.map { _ in
      let value = values[offset]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= index[axis] * strides[axis]
        index[axis] = 0
      }
      return value
    }
  }
}
