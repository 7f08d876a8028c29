/// Text for a POSIX shell.
enum ShellText {
  /// `word` as a shell reads it back, quoted only where it must be.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_./,:=+@%".utf8.contains(byte)
      }
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// The command line of this process.
  static func commandLine() -> String {
    (["surprisal"] + CommandLine.arguments.dropFirst()).map(quoted).joined(separator: " ")
  }
}
