import SurprisalCore

/// The statistics of all rows, as the M-step of a `RowModel` reads them.
public struct RowMoments: Sendable, Hashable {
  /// Σ w: the number of rows where they are unweighted.
  public var weight: Double
  /// Σ w times each of the rows' statistics.
  public var sums: [Double]

  /// Moments from their parts.
  public init(weight: Double, sums: [Double]) {
    self.weight = weight
    self.sums = sums
  }
}

/// The shortest way to a latent-variable model of one's own: independent rows of numbers, one E-step a row.
///
/// A conforming type says what a row's posterior gives (`expectation(of:statistics:)`), what the bound is
/// (`expectedLogJoint`) and what maximizes it (`maximized`). The engine does the rest: weights, threads with the
/// same bits for any number of them, the ledger and its certificate, the stop rule and cancellation. Models that
/// run over something else than rows, or whose inner loop is to be fast, conform to `LatentVariableModel` itself.
public protocol RowModel: LatentVariableModel
where Observations == WeightedRows, Expectation == RowExpectation, Moments == RowMoments {
  /// How many statistics a row has.
  var statisticCount: Int { get }

  /// The E-step of one row at these parameters.
  ///
  /// Sets `statistics` (0 on entry) to the expectations under q = p(z | x, θ) that `expectedLogJoint` and
  /// `maximized` need, and gives log p(x | θ) and the entropy H[q], in nats. For continuous z the entropy may be
  /// negative. It is called on several threads at once.
  func expectation(
    of row: [Double], statistics: inout [Double]
  ) -> (logDensity: Double, posteriorEntropy: Double)
}

extension RowModel {
  /// The E-step over all rows, one after the other.
  public func expectation() -> RowExpectation {
    RowExpectation(statisticCount: statisticCount) { row, statistics in
      self.expectation(of: row, statistics: &statistics)
    }
  }

  /// The sums, with the rows' weight.
  public func moments(of statistics: Statistics) -> RowMoments {
    RowMoments(weight: statistics.weight, sums: Array(statistics.sums))
  }

  /// Sixteen roundings of a number of the size of Σ w |log p|, and of one a row and statistic.
  ///
  /// Models whose log-density is a small difference of large terms (data far from 0 beside their spread) give
  /// their own.
  public func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    let size = statistics.logLikelihoodMagnitude + statistics.weight * Double(1 + statisticCount)
    return (16 * 0x1p-53 * size, 16 * 0x1p-53 * size)
  }

  /// Runs EM from these parameters over `rows` until the stop rule or the limit on iterations ends it.
  ///
  /// A weight of w counts as w equal rows. Throws what `maximized` throws, `CancellationError`, and an internal
  /// error when the certificate fails: then the E-step, the bound and the M-step do not belong to one model.
  public func fitted(
    to rows: RowMatrix, weights: [Double]? = nil, options: EngineOptions = EngineOptions(),
    isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
  ) throws -> ExpectationMaximization<Self>.Outcome {
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    return try ExpectationMaximization.run(
      from: self, over: WeightedRows(rows: rows, weights: weights),
      control: .init(options: options, isCancelled: isCancelled))
  }
}

/// The E-step of a `RowModel`.
public struct RowExpectation: ExpectationStep {
  let statisticCount: Int
  let posterior: @Sendable (_ row: [Double], _ statistics: inout [Double]) -> (Double, Double)

  /// As many as a row has statistics.
  public var sumCount: Int { statisticCount }
  /// None: rows and statistics are arrays.
  public var workspaceCount: Int { 0 }

  /// Sums row by row.
  public func accumulate(
    _ observations: WeightedRows, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    let columns = observations.rows.columnCount
    var row = [Double](repeating: 0, count: columns)
    var statistics = [Double](repeating: 0, count: statisticCount)
    // Row after row, plain sums would lose more than the certificate allows for.
    var logLikelihood = CompensatedSum()
    var posteriorEntropy = CompensatedSum()
    observations.rows.withUnsafeValues { values in
      for index in range {
        let weight = observations.weights.map { $0[index] } ?? 1
        // A weight of 0 means that the row is absent, whatever it holds.
        guard weight > 0 else { continue }
        for column in 0..<columns { row[column] = values[index * columns + column] }
        for position in statistics.indices { statistics[position] = 0 }
        let (logDensity, entropy) = posterior(row, &statistics)
        precondition(
          statistics.count == statisticCount,
          "expectation(of:statistics:) set \(statistics.count) statistics, and statisticCount is \(statisticCount)"
        )
        totals[0] += weight
        logLikelihood.add(weight * logDensity)
        totals[2] += weight * logDensity.magnitude
        posteriorEntropy.add(weight * entropy)
        for position in statistics.indices { sums[position] += weight * statistics[position] }
      }
    }
    totals[1] += logLikelihood.value
    totals[3] += posteriorEntropy.value
  }
}
