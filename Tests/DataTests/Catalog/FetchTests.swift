import Foundation
import SurprisalCore
import SurprisalData
import SurprisalTestSupport
import Synchronization
import Testing

/// Data sets fetched from a server on loopback: whole, resumed, broken off, wrong.
@Suite(.enabled(if: LoopbackServer.hasCurl)) struct FetchTests {
  private typealias Response = LoopbackServer.Response
  private let bytes: [UInt8] = (0..<50_000).map { (place: Int) in UInt8(truncatingIfNeeded: place * place * 31 / 32) }

  private func set(_ servers: [String] = [], file bytes: [UInt8]? = nil) -> DownloadableSet {
    let bytes = bytes ?? self.bytes
    return DownloadableSet(
      name: "test", summary: "", source: "", license: "", servers: servers,
      files: [.init(name: "a.bin", byteCount: bytes.count, sha256: SHA256.hexDigest(of: bytes))])
  }

  private func within(
    _ respond: @escaping @Sendable (LoopbackServer.Request) -> Response,
    _ body: (LoopbackServer, URL) throws -> Void
  ) throws {
    let server = try #require(LoopbackServer(respond))
    defer { server.stop() }
    try CSVFixture.withTemporaryFolder { try body(server, $0.appendingPathComponent("new")) }
  }

  private func names(_ folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  private func start(_ folder: URL, part: [UInt8]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(part).write(to: folder.appendingPathComponent("a.bin.part"))
  }

  private func check(_ folder: URL) throws {
    #expect(try Array(Data(contentsOf: folder.appendingPathComponent("a.bin"))) == bytes)
    #expect(names(folder) == ["a.bin"])
  }

  @Test func aFileIsFetchedOnce() throws {
    let bytes = bytes
    try within({ _ in Response(body: bytes) }) { server, folder in
      var seen: [Int] = []
      let outcomes = try set().fetch(into: folder.path, from: server.address + "/") { _, count in
        seen.append(count)
        return true
      }
      #expect(outcomes == [.fetched] && seen.last == bytes.count)
      try check(folder)
      #expect(try set().fetch(into: folder.path, from: server.address) == [.present])
      #expect(server.requests == [.init(path: "/a.bin", rangeStart: nil)])
    }
  }

  @Test func whatIsThereIsNotFetchedAgain() throws {
    let bytes = bytes
    try within({ .part(of: bytes, from: $0.rangeStart) }) { server, folder in
      try start(folder, part: Array(bytes.prefix(20_000)))
      #expect(try set().fetch(into: folder.path, from: server.address) == [.fetched])
      try check(folder)
      #expect(server.requests == [.init(path: "/a.bin", rangeStart: 20_000)])
    }
  }

  @Test func aWholePartNeedsNoServer() throws {
    try CSVFixture.withTemporaryFolder { folder in
      try start(folder, part: bytes)
      #expect(try set().fetch(into: folder.path, from: "http://127.0.0.1:9") == [.fetched])
      try check(folder)
    }
  }

  /// A server that knows no ranges, a part that is too long, and one of another file.
  @Test(arguments: ["no ranges", "too long", "another file"])
  func aPartThatDoesNotFitIsFetchedAnew(_ fault: String) throws {
    let bytes = bytes
    try within({ request in
      fault == "no ranges" ? Response(body: bytes) : .part(of: bytes, from: request.rangeStart)
    }) { server, folder in
      let other = [UInt8](repeating: 1, count: fault == "too long" ? 60_000 : 100)
      try start(folder, part: fault == "no ranges" ? Array(bytes.prefix(100)) : other)
      #expect(try set().fetch(into: folder.path, from: server.address) == [.fetched])
      try check(folder)
      #expect(server.requests.last?.rangeStart == nil)
    }
  }

  @Test func aBrokenTransferGoesOn() throws {
    let bytes = bytes
    try within({ request in
      let rest = Array(bytes[(request.rangeStart ?? 0)...])
      // Each time 20,000 bytes come through.
      return Response(
        request.rangeStart == nil ? "200 OK" : "206 Partial Content",
        headers: request.rangeStart == nil
          ? [] : ["Content-Range: bytes \(bytes.count - rest.count)-\(bytes.count - 1)/\(bytes.count)"],
        body: rest, sentCount: min(20_000, rest.count))
    }) { server, folder in
      #expect(try set().fetch(into: folder.path, from: server.address) == [.fetched])
      try check(folder)
      #expect(server.requests.map(\.rangeStart) == [nil, 20_000, 40_000])
    }
  }

  @Test func wrongContentsLeaveNothing() throws {
    try within({ _ in Response(body: [1, 2, 3]) }) { server, folder in
      let error = try #require(throws: SurprisalError.self) {
        try set().fetch(into: folder.path, from: server.address)
      }
      #expect(error.category == .data && error.location?.file == server.address + "/a.bin")
      #expect(error.message == "what came is not a.bin: 3 bytes of another SHA-256, expected 50000")
      #expect(names(folder).isEmpty)
    }
  }

  @Test func serversAreTriedInTurn() throws {
    let bytes = bytes
    try within({ request in
      switch request.path {
      case "/good/a.bin": Response(body: bytes)
      case "/moved/a.bin": Response("302 Found", headers: ["Location: /good/a.bin"], body: [])
      default: Response("404 Not Found", body: Array("nothing".utf8))
      }
    }) { server, folder in
      let servers = ["http://127.0.0.1:9", server.address + "/none", server.address + "/moved"]
      #expect(try set(servers).fetch(into: folder.path) == [.fetched])
      try check(folder)
      try FileManager.default.removeItem(at: folder)
      let error = try #require(throws: SurprisalError.self) {
        try set(Array(servers.prefix(2))).fetch(into: folder.path)
      }
      #expect(error.category == .missingInput && error.message.contains("404"))
      let silent = try #require(throws: SurprisalError.self) {
        try set(Array(servers.prefix(1))).fetch(into: folder.path)
      }
      #expect(silent.category == .tryAgain && names(folder).isEmpty)
      let odd = try #require(throws: SurprisalError.self) {
        try set().fetch(into: folder.path, from: "gopher://127.0.0.1")
      }
      #expect(odd.category == .usage, "\(odd)")
    }
  }

  @Test func aStoppedFetchKeepsWhatCame() throws {
    let bytes = bytes
    try within({ _ in Response(body: bytes, pause: 20_000) }) { server, folder in
      let outcomes = try set().fetch(into: folder.path, from: server.address) { _, count in count < 2000 }
      #expect(outcomes == [.interrupted] && names(folder) == ["a.bin.part"])
      let kept = try Array(Data(contentsOf: folder.appendingPathComponent("a.bin.part")))
      #expect(kept.count >= 2000 && kept.count < bytes.count, "\(kept.count)")
      #expect(kept == Array(bytes.prefix(kept.count)))
    }
  }

  @Test func anotherFileOfThatNameStays() throws {
    try CSVFixture.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.bin")
      try Data([1, 2]).write(to: file)
      let error = try #require(throws: SurprisalError.self) {
        try set().fetch(into: folder.path, from: "http://127.0.0.1:9")
      }
      #expect(error.category == .data && error.location?.file == file.path)
      #expect(try Array(Data(contentsOf: file)) == [1, 2] && names(folder) == ["a.bin"])
    }
  }

  @Test func theCatalogIsSound() throws {
    for set in DownloadableSet.all {
      #expect(try DownloadableSet(named: set.name) == set)
      #expect(set.files.count == 4 && set.servers.count > 1 && !set.license.isEmpty)
      for file in set.files {
        for digest in [file.sha256, file.unpackedSHA256 ?? ""] {
          #expect(digest.count == 64 && digest.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        }
      }
      #expect(set.servers.allSatisfy { $0.hasPrefix("http") && !$0.hasSuffix("/") })
    }
    let error = try #require(throws: SurprisalError.self) { try DownloadableSet(named: "mnst") }
    #expect(error.remedy == "did you mean mnist?")
  }

  #if SystemLibraries
    /// The copies beside the project hold what the catalog says, some of them packed anew.
    @Test func theCopiesBesideTheProjectAreRight() throws {
      guard let data = CSVFixture.sharedData else {
        print("skipped: ../shared/data is absent")
        return
      }
      for set in DownloadableSet.all {
        try CSVFixture.withTemporaryFolder { folder in
          let source = data.appendingPathComponent(set.name)
          let outcomes = try set.fetch(into: folder.path, from: "file://" + source.standardized.path)
          #expect(outcomes == [.fetched, .fetched, .fetched, .fetched])
          #expect(names(folder).contains("classes.txt") == !set.classNames.isEmpty)
        }
      }
    }
  #endif
}
