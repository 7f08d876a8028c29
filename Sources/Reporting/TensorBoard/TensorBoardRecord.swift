/// The frame around each record of a TFRecord file: its length, a check of that, the bytes, and a check of these.
enum TensorBoardRecord {
  /// `data` as a record: 8 bytes of length, 4 of check, the data, 4 of check; numbers are little-endian.
  static func framed(_ data: [UInt8]) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(data.count).littleEndian, Array.init)
    return length + bytes(of: maskedChecksum(of: length)) + data + bytes(of: maskedChecksum(of: data))
  }

  private static func bytes(of number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  /// The check rotated and shifted by a constant, since a check over bytes that hold their own check is weak.
  static func maskedChecksum(of bytes: [UInt8]) -> UInt32 {
    let crc = checksum(of: bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C (Castagnoli; RFC 3720, appendix B.4): the reflected polynomial 0x82F63B78.
  static func checksum(of bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0x82F6_3B78) }
  }
}
