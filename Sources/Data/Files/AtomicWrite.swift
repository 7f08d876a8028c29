import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes files so that a reader, a crash or a full disk never meets half of one.
///
/// The bytes go to `<name>.tmp.<process>` in the same folder, are flushed to the device, take the name's
/// place in one step, and the folder is flushed too. On any failure the old file is as it was and the
/// temporary one is gone. Temporary files of writers that were killed are removed before the next write;
/// a living writer is known by the lock it holds on its own.
public enum AtomicWrite {
  /// Replaces the file at `path`, or creates it, with `bytes`.
  ///
  /// A symbolic link is followed; a device or pipe is written to as it is. Throws `cannotCreate` if a file
  /// of that name cannot exist (no such folder, a folder of that name), `inputOutput` if it may not or
  /// cannot be written (permission, full disk, quota, a failing device).
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try bytes.withUnsafeBytes { try write($0, to: path) }
  }

  /// Replaces the file at `path`, or creates it, with the UTF-8 bytes of `text`; errors as for bytes.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Replaces the file at `path`, or creates it, with `bytes`; errors as for an array.
  public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
    try write(parts: [bytes], to: path)
  }

  /// Replaces the file at `path`, or creates it, with `parts` one behind the other; errors as for bytes.
  package static func write(parts: [UnsafeRawBufferPointer], to path: String) throws {
    var mode: mode_t?
    var information = stat()
    var target = path
    if stat(path, &information) == 0 {
      // The type of a file in the mode's upper bits: 4 directory, 8 regular.
      let type = Int(information.st_mode) >> 12 & 0xF
      if type == 0x4 { throw failure("is a directory", path, code: EISDIR) }
      if type != 0x8 { return try writeInPlace(parts, path) }
      mode = information.st_mode & 0o777
      if let resolved = realpath(path, nil) {
        target = String(cString: resolved)
        free(resolved)
      }
    }
    removeStaleTemporaries(of: target)
    var temporary = try TemporaryFile(beside: target, reportedAs: path)
    for part in parts { try temporary.write(part) }
    try temporary.replaceTarget(mode: mode)
  }

  /// Removes the temporary files that killed writers of `path` left.
  public static func removeStaleTemporaries(of path: String) {
    let (folder, name) = split(path)
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let candidate = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard candidate.hasPrefix(name + ".tmp.") else { continue }
      let suffix = candidate.dropFirst(name.count + 5)
      guard !suffix.isEmpty, suffix.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { continue }
      TemporaryFile.removeIfStale(folder + "/" + candidate, process: Int32(suffix.prefix { $0 != "." }))
    }
  }

  /// The folder and the last part of `path`.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }

  private static func writeInPlace(_ parts: [UnsafeRawBufferPointer], _ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be opened for writing", path, code: errno) }
    defer { close(descriptor) }
    for part in parts {
      if let code = writeAll(part, to: descriptor) {
        throw failure("cannot be written", path, code: code)
      }
    }
  }

  /// Writes all of `bytes`; the system's error code if that fails.
  static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  /// The error for a failed step: `cannotCreate` if no file can have that name, else `inputOutput`.
  static func failure(_ what: String, _ path: String, code: Int32) -> SurprisalError {
    let reason = String(cString: strerror(code))
    switch code {
    case ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP, EINVAL:
      return SurprisalError(
        .cannotCreate, "\(what): \(reason)", remedy: "choose a file name in a folder that exists",
        at: .init(file: path))
    case ENOSPC, EDQUOT, EFBIG:
      return SurprisalError(
        .inputOutput, "\(what): \(reason)", remedy: "free some space or write elsewhere",
        at: .init(file: path))
    default:
      return SurprisalError(
        .inputOutput, "\(what): \(reason)", remedy: "check the permissions and the device or write elsewhere",
        at: .init(file: path))
    }
  }
}

/// The system call, out of sight of the methods of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
