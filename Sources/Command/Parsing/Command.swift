import Surprisal

/// One command of the tool: its words, its help, and what it does.
///
/// The parser, `--help`, the completions and the manual page all read this one definition.
package struct Command: Sendable {
  /// A word of the command line that is not an option.
  package struct Positional: Sendable {
    /// The name in help, in capitals.
    var name: String
    /// What to give.
    var help: String
    /// Whether the command works without it.
    var isOptional = false
    /// Whether it may be given several times; only the last one may.
    var isRepeated = false
    /// What the shell completes beside file names.
    var completions: [String] = []
  }

  /// A command line that works as it stands.
  package struct Example: Sendable {
    /// The command line.
    package var line: String
    /// What it shows.
    package var explanation: String

    init(_ line: String, _ explanation: String) {
      self.line = line
      self.explanation = explanation
    }
  }

  /// What a leaf of the tree does; returns the exit code.
  typealias Action = @Sendable (Arguments, Console) throws -> Int32

  /// The word that names it.
  package var name: String
  /// Other words for it.
  package var aliases: [String] = []
  /// What it does, in one line without a period.
  var summary: String
  /// More about it, in paragraphs.
  var discussion: [String] = []
  var positionals: [Positional] = []
  var options: [OptionDescription] = []
  /// Command lines that work as they stand.
  package var examples: [Example]
  /// The commands below it; a command with children only chooses among them.
  package var children: [Command] = []
  /// What a child is, for messages: a command, a model.
  var childNoun = "command"
  /// The word that a child's own word stands at in help.
  var childPlaceholder = "COMMAND"
  var action: Action?

  /// The child of that name or alias.
  func child(named word: String) -> Command? {
    children.first { $0.name == word || $0.aliases.contains(word) }
  }

  /// The names of its options.
  package var optionNames: [String] { options.map(\.name) }

  /// Every command below this one that does something, with the words that lead to it.
  package var leaves: [(path: [String], command: Command)] {
    children.isEmpty
      ? [([name], self)]
      : children.flatMap { child in child.leaves.map { ([name] + $0.path, $0.command) } }
  }
}

extension Command {
  /// The option that every command has.
  static let help = Option.flag("help", letter: "h", section: "general", "show this help")
}
