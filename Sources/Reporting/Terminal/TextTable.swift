import SurprisalCore

/// A table as plain text: aligned columns under a header that names the units.
public struct TextTable: Sendable {
  /// Where a column's text stands.
  public enum Alignment: Sendable, Hashable {
    /// At the left edge: names.
    case left
    /// At the right edge: numbers.
    case right
  }

  /// A column's name, unit and alignment.
  public struct Column: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The unit, shown in brackets behind the name.
    public var unit: String?
    /// Where the text stands.
    public var alignment: Alignment

    /// A column; numbers by default.
    public init(_ name: String, unit: String? = nil, alignment: Alignment = .right) {
      self.name = name
      self.unit = unit
      self.alignment = alignment
    }

    var header: String { unit.map { "\(name) [\($0)]" } ?? name }
  }

  /// The columns.
  public var columns: [Column]
  /// The cells, one array per row; missing cells are blank.
  public var rows: [[String]]

  /// A table of `columns` with `rows`.
  public init(columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The header, a rule and the rows, one string each, without trailing spaces.
  ///
  /// Control characters in cells are written as escapes. Lines longer than `width` are cut.
  public func lines(width: Int = .max, unicode: Bool = true) -> [String] {
    let header = columns.map { SurprisalError.onOneLine($0.header) }
    let cells = rows.map { row in
      columns.indices.map { row.indices.contains($0) ? SurprisalError.onOneLine(row[$0]) : "" }
    }
    let widths = columns.indices.map { column in
      cells.reduce(TextWidth.of(header[column])) { max($0, TextWidth.of($1[column])) }
    }
    let rule = widths.map { String(repeating: unicode ? "─" : "-", count: $0) }
    return ([header, rule] + cells).map { row in
      var line = ""
      for column in columns.indices {
        if column > 0 { line += "  " }
        line += TextWidth.pad(row[column], to: widths[column], onLeft: columns[column].alignment == .right)
      }
      while line.last == " " { line.removeLast() }
      return TextWidth.cut(line, to: width, unicode: unicode)
    }
  }

  /// The table as text that ends with a newline.
  public var description: String { lines().reduce("") { $0 + $1 + "\n" } }
}

extension TextTable: CustomStringConvertible {}
