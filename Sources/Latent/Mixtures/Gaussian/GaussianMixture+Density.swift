import CSurprisalKernels
import SurprisalCore

extension GaussianMixture {
  /// log p(x_n) of every row in nats, [n]; it depends on the unit of x.
  ///
  /// Evaluated in the centered form with refined precision factors. Throws a data error for rows with other
  /// columns or numbers that are not finite.
  public func logDensities(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    try logDensities(of: rows, missing: .error, threads: threads)
  }

  /// log p(x_n) of every row in nats, [n]; with `missing` `.model` NaN marks a missing cell, and a row has the
  /// marginal log-density of the cells that are there, 0 without any.
  ///
  /// It depends on the units of those cells' columns. Throws a data error for rows with other columns or
  /// infinite numbers.
  public func logDensities(of rows: RowMatrix, missing: MissingCells, threads: Int? = nil) throws -> [Double] {
    let (observations, order) = try validated(rows, missing: missing)
    let shift = -standardization.logScaleSum
    var result = [Double](repeating: 0, count: rows.rowCount)
    result.withUnsafeMutableBufferPointer { buffer in
      let target = SharedRows(buffer.baseAddress)
      forEachChunk(of: observations, threads: threads) { range, densities, _ in
        for (offset, row) in range.enumerated() {
          target.write(densities[offset] + shift, at: order.map { $0[row] } ?? row)
        }
      }
    }
    return result
  }

  /// p(k | x_n): n rows, K columns, each row summing to 1.
  ///
  /// Throws a data error for rows with other columns, numbers that are not finite, or so far from every
  /// component (about 1e154 standard deviations) that float64 cannot compare them.
  public func responsibilities(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try responsibilities(of: rows, missing: .error, threads: threads)
  }

  /// p(k | x_n) given the cells that are there: n rows, K columns, each row summing to 1; π for rows without any.
  ///
  /// Throws as `responsibilities(of:threads:)` does; with `missing` `.model` NaN is no error.
  public func responsibilities(of rows: RowMatrix, missing: MissingCells, threads: Int? = nil) throws -> RowMatrix {
    let (observations, order) = try validated(rows, missing: missing)
    let K = componentCount
    var result = [Double](repeating: 0, count: rows.rowCount * K)
    result.withUnsafeMutableBufferPointer { buffer in
      let target = SharedRows(buffer.baseAddress)
      forEachChunk(of: observations, threads: threads) { range, _, responsibilities in
        for (offset, row) in range.enumerated() {
          let to = (order.map { $0[row] } ?? row) * K
          for k in 0..<K { target.write(responsibilities[offset * K + k], at: to + k) }
        }
      }
    }
    try requireResolved(result, columns: K)
    return try RowMatrix(result, columnCount: K)
  }

  private func requireResolved(_ values: [Double], columns: Int) throws {
    guard let index = values.firstIndex(where: \.isNaN) else { return }
    throw SurprisalError(
      .data, "row \(index / columns + 1) lies further from every component than float64 can square",
      remedy: "check its unit, or leave it out")
  }

  /// The evidence of rows: log p(x | θ), the bound at q = posterior, and their difference.
  ///
  /// Sums over rows times `weights`, in nats at the unit of x; exact to rounding.
  public func evidence(of rows: RowMatrix, weights: [Double]? = nil, threads: Int? = nil) throws -> Evidence {
    try evidence(of: rows, weights: weights, missing: .error, threads: threads)
  }

  /// The evidence of rows that may lack cells: with `missing` `.model` the missing cells are latent variables as
  /// the components are, and q is the posterior of both.
  public func evidence(
    of rows: RowMatrix, weights: [Double]? = nil, missing: MissingCells, threads: Int? = nil
  ) throws -> Evidence {
    let (observations, order) = try validated(rows, missing: missing)
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    let sorted = weights.map { all in order.map { $0.map { all[$0] } } ?? all }
    return centeredEvidence(
      WeightedRows(rows: observations.rows, weights: sorted, missing: observations.missing), threads: threads
    ).evidence
  }

  /// The rows sorted by their patterns of missing cells, and where each was before; nil where none lacks a cell.
  func validated(
    _ rows: RowMatrix, missing: MissingCells
  ) throws -> (observations: WeightedRows, order: [Int]?) {
    guard missing == .model else {
      try validate(rows)
      return (WeightedRows(rows: rows), nil)
    }
    try requireColumns(of: rows)
    try RowValidation.requireFiniteOrMissing(rows, columnNames: columnNames)
    return WeightedRows.grouped(rows, weights: nil, keepsEmptyRows: true)
  }

