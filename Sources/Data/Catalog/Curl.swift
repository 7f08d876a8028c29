import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The program `curl` as a child process, which gets one file into another.
///
/// A library would be loaded with every start of this program, or bound to one version of it; `curl` is on nearly every
/// machine, follows the system's certificates and proxies, and is replaced by its updates.
struct Curl {
  /// What a transfer came to.
  enum Outcome: Equatable {
    case complete
    /// Told to stop.
    case interrupted
    /// curl's exit code, and what it said.
    case failed(code: Int32, message: String)
  }

  /// The variables of the environment that say how to reach the network.
  private static let passedOn = [
    "PATH", "HOME", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
  ]

  /// Appends what is at `url` behind the first `offset` bytes to the file at `path`, or writes it anew from 0 on.
  ///
  /// `poll` is called about twenty times a second and stops the transfer by giving false.
  static func get(
    _ url: String, into path: String, from offset: Int, mostBytes: Int, poll: () -> Bool
  ) throws -> Outcome {
    var words = [
      "curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https,file", "--proto-redir",
      "=http,https", "--max-redirs", "10", "--connect-timeout", "20", "--speed-limit", "1", "--speed-time", "30",
      "--max-filesize", "\(mostBytes)", "--output", path,
    ]
    if offset > 0 { words += ["--continue-at", "\(offset)"] }
    words += ["--url", url]
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("no pipe can be made", errno) }
    defer { close(ends[0]) }
    let child: pid_t
    do {
      defer { close(ends[1]) }
      child = try spawn(words, standardError: ends[1], closing: ends[0])
    }
    var status: Int32 = 0
    var isStopped = false
    while true {
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child || ended < 0 && errno != EINTR { break }
      if !isStopped, !poll() {
        kill(child, SIGTERM)
        isStopped = true
      }
      usleep(50_000)
    }
    _ = poll()
    if isStopped { return .interrupted }
    // The low seven bits of the status are the signal that ended it, the next eight its exit code.
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    if code == 0 { return .complete }
    return .failed(code: code, message: text(from: ends[0]))
  }

  private static func spawn(_ words: [String], standardError: Int32, closing: Int32) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    // A thread that blocks or ignores signals would pass that on, and nobody could stop the child.
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, standardError, STDERR_FILENO)
    posix_spawn_file_actions_addclose(&actions, closing)
    let environment = passedOn.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, "curl", &actions, &attributes, &arguments, &variables)
    guard code == 0 else {
      guard code == ENOENT else { throw failure("the program curl cannot be started", code) }
      throw SurprisalError(
        .missingInput, "the program curl, which fetches files, is not there",
        remedy: "install curl, or fetch the files by other means: `surprisal data list` shows where they are")
    }
    return child
  }

  /// The last line that comes out of a pipe nobody writes to any more.
  private static func text(from descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    let lines = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n")
    let line = lines.last.map(String.init) ?? ""
    // curl: (22) The requested URL returned error: 404
    return line.hasPrefix("curl: (") ? String(line.drop { $0 != ")" }.dropFirst(2)) : line
  }

  private static func failure(_ what: String, _ code: Int32) -> SurprisalError {
    SurprisalError(.inputOutput, "\(what): \(String(cString: strerror(code)))", remedy: "try again later")
  }
}
