/// What went wrong, where, and how to mend it.
///
/// Every failure that data, files or options can cause is thrown as this one type. Its text is one line,
/// `<file>:<line>:<column>: <what is wrong> (<how to mend it>)`, and its category carries the exit code
/// that the command line ends with.
public struct SurprisalError: Error, Sendable, Equatable {
  /// The kind of failure; the raw value is the process's exit code (BSD `sysexits`).
  public enum Category: Int32, Sendable {
    /// A wrong option, name or value in a call.
    case usage = 64
    /// Input data that cannot be used as they are.
    case data = 65
    /// Input that is not there.
    case missingInput = 66
    /// A fault of this program, such as a failed certificate.
    case `internal` = 70
    /// An output that cannot be created.
    case cannotCreate = 73
    /// A failed read or write.
    case inputOutput = 74
    /// A failure that may pass if tried again.
    case tryAgain = 75
  }

  /// A place in an input, counted from 1.
  public struct Location: Sendable, Equatable {
    /// The file's name as the user gave it; `-` for standard input.
    public var file: String
    /// The line, from 1, if there is one.
    public var line: Int?
    /// The column, from 1, if there is one.
    public var column: Int?

    /// A place in `file`, with line and column counted from 1.
    public init(file: String, line: Int? = nil, column: Int? = nil) {
      self.file = file
      self.line = line
      self.column = column
    }
  }

  /// The kind of failure.
  public var category: Category
  /// What is wrong, without a final period.
  public var message: String
  /// How to mend it, without parentheses.
  public var remedy: String?
  /// Where it is wrong.
  public var location: Location?

  /// An error of `category` that says what is wrong and how to mend it.
  public init(
    _ category: Category, _ message: String, remedy: String? = nil, at location: Location? = nil
  ) {
    self.category = category
    self.message = message
    self.remedy = remedy
    self.location = location
  }
}

extension SurprisalError: CustomStringConvertible {
  /// The error as one line, control characters replaced so that it stays one.
  public var description: String {
    var text = ""
    if let location {
      text += location.file
      if let line = location.line { text += ":\(line)" }
      if let column = location.column { text += ":\(column)" }
      text += ": "
    }
    text += message
    if let remedy { text += " (\(remedy))" }
    return SurprisalError.onOneLine(text)
  }

  /// `text` with every control character written as an escape, so that a message is always one line.
  package static func onOneLine(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + (digits.count < 2 ? "0" : "") + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
