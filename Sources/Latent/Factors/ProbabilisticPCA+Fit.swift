import SurprisalCore

extension ProbabilisticPCA {
  /// Fits probabilistic PCA with `factors` factors to rows.
  ///
  /// The likelihood compares columns: it depends on their units. The rows are read once.
  ///
  /// - Parameters:
  ///   - rows: n × D finite numbers.
  ///   - weights: one non-negative number a row; a weight of w counts as w equal rows.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - factors: Q, less than the number of dimensions in which the rows vary.
  ///   - method: the closed form, or EM from a random start.
  ///   - configuration: the seed, and how EM runs; there is one start, since there is one maximum.
  ///   - progress: told of every iteration, on the calling thread.
  /// - Returns: the model with its evidence, ledger and criteria.
  /// - Throws: `SurprisalError` for data that cannot be fitted (with row or column) and for a failed certificate;
  ///   `CancellationError` within one iteration of the task's cancellation.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, factors: Int,
    method: Method = .closedForm, configuration: FitConfiguration = FitConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) throws -> ModelFit<ProbabilisticPCA> {
    try fit(
      rows, weights: weights, columnNames: columnNames, factors: factors, method: method,
      configuration: configuration, progress: progress, isCancelled: { Task.isCancelled })
  }

  /// Fits as the synchronous function does, on the calling task; cancelling the task ends the fit within one
  /// iteration with `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, factors: Int,
    method: Method = .closedForm, configuration: FitConfiguration = FitConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) async throws -> ModelFit<ProbabilisticPCA> {
    await Task.yield()
    return try fit(
      rows, weights: weights, columnNames: columnNames, factors: factors, method: method,
      configuration: configuration, progress: progress, isCancelled: { Task.isCancelled })
  }

  /// Fits as the others do, asking `isCancelled` once per iteration.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, factors: Int,
    method: Method = .closedForm, configuration: FitConfiguration = FitConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> ModelFit<ProbabilisticPCA> {
    let clock = Stopwatch()
    let data = try FactorRows(rows, weights: weights, columnNames: columnNames)
    if isCancelled() { throw CancellationError() }
    let axes = try PrincipalAxes(
      data, isStandardized: false, threads: Threads.resolve(configuration.engine.threads))
    try requireNoise(beyond: factors, axes)
    let problem = PPCAProblem(axes, factors: factors)
    let search = StartSearch<FactorEM>(
      observations: problem.setting.summary, configuration: configuration, components: factors, progress: progress,
      isCancelled: isCancelled)
    let result = try search.best(of: 1) { _, _ in
      switch method {
      case .closedForm: try problem.closedForm()
      case .expectationMaximization: try problem.random(seed: configuration.seed)
      }
    }
    let found = try problem.canonical(result.best.model)
    let model = ProbabilisticPCA(
      columnNames: data.columnNames, gaussian: LinearGaussian(map: axes.map, parameters: problem.inColumns(found)))
    return ModelFit(
      model: model, search: result, configuration: configuration, rowCount: data.rowCount, totalWeight: axes.weight,
      parameterCount: model.parameterCount, evidence: found.evidence, seconds: clock.seconds)
  }

  /// Throws unless something is left for the noise to explain.
  private static func requireNoise(beyond factors: Int, _ axes: PrincipalAxes) throws {
    let D = axes.map.columnCount
    guard axes.rank > 0 else {
      throw SurprisalError(
        .data, "all rows are equal: the likelihood has no maximum", remedy: "give rows that vary")
    }
    let reason =
      "the rows vary in \(axes.rank) of \(D) dimension\(D == 1 ? "" : "s"), of which one must be left for the noise"
    try FactorRows.require(factors, "factors", atMost: max(0, axes.rank - 1), because: reason)
  }
}

/// Probabilistic PCA of one covariance, in the columns' coordinates or, for wide tables, in those of the axes.
struct PPCAProblem {
  let setting: FactorSetting
  private let axes: PrincipalAxes
  private let factors: Int

  /// The columns that EM sees.
  private var columnCount: Int { setting.summary.columnCount }
  private var extent: Double { Double(axes.map.columnCount) }

  init(_ axes: PrincipalAxes, factors: Int) {
    (self.axes, self.factors) = (axes, factors)
    let D = axes.map.columnCount
    let summary: MomentSummary
    if let covariance = axes.covariance {
      summary = MomentSummary(weight: axes.weight, covariance: covariance, columnCount: D)
    } else {
      let r = axes.count
      var diagonal = [Double](repeating: 0, count: r * r)
      for k in 0..<r { diagonal[k * (r + 1)] = axes.values[k] }
      summary = MomentSummary(weight: axes.weight, covariance: diagonal, columnCount: r, extra: D - r)
    }
    // Rounding alone keeps the noise above this share of the variance.
    let floor = 0x1p-60 * axes.total / Double(D)
    setting = FactorSetting(
      summary: summary, floors: [Double](repeating: floor, count: summary.columnCount), isIsotropic: true,
      unitOffset: -axes.map.logScaleSum)
  }

