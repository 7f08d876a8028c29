import Surprisal

extension InputTable {
  /// The table in the file at `path`, whatever its form: text, or arrays by their first bytes.
  func table(
    inFile path: String, options: CSVOptions, again: ((Result<Table, any Error>) -> CSVOptions?)? = nil
  ) throws -> Table {
    if path != "-", FileSystem.isRegular(path) || !FileSystem.exists(path) {
      guard path.contains(".npz:") || InputTable.isArray(FileSystem.prefix(of: path, count: 6)) else {
        return try InputTable.table(options, again) { try Table(contentsOf: path, options: $0) }
      }
      return try InputTable.table(of: try NumPyArray(path: path), options: options)
    }
    // A pipe can be read once only.
    let contents = try MappedFile(path: path)
    let prefix = contents.withUnsafeBytes { Array($0.prefix(6)) }
    guard InputTable.isArray(prefix) else {
      let text = try contents.isGzip ? contents.unpackingGzip() : contents
      guard again != nil else { return try Table(consuming: text, options: options) }
      return try InputTable.table(options, again) { try Table(csv: text, options: $0) }
    }
    let bytes = contents.withUnsafeBytes { Array($0) }
    return try InputTable.table(of: try NumPyArray(bytes: bytes, name: path), options: options)
  }

  /// Reads by `options`, and once more if `again` asks for that.
  private static func table(
    _ options: CSVOptions, _ again: ((Result<Table, any Error>) -> CSVOptions?)?,
    _ read: (CSVOptions) throws -> Table
  ) throws -> Table {
    let result = Result { try read(options) }
    guard let other = again?(result) else { return try result.get() }
    return try read(other)
  }

  /// Whether a file that begins so is an array or an archive of arrays.
  static func isArray(_ prefix: [UInt8]) -> Bool {
    prefix == [0x93] + Array("NUMPY".utf8) || prefix.starts(with: [0x50, 0x4B, 3, 4])
  }

  private static func table(of array: NumPyArray, options: CSVOptions) throws -> Table {
    let rows = try array.rows()
    guard rows.rowCount > 0 else {
      throw SurprisalError(
        .data, "no rows", remedy: "give at least one row of numbers", at: .init(file: array.name))
    }
    let table = try Table(
      columnNames: Table.defaultColumnNames(count: rows.columnCount), rows: rows, hasHeader: false,
      sourceName: array.name)
    return try complete(select(options, of: table), options: options)
  }

  /// The columns that `options` ask for, and the weights.
  static func select(_ options: CSVOptions, of table: Table) throws -> Table {
    guard let weights = options.weightsColumn else {
      return try options.columns.map(table.selecting) ?? table
    }
    // Positions count the columns of the whole table: they become names before one column leaves.
    let names = try options.columns.map { try table.selecting(columns: $0).columnNames }
    let rest = try table.extractingWeights(from: weights)
    return try names.map(rest.selecting) ?? rest
  }

  /// `table` without rows that hold NaN or an infinity, or the error that names the first of them.
  private static func complete(_ table: Table, options: CSVOptions) throws -> Table {
    let rows = table.rows
    let columns = rows.columnCount
    var missing: [(row: Int, column: Int)] = []
    var kept: [Int] = []
    var total = 0
    rows.withUnsafeValues { base in
      for row in 0..<rows.rowCount {
        let gaps = (0..<columns).filter { !base[row * columns + $0].isFinite }
        total += gaps.count
        if missing.count < 3 { missing += gaps.prefix(3 - missing.count).map { (row, $0) } }
        if gaps.isEmpty { kept.append(row) }
      }
    }
    guard total > 0, options.missing != .keep else { return table }
    guard options.missing == .drop else {
      let places = missing.map { "row \($0.row + 1) column \(table.columnNames[$0.column])" }
      throw SurprisalError(
        .data, "\(total) missing cells: \(places.joined(separator: ", "))\(total > 3 ? ", …" : "")",
        remedy: "--missing drop leaves their rows out", at: .init(file: table.sourceName))
    }
    guard !kept.isEmpty else {
      throw SurprisalError(
        .data, "no rows are left: each of the \(rows.rowCount) has a missing cell",
        remedy: "choose columns by --columns", at: .init(file: table.sourceName))
    }
    return try Table(
      columnNames: table.columnNames, rows: RowMatrix(kept.flatMap(rows.row), columnCount: columns),
      weights: table.weights.map { weights in kept.map { weights[$0] } }, hasHeader: table.hasHeader,
      droppedRowCount: rows.rowCount - kept.count, sourceName: table.sourceName)
  }
}
