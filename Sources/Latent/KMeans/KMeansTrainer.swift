import SurprisalCore

/// One fit: compares starts, continues the best on all rows and reports.
struct KMeansTrainer {
  let data: ClusteringRows
  let names: [String]
  let options: KMeansOptions
  private let clock = ContinuousClock.now

  init(data: ClusteringRows, names: [String], options: KMeansOptions) {
    self.data = data
    self.names = names
    self.options = options
  }

  /// The end of one start, centers shifted and scaled.
  struct Start {
    var centers: [Double] = []
    var outcome = LloydSolver.Outcome(inertia: .infinity, history: [], converged: false)
  }

  /// Fits from k-means++ starts.
  func fit(isCancelled: () -> Bool) throws -> KMeansFit {
    let distinct = data.distinctRows(upTo: options.clusters).count
    var warnings: [String] = []
    if distinct < options.clusters {
      warnings.append("only \(distinct) different rows: \(distinct) of \(options.clusters) clusters kept")
    }
    let clusters = min(distinct, options.clusters)
    let sampled = max(16_384, 64 * clusters)
    guard data.rowCount > 2 * sampled else {
      let starts = try self.starts(on: data, clusters: clusters, isCancelled: isCancelled)
      let best = KMeansTrainer.best(of: starts)
      let solver = LloydSolver(data, clusters: clusters, threads: options.threads)
      for (index, value) in starts[best].centers.enumerated() { solver.centers[index] = value }
      _ = solver.assign()
      return try finish(
        solver, starts[best].outcome, starts: starts, startRowCount: data.rowCount, sorted: true,
        warnings: warnings, isCancelled: isCancelled)
    }
    let (starts, used) = try withSample(of: sampled) { sample in
      (try self.starts(on: sample, clusters: clusters, isCancelled: isCancelled), sample.rowCount)
    }
    let solver = LloydSolver(data, clusters: clusters, threads: options.threads)
    for (index, value) in starts[KMeansTrainer.best(of: starts)].centers.enumerated() {
      solver.centers[index] = value
    }
    let outcome = try run(solver, isCancelled: isCancelled)
    return try finish(
      solver, outcome, starts: starts, startRowCount: used, sorted: true, warnings: warnings,
      isCancelled: isCancelled)
  }

  /// Fits from given centers.
  func continued(from centers: [[Double]], isCancelled: () -> Bool) throws -> KMeansFit {
    let solver = LloydSolver(data, clusters: options.clusters, threads: options.threads)
    solver.setCenters(centers)
    let outcome = try run(solver, isCancelled: isCancelled)
    return try finish(
      solver, outcome, starts: [Start(outcome: outcome)], startRowCount: data.rowCount, sorted: false,
      warnings: [], isCancelled: isCancelled)
  }

  private func run(_ solver: LloydSolver, isCancelled: () -> Bool) throws -> LloydSolver.Outcome {
    try solver.run(
      iterations: options.maximumIterations, tolerance: options.tolerance, isCancelled: isCancelled)
  }

  /// Fills clusters that rounding left empty, and reports in the unit of x.
  private func finish(
    _ solver: LloydSolver, _ outcome: LloydSolver.Outcome, starts: [Start], startRowCount: Int, sorted: Bool,
    warnings: [String], isCancelled: () -> Bool
  ) throws -> KMeansFit {
    var outcome = outcome
    if solver.fillEmptyClusters() {
      let further = try run(solver, isCancelled: isCancelled)
      outcome = LloydSolver.Outcome(
        inertia: further.inertia, history: outcome.history + further.history, converged: further.converged)
    }
    let columns = data.columnCount
    let counts = (0..<solver.clusters).map { solver.totals[$0 * solver.sumStride + columns] }
    let kept = counts.indices.filter { counts[$0] > 0 }
    let order = sorted ? kept.sorted { (-counts[$0], $0) < (-counts[$1], $1) } : kept
    var warnings = warnings
    if kept.count < solver.clusters {
      warnings.append("\(solver.clusters - kept.count) clusters without rows were left out")
    }
    if !outcome.converged {
      warnings.append("not converged after \(outcome.history.count) iterations")
    }
    let centers = solver.rawCenters()
    let lowest = starts.map(\.outcome.inertia).min() ?? 0
    return KMeansFit(
      model: try KMeans(centers: order.map { centers[$0] }, columnNames: names),
      inertia: raw(outcome.inertia), iterations: outcome.history.count, converged: outcome.converged,
      startsAtBest: starts.count { $0.outcome.inertia <= lowest * (1 + 1e-9) }, starts: starts.count,
      startRowCount: startRowCount, counts: order.map { counts[$0] }, history: outcome.history.map(raw),
      warnings: warnings, seconds: clock.duration(to: .now) / .seconds(1))
  }

  /// A sum of squares in squared units of x.
  private func raw(_ inertia: Double) -> Double { inertia / data.scale / data.scale }

  private static func best(of starts: [Start]) -> Int {
    starts.indices.min {
      (starts[$0].outcome.inertia, $0) < (starts[$1].outcome.inertia, $1)
    } ?? 0
  }
}
