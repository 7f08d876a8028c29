import Foundation
import SurprisalData

/// Files that tests write, and those that lie beside the project.
enum DataFixture {
  /// A folder of its own for `body`, removed afterwards.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// The bytes of an idx file.
  static func idx(type: UInt8 = 8, shape: [Int], _ data: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)]
      + shape.flatMap { size in stride(from: 24, through: 0, by: -8).map { UInt8(size >> $0 & 0xFF) } } + data
  }

  /// The bytes of a .npy file.
  static func npy(_ type: String, _ shape: String, _ data: [UInt8], order: String = "False") -> [UInt8] {
    var header = Array("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }".utf8)
    while (10 + header.count + 1) % 64 != 0 { header.append(0x20) }
    header.append(0x0A)
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)]
    return start + header + data
  }

  /// The bytes of a .npz file whose members are stored as they are.
  static func npz(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      let crc = Int(bytes.withUnsafeBytes { CRC32.checksum(of: $0) })
      let path = Array("\(name).npy".utf8)
      // Version, flags, method, time and date, check, both sizes, lengths of the name and of what follows it.
      let entry =
        little(20, 2) + little(0, 8) + little(crc, 4) + little(bytes.count, 4) + little(bytes.count, 4)
        + little(path.count, 2) + little(0, 2)
      directory += [0x50, 0x4B, 1, 2] + little(20, 2) + entry + little(0, 10) + little(file.count, 4) + path
      file += [0x50, 0x4B, 3, 4] + entry + path + bytes
    }
    let end =
      little(0, 4) + little(members.count, 2) + little(members.count, 2) + little(directory.count, 4)
      + little(file.count, 4) + little(0, 2)
    return file + directory + [0x50, 0x4B, 5, 6] + end
  }

  /// The root of the project.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The data beside the project, `../shared/data`, or nil where it is absent.
  static func shared(_ name: String) -> URL? {
    let data = root.deletingLastPathComponent().appendingPathComponent("shared/data/\(name)")
    guard FileManager.default.fileExists(atPath: data.path) else {
      print("skipped: ../shared/data/\(name) is absent")
      return nil
    }
    return data
  }
}
