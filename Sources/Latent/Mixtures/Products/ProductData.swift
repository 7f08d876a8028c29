import CSurprisalKernels
import SurprisalCore

/// Checked and packed rows, ready to fit.
struct ProductData: Sendable {
  /// The different rows, where many are equal; else all of them.
  let rows: ProductRows
  /// The rows that came in with a weight, each by its place in `rows`.
  let members: ProductMembers
  /// The moments of the table as a whole, as those of one component.
  let whole: ProductMoments
  /// ½ / variance of each linear and normal column in its coordinates; 0 where it is constant.
  let denseScales: [Double]
  /// How many rows came in, with those of weight 0.
  let rowCount: Int

  var columns: ProductColumns { rows.columns }

  init(
    _ rows: RowMatrix, weights: [Double]?, columnNames: [String]?, families: ColumnFamilies, words: [[String]?]?,
    threads: Int?
  ) throws {
    let raw = try ProductColumns.checked(
      count: rows.columnCount, families: families, names: columnNames, words: words)
    guard rows.rowCount > 0 else { throw SurprisalError(.data, "no rows", remedy: "give at least one row") }
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    let threads = Threads.resolve(threads)
    let present = ProductData.withoutAbsentRows(rows, weights)
    let table = try EncodedTable(present.rows, columns: raw, rowNumbers: present.numbers, threads: threads)
    var shift = [Double](repeating: 0, count: raw.count)
    var scale = [Double](repeating: 1, count: raw.count)
    var means = scale
    var scales = [Double](repeating: 0, count: table.denseColumns.count)
    if let dense = table.denseRows {
      let moments = ColumnMoments(rows: dense, weights: present.weights, threads: threads)
      for (index, column) in table.denseColumns.enumerated() {
        try ProductData.require(moments, index, raw, column)
        means[column] = moments.means[index]
        let size: Double
        switch raw.families[column] {
        case .normal:
          shift[column] = moments.means[index]
          size = moments.standardDeviation(index)
        case .exponential: size = moments.means[index]
        default: size = 1
        }
        // Within what has a reciprocal.
        scale[column] = Double(sign: .plus, exponent: min(1000, max(-1000, size.exponent)), significand: 1)
        let deviation = moments.standardDeviation(index) / scale[column]
        if deviation > 0 { scales[index] = 0.5 / (deviation * deviation) }
      }
    }
    let columns = raw.standardized(by: Standardization(shift: shift, scale: scale))
    let reference = ProductReference(table, columns: columns, means: means)
    let equal = EqualRows(table)
    self.rows = ProductRows(
      equal.map { table.rows($0.firstRows) } ?? table, columns: columns, reference: reference,
      weights: equal?.weights(present.weights) ?? present.weights, hasLists: true)
    members = ProductMembers(
      count: table.rowCount, places: equal?.groups, weights: present.weights, numbers: present.numbers)
    denseScales = scales
    rowCount = rows.rowCount
    whole = ProductData.whole(self.rows, threads: threads)
  }

  /// Rows of weight 0 are left out, so that they are absent to the bit; their numbers are kept for messages.
  private static func withoutAbsentRows(
    _ rows: RowMatrix, _ weights: [Double]?
  ) -> (rows: RowMatrix, weights: [Double]?, numbers: [Int]?) {
    guard let weights, weights.contains(0) else { return (rows, weights, nil) }
    let kept = (0..<rows.rowCount).filter { weights[$0] > 0 }
    let values = kept.flatMap { rows.row($0) }
    return (RowMatrix(unchecked: values, columnCount: rows.columnCount), kept.map { weights[$0] }, kept)
  }

  /// Throws for columns whose likelihood has no maximum or that float64 cannot resolve.
  private static func require(_ moments: ColumnMoments, _ index: Int, _ columns: ProductColumns, _ column: Int) throws {
    let name = columns.names[column]
    if columns.families[column] == .exponential, !(moments.magnitude[index] > 0) {
      throw SurprisalError(
        .data, "column `\(name)` holds only zeros: an exponential distribution has no maximum there",
        remedy: "leave out with --columns")
    }
    guard columns.families[column] == .normal else { return }
    if moments.isConstant(index) {
      throw SurprisalError(
        .data, "column `\(name)` is constant: the likelihood has no maximum", remedy: "leave out with --columns")
    }
    let deviation = moments.standardDeviation(index)
    guard moments.unit[index] > 0x1p-1000, moments.unit[index] < 0x1p1020 else {
      throw SurprisalError(
        .data,
        "column `\(name)` varies by \(deviation.isFinite ? "about \(deviation)" : "more than 1e307"), "
          + "outside what float64 can square",
        remedy: "rescale the column")
    }
    guard deviation > 16 * moments.magnitude[index].ulp else {
      throw SurprisalError(
        .data, "column `\(name)` varies by \(deviation) around \(moments.means[index]), which float64 cannot resolve",
        remedy: "subtract an offset from the column before writing it")
    }
  }

  /// The moments of all rows: those of a mixture of one component, whatever its parameters.
  ///
  /// `centers` are the values of a component whose means normal columns are summed around: their own, so that a
  /// variance keeps its digits far from 0.
  static func whole(_ rows: ProductRows, threads: Int, around centers: [Double]? = nil) -> ProductMoments {
    let columns = rows.columns
    let values = columns.families.enumerated().flatMap { column, family -> [Double] in
      if let levels = family.levelCount { return [Double](repeating: 1 / Double(levels), count: levels) }
      return family == .normal ? [centers?[columns.valueStarts[column]] ?? 0, 1] : [1]
    }
    let model = ProductMixtureEM(
      setting: ProductSetting(rows: rows, smoothing: 0),
      parameters: ProductParameters(columns: columns, weights: [1], values: values))
    return model.moments(of: ExpectationPass.run(model.expectation(), over: rows, threads: threads))
  }
}
