import Foundation
import Testing

/// Runs the built executable as a process, in a folder of its own.
struct Tool {
  /// What a process left.
  struct Outcome {
    var output: String
    var errors: String
    var code: Int32

    /// The lines on standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }
    /// Standard output as one JSON object.
    func object() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
  }

  /// The folder that commands run in.
  let folder: URL

  /// The executable beside the tests.
  static let executable: URL = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("surprisal")
  }()

  /// A new empty folder.
  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("surprisal-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Removes the folder.
  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Runs `body` with a new folder and removes it.
  static func within(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try body(tool)
  }

  /// Runs the tool with these arguments.
  func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    try launch(Tool.executable, arguments, input: input, environment: environment)
  }

  /// Runs the tool with words separated by blanks.
  func run(_ line: String, input: String = "") throws -> Outcome {
    try run(line.split(separator: " ").map(String.init), input: input)
  }

  /// Runs a line of bash in which `surprisal` is the tool.
  func shell(_ script: String) throws -> Outcome {
    try launch(
      URL(fileURLWithPath: "/bin/bash"),
      ["-c", "surprisal() { '\(Tool.executable.path)' \"$@\"; }\n" + script], input: "", environment: [:])
  }

  private func launch(
    _ executable: URL, _ arguments: [String], input: String, environment: [String: String]
  ) throws -> Outcome {
    // Files instead of pipes: no length of output can block the process.
    let name = UUID().uuidString
    let scratch = FileManager.default.temporaryDirectory
    let places = ["in", "out", "err"].map { scratch.appendingPathComponent("\(name).\($0)") }
    defer { for place in places { try? FileManager.default.removeItem(at: place) } }
    try input.write(to: places[0], atomically: false, encoding: .utf8)
    for place in places.dropFirst() { try Data().write(to: place) }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: places[0])
    process.standardOutput = try FileHandle(forWritingTo: places[1])
    process.standardError = try FileHandle(forWritingTo: places[2])
    try process.run()
    process.waitUntilExit()
    return Outcome(
      output: String(decoding: try Data(contentsOf: places[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: places[2]), as: UTF8.self),
      code: process.terminationStatus)
  }

  /// Writes a file into the folder.
  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: false, encoding: .utf8)
  }

  /// The bytes of a file in the folder.
  func bytes(of name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  /// The names in the folder, sorted.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}

/// Checks rule R: one line `error: …` on standard error, nothing on standard output, this exit code.
func expectError(
  _ outcome: Tool.Outcome, code: Int32, saying fragments: [String],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: sourceLocation)
  #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
  #expect(outcome.errorLines.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
  #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)", sourceLocation: sourceLocation)
  for fragment in fragments {
    #expect(outcome.errors.contains(fragment), "\(outcome.errors)", sourceLocation: sourceLocation)
  }
}
