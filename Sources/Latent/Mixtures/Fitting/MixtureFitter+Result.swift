import CSurprisalKernels
import SurprisalCore

extension MixtureFitter {
  /// The fit that a run ended with: components by falling weight, evaluated in the centered form.
  func result(
    _ outcome: Engine.Outcome, prior: MixturePrior?, warnings: [String]
  ) -> GaussianMixtureFit {
    let found = outcome.model.parameters
    let order = found.weights.indices.sorted { (found.weights[$1], $0) < (found.weights[$0], $1) }
    let model = GaussianMixture(
      parameters: found.reordered(order), standardization: outcome.model.setting.standardization,
      columnNames: data.columnNames)
    let evidence = model.centeredEvidence(data.observations, threads: data.threads).evidence
    let logLikelihood = evidence.logLikelihood?.nats ?? .nan
    let parameterCount = Double(model.parameterCount)
    let bic = parameterCount * surprisal_log(data.totalWeight) - 2 * logLikelihood
    let logPrior = outcome.ledger.last?.logPrior ?? 0
    return GaussianMixtureFit(
      model: model, configuration: configuration, rowCount: data.rowCount, totalWeight: data.totalWeight,
      logLikelihood: logLikelihood, objective: logLikelihood + logPrior, evidence: evidence,
      iterations: outcome.ledger.count, converged: outcome.converged, bic: bic,
      aic: 2 * parameterCount - 2 * logLikelihood, icl: bic - 2 * classification(model), startsAtBest: 1,
      polishedStarts: 1, starts: 1, ledger: outcome.ledger, warnings: warnings, seconds: 0, selection: [])
  }

  /// Σ w log max_k r_k, at most 0.
  private func classification(_ model: GaussianMixture) -> Double {
    let K = model.componentCount
    guard K > 1 else { return 0 }
    let rows = data.observations.rows
    let size = ExpectationPass.chunkRows
    let sums = Scratch(capacity: max(1, (rows.rowCount + size - 1) / size))
    let weights = data.observations.weights
    model.forEachChunk(of: data.observations, threads: data.threads) { range, _, responsibilities in
      var sum = 0.0
      for (offset, row) in range.enumerated() {
        var largest = 0.0
        for k in 0..<K { largest = max(largest, responsibilities[offset * K + k]) }
        if largest < 1 { sum += (weights.map { $0[row] } ?? 1) * surprisal_log(largest) }
      }
      sums.base[range.lowerBound / size] = sum
    }
    var total = 0.0
    for chunk in 0..<(rows.rowCount + size - 1) / size { total += sums.base[chunk] }
    return total
  }
}

/// Wall-clock seconds since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now

  var seconds: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
