import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The few things that are done to folders and whole files of a run.
package enum Folder {
  /// Makes the folder at `path` if it is not there; the one that holds it must be.
  package static func create(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    var information = stat()
    // The type of a file in the mode's upper bits: 4 is a folder.
    if code == EEXIST, stat(path, &information) == 0, Int(information.st_mode) >> 12 & 0xF == 0x4 { return }
    if code == EEXIST {
      throw SurprisalError(
        .cannotCreate, "is a file, not a folder", remedy: "choose another name", at: .init(file: path))
    }
    throw AtomicWrite.failure("cannot be created", path, code: code)
  }

  /// The names in the folder at `path`, sorted; none if it cannot be read.
  package static func names(in path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes the temporary files that killed writers left in the folder at `path`.
  package static func removeStaleTemporaries(in path: String) {
    var targets: Set<String> = []
    for name in names(in: path) {
      let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      guard let mark = parts.lastIndex(where: { $0.elementsEqual("tmp".utf8) }), mark > 0 else { continue }
      targets.insert(parts[..<mark].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "."))
    }
    for target in targets.sorted() { AtomicWrite.removeStaleTemporaries(of: path + "/" + target) }
  }

  /// Removes the file at `path`, if it is there.
  package static func removeFile(_ path: String) { unlink(path) }
}
