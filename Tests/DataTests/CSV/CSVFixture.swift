import Foundation
import SurprisalCore
import SurprisalData

/// Tables and errors from text written in the tests.
enum CSVFixture {
  /// The table that `text` holds, read as a file called `t.csv`.
  static func table(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> Table {
    try table(Array(text.utf8), options)
  }

  /// The table that `bytes` hold.
  static func table(_ bytes: [UInt8], _ options: CSVOptions = CSVOptions()) throws -> Table {
    let file = bytes.withUnsafeBytes { MappedFile(name: "t.csv", copying: $0) }
    return try Table(csv: file, options: options)
  }

  /// The error that reading `bytes` ends in, or `nil`.
  static func error(_ bytes: [UInt8], _ options: CSVOptions = CSVOptions()) -> SurprisalError? {
    do {
      _ = try table(bytes, options)
      return nil
    } catch {
      return error as? SurprisalError
    }
  }

  /// The error that reading `text` ends in, or `nil`.
  static func error(_ text: String, _ options: CSVOptions = CSVOptions()) -> SurprisalError? {
    error(Array(text.utf8), options)
  }

  /// A folder of its own for `body`, removed afterwards.
  static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("csv-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// The data beside the project, `../shared/data`, or `nil` where it is absent.
  static let sharedData: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data = root.deletingLastPathComponent().appendingPathComponent("shared/data")
    return FileManager.default.fileExists(atPath: data.path) ? data : nil
  }()
}

extension Table {
  /// The numbers' bits, row by row.
  var bits: [UInt64] {
    rows.withUnsafeValues { base in (0..<rows.rowCount * rows.columnCount).map { base[$0].bitPattern } }
  }

  /// The numbers, row by row.
  var values: [Double] { bits.map(Double.init(bitPattern:)) }
}
