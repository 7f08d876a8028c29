import SurprisalCore

/// Rows whose missing cells were filled in by a model.
public struct ImputedRows: Sendable {
  /// All cells: those that were there to the bit, the others as their conditional means.
  public var rows: RowMatrix
  /// √Var[x_m | x_o] of every cell that was missing, in the unit of x; 0 for those that were there.
  public var standardDeviations: RowMatrix
  /// How many cells were missing.
  public var missingCount: Int
}

extension GaussianMixture {
  /// Fills every missing cell (NaN) with E[x_m | x_o], and says how far it may be off.
  ///
  /// Means and variances are those of the mixture given the row's other cells: over the components with their
  /// responsibilities (law of total variance). A row without any cell has the mixture's own means. Filled-in means
  /// vary less than the missing numbers did: for estimates from the completed table use `imputedDraw`, several
  /// times. Throws a data error for rows with other columns or infinite numbers.
  public func imputed(_ rows: RowMatrix, threads: Int? = nil) throws -> ImputedRows {
    let (observations, order) = try validated(rows, missing: .model)
    let (D, K, size) = (columnCount, componentCount, ExpectationPass.chunkRows)
    var values = (0..<rows.rowCount).flatMap { rows.row($0) }
    var deviations = [Double](repeating: 0, count: values.count)
    guard let runs = observations.missing, let order else {
      return ImputedRows(
        rows: rows, standardDeviations: RowMatrix(unchecked: deviations, columnCount: D), missingCount: 0)
    }
    let missingCount = values.count { $0.isNaN }
    values.withUnsafeMutableBufferPointer { values in
      deviations.withUnsafeMutableBufferPointer { deviations in
        let (means, spreads) = (SharedRows(values.baseAddress), SharedRows(deviations.baseAddress))
        let first = runs.completeCount / size
        parallelFor(count: (rows.rowCount + size - 1) / size - first, threads: Threads.resolve(threads)) { index in
          let range = (first + index) * size..<min(rows.rowCount, (first + index + 1) * size)
          let scratch = Scratch(capacity: PatternPosterior.workspaceCount(parameters))
          forEachIncompleteRow(of: observations, in: range, workspace: scratch.base) { row, _, posterior in
            for position in posterior.pattern.observedCount..<D {
              let column = posterior.pattern.order[position]
              var mean = 0.0
              for k in 0..<K { mean += posterior.responsibilities[k] * posterior.conditionalMean(k, position) }
              var variance = 0.0
              for k in 0..<K {
                let offset = posterior.conditionalMean(k, position) - mean
                variance +=
                  posterior.responsibilities[k] * (posterior.conditionalVariance(k, position) + offset * offset)
              }
              let scale = standardization.scale[column]
              means.write(standardization.shift[column] + mean * scale, at: order[row] * D + column)
              spreads.write(variance.squareRoot() * scale, at: order[row] * D + column)
            }
          }
        }
      }
    }
    try requireImputed(values)
    return ImputedRows(
      rows: RowMatrix(unchecked: values, columnCount: D),
      standardDeviations: RowMatrix(unchecked: deviations, columnCount: D), missingCount: missingCount)
  }

  /// Fills every missing cell (NaN) with a draw from p(x_m | x_o): of a component by its responsibility, then of
  /// the missing cells together given it.
  ///
  /// Several completed tables, each analyzed as if it were whole, show how much the missing cells leave open
  /// (multiple imputation, Rubin 1987). Rows are drawn pattern by pattern. Throws as `imputed` does.
  public func imputedDraw(_ rows: RowMatrix, using generator: inout RandomGenerator) throws -> RowMatrix {
    let (observations, order) = try validated(rows, missing: .model)
    guard observations.missing != nil, let order else { return rows }
    let (D, K) = (columnCount, componentCount)
    var values = (0..<rows.rowCount).flatMap { rows.row($0) }
    var source = generator
    var normal = NormalSource()
    var noise = [Double](repeating: 0, count: D)
    let scratch = Scratch(capacity: PatternPosterior.workspaceCount(parameters))
    let all = 0..<rows.rowCount
    forEachIncompleteRow(of: observations, in: all, workspace: scratch.base) { row, _, posterior in
      let G = posterior.pattern.observedCount
      var position = source.nextUniform()
      var k = 0
      while k < K - 1, position >= posterior.responsibilities[k] {
        position -= posterior.responsibilities[k]
        k += 1
      }
      for d in G..<D { noise[d] = normal.next(using: &source) }
      for d in G..<D {
        let column = posterior.pattern.order[d]
        var z = posterior.conditionalMean(k, d)
        if covarianceModel.isDiagonal {
          z += posterior.factors[k * D + d] * noise[d]
        } else {
          for j in G...d { z += posterior.factors[(k * D + d) * D + j] * noise[j] }
        }
        values[order[row] * D + column] = standardization.shift[column] + z * standardization.scale[column]
      }
    }
    generator = source
    try requireImputed(values)
    return RowMatrix(unchecked: values, columnCount: D)
  }

  private func requireImputed(_ values: [Double]) throws {
    guard let index = values.firstIndex(where: \.isNaN) else { return }
    throw SurprisalError(
      .data, "row \(index / columnCount + 1) lies further from every component than float64 can square",
      remedy: "check its unit, or leave it out")
  }
}
