import Surprisal

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The few questions to the file system that commands ask before they work.
enum FileSystem {
  /// Ends the process with `code`.
  static func exitProcess(_ code: Int32) -> Never { exit(code) }

  /// Whether something has this name.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether `path` is an ordinary file.
  static func isRegular(_ path: String) -> Bool {
    var information = stat()
    // The type of a file in the mode's upper bits: 8 is an ordinary file.
    return path != "-" && stat(path, &information) == 0 && Int(information.st_mode) >> 12 & 0xF == 0x8
  }

  /// Whether `path` is a folder.
  static func isFolder(_ path: String) -> Bool {
    var information = stat()
    // The type of a file in the mode's upper bits: 4 is a folder.
    return stat(path, &information) == 0 && Int(information.st_mode) >> 12 & 0xF == 0x4
  }

  /// The first bytes of an ordinary file; fewer where it is shorter or cannot be read.
  static func prefix(of path: String, count: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
      length = max(0, read(descriptor, buffer.baseAddress, count))
    }
  }

  /// Throws if a file called `path` cannot be created or replaced, as far as that can be told beforehand.
  ///
  /// It spares a long fit whose answer could not be kept; writing itself still checks everything.
  static func checkOutput(_ path: String, option: String) throws {
    let location = SurprisalError.Location(file: path)
    if path == "-" {
      throw SurprisalError(
        .usage, "--\(option) needs the name of a file, not -", remedy: "use --json for standard output")
    }
    var target = path
    if exists(path) {
      if isFolder(path) {
        throw SurprisalError(
          .cannotCreate, "is a folder", remedy: "name a file in it for --\(option)", at: location)
      }
      // A device is written to as it is; a file is replaced, which is a matter of the folder that it lies in.
      guard isRegular(path) else { return }
      if let resolved = realpath(path, nil) {
        target = String(cString: resolved)
        free(resolved)
      }
    }
    let folder = folder(of: target)
    guard isFolder(folder) else {
      throw SurprisalError(
        .cannotCreate, exists(folder) ? "\(folder) is no folder" : "the folder \(folder) is not there",
        remedy: "make it, or name another for --\(option)",
        at: location)
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw SurprisalError(
        .inputOutput, "nothing may be written to the folder \(folder): \(String(cString: strerror(errno)))",
        remedy: "name another for --\(option)", at: location)
    }
  }

  /// Throws if two of these names are the same file, so that no output destroys an input or another output.
  static func checkDistinct(_ paths: [String]) throws {
    var seen: [String: String] = [:]
    for path in paths where path != "-" {
      let identity = identity(of: path)
      if let other = seen[identity] {
        throw SurprisalError(
          .usage, "\(path) and \(other) are the same file", remedy: "give each its own name")
      }
      seen[identity] = path
    }
  }

  private static func identity(of path: String) -> String {
    var information = stat()
    if stat(path, &information) == 0 { return "\(information.st_dev):\(information.st_ino)" }
    guard let resolved = realpath(folder(of: path), nil) else { return path }
    defer { free(resolved) }
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path[...]
    return String(cString: resolved) + "/" + name
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    let folder = String(path[..<slash])
    return folder.isEmpty ? "/" : folder
  }
}
