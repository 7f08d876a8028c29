import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Folder {
  /// A name in a folder.
  package struct Entry: Sendable {
    package var name: String
    package var isFolder: Bool
  }

  /// What the folder at `path` holds, by name in the order of bytes, without names that begin with a dot.
  ///
  /// Throws a missing-input error if it is no folder, an input-output error if it cannot be read.
  package static func entries(_ path: String) throws -> [Entry] {
    guard let stream = opendir(path) else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw SurprisalError(
        isMissing ? .missingInput : .inputOutput,
        "cannot be read as a folder: \(String(cString: strerror(errno)))", remedy: "name a folder",
        at: .init(file: path))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
      var information = stat()
      // The type of a file in the mode's upper bits: 4 is a folder.
      let isFolder = stat(path + "/" + name, &information) == 0 && Int(information.st_mode) >> 12 & 0xF == 0x4
      return Entry(name: name, isFolder: isFolder)
    }
  }
}
