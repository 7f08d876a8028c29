import SurprisalCore

/// Reads a delimited text into a table: finds its form, divides it into chunks and reads them in parallel.
struct CSVReader {
  private let file: MappedFile
  private let isOnlyReader: Bool
  private let options: CSVOptions
  private let text: CSVText
  private let dialect: CSVDialect
  private let header: CSVHeader
  private let selection: CSVSelection

  /// Finds the form of `file`'s text. `bytes` are the file's and must stay valid; what has been read of them
  /// is given back to the system if nobody else reads them.
  init(file: MappedFile, bytes: UnsafeRawBufferPointer, isOnlyReader: Bool, options: CSVOptions) throws {
    self.file = file
    self.isOnlyReader = isOnlyReader
    self.options = options
    text = try CSVText(bytes: bytes, name: file.name)
    dialect = try CSVDialect(options: options, text: text)
    header = try CSVHeader(text: text, dialect: dialect, option: options.header)
    var selection = try CSVSelection(options: options, names: header.names, file: file.name)
    try selection.findWords(options.wordColumns, text: text, dialect: dialect, header: header)
    self.selection = selection
  }

  /// Reads all rows.
  func table() throws -> Table {
    let threads = Threads.resolve(options.threads)
    let columns = selection.columns.count
    // Each cell is followed by a delimiter or line end, and each cell that is taken holds a digit, unless it
    // may be missing.
    let chunks = CSVChunks(
      file: file, text: text, dialect: dialect, header: header,
      shortestRecord: header.names.count + (options.missing == .keep ? 0 : columns), threads: threads)
    let buffer = try RowBuffer(capacity: chunks.capacity * columns, name: file.name)
    let results = read(chunks.chunks, into: buffer, threads: threads)
    for result in results { if let fault = result.fault { throw fault } }
    if options.missing == .error { try refuseMissing(results) }
    let levels = numberWords(chunks.chunks, results, in: buffer)
    var lines = SourceLines()
    var rowCount = 0
    for (chunk, result) in zip(chunks.chunks, results) {
      buffer.move(
        from: chunk.firstRow * columns, to: rowCount * columns, count: result.rowCount * columns)
      for run in result.lines.starts { lines.append(row: rowCount + run.row, line: run.line) }
      rowCount += result.rowCount
    }
    let dropped = results.reduce(0) { $0 + $1.droppedCount }
    guard rowCount > 0 else {
      throw SurprisalError(
        .data, dropped > 0 ? "no rows are left: each of the \(dropped) has a missing cell" : "no rows",
        remedy: dropped > 0 ? "choose columns by --columns" : "give at least one row of numbers",
        at: .init(file: file.name))
    }
    return try table(buffer, rowCount: rowCount, dropped: dropped, lines: lines, levels: levels)
  }

  /// The levels of the columns of words over all chunks; each chunk's own numbers become theirs.
  private func numberWords(_ chunks: [CSVChunk], _ results: [CSVChunkResult], in buffer: RowBuffer) -> [[String]?] {
    let columns = selection.columns.count
    return selection.holdsWords.enumerated().map { place, holdsWords in
      guard holdsWords else { return nil }
      let found = results.map { $0.words.isEmpty ? WordLevels() : $0.words[place] }
      let (levels, numbers) = WordLevels.joined(found)
      for (index, (chunk, result)) in zip(chunks, results).enumerated() {
        for row in chunk.firstRow..<chunk.firstRow + result.rowCount {
          let cell = buffer.base + (row * columns + place)
          // NaN is a missing cell that is kept.
          if !cell.pointee.isNaN { cell.pointee = Double(numbers[index][Int(cell.pointee)]) }
        }
      }
      return levels
    }
  }

  private func read(_ chunks: [CSVChunk], into buffer: RowBuffer, threads: Int) -> [CSVChunkResult] {
    let reader = CSVChunkReader(
      text: text, dialect: dialect, header: header, selection: selection,
      targets: selection.targets(fieldCount: header.names.count), keepsMissing: options.missing == .keep)
    let columns = selection.columns.count
    var results = [CSVChunkResult](repeating: CSVChunkResult(), count: chunks.count)
    results.withUnsafeMutableBufferPointer { output in
      // Each index reads its own chunk, and writes its own rows and its own result only.
      nonisolated(unsafe) let output = output
      nonisolated(unsafe) let reader = reader
      nonisolated(unsafe) let base = buffer.base
      let (file, isOnlyReader) = (file, isOnlyReader)
      parallelFor(count: chunks.count, threads: threads) { index in
        let chunk = chunks[index]
        output[index] = reader.read(chunk, into: base + chunk.firstRow * columns)
        // A chunk that ends in an error keeps its text: the error may lie on a page shared with the next.
        if isOnlyReader, output[index].fault == nil {
          file.discardPages(in: chunk.range)
        } else {
          file.releasePages(in: chunk.range)
        }
      }
    }
    return results
  }

  private func refuseMissing(_ results: [CSVChunkResult]) throws {
    var named: [(cell: CSVMissingCell, row: Int)] = []
    var recordsBefore = 0
    for result in results {
      named += result.missing.map { ($0, recordsBefore + $0.record + 1) }
      recordsBefore += result.recordCount
      if named.count >= CSVChunkReader.namedMissingCells { break }
    }
    let total = results.reduce(0) { $0 + $1.missingCount }
    let first = Array(named.prefix(CSVChunkReader.namedMissingCells))
    if let error = CSVFault.missing(first, total: total, header: header, name: file.name) { throw error }
  }

  private func table(
    _ buffer: RowBuffer, rowCount: Int, dropped: Int, lines: SourceLines, levels: [[String]?]
  ) throws -> Table {
    var names = selection.columns.map { header.names[$0] }
    var weights: [Double]?
    if selection.hasWeights, let column = selection.columns.last {
      let name = names.removeLast()
      let extracted = buffer.removeLastColumn(rowCount: rowCount, columnCount: selection.columns.count)
      try Table.check(weights: extracted, name: name) { row in
        .init(file: file.name, line: lines.line(ofRow: row), column: column + 1)
      }
      weights = extracted
    }
    return try Table(
      columnNames: names, rows: buffer.matrix(rowCount: rowCount, columnCount: names.count),
      levels: Array(levels.prefix(names.count)), weights: weights, hasHeader: header.isPresent,
      droppedRowCount: dropped, sourceName: file.name,
      sourceLines: lines)
  }
}
