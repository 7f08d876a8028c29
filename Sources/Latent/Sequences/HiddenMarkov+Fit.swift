import SurprisalCore

extension HiddenMarkov {
  /// Fits a hidden Markov model to sequences by EM (Baum et al. 1970), from many starts.
  ///
  /// - Parameters:
  ///   - rows: n × D numbers, sequences one behind the other: finite for Gaussian emissions, levels 0, 1, 2, … for
  ///     categorical ones, counts for Poisson ones.
  ///   - sequences: which rows form which sequence; one sequence of all rows if nil.
  ///   - weights: one non-negative weight a sequence; a weight of w counts as w equal sequences.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - states: K.
  ///   - emissions: the distribution of a row given its state.
  ///   - start: where the one run of EM begins; nil tries as many starts as the configuration says.
  ///   - configuration: how it is fitted.
  ///   - progress: told of every iteration, on the calling thread.
  /// - Returns: the model, its states by falling share of the rows, with evidence, ledger and criteria; n of the
  ///   criteria and of gains per unit of weight is the sum over sequences of weight times length.
  /// - Throws: `SurprisalError` for data that cannot be fitted, with row or column or state, for states that collapse
  ///   and for a failed certificate; `CancellationError` within one iteration of the task's cancellation.
  public static func fit(
    _ rows: RowMatrix, sequences: SequenceLayout? = nil, weights: [Double]? = nil, columnNames: [String]? = nil,
    states: Int, emissions: EmissionFamily = .gaussian(.vvv), start: HiddenMarkov? = nil,
    configuration: FitConfiguration = FitConfiguration(), progress: (@Sendable (FitProgress) -> Void)? = nil
  ) throws -> ModelFit<HiddenMarkov> {
    try fit(
      rows, sequences: sequences, weights: weights, columnNames: columnNames, states: states, emissions: emissions,
      start: start, configuration: configuration, progress: progress, isCancelled: { Task.isCancelled })
  }

  /// Fits as the synchronous function does, on the calling task; cancelling the task ends the fit within one
  /// iteration with `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, sequences: SequenceLayout? = nil, weights: [Double]? = nil, columnNames: [String]? = nil,
    states: Int, emissions: EmissionFamily = .gaussian(.vvv), start: HiddenMarkov? = nil,
    configuration: FitConfiguration = FitConfiguration(), progress: (@Sendable (FitProgress) -> Void)? = nil
  ) async throws -> ModelFit<HiddenMarkov> {
    await Task.yield()
    return try fit(
      rows, sequences: sequences, weights: weights, columnNames: columnNames, states: states, emissions: emissions,
      start: start, configuration: configuration, progress: progress, isCancelled: { Task.isCancelled })
  }

  /// Fits as the others do, asking `isCancelled` once per iteration.
  public static func fit(
    _ rows: RowMatrix, sequences: SequenceLayout? = nil, weights: [Double]? = nil, columnNames: [String]? = nil,
    states: Int, emissions: EmissionFamily = .gaussian(.vvv), start: HiddenMarkov? = nil,
    configuration: FitConfiguration = FitConfiguration(), progress: (@Sendable (FitProgress) -> Void)? = nil,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> ModelFit<HiddenMarkov> {
    let clock = Stopwatch()
    let data = try HiddenMarkovData(
      rows: rows, sequences: sequences, weights: weights, columnNames: columnNames, states: states, family: emissions,
      configuration: configuration)
    var starts = HiddenMarkovStarts(data: data, states: states, seed: configuration.seed)
    let search = StartSearch<HiddenMarkovEM>(
      observations: data.observations, configuration: configuration, components: states, progress: progress,
      isCancelled: isCancelled)
    // One state has one maximum.
    let count = start != nil || states == 1 ? 1 : max(1, configuration.starts)
    let result = try search.best(of: count, describe: { describe($0, data.columnNames) }) { number, attempt in
      if let start { return try starts.given(start) }
      return try starts.model(number: number, attempt: attempt)
    }
    let best = result.best
    let occupancies = ChainMoments(best.statistics, best.model.parameters).occupancies
    let order = occupancies.indices.sorted { (occupancies[$1], $0) < (occupancies[$0], $1) }
    var parameters = best.model.parameters.reordered(order)
    if case .poisson(let poisson) = parameters.emissions {
      // The reference rates of a model follow from its rates, as in a file.
      parameters.emissions = .poisson(PoissonStates(rates: poisson.rates, columns: data.columnNames.count))
    }
    let model = HiddenMarkov(parameters: parameters, columnNames: data.columnNames)
    let evidence = try model.evidence(
      of: data.rows, sequences: data.layout, weights: data.observations.weights, threads: data.setting.threads)
    return ModelFit(
      model: model, search: result, configuration: configuration, rowCount: data.rowCount,
      totalWeight: data.totalWeight, parameterCount: model.parameterCount, evidence: evidence, seconds: clock.seconds)
  }

  private static func describe(_ event: CollapsedComponents, _ names: [String]) -> String {
    event.components.prefix(3).map { component in
      let columns = component.columns.prefix(4).map { "`\(names[$0])`" }.joined(separator: ", ")
      let rows = (component.effectiveRows * 100).rounded() / 100
      return "state \(component.index + 1) collapsed onto \(rows) effective rows"
        + (columns.isEmpty ? "" : " in \(columns)")
    }.joined(separator: "; ")
  }
}
