import Foundation
import Testing

/// A page of the documentation: its fenced blocks and links.
struct Document {
  /// A fenced block of one language.
  struct Block {
    var language: String
    var lines: [String]
    var text: String { lines.joined(separator: "\n") }
  }

  /// A command line and the output that the page shows below it.
  struct Example {
    var command: String
    var shown: [String]
  }

  /// The folder that holds README.md.
  static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// README.md and the guides, as paths in the project.
  static let all: [String] = {
    let guides = try? FileManager.default.contentsOfDirectory(
      atPath: project.appendingPathComponent("Documentation").path)
    return ["README.md"] + (guides ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "Documentation/\($0)" }
  }()

  let path: String
  let lines: [String]
  let blocks: [Block]

  init(_ path: String) throws {
    self.path = path
    let text = try String(contentsOf: Document.project.appendingPathComponent(path), encoding: .utf8)
    lines = text.components(separatedBy: "\n")
    var blocks: [Block] = []
    var open: Block?
    for line in lines {
      if !line.hasPrefix("```") {
        open?.lines.append(line)
      } else if let block = open {
        blocks.append(block)
        open = nil
      } else {
        open = Block(language: String(line.dropFirst(3)), lines: [])
      }
    }
    self.blocks = blocks
  }

  /// The command lines of `console` blocks, and those of `sh` blocks that call the program, in order.
  var examples: [Example] {
    var result: [Example] = []
    for block in blocks where block.language == "console" {
      for line in block.lines {
        if line.hasPrefix("$ ") {
          result.append(Example(command: String(line.dropFirst(2)), shown: []))
        } else if !result.isEmpty {
          result[result.count - 1].shown.append(line)
        }
      }
    }
    for block in blocks where block.language == "sh" {
      result += block.lines.filter { $0.hasPrefix("surprisal ") }.map { Example(command: $0, shown: []) }
    }
    return result
  }

  /// The targets of relative links, without anchors.
  var links: [String] {
    lines.flatMap { line in
      line.components(separatedBy: "](").dropFirst().compactMap { $0.components(separatedBy: ")").first }
    }.compactMap { $0.components(separatedBy: "#").first }.filter { !$0.isEmpty && !$0.contains("://") }
  }
}
