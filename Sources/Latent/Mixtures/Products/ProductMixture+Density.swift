import CSurprisalKernels
import SurprisalCore

extension ProductMixture {
  /// log p(x_n) of every row in nats, [n]; with exponential or normal columns it depends on the unit of x.
  ///
  /// Exactly −∞ for rows that no component can produce, such as a level that is nowhere probable. Throws a data error
  /// for rows with other columns or numbers that a column's family excludes.
  public func logDensities(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    try ProductScorer(parameters, rows, threads: threads).logDensities()
  }

  /// The evidence of rows: log p(x | θ), the bound at q = posterior, and their difference.
  ///
  /// Sums over rows times `weights`, in nats at the unit of x; exact to rounding.
  public func evidence(of rows: RowMatrix, weights: [Double]? = nil, threads: Int? = nil) throws -> Evidence {
    try RowValidation.requireWeights(weights, rowCount: rows.rowCount)
    let table = try EncodedTable(rows, columns: columns, threads: Threads.resolve(threads))
    let packed = ProductRows(
      table, columns: columns, reference: parameters.reference, weights: weights, hasLists: true)
    return evidence(of: packed, threads: threads)
  }

  func evidence(of rows: ProductRows, threads: Int?) -> Evidence {
    let model = ProductMixtureEM(setting: ProductSetting(rows: rows, smoothing: 0), parameters: parameters)
    let statistics = ExpectationPass.run(model.expectation(), over: rows, threads: Threads.resolve(threads))
    let shift = -statistics.weight * columns.logScaleSum
    return Evidence(
      expectedLogJoint: LogDensity(nats: model.expectedLogJoint(model.moments(of: statistics)) + shift),
      posteriorEntropy: LogDensity(nats: statistics.posteriorEntropy),
      logLikelihood: LogDensity(nats: statistics.logLikelihood + shift))
  }
}

extension ProductMixture: ComponentModel {
  /// p(k | x_n): n rows, K columns, each row summing to 1.
  ///
  /// Throws a data error for rows with other columns or numbers that a column's family excludes, and for rows that no
  /// component can produce.
  public func responsibilities(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try ProductScorer(parameters, rows, threads: threads).responsibilities(of: "component")
  }
}

/// Densities and responsibilities of one set of rows.
struct ProductScorer {
  private let plan: BoundPlan
  private let parameters: ProductParameters
  private let threads: Int

  init(_ parameters: ProductParameters, _ rows: RowMatrix, threads: Int?) throws {
    let threads = Threads.resolve(threads)
    let table = try EncodedTable(rows, columns: parameters.columns, threads: threads)
    self.init(
      parameters,
      ProductRows(table, columns: parameters.columns, reference: parameters.reference, hasLists: false),
      threads: threads)
  }

  init(_ parameters: ProductParameters, _ rows: ProductRows, threads: Int) {
    self.parameters = parameters
    self.threads = threads
    plan = ProductPlan(parameters, reference: rows.reference).bound(to: rows)
  }

  /// log p(x_n) in the unit of x.
  func logDensities() -> [Double] {
    let shift = -parameters.columns.logScaleSum
    let result = Cells<Double>(repeating: 0, count: plan.rows.count)
    forEachChunk { range, densities, _ in
      for (offset, row) in range.enumerated() { result.base[row] = densities[offset] + shift }
    }
    return Array(UnsafeBufferPointer(start: result.base, count: result.count))
  }

  /// p(k | x_n), row by row; throws for rows that no `part` (component or class) can produce.
  func responsibilities(of part: String) throws -> RowMatrix {
    let K = parameters.componentCount
    let result = Cells<Double>(repeating: 0, count: plan.rows.count * K)
    forEachChunk { range, _, shares in
      (result.base + range.lowerBound * K).update(from: shares, count: range.count * K)
    }
    for row in 0..<plan.rows.count {
      let sum = (0..<K).reduce(0) { $0 + result.base[row * K + $1] }
      if !(sum > 0.5) {
        throw SurprisalError(
          .data, "row \(row + 1) is impossible in every \(part)",
          remedy: part == "class"
            ? "leave it out, or fit with --smoothing or --scale-smoothing above 0"
            : "leave it out, or fit with a --smoothing above 0")
      }
    }
    return RowMatrix(
      unchecked: Array(UnsafeBufferPointer(start: result.base, count: result.count)), columnCount: K)
  }

  /// Σ w log max_k r_k, at most 0.
  func classification(weights: [Double]?) -> Double {
    let K = parameters.componentCount
    let size = ExpectationPass.chunkRows
    let sums = Cells<Double>(repeating: 0, count: (plan.rows.count + size - 1) / size)
    forEachChunk { range, _, shares in
      var sum = 0.0
      for (offset, row) in range.enumerated() {
        var largest = 0.0
        for k in 0..<K { largest = max(largest, shares[offset * K + k]) }
        if largest > 0, largest < 1 { sum += (weights?[row] ?? 1) * surprisal_log(largest) }
      }
      sums.base[range.lowerBound / size] = sum
    }
    return (0..<sums.count).reduce(0) { $0 + sums.base[$1] }
  }

  /// Calls `body` with the log-densities (in the columns' coordinates) and responsibilities of every chunk of rows, on
  /// several threads.
  private func forEachChunk(
    _ body: @Sendable (Range<Int>, UnsafePointer<Double>, UnsafePointer<Double>) -> Void
  ) {
    let (size, count, K) = (ExpectationPass.chunkRows, plan.rows.count, parameters.componentCount)
    let plan = plan
    parallelFor(count: (count + size - 1) / size, threads: threads) { chunk in
      let range = chunk * size..<min(count, (chunk + 1) * size)
      let scratch = Scratch(capacity: plan.workspaceCount + size * (K + 1))
      let densities = scratch.base + plan.workspaceCount
      plan.withPlan {
        surprisal_product_mixture_posterior(
          $0, range.lowerBound, range.upperBound, densities, densities + size, scratch.base)
      }
      body(range, densities, densities + size)
    }
  }
}
