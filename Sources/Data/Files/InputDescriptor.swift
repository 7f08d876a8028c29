import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open input: the system calls behind ``MappedFile``, each failure turned into a `SurprisalError`.
struct InputDescriptor: ~Copyable {
  /// What `fstat` tells of an input.
  struct Status {
    var isRegular: Bool
    var isPipe: Bool
    var byteCount: Int
  }

  let name: String
  let status: Status
  private let descriptor: Int32
  private let closesAtEnd: Bool

  /// Opens `path` for reading without waiting for a pipe's writer; `-` is standard input.
  init(path: String) throws {
    name = path
    closesAtEnd = path != "-"
    descriptor = closesAtEnd ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : STDIN_FILENO
    guard descriptor >= 0 else { throw InputDescriptor.failedOpen(path, code: errno) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      let code = errno
      if closesAtEnd { close(descriptor) }
      throw closesAtEnd
        ? InputDescriptor.failure("cannot be examined", path, code: code)
        : SurprisalError(
          .missingInput, "standard input is closed", remedy: "pipe data in or name a file",
          at: .init(file: path))
    }
    // The type of a file in the mode's upper bits, as POSIX systems agree on: 4 directory, 8 regular, 1 FIFO.
    let type = Int(information.st_mode) >> 12 & 0xF
    guard type != 0x4 else {
      if closesAtEnd { close(descriptor) }
      throw SurprisalError(
        .missingInput, "is a directory", remedy: "name a file in it", at: .init(file: path))
    }
    status = Status(isRegular: type == 0x8, isPipe: type == 0x1, byteCount: Int(information.st_size))
  }

  deinit {
    if closesAtEnd { close(descriptor) }
  }

  /// Whether nothing has been read yet, as far as the input can tell.
  var isAtStart: Bool { lseek(descriptor, 0, SEEK_CUR) == 0 }

  /// Maps the first `byteCount` bytes, zero bytes behind them.
  func map(byteCount: Int) throws -> (base: UnsafeRawPointer, length: Int) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let length = (byteCount + MappedFile.paddingByteCount + page - 1) / page * page
    // The file is mapped over a reservation of zero pages, one of which stays behind the file's last page
    // whenever that page has no room for the padding.
    let failed = UnsafeMutableRawPointer(bitPattern: -1)
    let reserved = mmap(nil, length, PROT_READ, MAP_PRIVATE | Int32(MAP_ANON), -1, 0)
    guard let reserved, reserved != failed else {
      throw InputDescriptor.failure("cannot be mapped (\(byteCount) bytes)", name, code: errno)
    }
    let mapped = mmap(reserved, byteCount, PROT_READ, MAP_PRIVATE | MAP_FIXED, descriptor, 0)
    guard mapped != failed else {
      let code = errno
      munmap(reserved, length)
      throw InputDescriptor.failure("cannot be mapped (\(byteCount) bytes)", name, code: code)
    }
    return (UnsafeRawPointer(reserved), length)
  }

  /// Reads all that is left into memory from `malloc`, zero bytes behind it.
  func readToEnd(writerTimeout: Double) throws -> (base: UnsafeRawPointer, byteCount: Int) {
    let limit = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))) / 2
    var capacity = max(status.byteCount, 1 << 16) + MappedFile.paddingByteCount
    var count = 0
    guard var memory = malloc(capacity) else { throw outOfMemory(capacity) }
    var succeeded = false
    defer { if !succeeded { free(memory) } }

    if status.isPipe, closesAtEnd { try waitForWriter(timeout: writerTimeout) }
    while true {
      if count + MappedFile.paddingByteCount == capacity {
        capacity += capacity / 2
        guard capacity <= limit else {
          throw SurprisalError(
            .data, "the input is larger than half of this machine's memory (\(limit) bytes)",
            remedy: "write it to a file and name that", at: .init(file: name))
        }
        guard let larger = realloc(memory, capacity) else { throw outOfMemory(capacity) }
        memory = larger
      }
      let received = read(descriptor, memory + count, capacity - MappedFile.paddingByteCount - count)
      if received > 0 {
        count += received
      } else if received == 0 {
        break
      } else if errno == EAGAIN {
        _ = waitForInput(milliseconds: -1)
      } else if errno != EINTR {
        throw InputDescriptor.failure("cannot be read", name, code: errno)
      }
    }
    memset(memory + count, 0, MappedFile.paddingByteCount)
    succeeded = true
    return (UnsafeRawPointer(memory), count)
  }

  /// Waits until a pipe in the file system has a writer; a reader that opened first sees it as ended before.
  private func waitForWriter(timeout: Double) throws {
    guard waitForInput(milliseconds: Int32(min(timeout, 1e6) * 1000)) else {
      throw SurprisalError(
        .inputOutput, "nothing writes to this pipe for \(timeout) seconds",
        remedy: "start the writer first or name a file", at: .init(file: name))
    }
  }

  /// Whether something can be read, or the writer has gone, within the time; -1 waits for ever.
  private func waitForInput(milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&request, 1, milliseconds)
      if ready >= 0 || errno != EINTR { return ready > 0 }
    }
  }

  private func outOfMemory(_ byteCount: Int) -> SurprisalError {
    SurprisalError(
      .internal, "no memory for \(byteCount) bytes of input", remedy: "free memory or use a smaller file",
      at: .init(file: name))
  }

  private static func failedOpen(_ path: String, code: Int32) -> SurprisalError {
    switch code {
    case ENOENT, ENOTDIR:
      SurprisalError(
        .missingInput, "no such file", remedy: "check the path; - reads standard input",
        at: .init(file: path))
    case EACCES, EPERM:
      SurprisalError(
        .inputOutput, "may not be read", remedy: "check its permissions", at: .init(file: path))
    default: failure("cannot be opened", path, code: code)
    }
  }

  private static func failure(_ what: String, _ path: String, code: Int32) -> SurprisalError {
    SurprisalError(
      .inputOutput, "\(what): \(String(cString: strerror(code)))",
      remedy: "check the file and its device", at: .init(file: path))
  }
}
