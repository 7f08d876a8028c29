import Foundation
import SurprisalTestSupport
import Testing

/// `surprisal data fetch` against a server on loopback.
@Suite(.enabled(if: LoopbackServer.hasCurl)) struct DataFetchTests {
  /// The copies beside the project; nil, said by name, where they are absent.
  private static let shared: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = root.deletingLastPathComponent().appendingPathComponent("shared/data/mnist")
    guard FileManager.default.fileExists(atPath: data.path) else {
      print("skipped: ../shared/data/mnist is absent")
      return nil
    }
    return data
  }()

  @Test func fetchesMNIST() throws {
    guard let shared = DataFetchTests.shared else { return }
    let server = try #require(
      LoopbackServer { request in
        guard let data = try? Data(contentsOf: shared.appendingPathComponent(request.path)) else {
          return .init("404 Not Found", body: [])
        }
        return .part(of: Array(data), from: request.rangeStart)
      })
    defer { server.stop() }
    try Tool.within { tool in
      let answer = try tool.run(["data", "fetch", "mnist", "--from", server.address, "--json"]).object()
      #expect(answer["folder"] as? String == "mnist")
      let files = try #require(answer["files"] as? [[String: Any]])
      #expect(files.map { $0["outcome"] as? String } == ["fetched", "fetched", "fetched", "fetched"])
      let again = try tool.run(["data", "fetch", "mnist", "--from", "http://127.0.0.1:9"])
      #expect(again.code == 0 && again.output.components(separatedBy: "already there, checksum holds").count == 5)
    }
  }

  @Test func mistakesAreOneLine() throws {
    let server = try #require(LoopbackServer { _ in .init(body: [1, 2, 3]) })
    defer { server.stop() }
    try Tool.within { tool in
      expectError(
        try tool.run(["data", "fetch", "mnist", "--from", server.address]), code: 65,
        saying: ["\(server.address)/train-images-idx3-ubyte.gz: what came is not", "--from"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: tool.folder.path + "/mnist").isEmpty)
      expectError(
        try tool.run("data fetch mnist --from http://127.0.0.1:9"), code: 75, saying: ["cannot be fetched"])
      expectError(try tool.run("data fetch mnits"), code: 64, saying: ["did you mean mnist?"])
      expectError(try tool.run("data fetch mnist --into no/folder"), code: 73, saying: ["no/folder"])
      let outcome = try tool.run(
        ["data", "fetch", "mnist", "--from", server.address], environment: ["PATH": "/nowhere"])
      expectError(outcome, code: 66, saying: ["curl"])
    }
  }

  @Test func aSignalKeepsWhatCame() throws {
    let server = try #require(
      LoopbackServer { _ in .init(body: [UInt8](repeating: 0, count: 500_000), pause: 20_000) })
    defer { server.stop() }
    try Tool.within { tool in
      let process = Process()
      process.executableURL = Tool.executable
      process.currentDirectoryURL = tool.folder
      process.arguments = ["data", "fetch", "mnist", "--from", server.address]
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      Thread.sleep(forTimeInterval: 1)
      kill(process.processIdentifier, SIGTERM)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 143 && text.hasPrefix("stopped: mnist keeps what came"), "\(text)")
      #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
      let kept = try tool.bytes(of: "mnist/train-images-idx3-ubyte.gz.part")
      #expect(kept.count > 1000)
    }
  }
}
