import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write in a folder, which one holder has at a time; given back when it is released.
///
/// It is a lock on the file `lock` in the folder, which names the holder's process. The lock dies with its holder, so
/// that what a killed process left behind stops nobody.
package final class FolderLock {
  /// The name of the file in the folder.
  package static let fileName = "lock"
  private let path: String
  private let descriptor: Int32

  /// Takes the lock of `folder`.
  ///
  /// - Throws: `cannotCreate` that names the process which holds it; an error of the file system.
  package init(folder: String) throws {
    path = folder + "/" + FolderLock.fileName
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard opened >= 0 else { throw AtomicWrite.failure("cannot be created", path, code: errno) }
      guard FolderLock.take(opened) else {
        let holder = FolderLock.holder(opened)
        close(opened)
        throw SurprisalError(
          .cannotCreate, "\(holder.map { "process \($0)" } ?? "another process") is writing in this folder",
          remedy: "wait for it or choose another folder", at: .init(file: folder))
      }
      // The holder before may have removed the file between the two calls; its name is then free, or another's.
      if FolderLock.isNamed(path, opened) {
        descriptor = opened
        break
      }
      close(opened)
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, text.withUnsafeBytes({ AtomicWrite.writeAll($0, to: descriptor) }) == nil
    else {
      // `deinit` closes and removes the file.
      throw AtomicWrite.failure("cannot be written", path, code: errno)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  private static func take(_ descriptor: Int32) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    // No locks on this file system: the process that is named decides.
    guard let holder = holder(descriptor) else { return true }
    return kill(holder, 0) != 0 && errno == ESRCH
  }

  /// The process that the lock file names.
  private static func holder(_ descriptor: Int32) -> Int32? {
    let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, 32, 0))
    }
    let number = Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    return number.flatMap { $0 > 0 ? $0 : nil }
  }

  private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var open = stat()
    var named = stat()
    return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino
      && open.st_dev == named.st_dev
  }
}
