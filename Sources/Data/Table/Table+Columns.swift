import SurprisalCore

extension Table {
  /// The numbers of one column, given by name or by its number from 1.
  ///
  /// Throws a usage error for an unknown column, with the nearest name.
  public func column(named column: String) throws -> [Double] {
    let index = try Table.columnIndex(column, in: columnNames, of: sourceName)
    return rows.withUnsafeValues { base in
      (0..<rows.rowCount).map { base[$0 * rows.columnCount + index] }
    }
  }

  /// A table of these columns in this order, each given by name or by its number from 1.
  ///
  /// Throws a usage error for an unknown column, with the nearest name, and for one given twice.
  public func selecting(columns: [String]) throws -> Table {
    let indices = try Table.columnIndices(columns, in: columnNames, of: sourceName)
    if indices == Array(columnNames.indices) { return self }
    return try taking(indices, weights: weights)
  }

  /// A table without this column, whose numbers become the weights.
  ///
  /// Throws a usage error for an unknown column or the only one, and a data error for weights that are
  /// negative, not finite, or all zero.
  public func extractingWeights(from column: String) throws -> Table {
    let index = try Table.columnIndex(column, in: columnNames, of: sourceName)
    guard columnNames.count > 1 else {
      throw SurprisalError(
        .usage, "`\(columnNames[index])` is the only column", remedy: "weights need a column of their own",
        at: .init(file: sourceName))
    }
    let weights = try self.column(named: columnNames[index])
    try Table.check(weights: weights, name: columnNames[index]) { location(ofRow: $0, column: index + 1) }
    return try taking(columnNames.indices.filter { $0 != index }, weights: weights)
  }

  private func taking(_ indices: [Int], weights: [Double]?) throws -> Table {
    var values: [Double] = []
    values.reserveCapacity(rows.rowCount * indices.count)
    rows.withUnsafeValues { base in
      for row in 0..<rows.rowCount {
        for index in indices { values.append(base[row * rows.columnCount + index]) }
      }
    }
    return try Table(
      columnNames: indices.map { columnNames[$0] }, rows: RowMatrix(values, columnCount: indices.count),
      levels: indices.map { levels[$0] }, weights: weights, hasHeader: hasHeader, droppedRowCount: droppedRowCount,
      sourceName: sourceName,
      sourceLines: sourceLines)
  }
}

extension Table {
  /// The place, from 0, of a column given by name or, if no name matches, by its number from 1.
  package static func columnIndex(
    _ column: String, in names: [String], of file: String
  ) throws -> Int {
    if let index = names.firstIndex(of: column) { return index }
    if let number = Int(column), names.indices.contains(number - 1) { return number - 1 }
    let remedy: String
    if let nearest = nearestName(to: column, in: names) {
      remedy = "did you mean `\(nearest)`?"
    } else {
      let shown = names.prefix(8).joined(separator: ", ")
      remedy = "the columns are \(shown)\(names.count > 8 ? ", … (\(names.count) in all)" : "")"
    }
    throw SurprisalError(.usage, "there is no column `\(column)`", remedy: remedy, at: .init(file: file))
  }

  /// The places, from 0, of several columns.
  package static func columnIndices(
    _ columns: [String], in names: [String], of file: String
  ) throws -> [Int] {
    guard !columns.isEmpty else {
      throw SurprisalError(
        .usage, "no column is asked for", remedy: "name at least one", at: .init(file: file))
    }
    var seen: Set<Int> = []
    return try columns.map { column in
      let index = try columnIndex(column, in: names, of: file)
      guard seen.insert(index).inserted else {
        throw SurprisalError(
          .usage, "column `\(names[index])` is asked for twice", remedy: "name each column once",
          at: .init(file: file))
      }
      return index
    }
  }

  /// Refuses weights that are negative, not finite, or all zero, naming the row.
  package static func check(
    weights: [Double], name: String, location: (Int) -> SurprisalError.Location
  ) throws {
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
      throw SurprisalError(
        .data, "row \(row + 1) has the weight \(weights[row]) in column `\(name)`",
        remedy: "weights are finite and not negative", at: location(row))
    }
    if !weights.isEmpty, weights.allSatisfy({ $0 == 0 }) {
      throw SurprisalError(
        .data, "all weights in column `\(name)` are 0", remedy: "give at least one row a weight",
        at: location(0))
    }
  }
}
