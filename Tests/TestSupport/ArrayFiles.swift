/// Files of arrays in NumPy's forms, written byte by byte.
public enum ArrayFiles {
  /// The bytes of a .npy file.
  public static func npy(_ type: String, _ shape: String, _ data: [UInt8], order: String = "False") -> [UInt8] {
    var header = Array("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }".utf8)
    while (10 + header.count + 1) % 64 != 0 { header.append(0x20) }
    header.append(0x0A)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)]
    return start + header + data
  }

  /// The bytes of a .npz file whose members are stored as they are.
  public static func npz(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      let path = Array("\(name).npy".utf8)
      // Version, flags, method, time and date, check, both sizes, lengths of the name and of what follows it.
      let entry =
        little(20, 2) + little(0, 8) + little(Int(checksum(bytes)), 4) + little(bytes.count, 4)
        + little(bytes.count, 4) + little(path.count, 2) + little(0, 2)
      directory += [0x50, 0x4B, 1, 2] + little(20, 2) + entry + little(0, 10) + little(file.count, 4) + path
      file += [0x50, 0x4B, 3, 4] + entry + path + bytes
    }
    let end =
      little(0, 4) + little(members.count, 2) + little(members.count, 2) + little(directory.count, 4)
      + little(file.count, 4) + little(0, 2)
    return file + directory + [0x50, 0x4B, 5, 6] + end
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xEDB8_8320) }
    }
  }
}
