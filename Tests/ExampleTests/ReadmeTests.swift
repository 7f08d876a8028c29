import Foundation
import Testing

/// README and guides are true: their commands run and print what they show, their Swift compiles elsewhere in
/// the project word for word, their links lead somewhere.
struct ReadmeTests {
  @Test(arguments: Document.all)
  func commandsPrintWhatIsShown(path: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("surprisal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for example in try Document(path).examples {
      let (status, output) = try run(example.command, in: folder)
      let isError = example.shown.first?.hasPrefix("error: ") ?? false
      #expect((status != 0) == isError, "\(example.command) ended with \(status):\n\(output)")
      var rest = output.components(separatedBy: "\n")[...]
      for line in example.shown where line != "…" && !line.isEmpty {
        let place = rest.firstIndex { matches($0, shown: line) }
        #expect(place != nil, "\(path): `\(example.command)` does not print\n\(line)\nbut\n\(output)")
        if let place { rest = rest[(place + 1)...] }
      }
    }
  }

  @Test func theReadmeShowsCommands() throws {
    #expect(try Document("README.md").examples.count >= 6)
    #expect(try Document("README.md").examples[0].shown.count > 10)
  }

  @Test(arguments: Document.all)
  func swiftIsPartOfTheProject(path: String) throws {
    let places = [
      "Tests/Consumer/Sources", "Tests/Consumer/Package.swift", "Examples", "Sources/Latent", "Sources/Tensors",
      "Tests/TensorTests", "Sources/Distributions", "Tests/DistributionTests", "Tests/NetworkTests",
    ]
    let sources = try places.flatMap(texts)
    for block in try Document(path).blocks where block.language == "swift" {
      #expect(sources.contains { $0.contains(block.text) }, "\(path): no file holds\n\(block.text)")
    }
  }

  @Test(arguments: Document.all)
  func linksLeadSomewhere(path: String) throws {
    let base = Document.project.appendingPathComponent(path).deletingLastPathComponent()
    for link in try Document(path).links {
      let place = base.appendingPathComponent(link).standardized.path
      #expect(FileManager.default.fileExists(atPath: place), "\(path) links to \(link)")
    }
  }

  @Test(arguments: Document.all)
  func makeTargetsExist(path: String) throws {
    let makefile = try String(contentsOf: Document.project.appendingPathComponent("Makefile"), encoding: .utf8)
    let targets = Set(makefile.components(separatedBy: "\n").compactMap { $0.components(separatedBy: ":").first })
    for block in try Document(path).blocks where block.language == "sh" {
      for line in block.lines where line.hasPrefix("make ") {
        let target = line.split(separator: " ")[1]
        #expect(targets.contains(String(target)), "\(path): make \(target)")
      }
    }
  }

  /// Whether a line of output is the shown one, in which `…` stands for anything.
  private func matches(_ line: String, shown: String) -> Bool {
    guard shown.contains("…") else { return words(line, equal: shown) }
    let parts = shown.trimmingCharacters(in: .whitespaces).components(separatedBy: "…")
    var rest = line.trimmingCharacters(in: .whitespaces)[...]
    for (index, part) in parts.enumerated() where !part.isEmpty {
      guard let range = rest.range(of: part, options: index == 0 ? .anchored : []) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.isEmpty || shown.hasSuffix("…")
  }

  /// Whether two lines have the same words and numbers; a gap of 0 may be one of rounding, which depends on the
  /// processor.
  private func words(_ line: String, equal shown: String) -> Bool {
    let (found, expected) = (line.split(separator: " "), shown.split(separator: " "))
    return found.count == expected.count
      && zip(found, expected).allSatisfy { word, wanted in
        guard word != wanted else { return true }
        guard let value = Double(word), let number = Double(wanted) else { return false }
        return abs(value - number) <= 1e-9
      }
  }

  /// The Swift files at a path of the project.
  private func texts(_ path: String) throws -> [String] {
    let place = Document.project.appendingPathComponent(path)
    guard !path.hasSuffix(".swift") else { return [try String(contentsOf: place, encoding: .utf8)] }
    let names = try FileManager.default.subpathsOfDirectory(atPath: place.path)
    return try names.filter { $0.hasSuffix(".swift") && !$0.contains(".build/") }.map {
      try String(contentsOf: place.appendingPathComponent($0), encoding: .utf8)
    }
  }

  /// Runs a line of bash in which `surprisal` is the executable beside the tests.
  private func run(_ command: String, in folder: URL) throws -> (status: Int32, output: String) {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let tool = tests.deletingLastPathComponent().appendingPathComponent("surprisal").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "surprisal() { '\(tool)' \"$@\"; }\n" + command]
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
