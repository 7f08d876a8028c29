import Surprisal

/// The options and words that a command was given, already checked.
package struct Arguments: Sendable {
  /// The texts of the options by name; an empty text for flags.
  var texts: [String: String] = [:]
  /// The words that are not options.
  package var words: [String] = []

  /// The value of `option`, or `nil` if it was not given.
  package subscript<Value>(option: Option<Value>) -> Value? {
    texts[option.description.name].flatMap(option.read)
  }

  /// Whether the flag was given.
  package subscript(flag: Option<Bool>) -> Bool { texts[flag.description.name] != nil }

  /// The word at `index`, or `nil` if fewer were given.
  func word(_ index: Int) -> String? { index < words.count ? words[index] : nil }
}

/// What a command line asks for.
package enum Invocation: Sendable {
  /// Show the help of a command, reached by these words.
  case help(path: [String], Command)
  /// Run a command, reached by these words.
  case run(path: [String], Command, Arguments)
}

extension Command {
  /// Reads a command line without its program name; throws a usage error that names what is wrong.
  ///
  /// `--name value` and `--name=value` are the same; the word behind an option is its value even if it begins
  /// with one hyphen; `--` ends the options; a lone `-` is a word; an option given twice is an error.
  package func parse(_ line: [String]) throws -> Invocation {
    var path = [name]
    var command = self
    var rest = line[...]
    while !command.children.isEmpty {
      guard let word = rest.popFirst() else {
        throw command.missingChild(path: path)
      }
      if word == "--help" || word == "-h" { return .help(path: path, command) }
      guard let child = command.child(named: word) else {
        throw command.unknownChild(word, path: path)
      }
      command = child
      path.append(child.name)
    }
    return try command.parseLeaf(rest, path: path)
  }

  private func parseLeaf(_ line: ArraySlice<String>, path: [String]) throws -> Invocation {
    var arguments = Arguments()
    var rest = line
    var optionsEnded = false
    while let word = rest.popFirst() {
      if optionsEnded || word == "-" || !word.hasPrefix("-") {
        arguments.words.append(word)
      } else if word == "--" {
        optionsEnded = true
      } else if word == "--help" || word == "-h" {
        return .help(path: path, self)
      } else {
        try parseOption(word, rest: &rest, into: &arguments, path: path)
      }
    }
    if arguments.words.count > positionals.count, positionals.last?.isRepeated != true {
      let extra = arguments.words[positionals.count]
      let names = positionals.map(\.name).joined(separator: " ")
      throw SurprisalError(
        .usage, "unexpected argument '\(extra)'",
        remedy: "'\(path.joined(separator: " "))' takes \(names.isEmpty ? "no words" : names); "
          + "options begin with --")
    }
    let missing = positionals.dropFirst(arguments.words.count).filter { !$0.isOptional }
    if let first = missing.first {
      throw SurprisalError(
        .usage, "\(first.name) is missing: give \(first.help)",
        remedy: examples.first.map { "for example: \($0.line)" })
    }
    return .run(path: path, self, arguments)
  }

  private func parseOption(
    _ word: String, rest: inout ArraySlice<String>, into arguments: inout Arguments, path: [String]
  ) throws {
    let isLong = word.hasPrefix("--")
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let given = parts[0]
    let option = options.first { option in
      isLong
        ? ([option.name] + option.aliases).contains { "--" + $0 == given }
        : option.letter.map { "-\($0)" == given } ?? false
    }
    guard let option else { throw unknownOption(given, path: path) }
    guard arguments.texts[option.name] == nil else {
      throw SurprisalError(.usage, "\(given) is given twice", remedy: "give it once")
    }
    if option.kind == .flag {
      guard parts.count == 1 else {
        throw SurprisalError(.usage, "\(given) takes no value, not '\(parts[1])'", remedy: "leave the = away")
      }
      arguments.texts[option.name] = ""
      return
    }
    let text: String
    if parts.count == 2 {
      text = parts[1]
    } else if let next = rest.first, !next.hasPrefix("--") {
      text = next
      rest.removeFirst()
    } else {
      throw SurprisalError(
        .usage, "\(given) has no value", remedy: "it takes \(option.kind.expectation)")
    }
    guard option.accepts(text) else { throw option.refusal(of: text, given: given) }
    arguments.texts[option.name] = text
  }
}

extension OptionDescription {
  fileprivate func refusal(of text: String, given: String) -> SurprisalError {
    var remedy: String?
    if let advice = advice[text.lowercased()] {
      return SurprisalError(.usage, "\(given) takes \(kind.expectation), not '\(text)'", remedy: advice)
    }
    if case .choice(let choices) = kind {
      remedy = nearest(to: text, among: choices.flatMap { [$0.name] + $0.aliases })
    }
    return SurprisalError(
      .usage, "\(given) takes \(kind.expectation), not '\(text)'",
      remedy: remedy.map { "did you mean \($0)?" }
        ?? standard.map { "without it: \($0)" })
  }
}

extension Command {
  private func missingChild(path: [String]) -> SurprisalError {
    let names = children.map(\.name).joined(separator: ", ")
    return SurprisalError(
      .usage, "no \(childNoun) is given: \(names)",
      remedy: examples.first.map { "for example: \($0.line)" })
  }

  private func unknownChild(_ word: String, path: [String]) -> SurprisalError {
    let candidates = children.flatMap { [$0.name] + $0.aliases }
    let said = path.joined(separator: " ")
    if word.hasPrefix("-"), word != "-" {
      let options = ["--help", "--version"]
      return SurprisalError(
        .usage, "unknown option '\(word)' before the \(childNoun)",
        remedy: nearest(to: word, among: options).map { "did you mean \($0)?" }
          ?? "options stand behind the \(childNoun): '\(said) \(childPlaceholder) … \(word)'")
    }
    if let match = nearest(to: word, among: candidates) {
      return SurprisalError(
        .usage, "there is no \(childNoun) '\(word)'", remedy: "did you mean '\(said) \(match)'?")
    }
    return SurprisalError(
      .usage, "there is no \(childNoun) '\(word)'",
      remedy: "'\(said)' takes \(children.map(\.name).joined(separator: ", "))")
  }

  private func unknownOption(_ given: String, path: [String]) -> SurprisalError {
    let candidates = options.map { "--" + $0.name } + ["--help"]
    let said = path.joined(separator: " ")
    return SurprisalError(
      .usage, "unknown option '\(given)'",
      remedy: nearest(to: given, among: candidates).map { "did you mean \($0)?" }
        ?? "'\(said) --help' lists the options; a file name that begins with - stands behind --")
  }
}
