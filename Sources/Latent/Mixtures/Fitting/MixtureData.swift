import CSurprisalKernels
import SurprisalCore

/// Validated rows, the coordinates to fit in, and a sample of standardized rows to start from.
struct MixtureData {
  let observations: WeightedRows
  let columnNames: [String]
  let moments: ColumnMoments
  let threads: Int
  /// The sample that starts work on: all rows where they are few.
  let sample: RowSample
  /// How many rows came in, with those of weight 0.
  let rowCount: Int
  /// What the user should know of the rows.
  let warnings: [String]

  var totalWeight: Double { moments.weight }
  var columnCount: Int { observations.rows.columnCount }
  /// Whether starts work on a sample of the rows; a given start is followed on all of them.
  var isSampled: Bool { sample.rowCount < observations.count && !hasGivenStart }
  /// The rows that starts are run on.
  var draft: WeightedRows { isSampled ? sample.observations : observations }
  private let hasGivenStart: Bool

  init(
    rows: RowMatrix, weights: [Double]?, columnNames: [String]?, configuration: GaussianMixtureConfiguration
  ) throws {
    let D = rows.columnCount
    let names = columnNames ?? (1...max(1, D)).map { "x\($0)" }
    guard D > 0, names.count == D else {
      throw SurprisalError(.data, "\(names.count) column names for \(D) columns", remedy: "name every column once")
    }
    guard rows.rowCount > 0 else {
      throw SurprisalError(.data, "no rows", remedy: "give at least two rows")
    }
    if configuration.missingCells == .model {
      try RowValidation.requireFiniteOrMissing(rows, columnNames: names)
    } else {
      try RowValidation.requireFinite(rows, columnNames: names)
    }
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    threads = Threads.resolve(configuration.engine.threads)
    let present = MixtureData.withoutAbsentRows(rows, weights)
    if configuration.missingCells == .model {
      observations = WeightedRows.grouped(present.rows, weights: present.weights, keepsEmptyRows: false).observations
      warnings = try MixtureData.checkMissing(observations, of: present.count, names)
    } else {
      observations = present
      warnings = []
    }
    self.columnNames = names
    rowCount = rows.rowCount
    moments = ColumnMoments(
      rows: observations.rows, weights: observations.weights, threads: threads,
      skipsMissing: observations.missing != nil)
    try MixtureData.requireSpread(moments, names, hasPrior: configuration.prior != nil)
    let columnwise = MixtureData.columnwise(moments)
    sample = RowSample(observations, columnwise, seed: configuration.seed, threads: threads)
    if case .given = configuration.start { hasGivenStart = true } else { hasGivenStart = false }
  }

  /// Rows of weight 0 are left out, so that they are absent to the bit.
  private static func withoutAbsentRows(_ rows: RowMatrix, _ weights: [Double]?) -> WeightedRows {
    guard let weights, weights.contains(0) else { return WeightedRows(rows: rows, weights: weights) }
    var values: [Double] = []
    for row in 0..<rows.rowCount where weights[row] > 0 { values.append(contentsOf: rows.row(row)) }
    return WeightedRows(
      rows: RowMatrix(unchecked: values, columnCount: rows.columnCount), weights: weights.filter { $0 > 0 })
  }

  /// Throws for columns without any cell; a warning if rows without any were left out.
  private static func checkMissing(
    _ observations: WeightedRows, of rowCount: Int, _ names: [String]
  ) throws -> [String] {
    guard observations.count > 0 else {
      throw SurprisalError(.data, "every cell is missing", remedy: "give rows with numbers in them")
    }
    if let runs = observations.missing, runs.completeCount == 0 {
      var isThere = [Bool](repeating: false, count: names.count)
      for pattern in runs.patterns {
        for column in pattern.order.prefix(pattern.observedCount) { isThere[column] = true }
      }
      if let column = isThere.firstIndex(of: false) {
        throw SurprisalError(
          .data, "every cell of column `\(names[column])` is missing", remedy: "leave it out with --columns")
      }
    }
    let empty = rowCount - observations.count
    guard empty > 0 else { return [] }
    return ["\(empty) row\(empty == 1 ? "" : "s") without any cell \(empty == 1 ? "says" : "say") nothing: left out"]
  }

  /// Throws for columns that have no spread, or none that float64 can resolve beside their offset.
  private static func requireSpread(_ moments: ColumnMoments, _ names: [String], hasPrior: Bool) throws {
    if !hasPrior {
      let constant = names.indices.filter { moments.isConstant($0) }
      // All columns constant is a single point, which the fitter answers on its own.
      if !constant.isEmpty, constant.count < names.count {
        throw SurprisalError(
          .data,
          "column\(constant.count > 1 ? "s" : "") \(constant.map { "`\(names[$0])`" }.joined(separator: ", ")) "
            + "\(constant.count > 1 ? "are" : "is") constant: the likelihood has no maximum",
          remedy: "leave out with --columns, or give a --prior")
      }
    }
    for column in names.indices where !moments.isConstant(column) {
      let deviation = moments.standardDeviation(column)
      guard moments.unit[column] > 0x1p-1000, moments.unit[column] < 0x1p1020 else {
        throw SurprisalError(
          .data,
          "column `\(names[column])` varies by \(deviation.isFinite ? "about \(deviation)" : "more than 1e307"), "
            + "outside what float64 can square",
          remedy: "rescale the column")
      }
      guard deviation > 16 * moments.magnitude[column].ulp else {
        throw SurprisalError(
          .data,
          "column `\(names[column])` varies by \(deviation) around \(moments.means[column]), "
            + "which float64 cannot resolve",
          remedy: "subtract an offset from the column before writing it")
      }
    }
  }

