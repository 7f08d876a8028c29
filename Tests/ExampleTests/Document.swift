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

  /// The commands of `console` and `sh` blocks that call the program, in the page's order.
  var examples: [Example] {
    var result: [Example] = []
    for block in blocks where block.language == "console" || block.language == "sh" {
      var isOpen = false
      for line in block.lines {
        let isCommand = block.language == "sh" || line.hasPrefix("$ ")
        if isCommand {
          let command = line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line
          isOpen = command.hasPrefix("surprisal ") || command.contains("| surprisal ")
          if isOpen { result.append(Example(command: command, shown: [])) }
        } else if isOpen {
          result[result.count - 1].shown.append(line)
        }
      }
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
