import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension AtomicWrite {
  /// The file that a new file's bytes go to until they are whole; removed unless it took the target's place.
  struct TemporaryFile: ~Copyable {
    private let path: String
    private let target: String
    private let reportedPath: String
    private let descriptor: Int32
    private var isInPlace = false

    /// Creates the file beside `target`, locked; errors name `reportedPath`.
    init(beside target: String, reportedAs reportedPath: String) throws {
      self.target = target
      self.reportedPath = reportedPath
      var attempt = 0
      while true {
        // The number behind the process's keeps apart the threads of one process.
        let candidate = "\(target).tmp.\(getpid())" + (attempt == 0 ? "" : ".\(attempt)")
        let opened = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if opened < 0, errno == EEXIST, attempt < 10_000 {
          attempt += 1
          continue
        }
        guard opened >= 0 else {
          throw AtomicWrite.failure("cannot be created", reportedPath, code: errno)
        }
        // Until the lock is held another writer may take the file for stale; then a new one is made.
        if TemporaryFile.lock(opened), TemporaryFile.isNamed(candidate, opened) {
          path = candidate
          descriptor = opened
          return
        }
        close(opened)
      }
    }

    deinit {
      if !isInPlace { unlink(path) }
      close(descriptor)
    }

    /// Appends `bytes`.
    borrowing func write(_ bytes: UnsafeRawBufferPointer) throws {
      if let code = AtomicWrite.writeAll(bytes, to: descriptor) {
        throw AtomicWrite.failure("cannot be written", reportedPath, code: code)
      }
    }

    /// Flushes the file, gives it the target's name and flushes the folder.
    mutating func replaceTarget(mode: mode_t?) throws {
      if let mode { _ = fchmod(descriptor, mode) }
      guard fsync(descriptor) == 0 else {
        throw AtomicWrite.failure("cannot be flushed", reportedPath, code: errno)
      }
      guard rename(path, target) == 0 else {
        throw AtomicWrite.failure("cannot be put in place", reportedPath, code: errno)
      }
      isInPlace = true
      let folder = open(AtomicWrite.split(target).folder, O_RDONLY | O_CLOEXEC)
      guard folder >= 0 else { return }
      defer { close(folder) }
      // Some file systems cannot flush a folder and say EINVAL; the file itself is safe then.
      guard fsync(folder) == 0 || errno == EINVAL || errno == ENOTSUP else {
        throw AtomicWrite.failure("its folder cannot be flushed", reportedPath, code: errno)
      }
    }

    /// Removes the temporary file at `path` of `process` if nobody is writing it any more.
    static func removeIfStale(_ path: String, process: Int32?) {
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      guard lock(descriptor, without: { process.map(isGone) ?? false }) else { return }
      // Another writer may have removed it, and a third made a new one of that name, in the meantime.
      if isNamed(path, descriptor) { unlink(path) }
    }

    /// Locks an open file against every other open of it; `fallback` decides where locks do not exist.
    private static func lock(_ descriptor: Int32, without fallback: () -> Bool = { true }) -> Bool {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      return errno == EWOULDBLOCK ? false : fallback()
    }

    private static func isGone(_ process: Int32) -> Bool {
      process != getpid() && kill(process, 0) != 0 && errno == ESRCH
    }

    /// Whether `path` names the file open as `descriptor`.
    private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
      var open = stat()
      var named = stat()
      return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino
        && open.st_dev == named.st_dev
    }
  }
}
