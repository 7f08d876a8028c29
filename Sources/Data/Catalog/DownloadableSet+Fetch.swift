import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension DownloadableSet {
  /// What fetching a file came to.
  public enum Outcome: String, Sendable, Hashable {
    /// It was there already, with the right checksum.
    case present
    /// It was fetched.
    case fetched
    /// The caller stopped it; what came so far is kept, and the next fetch goes on behind it.
    case interrupted
  }

  /// Fetches all files into `folder`, which is made if it is not there; one that is there already is only verified.
  ///
  /// A file grows as `<name>.part`, goes on where an earlier attempt broke off, and takes its name when its checksum
  /// holds. The servers are tried in their order, or `server` alone.
  ///
  /// - Parameter progress: called some twenty times a second with the bytes of the file so far; false stops.
  /// - Throws: a try-again error where a server cannot be reached or breaks off, a missing-input error where it does
  ///   not have the file, a data error where the checksum is wrong, and errors of writing.
  public func fetch(
    into folder: String, from server: String? = nil, progress: (File, Int) -> Bool = { _, _ in true }
  ) throws -> [Outcome] {
    try Folder.create(folder)
    var outcomes: [Outcome] = []
    for file in files {
      let outcome = try fetch(file, into: folder, from: server.map { [$0] } ?? servers) { progress(file, $0) }
      outcomes.append(outcome)
      if outcome == .interrupted { return outcomes }
    }
    if !classNames.isEmpty {
      try AtomicWrite.write(classNames.joined(separator: "\n") + "\n", to: folder + "/classes.txt")
    }
    return outcomes
  }

  private func fetch(
    _ file: File, into folder: String, from servers: [String], poll: (Int) -> Bool
  ) throws -> Outcome {
    let target = folder + "/" + file.name
    if access(target, F_OK) == 0 {
      guard try file.isRight(target) else {
        throw SurprisalError(
          .data, "is there already and is not the file of `\(name)`: its SHA-256 is another",
          remedy: "remove it, or name another folder", at: .init(file: target))
      }
      return .present
    }
    let part = try PartialFile(beside: target)
    if part.byteCount > 0, try file.isRight(part.path) {
      try part.replaceTarget()
      return .fetched
    }
    var failure: SurprisalError?
    for server in servers {
      let url = (server.hasSuffix("/") ? String(server.dropLast()) : server) + "/" + file.name
      do {
        guard try file.download(from: url, into: part, poll: poll) else { return .interrupted }
        try part.replaceTarget()
        return .fetched
      } catch let error as SurprisalError where [.tryAgain, .missingInput, .data].contains(error.category) {
        // The first server's reason is told, unless a later one says more than that it could not be reached.
        if failure == nil || failure?.category == .tryAgain && error.category != .tryAgain { failure = error }
      }
    }
    if part.byteCount == 0 { part.remove() }
    throw failure ?? SurprisalError(.usage, "no server is known for `\(name)`", remedy: "name one with --from")
  }
}

extension DownloadableSet.File {
  /// How often a transfer that breaks off is taken up again.
  private static let attempts = 4

  /// Gets the file into `part` and verifies it; false if `poll` stopped it.
  fileprivate func download(from url: String, into part: borrowing PartialFile, poll: (Int) -> Bool) throws -> Bool {
    var attempt = 0
    while true {
      let start = part.byteCount
      let outcome = try Curl.get(url, into: part.path, from: start, mostBytes: byteCount * 2 + 1 << 20) {
        poll(part.byteCount)
      }
      attempt += 1
      switch outcome {
      case .interrupted: return false
      case .complete:
        if try isRight(part.path) { return true }
        let found = part.byteCount
        part.clear()
        // What was there before may have been another file's.
        if start == 0 { throw wrong(found, url) }
      case .failed(let code, let message):
        // 22: the server refuses, perhaps only the range; 33, 36: it cannot go on in the middle.
        if start > 0, [22, 33, 36].contains(code) {
          part.clear()
          continue
        }
        // 18: cut off; 28: too slow; 52, 56: the connection broke.
        if [18, 28, 52, 56].contains(code), attempt < Self.attempts { continue }
        throw failure(code, message, url)
      }
    }
  }

  private func wrong(_ found: Int, _ url: String) -> SurprisalError {
    SurprisalError(
      .data, "what came is not \(name): \(found) bytes of another SHA-256, expected \(byteCount)",
      remedy: "try another server with --from", at: .init(file: url))
  }

  private func failure(_ code: Int32, _ message: String, _ url: String) -> SurprisalError {
    let location = SurprisalError.Location(file: url)
    switch code {
    case 22, 37, 78:
      return SurprisalError(
        .missingInput, "the server does not give the file: \(message)", remedy: "try another server with --from",
        at: location)
    case 1, 3:
      return SurprisalError(
        .usage, "is no address that can be fetched: \(message)", remedy: "give an http or https address", at: location)
    case 23:
      return SurprisalError(
        .inputOutput, "the file cannot be written: \(message)", remedy: "make room or choose another folder",
        at: location)
    case 63:
      return SurprisalError(
        .data, "the server's file is much larger than \(byteCount) bytes", remedy: "try another server with --from",
        at: location)
    default:
      return SurprisalError(
        .tryAgain, "cannot be fetched: \(message.isEmpty ? "curl ended with \(code)" : message)",
        remedy: "try again, or another server with --from; it goes on where it broke off", at: location)
    }
  }

  /// Whether the file at `path` has the right checksum, packed or, where it was packed anew, unpacked.
  func isRight(_ path: String) throws -> Bool {
    let file = try MappedFile(path: path)
    func digest(_ file: MappedFile) -> String {
      var hash = SHA256()
      file.withUnsafeBytes { hash.update($0) }
      return hash.hexDigest
    }
    if file.byteCount == byteCount, digest(file) == sha256 { return true }
    guard let unpackedSHA256, file.isGzip, let contents = try? file.unpackingGzip() else { return false }
    return digest(contents) == unpackedSHA256
  }
}
