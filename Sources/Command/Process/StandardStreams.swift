import Surprisal
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What must hold of the three standard descriptors before anything else is opened.
enum StandardStreams {
  private static let closedInput = Atomic<Bool>(false)

  /// Whether the process was started without standard input.
  static var inputWasClosed: Bool { closedInput.load(ordering: .relaxed) }

  /// Fills closed standard descriptors, so that no file opened later becomes standard output by accident.
  ///
  /// The filler faces the wrong way (standard input opens for writing, output for reading): whoever uses it
  /// gets the error that a closed descriptor gives. A broken pipe becomes an error code instead of a signal.
  static func prepare() {
    for (descriptor, mode) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      _ = open("/dev/null", mode)
      if descriptor == STDIN_FILENO { closedInput.store(true, ordering: .relaxed) }
    }
    signal(SIGPIPE, SIG_IGN)
    // A file that grows beyond the limit of the user gives an error code too.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Ends the process the way a program ends whose reader has gone: by SIGPIPE, without a word.
  static func endByBrokenPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    exit(128 + SIGPIPE)
  }
}
