/// Scripts that complete commands, options and names of values in a shell.
package enum Completions: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The script for the tree of commands below `root`.
  package func script(for root: Command) -> String {
    switch self {
    case .bash: Completions.bashScript(root)
    case .zsh: Completions.zshScript(root)
    case .fish: Completions.fishScript(root)
    }
  }

  /// Every command of the tree with the words that lead to it, parents first.
  static func nodes(_ command: Command, path: [String] = []) -> [(path: [String], command: Command)] {
    let here = path + [command.name]
    return [(here, command)] + command.children.flatMap { nodes($0, path: here) }
  }

  /// `text` between single quotes for a POSIX shell.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  // MARK: bash

  /// The words typed so far choose a list of words; after an option with values, those values.
  private static func bashScript(_ root: Command) -> String {
    var words = ""
    var values = ""
    for (path, command) in nodes(root) {
      let key = path.joined(separator: " ")
      let offered =
        command.children.flatMap { [$0.name] + $0.aliases }
        + command.options.map { "--" + $0.name } + ["--help"]
        + command.positionals.flatMap(\.completions)
      words += "    \(quoted(key))) words=\(quoted(offered.joined(separator: " "))) ;;\n"
      for option in command.options where !option.kind.completions.isEmpty {
        let list = option.kind.completions.joined(separator: " ")
        values += "    \(quoted(key + " --" + option.name))) words=\(quoted(list)) ;;\n"
      }
    }
    return """
      # bash completion for \(root.name)
      _\(root.name)() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        local path=\(root.name) words='' index=1
        while [ "$index" -lt "$COMP_CWORD" ]; do
          case "$path ${COMP_WORDS[index]}" in
      \(steps(root, variable: "path"))    *) break ;;
          esac
          index=$((index + 1))
        done
        case "$path $previous" in
      \(values)    *)
          case "$path" in
      \(words)    esac ;;
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        if [ ${#COMPREPLY[@]} -eq 0 ] || [ "${current#-}" = "$current" -a "$path" != \(root.name) ]; then
          COMPREPLY+=($(compgen -f -- "$current"))
        fi
      }
      complete -o filenames -F _\(root.name) \(root.name)

      """
  }

  /// The cases that follow the words typed so far down the tree, setting `variable`.
  private static func steps(_ root: Command, variable: String) -> String {
    nodes(root).flatMap { path, command in
      command.children.map { child in
        let key = path.joined(separator: " ")
        let keys = ([child.name] + child.aliases).map { quoted("\(key) \($0)") }.joined(separator: "|")
        return "    \(keys)) \(variable)=\(quoted("\(key) \(child.name)")) ;;\n"
      }
    }.joined()
  }

  // MARK: zsh

  private static func zshScript(_ root: Command) -> String {
    var lists = ""
    var values = ""
    for (path, command) in nodes(root) {
      let key = path.joined(separator: " ")
      var entries = command.children.map { "\($0.name):\(zshEscaped($0.summary))" }
      entries += command.options.map { "--\($0.name):\(zshEscaped($0.help))" }
      entries += ["--help:show this help"] + command.positionals.flatMap(\.completions).map(zshEscaped)
      lists += "    \(quoted(key))) list=(\(entries.map(quoted).joined(separator: " "))) ;;\n"
      for option in command.options where !option.kind.completions.isEmpty {
        let words = option.kind.completions.map(quoted).joined(separator: " ")
        values += "    \(quoted(key + " --" + option.name))) compadd -- \(words); return ;;\n"
      }
    }
    return """
      #compdef \(root.name)
      # zsh completion for \(root.name)
      _\(root.name)() {
        local path_here=\(root.name) index=2
        local -a list
        while (( index < CURRENT )); do
          case "$path_here ${words[index]}" in
      \(steps(root, variable: "path_here"))    *) break ;;
          esac
          (( index++ ))
        done
        case "$path_here ${words[CURRENT-1]}" in
      \(values)  esac
        case "$path_here" in
      \(lists)  esac
        _describe \(root.name) list
        _files
      }
      _\(root.name) "$@"

      """
  }

  /// `text` without what zsh's descriptions give a meaning.
  private static func zshEscaped(_ text: String) -> String {
    text.reduce("") { $0 + ($1 == ":" || $1 == "\\" ? "\\\($1)" : String($1)) }
  }

  // MARK: fish

  private static func fishScript(_ root: Command) -> String {
    var lines = ["# fish completion for \(root.name)", "complete -c \(root.name) -f"]
    for (path, command) in nodes(root) {
      let seen = path.dropFirst().map { "__fish_seen_subcommand_from \($0)" }
      let unseen = command.children.map(\.name).joined(separator: " ")
      let here = (seen + (unseen.isEmpty ? [] : ["not __fish_seen_subcommand_from \(unseen)"]))
        .joined(separator: "; and ")
      for child in command.children {
        lines.append(
          "complete -c \(root.name) -n \(quoted(here)) -a \(quoted(child.name)) -d \(quoted(child.summary))")
      }
      guard command.children.isEmpty else { continue }
      for option in command.options {
        let list = option.kind.completions.joined(separator: " ")
        let values =
          switch option.kind {
          case .flag: ""
          case .path: " -r -F"
          default: list.isEmpty ? " -x" : " -x -a \(quoted(list))"
          }
        lines.append(
          "complete -c \(root.name) -n \(quoted(here)) -l \(option.name)\(values) -d \(quoted(option.help))")
      }
      for positional in command.positionals {
        let list = positional.completions.joined(separator: " ")
        lines.append(
          "complete -c \(root.name) -n \(quoted(here)) -F"
            + (list.isEmpty ? "" : " -a \(quoted(list))"))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