  /// The evidence with every component in the centered form, and the statistics it came from.
  func centeredEvidence(
    _ observations: WeightedRows, threads: Int?
  ) -> (evidence: Evidence, statistics: Statistics) {
    let plan = MixturePlan(parameters, standardization: standardization, isCentered: true)
    let statistics = ExpectationPass.run(
      MixtureExpectation(plan: plan, missing: missingExpectation(for: observations)), over: observations,
      threads: Threads.resolve(threads))
    let shift = -statistics.weight * standardization.logScaleSum
    let joint = centeredLogJoint(statistics)
    return (
      Evidence(
        expectedLogJoint: LogDensity(nats: joint + shift),
        posteriorEntropy: LogDensity(nats: statistics.posteriorEntropy),
        logLikelihood: LogDensity(nats: statistics.logLikelihood + shift)), statistics
    )
  }

  private func missingExpectation(for observations: WeightedRows) -> MissingExpectation? {
    observations.missing.map { _ in MissingExpectation(parameters: parameters, standardization: standardization) }
  }

  /// E[log p(z, k)] read off the sums in y = W (z − m), and behind them those of rows that lack cells.
  private func centeredLogJoint(_ statistics: Statistics) -> Double {
    let sums = Array(statistics.sums)
    let total = parameters.centeredLogJoint(sums)
    let count = componentCount * parameters.featureCount
    guard sums.count > count else { return total }
    let missing = MissingExpectation(parameters: parameters, standardization: standardization)
    return total + sums[count...].withUnsafeBufferPointer { $0.baseAddress.map(missing.expectedLogJoint) ?? 0 }
  }

  /// Calls `body` with the log-densities (in standardized coordinates) and responsibilities of every chunk of
  /// rows, on several threads.
  func forEachChunk(
    of observations: WeightedRows, threads: Int?,
    _ body: @Sendable (Range<Int>, UnsafePointer<Double>, UnsafePointer<Double>) -> Void
  ) {
    let plan = MixturePlan(parameters, standardization: standardization, isCentered: true)
    let rows = observations.rows
    let (size, K) = (ExpectationPass.chunkRows, componentCount)
    let complete = observations.missing?.completeCount ?? rows.rowCount
    let room = max(plan.workspaceCount, complete < rows.rowCount ? PatternPosterior.workspaceCount(parameters) : 0)
    parallelFor(count: (rows.rowCount + size - 1) / size, threads: Threads.resolve(threads)) { chunk in
      let range = chunk * size..<min(rows.rowCount, (chunk + 1) * size)
      let scratch = Scratch(capacity: room + size * (K + 1))
      let densities = scratch.base + room
      if range.lowerBound < complete {
        plan.withPlan(observations) {
          surprisal_mixture_posterior(
            $0, range.lowerBound, min(range.upperBound, complete), densities, densities + size, scratch.base)
        }
      }
      forEachIncompleteRow(of: observations, in: range, workspace: scratch.base) { row, logDensity, posterior in
        let offset = row - range.lowerBound
        densities[offset] = logDensity + posterior.missingLogScale
        for k in 0..<K { densities[size + offset * K + k] = posterior.responsibilities[k] }
      }
      body(range, densities, densities + size)
    }
  }
}

extension GaussianMixture {
  /// Calls `body` with the posterior of every row in `range` that lacks cells, and its log-density in z.
  func forEachIncompleteRow(
    of observations: WeightedRows, in range: Range<Int>, workspace: UnsafeMutablePointer<Double>,
    _ body: (Int, Double, PatternPosterior) -> Void
  ) {
    guard let runs = observations.missing, range.upperBound > runs.completeCount else { return }
    var posterior = PatternPosterior(parameters, standardization: standardization, workspace: workspace)
    observations.rows.withUnsafeValues { values in
      runs.forEachRun(in: max(range.lowerBound, runs.completeCount)..<range.upperBound) { pattern, rows in
        posterior.prepare(pattern)
        for row in rows { body(row, posterior.evaluate(values + row * columnCount), posterior) }
      }
    }
  }
}

extension GaussianParameters {
  /// The features of a row: products of columns, columns, and 1.
  var featureCount: Int { surprisal_mixture_feature_count(columnCount, covarianceModel.isDiagonal ? 1 : 0) }

  /// Σ_k N_k log const_k − ½ Σ r |y|²: E[log p(z, k)] read off the sums in y = W (z − m).
  func centeredLogJoint(_ sums: [Double]) -> Double {
    let (K, D) = (componentCount, columnCount)
    let features = featureCount
    var total = 0.0
    for k in 0..<K {
      let base = k * features
      var square = 0.0
      if covarianceModel.isDiagonal {
        for d in 0..<D { square += sums[base + d] }
      } else {
        var at = base
        for i in 0..<D {
          square += sums[at]
          at += D - i
        }
      }
      total += sums[base + features - 1] * logConstant(k) - 0.5 * square
    }
    return total
  }
}

/// Memory that several threads write at disjoint indices.
struct SharedRows: @unchecked Sendable {
  // Unchecked: every index is written by one chunk only.
  private let base: UnsafeMutablePointer<Double>?

  init(_ base: UnsafeMutablePointer<Double>?) { self.base = base }

  func write(_ value: Double, at index: Int) { base?[index] = value }
}
