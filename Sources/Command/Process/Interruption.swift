import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whether SIGINT or SIGTERM asked the process to end.
///
/// The first signal is noted, and a fit stops within one iteration; the second ends the process at once.
enum Interruption {
  private static let noted = Atomic<Int32>(0)

  /// The signal that came, or `nil`.
  static var received: Int32? {
    let value = noted.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  /// Notes signals from now on instead of dying of them; a signal that the parent set to be ignored stays so.
  static func observe() {
    // The handler must find the atomic initialized: a lazy initialization takes a lock.
    _ = noted.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      let old = signal(number) { Interruption.note($0) }
      if let old, unsafeBitCast(old, to: Int.self) == 1 { signal(number, SIG_IGN) }
    }
    // A parent that blocks signals in its own threads passes the mask on; nobody could stop this process.
    var mask = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGINT)
    sigaddset(&mask, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  private static func note(_ number: Int32) {
    if noted.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
  }
}
