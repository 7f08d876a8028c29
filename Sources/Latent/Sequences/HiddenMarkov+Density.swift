import CSurprisalKernels
import SurprisalCore

extension HiddenMarkov {
  /// log p(x_t | x_1, …, x_{t−1}) of every row in nats, [n], all rows being one sequence: they sum to log p(x).
  ///
  /// As `logDensities(of:sequences:threads:)`.
  public func logDensities(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    guard rows.rowCount > 0 else {
      try validate(rows)
      return []
    }
    return try logDensities(of: rows, sequences: .single(rows.rowCount), threads: threads)
  }

  /// log p(x_t | the rows before it in its sequence) in nats, [n]: a sequence's numbers sum to its log-density.
  ///
  /// From the first row on that no state can explain that can be reached, all rows of its sequence have −∞. Densities
  /// depend on the unit of x. Throws a data error for rows with other columns or numbers that are not finite, and for
  /// sequences that are not those of the rows.
  public func logDensities(
    of rows: RowMatrix, sequences: SequenceLayout, threads: Int? = nil
  ) throws -> [Double] {
    let rows = try supported(rows)
    try sequences.validate(rowCount: rows.rowCount)
    let plan = ChainPlan(parameters, isCentered: true)
    let ranges = sequences.ranges
    var result = [Double](repeating: 0, count: rows.rowCount)
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let target = buffer
      parallelFor(count: ranges.count, threads: Threads.resolve(threads)) { index in
        let range = ranges[index]
        guard let out = target.baseAddress.map({ $0 + range.lowerBound }) else { return }
        let tiles = range.count / WeightedSequences.tileRows + 1
        let workspace = Scratch(capacity: plan.workspaceCount + tiles * plan.stride)
        let checkpoints = workspace.base + plan.workspaceCount
        plan.withChain(rows) { chain in
          func run(_ logs: Int32) -> Int32 {
            surprisal_chain_forward(
              chain, range.lowerBound, range.upperBound, logs, checkpoints, out, workspace.base)
          }
          if plan.needsLogs || run(0) != 0 { _ = run(1) }
        }
      }
    }
    addUnit(to: &result, rows)
    return result
  }

  /// log p of each sequence in nats; −∞ for one that no path of states can explain. Errors as `logDensities`.
  public func sequenceLogDensities(
    of rows: RowMatrix, sequences: SequenceLayout, threads: Int? = nil
  ) throws -> [Double] {
    let densities = try logDensities(of: rows, sequences: sequences, threads: threads)
    return sequences.ranges.map { range in
      var total = CompensatedSum()
      for row in range where densities[row] > -.infinity { total.add(densities[row]) }
      return range.contains { densities[$0] == -.infinity } ? -.infinity : total.value
    }
  }

  /// The evidence of sequences: log p(x | θ), the bound at q = posterior over paths, and their difference.
  ///
  /// log p(x) comes from the forward recursion, H[q] from the backward recursion row by row, and E[log p(x, z)] from the
  /// sums of states, transitions and emissions, so that the gap compares them. Sums over sequences times `weights`, one
  /// a sequence, in nats at the unit of x; all rows are one sequence if `sequences` is nil. A sequence that no path can
  /// explain is a data error with its first such row.
  public func evidence(
    of rows: RowMatrix, sequences: SequenceLayout? = nil, weights: [Double]? = nil, threads: Int? = nil
  ) throws -> Evidence {
    let whole = try sequences ?? .single(rows.rowCount)
    try whole.validate(rowCount: rows.rowCount, weights: weights)
    let (given, layout, weights) = try whole.present(of: rows, weights: weights)
    let rows = try supported(given)
    let observations = WeightedSequences(rows: rows, layout: layout, weights: weights)
    let plan = ChainPlan(parameters, isCentered: true)
    var statistics = Statistics(count: plan.sumCount)
    let impossible = statistics.storage.withUnsafeMutableBufferPointer { buffer -> [Int] in
      guard let base = buffer.baseAddress else { return [] }
      return ChainPass(plan: plan, observations: observations, threads: Threads.resolve(threads))
        .run(totals: base, sums: base + Statistics.totalCount)
    }
    if let first = impossible.first { throw try unexplained(first, given, layout) }
    let shift = unitShift(rows, layout, weights)
    return Evidence(
      expectedLogJoint: LogDensity(nats: centeredLogJoint(statistics) + shift),
      posteriorEntropy: LogDensity(nats: statistics.posteriorEntropy),
      logLikelihood: LogDensity(nats: statistics.logLikelihood + shift))
  }

  /// E[log p(x, z)] from statistics in the centered form.
  private func centeredLogJoint(_ statistics: Statistics) -> Double {
    let setting = ChainSetting(gaussian: nil, unitOffset: 0, columnMeans: [], threads: 1)
    let model = HiddenMarkovEM(setting: setting, parameters: parameters)
    // Without a setting the Gaussians add nothing there.
    let chain = model.expectedLogJoint(ChainMoments(statistics, parameters))
    guard case .gaussian(let gaussians, _) = parameters.emissions else { return chain }
    let skip = (stateCount + 1) * ((stateCount + 7) / 8 * 8)
    return chain + gaussians.centeredLogJoint(Array(statistics.sums.dropFirst(skip)))
  }

  /// Σ w of what log p gains from the coordinates of the recursions to the unit of x.
  func unitShift(_ rows: RowMatrix, _ layout: SequenceLayout, _ weights: [Double]?) -> Double {
    var total = CompensatedSum()
    switch parameters.emissions {
    case .categorical: break
    case .gaussian(_, let standardization):
      for (index, length) in layout.lengths.enumerated() {
        total.add(-(weights?[index] ?? 1) * Double(length) * standardization.logScaleSum)
      }
    case .poisson(let states):
      rows.withUnsafeValues { values in
        for (index, range) in layout.ranges.enumerated() {
          let weight = weights?[index] ?? 1
          for row in range { total.add(weight * states.logReference(values + row * rows.columnCount)) }
        }
      }
    }
    return total.value
  }

  private func addUnit(to densities: inout [Double], _ rows: RowMatrix) {
    switch parameters.emissions {
    case .categorical: break
    case .gaussian(_, let standardization):
      let shift = standardization.logScaleSum
      for row in densities.indices { densities[row] -= shift }
    case .poisson(let states):
      rows.withUnsafeValues { values in
        for row in densities.indices where densities[row] > -.infinity {
          densities[row] += states.logReference(values + row * rows.columnCount)
        }
      }
    }
  }

  /// The error for a sequence that no path of states can explain.
  func unexplained(_ sequence: Int, _ rows: RowMatrix, _ layout: SequenceLayout) throws -> SurprisalError {
    let densities = try logDensities(of: rows, sequences: layout, threads: 1)
    let range = layout.ranges[sequence]
    let row = range.first { densities[$0] == -.infinity } ?? range.lowerBound
    return SurprisalError(
      .data, "row \(row + 1) has probability 0 after the rows before it: no state that can be reached explains it",
      remedy: "check the row, or give the model's probabilities of 0 a little")
  }
}
