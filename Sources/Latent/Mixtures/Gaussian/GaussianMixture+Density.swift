import CSurprisalKernels
import SurprisalCore

extension GaussianMixture {
  /// log p(x_n) of every row in nats, [n]; it depends on the unit of x.
  ///
  /// Evaluated in the centered form with refined precision factors. Throws a data error for rows with other
  /// columns or numbers that are not finite.
  public func logDensities(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    try validate(rows)
    let shift = -standardization.logScaleSum
    var result = [Double](repeating: 0, count: rows.rowCount)
    result.withUnsafeMutableBufferPointer { buffer in
      let target = SharedRows(buffer.baseAddress)
      forEachChunk(of: rows, threads: threads) { range, densities, _ in
        for (offset, row) in range.enumerated() { target.write(densities[offset] + shift, at: row) }
      }
    }
    return result
  }

  /// p(k | x_n): n rows, K columns, each row summing to 1.
  ///
  /// Throws a data error for rows with other columns, numbers that are not finite, or so far from every
  /// component (about 1e154 standard deviations) that float64 cannot compare them.
  public func responsibilities(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try validate(rows)
    let K = componentCount
    var result = [Double](repeating: 0, count: rows.rowCount * K)
    result.withUnsafeMutableBufferPointer { buffer in
      let target = SharedRows(buffer.baseAddress)
      forEachChunk(of: rows, threads: threads) { range, _, responsibilities in
        for index in 0..<range.count * K { target.write(responsibilities[index], at: range.lowerBound * K + index) }
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
    try validate(rows)
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    return centeredEvidence(WeightedRows(rows: rows, weights: weights), threads: threads).evidence
  }

  /// The evidence with every component in the centered form, and the statistics it came from.
  func centeredEvidence(
    _ observations: WeightedRows, threads: Int?
  ) -> (evidence: Evidence, statistics: Statistics) {
    let plan = MixturePlan(parameters, standardization: standardization, isCentered: true)
    let statistics = ExpectationPass.run(
      MixtureExpectation(plan: plan), over: observations, threads: Threads.resolve(threads))
    let shift = -statistics.weight * standardization.logScaleSum
    let joint = parameters.centeredLogJoint(Array(statistics.sums))
    return (
      Evidence(
        expectedLogJoint: LogDensity(nats: joint + shift),
        posteriorEntropy: LogDensity(nats: statistics.posteriorEntropy),
        logLikelihood: LogDensity(nats: statistics.logLikelihood + shift)), statistics
    )
  }

  /// Calls `body` with the log-densities (in standardized coordinates) and responsibilities of every chunk of
  /// rows, on several threads.
  func forEachChunk(
    of rows: RowMatrix, threads: Int?,
    _ body: @Sendable (Range<Int>, UnsafePointer<Double>, UnsafePointer<Double>) -> Void
  ) {
    let plan = MixturePlan(parameters, standardization: standardization, isCentered: true)
    let observations = WeightedRows(rows: rows)
    let (size, K) = (ExpectationPass.chunkRows, componentCount)
    parallelFor(count: (rows.rowCount + size - 1) / size, threads: Threads.resolve(threads)) { chunk in
      let range = chunk * size..<min(rows.rowCount, (chunk + 1) * size)
      let scratch = Scratch(capacity: plan.workspaceCount + size * (K + 1))
      let densities = scratch.base + plan.workspaceCount
      plan.withPlan(observations) {
        surprisal_mixture_posterior(
          $0, range.lowerBound, range.upperBound, densities, densities + size, scratch.base)
      }
      body(range, densities, densities + size)
    }
  }
}

extension GaussianParameters {
  /// Σ_k N_k log const_k − ½ Σ r |y|²: E[log p(z, k)] read off the sums in y = W (z − m).
  func centeredLogJoint(_ sums: [Double]) -> Double {
    let (K, D) = (componentCount, columnCount)
    let features = sums.count / K
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
