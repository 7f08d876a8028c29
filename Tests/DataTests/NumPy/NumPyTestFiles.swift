import Foundation
import SurprisalCore
import SurprisalData

/// Files that numpy 2.4.6 wrote (Tests/References/NumPy/generate.py) with the values it reads from them.
enum NumPyReference {
  struct Entry {
    let shape: [Int]
    let values: [Double]
    let integers: [String]?
  }

  static let folder = URL(filePath: #filePath).appending(path: "../../../References/NumPy")
    .standardizedFileURL

  static let entries: [String: Entry] = {
    guard let data = try? Data(contentsOf: folder.appending(path: "expected.json")),
      let members = try? JSONValue(parsing: [UInt8](data)).members
    else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.map { member in
        let texts = { (key: String) in member.value[key]?.arrayValue?.compactMap(\.stringValue) }
        let shape = member.value["shape"]?.arrayValue?.compactMap(\.integerValue) ?? []
        let values = (texts("values") ?? []).map { strtod($0, nil) }
        return (member.key, Entry(shape: shape, values: values, integers: texts("integers")))
      })
  }()

  static var names: [String] { entries.keys.sorted() }

  static func path(_ name: String) -> String { folder.path + "/" + name }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }
}

/// The bits of `values`, every NaN alike.
func comparableBits(_ values: [Double]) -> [UInt64] {
  values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
}

/// A .npy file with any header text.
func npyFile(_ header: String, data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let text = Array(header.utf8) + [0x0A]
  let length = withUnsafeBytes(of: UInt32(text.count).littleEndian, Array.init)
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length.prefix(version == 1 ? 2 : 4) + text + data
}

/// A file in the folder for temporary files, removed by the caller.
func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory.appending(path: "surprisal-\(UUID().uuidString)-\(name)").path
}

/// Builds zip files, sound ones and others.
struct ZipBuilder {
  var file: [UInt8] = []
  private var directory: [UInt8] = []
  private var entryCount = 0

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  /// Adds a member; `unpacked` and `checksum` are what the file claims.
  mutating func add(
    _ name: String, _ data: [UInt8], method: UInt16 = 0, unpacked: Int? = nil, checksum: UInt32? = nil,
    flags: UInt16 = 0, localName: String? = nil, usesZip64: Bool = false
  ) {
    let crc = checksum ?? data.withUnsafeBytes { CRC32.checksum(of: $0) }
    let unpackedSize = UInt64(unpacked ?? data.count)
    let offset = UInt32(file.count)
    let large = UInt32.max
    let sizes =
      usesZip64
      ? ZipBuilder.bytes(large) + ZipBuilder.bytes(large)
      : ZipBuilder.bytes(UInt32(data.count)) + ZipBuilder.bytes(UInt32(truncatingIfNeeded: unpackedSize))
    let extra =
      usesZip64
      ? ZipBuilder.bytes(UInt16(1)) + ZipBuilder.bytes(UInt16(16)) + ZipBuilder.bytes(unpackedSize)
        + ZipBuilder.bytes(UInt64(data.count)) : []
    let middle =
      ZipBuilder.bytes(flags) + ZipBuilder.bytes(method) + [0, 0, 0x21, 0] + ZipBuilder.bytes(crc) + sizes
    let localText = Array((localName ?? name).utf8)
    file += ZipBuilder.bytes(UInt32(0x0403_4B50)) + [45, 0] + middle
    file += ZipBuilder.bytes(UInt16(localText.count)) + [0, 0] + localText + data
    directory += ZipBuilder.bytes(UInt32(0x0201_4B50)) + [45, 3, 45, 0] + middle
    directory += ZipBuilder.bytes(UInt16(name.utf8.count)) + ZipBuilder.bytes(UInt16(extra.count))
    directory += [UInt8](repeating: 0, count: 10) + ZipBuilder.bytes(offset) + Array(name.utf8) + extra
    entryCount += 1
  }

  /// The whole file, its directory behind the members.
  func finished(zip64Directory: Bool = false) -> [UInt8] {
    var result = file + directory
    let start = UInt32(file.count)
    let size = UInt32(directory.count)
    let count = UInt16(entryCount)
    if zip64Directory {
      let record = UInt64(result.count)
      result += ZipBuilder.bytes(UInt32(0x0606_4B50)) + ZipBuilder.bytes(UInt64(44)) + [45, 0, 45, 0]
      result += [UInt8](repeating: 0, count: 8) + ZipBuilder.bytes(UInt64(count))
      result += ZipBuilder.bytes(UInt64(count)) + ZipBuilder.bytes(UInt64(size))
      result += ZipBuilder.bytes(UInt64(start))
      result +=
        ZipBuilder.bytes(UInt32(0x0706_4B50)) + [0, 0, 0, 0] + ZipBuilder.bytes(record) + [1, 0, 0, 0]
    }
    result += ZipBuilder.bytes(UInt32(0x0605_4B50)) + [0, 0, 0, 0]
    let shownCount = zip64Directory ? UInt16.max : count
    result += ZipBuilder.bytes(shownCount) + ZipBuilder.bytes(shownCount)
    result += ZipBuilder.bytes(zip64Directory ? .max : size) + ZipBuilder.bytes(zip64Directory ? .max : start)
    return result + [0, 0]
  }
}
