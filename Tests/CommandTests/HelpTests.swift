import Foundation
import SurprisalCommand
import Testing

/// Help, completions and the manual page come from the one definition, and the examples run.
@Suite struct HelpTests {
  @Test func everyCommandExplainsItself() throws {
    try Tool.within { tool in
      for (path, command) in Command.root.leaves {
        let help = try tool.run(Array(path.dropFirst()) + ["--help"])
        #expect(help.code == 0)
        #expect(help.errors.isEmpty)
        for name in command.optionNames { #expect(help.output.contains("--\(name)"), "\(path)") }
        for example in command.examples { #expect(help.output.contains(example.line)) }
        #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 110 }, "\(path)")
        #expect(try tool.run(Array(path.dropFirst()) + ["-h"]).output == help.output)
      }
    }
  }

  /// Every example of every command, in one folder, in the order of the help.
  @Test func everyExampleRuns() throws {
    try Tool.within { tool in
      var lines: [String] = []
      for (_, command) in Command.root.leaves { lines += command.examples.map(\.line) }
      for command in [Command.root] + Command.root.children { lines += command.examples.map(\.line) }
      // What fetches from the network is run against a server of its own: FetchTests.
      for line in lines where !line.hasPrefix("surprisal data fetch ") {
        #expect(line.hasPrefix("surprisal "))
        let outcome = try tool.shell(line)
        #expect(outcome.code == 0, "\(line): \(outcome.errors)")
        #expect(!outcome.output.isEmpty, "\(line)")
      }
    }
  }

  @Test func versionIsOneLine() throws {
    try Tool.within { tool in
      let outcome = try tool.run("--version")
      #expect(outcome.output == "surprisal \(SurprisalCommand.version)\n")
      #expect(outcome.code == 0)
      #expect(try tool.run("help score").output == tool.run("score --help").output)
    }
  }

  @Test(arguments: [
    ("surprisal fi", "fit"), ("surprisal fit gmm --covar", "--covariance"),
    ("surprisal fit gaussian-mixture --on-collapse r", "restart"),
    ("surprisal fit gmm old-f", "old-faithful"),
    ("surprisal completions z", "zsh"), ("surprisal data l", "list"),
  ])
  func bashCompletes(line: String, expected: String) throws {
    try Tool.within { tool in
      let outcome = try tool.shell(
        """
        source <(surprisal completions bash)
        COMP_WORDS=(\(line)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _surprisal
        printf '%s\\n' "${COMPREPLY[@]}"
        """)
      #expect(outcome.output.split(separator: "\n").contains(Substring(expected)), "\(outcome)")
    }
  }

  @Test func otherShellsGetScripts() throws {
    try Tool.within { tool in
      #expect(try tool.run("completions zsh").output.hasPrefix("#compdef surprisal"))
      #expect(try tool.run("completions fish").output.contains("complete -c surprisal"))
      let page = try tool.shell(
        "surprisal man | { command -v groff > /dev/null && groff -man -ww -z || cat > /dev/null; }")
      #expect(page.errors.isEmpty)
    }
  }
}
