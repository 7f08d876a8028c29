import CSurprisalKernels
import SurprisalCore

/// A missing cell.
struct CSVMissingCell {
  /// The record in its chunk, from 0.
  var record: Int
  var line: Int
  /// The column in the file, from 0.
  var column: Int
  var text: String
}

/// What reading one chunk came to.
struct CSVChunkResult {
  var rowCount = 0
  var recordCount = 0
  var lines = SourceLines()
  /// The words found, one for each column that is taken; none if no column holds words.
  var words: [WordLevels] = []
  var droppedCount = 0
  /// The first three missing cells.
  var missing: [CSVMissingCell] = []
  var missingCount = 0
  /// The first record that cannot be read at all; the chunk ends there.
  var fault: SurprisalError?
}

/// Reads the records of a chunk into rows: plain ones fast, in C; any other record here, cell by cell.
struct CSVChunkReader {
  let text: CSVText
  let dialect: CSVDialect
  let header: CSVHeader
  let selection: CSVSelection
  let targets: [Int32]
  /// Whether a missing cell becomes NaN rather than leave its row out.
  let keepsMissing: Bool

  /// The missing cells that an error names.
  static let namedMissingCells = 3

  /// Reads `chunk` into `rows`, which has room for its capacity.
  func read(_ chunk: CSVChunk, into rows: UnsafeMutablePointer<Double>) -> CSVChunkResult {
    var result = CSVChunkResult()
    let hasWords = selection.holdsWords.contains(true)
    if hasWords { result.words = selection.columns.map { _ in WordLevels() } }
    var scanner = CSVScanner(
      text: text, dialect: dialect, offset: chunk.range.lowerBound, line: chunk.firstLine)
    var fields: [CSVField] = []
    while scanner.offset < chunk.range.upperBound {
      if !hasWords { readPlainRecords(from: &scanner, to: chunk, into: rows, result: &result) }
      guard scanner.offset < chunk.range.upperBound else { break }
      if targets.count > 1 {
        let offset = scanner.offset
        scanner.skipBlankLines()
        if scanner.offset > offset { continue }
      }
      do {
        let line = scanner.line
        guard try scanner.nextRecord(into: &fields) else { break }
        try take(fields, line: line, into: rows + result.rowCount * selection.columns.count, result: &result)
        result.recordCount += 1
      } catch {
        result.fault = error as? SurprisalError
        break
      }
    }
    return result
  }

  private func readPlainRecords(
    from scanner: inout CSVScanner, to chunk: CSVChunk, into rows: UnsafeMutablePointer<Double>,
    result: inout CSVChunkResult
  ) {
    let columns = selection.columns.count
    targets.withUnsafeBufferPointer { targets in
      var layout = surprisal_csv_layout(
        targets: targets.baseAddress, fields: targets.count, columns: columns,
        delimiter: CChar(dialect.delimiter), mark: CChar(dialect.decimalMark))
      var stop: UnsafePointer<CChar>?
      let count = surprisal_csv_parse(
        &layout, text.address(scanner.offset), text.address(chunk.range.upperBound),
        rows + result.rowCount * columns, chunk.capacity - result.rowCount, &stop)
      if count > 0 { result.lines.append(row: result.rowCount, line: scanner.line) }
      result.rowCount += count
      result.recordCount += count
      scanner.line += count
      if let stop { scanner.offset = stop - text.address(0) }
    }
  }

  /// Puts one record's numbers into `row`, or notes its missing cells.
  private func take(
    _ fields: [CSVField], line: Int, into row: UnsafeMutablePointer<Double>, result: inout CSVChunkResult
  ) throws {
    guard fields.count == targets.count else {
      throw CSVFault.fieldCount(fields, expected: header, line: line, text: text, dialect: dialect)
    }
    var missingCount = 0
    var words: [(place: Int, word: String)] = []
    for (place, column) in selection.columns.enumerated() {
      let cell = CSVCell(fields[column], of: text, dialect: dialect)
      switch cell {
      case .number(let value):
        row[place] = value
        if selection.holdsWords[place] {
          let word = try WordLevels.word(for: value) {
            try text.string(fields[column].trimmed(text, dialect), number: column + 1)
          }
          words.append((place, word))
        }
      case .missing where keepsMissing:
        row[place] = .nan
      case .missing:
        missingCount += 1
        if result.missing.count < CSVChunkReader.namedMissingCells {
          result.missing.append(
            CSVMissingCell(
              record: result.recordCount, line: fields[column].line, column: column,
              text: text.lossyString(fields[column])))
        }
      case .tooLarge, .nearlyNumber, .text:
        if selection.holdsWords[place] {
          words.append((place, try text.string(fields[column].trimmed(text, dialect), number: column + 1)))
          continue
        }
        throw CSVFault.cell(cell, column: column, fields: fields, reader: self)
      }
    }
    if missingCount > 0 {
      result.missingCount += missingCount
      result.droppedCount += 1
    } else {
      // The words of rows that are left out make no level.
      for (place, word) in words { row[place] = Double(result.words[place].number(of: word)) }
      result.lines.append(row: result.rowCount, line: line)
      result.rowCount += 1
    }
  }
}