  /// A shift and a power of two for every column on its own.
  static func columnwise(_ moments: ColumnMoments) -> Standardization {
    let scale = moments.unit.indices.map { column -> Double in
      if moments.isConstant(column) {
        // Only under a prior: a constant column is given a spread of a thousandth of its value.
        let size = moments.magnitude[column]
        return size > 0 ? Double(sign: .plus, exponent: max(-1000, size.exponent - 10), significand: 1) : 1
      }
      return MixtureData.powerOfTwo(near: moments.standardDeviation(column))
    }
    return Standardization(shift: moments.means, scale: scale)
  }

  private static func powerOfTwo(near value: Double) -> Double {
    let exponent = value.exponent + (value.significand > 1.4142135623730951 ? 1 : 0)
    return Double(sign: .plus, exponent: Int(exponent), significand: 1)
  }

  /// The coordinates and fixed parts for a fit of `model` with K components.
  func setting(
    _ model: CovarianceModel, components: Int, prior: MixturePrior?, collapseEigenvalue: Double
  ) -> MixtureSetting {
    var standardization = sample.standardization
    if !model.isScaleEquivariant, let common = standardization.scale.max() {
      standardization = Standardization(
        shift: standardization.shift, scale: standardization.scale.map { _ in common })
    }
    let variances = (0..<columnCount).map { column -> Double in
      if moments.isConstant(column) { return 1 }
      let ratio = moments.unit[column] / standardization.scale[column]
      return max(moments.scaledVariances[column] * ratio * ratio, Double.leastNormalMagnitude)
    }
    return MixtureSetting(
      covarianceModel: model, standardization: standardization, columnVariances: variances,
      prior: prior.map {
        ScaledPrior(
          $0, columnVariances: variances, center: [Double](repeating: 0, count: columnCount),
          components: components)
      }, collapseEigenvalue: collapseEigenvalue, hasMissingCells: observations.missing != nil)
  }
}

/// Standardized rows in memory for the starts.
struct RowSample {
  /// At most this many rows; fewer where there are many columns.
  static let rowLimit = 16_384
  static let productLimit = 20_000_000
  /// Beyond this many columns the eigenvectors for whitening cost more than the fit; with less than two rows a
  /// column all whitened rows are about equally far apart.
  static let whitenedColumnLimit = 512

  let standardization: Standardization
  let rowCount: Int
  let columnCount: Int
  /// [rowCount][columnCount], column by column standardized; missing cells as one Gaussian expects them.
  let scaled: [Double]
  /// [rowCount][rank], rotated and scaled to unit covariance; `scaled` again for wide rows.
  let whitened: [Double]
  /// The columns of `whitened`.
  let rank: Int
  let weights: [Double]?
  /// The sampled rows in the data's own unit, for runs on the sample.
  let observations: WeightedRows

  init(_ source: WeightedRows, _ standardization: Standardization, seed: UInt64, threads: Int) {
    let D = source.rows.columnCount
    columnCount = D
    self.standardization = standardization
    let limit = min(RowSample.rowLimit, max(2048, 2 * D, RowSample.productLimit / (D * D)))
    let total = source.count
    if total <= limit {
      observations = source
    } else {
      observations = RowSample.draw(limit, of: source, seed: seed)
    }
    let (count, rowWeights) = (observations.count, observations.weights)
    rowCount = count
    weights = rowWeights
    var values = [Double](repeating: 0, count: count * D)
    let inverse = standardization.inverseScale
    observations.rows.withUnsafeValues { rows in
      for row in 0..<count {
        for column in 0..<D {
          values[row * D + column] = (rows[row * D + column] - standardization.shift[column]) * inverse[column]
        }
      }
    }
    RowSample.impute(&values, observations, standardization, threads: threads)
    scaled = values
    guard D <= RowSample.whitenedColumnLimit, count >= 2 * D else {
      (whitened, rank) = (values, D)
      return
    }
    (whitened, rank) = values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return ([], 0) }
      return PartitionStart.whitened(
        rows: base, rowCount: count, columnCount: D, weights: rowWeights)
    }
  }

  /// Rows drawn without replacement in their order (Knuth 1997, algorithm S).
  private static func draw(_ limit: Int, of source: WeightedRows, seed: UInt64) -> WeightedRows {
    var generator = RandomGenerator(seed: seed, stream: 1 << 62)
    let D = source.rows.columnCount
    var values: [Double] = []
    values.reserveCapacity(limit * D)
    var weights: [Double]? = source.weights == nil ? nil : []
    var left = limit
    for row in 0..<source.count where left > 0 {
      if generator.nextUniform() * Double(source.count - row) < Double(left) {
        values.append(contentsOf: source.rows.row(row))
        if let all = source.weights { weights?.append(all[row]) }
        left -= 1
      }
    }
    let rows = RowMatrix(unchecked: values, columnCount: D)
    guard source.missing != nil else { return WeightedRows(rows: rows, weights: weights) }
    return WeightedRows.grouped(rows, weights: weights, keepsEmptyRows: true).observations
  }
}