  func closedForm() throws -> FactorEM {
    let D = columnCount
    let noise = axes.values.dropFirst(factors).reduce(0, +) / (extent - Double(factors))
    var loadings = [Double](repeating: 0, count: D * factors)
    for k in 0..<factors {
      let length = max(0, axes.values[k] - noise).squareRoot()
      for d in 0..<D {
        // In the axes' own coordinates they are the unit vectors.
        let entry = axes.covariance == nil ? (d == k ? 1 : 0) : axes.vectors[k * D + d]
        loadings[d * factors + k] = entry * length
      }
    }
    return try model(loadings, noise)
  }

  /// Loadings of the columns' size in random directions, and little noise: with much, all but the longest would first
  /// shrink.
  func random(seed: UInt64) throws -> FactorEM {
    var generator = RandomGenerator(seed: seed)
    var normal = NormalSource()
    let D = columnCount
    let variance = axes.total / extent
    let loadings = (0..<D * factors).map { index in
      let own = setting.summary.covariance[index / factors * (D + 1)]
      return normal.next(using: &generator) * (0.5 * own / Double(factors)).squareRoot()
    }
    return try model(loadings, 1e-4 * variance)
  }

  /// The loadings as their principal axes, by falling length, in EM's coordinates.
  func canonical(_ model: FactorEM) throws -> FactorEM {
    guard let parameters = try model.parameters.rotatedToAxes() else { return model }
    return FactorEM(setting: setting, parameters: parameters)
  }

  /// The parameters of the columns.
  func inColumns(_ model: FactorEM) -> FactorParameters {
    let found = model.parameters
    guard axes.covariance == nil else { return found }
    let (D, r, Q) = (axes.map.columnCount, axes.count, found.factorCount)
    let loadings = MatrixProduct.of(MatrixProduct.transpose(axes.vectors, r, D), found.loadings, D, Q, r)
    let noise = [Double](repeating: found.noise[0], count: D)
    return FactorParameters(loadings: loadings, noise: noise)?.withPositiveLargest ?? found
  }

  private func model(_ loadings: [Double], _ noise: Double) throws -> FactorEM {
    let noise = [Double](repeating: max(setting.floors[0], noise), count: columnCount)
    guard let parameters = FactorParameters(loadings: loadings, noise: noise, extra: setting.summary.extra) else {
      throw SurprisalError(.internal, "the covariance of the rows has no finite factor")
    }
    return FactorEM(setting: setting, parameters: parameters)
  }
}

extension FactorParameters {
  /// The same covariance with loadings that are orthogonal in the metric of Ψ⁻¹, by falling length, the entry of
  /// largest magnitude in each positive.
  func rotatedToAxes() throws -> FactorParameters? {
    let (D, Q) = (columnCount, factorCount)
    var gram = precision
    for k in 0..<Q { gram[k * (Q + 1)] -= 1 }
    let (_, vectors) = try SymmetricAxes.falling(gram, Q)
    let rotated = MatrixProduct.of(loadings, vectors, D, Q, Q, transposed: true)
    return FactorParameters(loadings: rotated, noise: noise, extra: extra)?.withPositiveLargest
  }

  /// The same covariance with the sign of each factor such that its loading of largest magnitude is positive.
  var withPositiveLargest: FactorParameters {
    let (D, Q) = (columnCount, factorCount)
    var result = loadings
    for k in 0..<Q {
      let largest = (0..<D).max { loadings[$0 * Q + k].magnitude < loadings[$1 * Q + k].magnitude } ?? 0
      if loadings[largest * Q + k] < 0 {
        for d in 0..<D { result[d * Q + k] = -result[d * Q + k] }
      }
    }
    return FactorParameters(loadings: result, noise: noise, extra: extra) ?? self
  }
}

extension FactorEM {
  /// The evidence of the rows behind the covariance, at the unit of x.
  var evidence: Evidence {
    let statistics = ExpectationPass.run(expectation(), over: setting.summary, threads: 1)
    let shift = statistics.weight * unitOffset.perWeight
    // E[log p(y, z)] at the posterior has the squares of log p(y), and the posterior's covariance adds ½ tr M⁻¹ M. From
    // the moments the same squares would be summed once more, with roundings of their own that a small noise magnifies:
    // the bound could then stand above log p.
    let added = parameters.logNoise + parameters.conditionTrace + Double(parameters.factorCount) * logTwoPi
    let constant = -0.5 * (parameters.extent * logTwoPi + added) - parameters.logConstant
    return Evidence(
      expectedLogJoint: LogDensity(nats: statistics.logLikelihood + statistics.weight * constant + shift),
      posteriorEntropy: LogDensity(nats: statistics.posteriorEntropy),
      logLikelihood: LogDensity(nats: statistics.logLikelihood + shift))
  }
}
