import Foundation

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
