import SurprisalCore

/// The columns of a product mixture: their families, names, words and coordinates, and where their numbers stand.
///
/// Exponential columns are divided by a power of two, normal ones shifted and divided by one; the others are as given.
struct ProductColumns: Sendable {
  let families: [ColumnFamily]
  let names: [String]
  /// The words of each categorical column's levels, where they are known.
  let words: [[String]?]
  /// What is subtracted from each column (0 but for normal ones) and what it is then divided by.
  let standardization: Standardization
  /// The numbers of discrete (Bernoulli, categorical), linear (Poisson, geometric, exponential) and normal columns.
  let discrete: [Int]
  let linear: [Int]
  let normal: [Int]
  /// Where each column's values begin among those of a component, and their count at the end.
  let valueStarts: [Int]

  var count: Int { families.count }
  var valueCount: Int { valueStarts[count] }
  /// The free parameters of one component.
  var parameterCount: Int { families.reduce(0) { $0 + $1.parameterCount } }
  /// Σ ln scale of the columns with a density.
  var logScaleSum: Double { standardization.logScaleSum }
  /// Whether a component needs spread to be an answer.
  var hasNormal: Bool { !normal.isEmpty }

  init(families: [ColumnFamily], names: [String], words: [[String]?], standardization: Standardization? = nil) {
    self.families = families
    self.names = names
    self.words = words
    self.standardization =
      standardization
      ?? Standardization(
        shift: [Double](repeating: 0, count: families.count), scale: [Double](repeating: 1, count: families.count))
    discrete = families.indices.filter { families[$0].levelCount != nil }
    normal = families.indices.filter { families[$0] == .normal }
    linear = families.indices.filter { families[$0].levelCount == nil && families[$0] != .normal }
    valueStarts = families.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.valueCount) }
  }

  /// The same columns in other coordinates.
  func standardized(by standardization: Standardization) -> ProductColumns {
    ProductColumns(families: families, names: names, words: words, standardization: standardization)
  }

  /// Where `column`'s values are among those of a component.
  func values(of column: Int) -> Range<Int> { valueStarts[column]..<valueStarts[column + 1] }

  /// The most levels of a categorical column.
  static let mostLevels = 65_536

  /// Columns of a table that a user gives; throws a data error where families, names or words do not fit.
  static func checked(
    count: Int, families: ColumnFamilies, names: [String]?, words: [[String]?]?
  ) throws -> ProductColumns {
    let list = families.list(count: count)
    let names = names ?? (1...max(1, count)).map { "x\($0)" }
    guard count > 0, names.count == count else {
      throw SurprisalError(.data, "\(names.count) column names for \(count) columns", remedy: "name every column once")
    }
    guard list.count == count else {
      throw SurprisalError(
        .data, "\(list.count) families for \(count) columns", remedy: "give one family a column, or .all(family)")
    }
    for (name, family) in zip(names, list) {
      if case .categorical(let levels) = family, levels < 1 || levels > mostLevels {
        throw SurprisalError(
          .data, "column `\(name)` has \(levels) levels", remedy: "categorical columns have 1 to \(mostLevels)")
      }
    }
    let words = words ?? [[String]?](repeating: nil, count: count)
    guard words.count == count else {
      throw SurprisalError(
        .data, "words for \(words.count) of \(count) columns", remedy: "give one entry a column, nil for no words")
    }
    for column in 0..<count {
      guard let own = words[column] else { continue }
      guard own.count == list[column].levelCount else {
        throw SurprisalError(
          .data, "column `\(names[column])` is \(list[column].name) and has \(own.count) words",
          remedy: "give as many words as the column has levels")
      }
    }
    return ProductColumns(families: list, names: names, words: words)
  }

  /// Why `value` cannot stand in `column`.
  func fault(_ value: Double, column: Int, row: Int) -> SurprisalError {
    let place = "row \(row + 1), column `\(names[column])`"
    if value.isNaN {
      return SurprisalError(
        .data, "\(place) is missing (NaN)", remedy: "fill it in, or leave such rows out with --missing drop")
    }
    let holds =
      switch families[column] {
      case .bernoulli: "a bernoulli column holds 0 and 1"
      case .categorical(let levels): "a categorical column of \(levels) levels holds 0 to \(levels - 1)"
      case .poisson, .geometric: "a \(families[column].name) column holds whole numbers from 0 to 2⁵³"
      case .exponential: "an exponential column holds finite numbers of at least 0"
      case .normal: "a normal column holds finite numbers"
      }
    return SurprisalError(.data, "\(place) is \(value)", remedy: holds + "; or give the column another family")
  }

  /// Throws unless `rows` has as many columns.
  func requireColumns(of rows: RowMatrix) throws {
    guard rows.columnCount == count else {
      throw SurprisalError(
        .data, "the data have \(rows.columnCount) columns and the model \(count)",
        remedy: "give the columns that the model was fitted to: \(names.joined(separator: ", "))")
    }
  }
}
