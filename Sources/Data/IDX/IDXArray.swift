import SurprisalCore

/// An array from an idx file, the form of MNIST (Y. LeCun, C. Cortes and C. Burges 1998).
///
/// Two zero bytes, a byte for the type and one for the number of dimensions, the dimensions as big-endian integers of
/// 32 bits, and the numbers, big-endian, in row-major order. Types: uint8, int8, int16, int32, float32 and float64.
public struct IDXArray: Sendable {
  /// The file's name as given.
  public let name: String
  /// The dimensions.
  public let shape: [Int]
  /// The type of the numbers.
  public let type: ElementType
  /// Whether the file was packed with gzip.
  package let isPacked: Bool
  private let file: MappedFile
  private let dataOffset: Int

  /// The types by the third byte of a file.
  private static let types: [UInt8: ElementType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  /// Reads the idx file at `path`, raw or packed with gzip, which its contents decide; `-` stands for standard input.
  ///
  /// Throws a data error for bytes that are not exactly an idx file, with the counts found and expected, and the
  /// errors of ``MappedFile``.
  public init(path: String) throws {
    try self.init(file: MappedFile(path: path))
  }

  /// Reads the array that `bytes`, the contents of a file called `name`, hold. Errors as for a path.
  public init(bytes: [UInt8], name: String) throws {
    try self.init(file: bytes.withUnsafeBytes { MappedFile(name: name, copying: $0) })
  }

  private init(file: MappedFile) throws {
    isPacked = file.isGzip
    self.file = try isPacked ? file.unpackingGzip() : file
    name = file.name
    (type, shape, dataOffset) = try self.file.withUnsafeBytes { try IDXArray.header($0, file: file.name) }
  }

  /// Whether a file with these first bytes, unpacked, is an idx file by its mark.
  package static func isMark(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && types[bytes[2]] != nil && bytes[3] > 0
  }

  /// The header of the idx file `bytes`, which must have exactly the bytes that it asks for.
  private static func header(
    _ bytes: UnsafeRawBufferPointer, file: String
  ) throws -> (type: ElementType, shape: [Int], dataOffset: Int) {
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(.data, what, remedy: "fetch or write the file again", at: .init(file: file))
    }
    guard bytes.count >= 4 else { throw failure("an idx file begins with 4 bytes, this one has \(bytes.count)") }
    guard bytes[0] == 0, bytes[1] == 0, let type = types[bytes[2]], bytes[3] > 0 else {
      let digits = bytes.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      throw SurprisalError(
        .data, "the first bytes 0x\(digits) are not those of an idx file (0x0000, type 08 … 0e, dimensions)",
        remedy: "name an idx file, packed with gzip or not", at: .init(file: file))
    }
    let rank = Int(bytes[3])
    let offset = 4 + 4 * rank
    guard bytes.count >= offset else {
      throw failure("\(rank) dimensions take a header of \(offset) bytes, the file has \(bytes.count)")
    }
    let shape = (0..<rank).map { axis in
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 + 4 * axis, as: UInt32.self)))
    }
    guard let extent = type.extent(ofShape: shape) else { throw failure("the shape \(shape) is too large") }
    let left = bytes.count - offset
    guard left == extent.byteCount else {
      throw failure(
        "the shape \(shape) of \(type) takes \(extent.byteCount) bytes, the file has \(left) behind its header")
    }
    return (type, shape, offset)
  }

  /// Calls `body` with the numbers as the file holds them, most significant byte first.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try file.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[dataOffset...])) }
  }

  /// The numbers in row-major order as float64.
  public func doubles() -> [Double] {
    withUnsafeBytes { type.doubles(from: $0, isBigEndian: true) }
  }

  /// The least and the greatest of the finite numbers, nil if there are none, and how many are not finite.
  package func range() -> (least: Double?, greatest: Double?, notFiniteCount: Int) {
    var (least, greatest, notFinite) = (Double.infinity, -Double.infinity, 0)
    // Piece by piece: an array of bytes need not stand in memory eight times as large.
    let piece = type.byteCount << 16
    withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)])
        for value in type.doubles(from: part, isBigEndian: true) {
          guard value.isFinite else {
            notFinite += 1
            continue
          }
          least = min(least, value)
          greatest = max(greatest, value)
        }
      }
    }
    guard least <= greatest else { return (nil, nil, notFinite) }
    return (least, greatest, notFinite)
  }

  /// The numbers in row-major order; nil for floats.
  public func integers() -> [Int]? {
    withUnsafeBytes { type.integers(from: $0, isBigEndian: true) }
  }
}
