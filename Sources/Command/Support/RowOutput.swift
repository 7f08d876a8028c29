import Surprisal

/// Writes rows of an answer as CSV, or as columns of one JSON object.
///
/// Rows leave in pieces, so that an answer of any length takes little memory.
struct RowOutput {
  /// One column of an answer.
  struct Column {
    /// What a cell holds.
    enum Values {
      /// A float64, in the fewest digits that read back to the same bits.
      case numbers((Int) -> Double)
      /// A float64, or nothing where it is NaN.
      case presentNumbers((Int) -> Double)
      /// A whole number.
      case integers((Int) -> Int)
      /// A truth value: `true` or `false`.
      case flags((Int) -> Bool)
      /// A text.
      case words((Int) -> String)
    }

    var name: String
    var values: Values
  }

  var columns: [Column]
  var rowCount: Int

  /// Writes a header and one line a row.
  func writeCSV(to console: Console) throws {
    try console.writeLine(columns.map { RowOutput.quoted($0.name) }.joined(separator: ","))
    for row in 0..<rowCount {
      var line = ""
      for (index, column) in columns.enumerated() {
        if index > 0 { line += "," }
        line += column.text(row)
      }
      line += "\n"
      try console.write(line)
    }
  }

  /// Writes an object with `members` first and then one array for each column.
  func writeJSON(_ members: [JSONMember], to console: Console) throws {
    var head = JSONValue.object(members).answerText
    head.removeLast()
    try console.write(head)
    for (index, column) in columns.enumerated() {
      let separator = members.isEmpty && index == 0 ? "" : ","
      try console.write("\(separator)\(JSONValue(column.name).text()):[")
      for row in 0..<rowCount {
        try console.write((row > 0 ? "," : "") + column.json(row))
      }
      try console.write("]")
    }
    try console.write("}\n")
  }

  /// A name as RFC 4180 writes it.
  static func quoted(_ name: String) -> String {
    let needsQuotes = name.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
    }
    guard needsQuotes || name.hasPrefix(" ") || name.hasSuffix(" ") else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}

extension RowOutput.Column {
  fileprivate func text(_ row: Int) -> String {
    switch values {
    case .numbers(let value): value(row).description
    case .presentNumbers(let value): value(row).isNaN ? "" : value(row).description
    case .integers(let value): value(row).description
    case .flags(let value): value(row).description
    case .words(let value): RowOutput.quoted(value(row))
    }
  }

  fileprivate func json(_ row: Int) -> String {
    switch values {
    case .numbers(let value), .presentNumbers(let value): JSONValue.answer(value(row)).text()
    case .words(let value): JSONValue(value(row)).text()
    default: text(row)
    }
  }
}
