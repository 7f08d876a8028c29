import SurprisalCore

/// The errors that records of a delimited text give rise to.
enum CSVFault {
  /// A record with more or fewer cells than the header or the first row.
  static func fieldCount(
    _ fields: [CSVField], expected header: CSVHeader, line: Int, text: CSVText, dialect: CSVDialect
  ) -> SurprisalError {
    let expected = header.names.count
    let reference = header.isPresent ? "the header has \(expected)" : "the first row has \(expected)"
    let cells = fields.count == 1 ? "1 cell" : "\(fields.count) cells"
    return SurprisalError(
      .data, "found \(cells) but \(reference)",
      remedy: "mend the line, quote cells that hold the delimiter `\(name(of: dialect.delimiter))`, "
        + "or give another --delimiter",
      at: .init(file: text.name, line: line, column: min(fields.count, expected + 1)))
  }

  /// A cell that holds no number and does not stand for a missing one.
  static func cell(
    _ cell: CSVCell, column: Int, fields: [CSVField], reader: CSVChunkReader
  ) -> SurprisalError {
    let text = reader.text
    let field = fields[column]
    let location = SurprisalError.Location(file: text.name, line: field.line, column: column + 1)
    if let offset = text.invalidOffset(in: field) {
      return text.encodingError(offset, field: field, number: column + 1)
    }
    let name = reader.header.names[column]
    let shown = shortened(text.lossyString(field))
    if cell == .tooLarge {
      return SurprisalError(
        .data, "column `\(name)` holds `\(shown)`, beyond the largest float64, 1.8e308",
        remedy: "rescale the column or mend the cell", at: location)
    }
    return SurprisalError(
      .data, "column `\(name)` holds `\(shown)`, not a number",
      remedy: remedy(for: shown, column: column, fields: fields, reader: reader), at: location)
  }

  private static func remedy(
    for shown: String, column: Int, fields: [CSVField], reader: CSVChunkReader
  ) -> String {
    let dialect = reader.dialect
    let comma = UInt8(ascii: ",")
    if dialect.decimalMark != comma, dialect.delimiter != comma, shown.contains(",") {
      return "give --decimal ',' if the comma is the decimal mark"
    }
    if dialect.decimalMark == comma, shown.contains(".") {
      return "leave out --decimal ',' if the point is the decimal mark"
    }
    if reader.targets.count == 1, shown.contains(where: { " ;|:\t".contains($0) }) {
      return "give --delimiter if the line holds several cells"
    }
    if !reader.header.isPresent, fields[column].line == reader.header.line {
      return "mend the cell, give --header yes if this line holds names, or choose columns by --columns"
    }
    let others = reader.selection.columns.filter { other in
      switch CSVCell(fields[other], of: reader.text, dialect: dialect) {
      case .number, .missing: true
      case .tooLarge, .nearlyNumber, .text: false
      }
    }
    guard !others.isEmpty, others.count <= 8 else { return "mend the cell, or choose columns by --columns" }
    let names = others.map { reader.header.names[$0] }.joined(separator: ",")
    return "mend the cell, or leave the column out: --columns \(names)"
  }

  /// The error that names the first missing cells and their total.
  static func missing(
    _ cells: [(cell: CSVMissingCell, row: Int)], total: Int, header: CSVHeader, name: String
  ) -> SurprisalError? {
    guard let first = cells.first else { return nil }
    var message = "row \(first.row), column `\(header.names[first.cell.column])`: "
    message += first.cell.text.isEmpty ? "the cell is empty" : "the value `\(first.cell.text)` is missing"
    let others = cells.dropFirst().map { cell, row in
      "\(name):\(cell.line):\(cell.column + 1) (row \(row), `\(header.names[cell.column])`)"
    }
    if !others.isEmpty {
      message += "; so are \(others.joined(separator: " and "))"
    }
    message += "; \(total) missing \(total == 1 ? "cell" : "cells") in all"
    return SurprisalError(
      .data, message, remedy: "fill them in, or give --missing drop to leave their rows out",
      at: .init(file: name, line: first.cell.line, column: first.cell.column + 1))
  }

  private static func shortened(_ text: String) -> String {
    text.count > 40 ? String(text.prefix(40)) + "…" : text
  }

  private static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case UInt8(ascii: "\t"): "tab"
    case UInt8(ascii: " "): "space"
    default: String(UnicodeScalar(delimiter))
    }
  }
}
