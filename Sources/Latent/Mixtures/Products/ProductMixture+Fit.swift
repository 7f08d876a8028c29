import SurprisalCore

extension ProductMixture {
  /// Fits a mixture to rows by EM, from many starts.
  ///
  /// - Parameters:
  ///   - rows: n × D numbers: 0 and 1 (Bernoulli), codes of levels (categorical), counts (Poisson, geometric), numbers
  ///     of at least 0 (exponential), any finite numbers (normal).
  ///   - weights: one non-negative number a row; a weight of w counts as w equal rows.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - families: one family a column, such as `[.poisson, .normal]` or `.all(.bernoulli)`.
  ///   - levels: the words of categorical columns in the order of their codes, kept with the model; one entry a column.
  ///   - components: K.
  ///   - smoothing: rows that every level of every component is given beforehand: log Dirichlet(1 + smoothing) joins
  ///     the objective. 0 is maximum likelihood, where probabilities of exactly 0 are common.
  ///   - start: a mixture of as many components and the same families that EM starts from, instead of random starts.
  ///   - configuration: starts, seed, and how EM runs.
  ///   - progress: told of every iteration, on the calling thread.
  /// - Returns: the mixture with its evidence, ledger and criteria.
  /// - Throws: `SurprisalError` for data that cannot be fitted (with row and column), for collapse and for a failed
  ///   certificate; `CancellationError` within one iteration of the task's cancellation.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, families: ColumnFamilies,
    levels: [[String]?]? = nil, components: Int, smoothing: Double = 0,
    start: ProductMixture? = nil, configuration: FitConfiguration = FitConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) throws -> ModelFit<ProductMixture> {
    try fit(
      rows, weights: weights, columnNames: columnNames, families: families, levels: levels, components: components,
      smoothing: smoothing, start: start, configuration: configuration, progress: progress,
      isCancelled: { Task.isCancelled })
  }

  /// Fits as the synchronous function does, on the calling task; cancelling the task ends the fit within one
  /// iteration with `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, families: ColumnFamilies,
    levels: [[String]?]? = nil, components: Int, smoothing: Double = 0,
    start: ProductMixture? = nil, configuration: FitConfiguration = FitConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) async throws -> ModelFit<ProductMixture> {
    await Task.yield()
    return try fit(
      rows, weights: weights, columnNames: columnNames, families: families, levels: levels, components: components,
      smoothing: smoothing, start: start, configuration: configuration, progress: progress,
      isCancelled: { Task.isCancelled })
  }

  /// Fits as the others do, asking `isCancelled` once per iteration.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, families: ColumnFamilies,
    levels: [[String]?]? = nil, components: Int, smoothing: Double = 0,
    start: ProductMixture? = nil, configuration: FitConfiguration = FitConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> ModelFit<ProductMixture> {
    let clock = Stopwatch()
    guard components > 0 else {
      throw SurprisalError(.data, "\(components) components", remedy: "ask for at least one")
    }
    guard smoothing >= 0, smoothing.isFinite else {
      throw SurprisalError(.data, "the smoothing is \(smoothing)", remedy: "give a finite number of at least 0")
    }
    let data = try ProductData(
      rows, weights: weights, columnNames: columnNames, families: families, words: levels,
      threads: configuration.engine.threads)
    let count = data.members.count
    guard components <= count else {
      throw SurprisalError(
        .data, "\(components) components for \(count) row\(count == 1 ? "" : "s")", remedy: "ask for fewer components")
    }
    let setting = ProductSetting(rows: data.rows, smoothing: smoothing)
    let starts = ProductStarts(
      setting: setting, members: data.members, seed: configuration.seed, whole: data.whole,
      denseScales: data.denseScales)
    let search = StartSearch<ProductMixtureEM>(
      observations: data.rows, configuration: configuration, components: components, progress: progress,
      isCancelled: isCancelled)
    let names = data.columns.names
    let given = try start.map { try ProductMixture.checkedStart($0, data, components: components) }
    // One component has one maximum.
    let result = try search.best(
      of: components == 1 || given != nil ? 1 : max(1, configuration.starts),
      describe: { ProductMixtureEM.describe($0, names: names) }
    ) { number, attempt in
      if let given { return ProductMixtureEM(setting: setting, parameters: given) }
      return try starts.model(number: number, attempt: attempt, components: components)
    }
    let found = result.best.model.parameters
    let order = found.weights.indices.sorted { (found.weights[$1], $0) < (found.weights[$0], $1) }
    let model = ProductMixture(parameters: found.reordered(order))
    let threads = Threads.resolve(configuration.engine.threads)
    return ModelFit(
      model: model, search: result, configuration: configuration, rowCount: data.rowCount,
      totalWeight: result.best.statistics.weight, parameterCount: model.parameterCount,
      evidence: model.evidence(of: data.rows, threads: threads),
      classification: ProductScorer(model.parameters, data.rows, threads: threads)
        .classification(weights: data.rows.weights),
      seconds: clock.seconds)
  }

  /// The parameters of a given start; throws where a row is impossible in all of its components.
  private static func checkedStart(
    _ start: ProductMixture, _ data: ProductData, components: Int
  ) throws -> ProductParameters {
    let parameters = try start.parameters(in: data.columns, components: components)
    let densities = ProductScorer(parameters, data.rows, threads: 1).logDensities()
    if let row = densities.firstIndex(where: { !($0 > -.infinity) }) {
      throw SurprisalError(
        .data, "row \(data.members.number(ofRow: row) + 1) is impossible in every component of the start",
        remedy: "start from a mixture that was fitted with a smoothing above 0, or leave the row out")
    }
    return parameters
  }
}
