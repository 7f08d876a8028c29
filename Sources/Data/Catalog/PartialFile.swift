import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The file `<name>.part` that a download grows in, locked against other downloads of the same file.
///
/// It stays when a download breaks off, so that the next one goes on where this one ended.
struct PartialFile: ~Copyable {
  let path: String
  private let target: String
  private let descriptor: Int32

  /// Opens or creates the file beside `target`.
  ///
  /// Throws a try-again error while another process has it.
  init(beside target: String) throws {
    self.target = target
    path = target + ".part"
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard opened >= 0 else { throw AtomicWrite.failure("cannot be created", path, code: errno) }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      close(opened)
      throw SurprisalError(
        .tryAgain, "is being fetched by another process", remedy: "wait for it", at: .init(file: path))
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// The bytes in it.
  var byteCount: Int {
    var information = stat()
    return fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
  }

  /// Makes it empty.
  borrowing func clear() { _ = ftruncate(descriptor, 0) }

  /// Removes it.
  borrowing func remove() { unlink(path) }

  /// Flushes it, gives it the target's name and flushes the folder.
  borrowing func replaceTarget() throws {
    guard fsync(descriptor) == 0 else { throw AtomicWrite.failure("cannot be flushed", path, code: errno) }
    guard rename(path, target) == 0 else { throw AtomicWrite.failure("cannot be put in place", target, code: errno) }
    let folder = open(AtomicWrite.split(target).folder, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw AtomicWrite.failure("its folder cannot be flushed", target, code: errno)
    }
  }
}
