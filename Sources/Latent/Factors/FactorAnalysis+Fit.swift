import SurprisalCore

extension FactorAnalysis {
  /// How the maximum of the likelihood is found.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Newton's method on the noise with the loadings that are best for it (Jöreskog 1967; Clarke 1970); a few steps
    /// of EM then show in the ledger that it is a maximum. Beyond 512 columns it is EM alone.
    case newton
    /// EM (Rubin and Thayer 1982), extrapolated as the configuration says.
    case expectationMaximization = "em"
  }

  /// The share of a column's variance that its noise has at least, unless another is given.
  public static let defaultMinimumUniqueness = 1e-6

  /// Fits factor analysis with `factors` factors to rows, from their covariance.
  ///
  /// Where a column's noise would fall to 0 (a Heywood case) the likelihood has its maximum at the edge, or none:
  /// noise is therefore kept above `minimumUniqueness` of the column's variance, and a warning names the columns
  /// that are held there. The rows are read once.
  ///
  /// - Parameters:
  ///   - rows: n × D finite numbers, each column in its own unit.
  ///   - weights: one non-negative number a row; a weight of w counts as w equal rows.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - factors: Q, less than D.
  ///   - method: Newton's method or EM.
  ///   - minimumUniqueness: the least share of a column's variance that its noise may have.
  ///   - configuration: how many starts (the first from the inverse covariance, others at random), the seed, and
  ///     how EM runs.
  ///   - progress: told of every iteration, on the calling thread.
  /// - Returns: the model with its evidence, ledger and criteria.
  /// - Throws: `SurprisalError` for data that cannot be fitted (with row or column) and for a failed certificate;
  ///   `CancellationError` within one iteration of the task's cancellation.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, factors: Int,
    method: Method = .newton, minimumUniqueness: Double = defaultMinimumUniqueness,
    configuration: FitConfiguration = FitConfiguration(starts: 1),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) throws -> ModelFit<FactorAnalysis> {
    try fit(
      rows, weights: weights, columnNames: columnNames, factors: factors, method: method,
      minimumUniqueness: minimumUniqueness, configuration: configuration, progress: progress,
      isCancelled: { Task.isCancelled })
  }

  /// Fits as the synchronous function does, on the calling task; cancelling the task ends the fit within one
  /// iteration with `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, factors: Int,
    method: Method = .newton, minimumUniqueness: Double = defaultMinimumUniqueness,
    configuration: FitConfiguration = FitConfiguration(starts: 1),
    progress: (@Sendable (FitProgress) -> Void)? = nil
  ) async throws -> ModelFit<FactorAnalysis> {
    await Task.yield()
    return try fit(
      rows, weights: weights, columnNames: columnNames, factors: factors, method: method,
      minimumUniqueness: minimumUniqueness, configuration: configuration, progress: progress,
      isCancelled: { Task.isCancelled })
  }

  /// Fits as the others do, asking `isCancelled` once per iteration.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, factors: Int,
    method: Method = .newton, minimumUniqueness: Double = defaultMinimumUniqueness,
    configuration: FitConfiguration = FitConfiguration(starts: 1),
    progress: (@Sendable (FitProgress) -> Void)? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> ModelFit<FactorAnalysis> {
    let clock = Stopwatch()
    guard minimumUniqueness >= 1e-12, minimumUniqueness < 1 else {
      throw SurprisalError(
        .usage, "a least uniqueness of \(minimumUniqueness)", remedy: "give a number from 1e-12 to below 1")
    }
    let data = try FactorRows(rows, weights: weights, columnNames: columnNames)
    let D = data.columnCount
    try FactorRows.require(
      factors, "factors", atMost: D - 1, because: "\(D) column\(D == 1 ? " has" : "s have") less than \(D)")
    guard D <= FactorAnalysis.columnLimit else {
      throw SurprisalError(
        .data,
        "\(D) columns: factor analysis works on their covariance, which needs "
          + MemoryNeed.text(SecondMoments.byteCount(rows: data.observations.count, columns: D, threads: 1))
          + " of memory, and takes at most \(FactorAnalysis.columnLimit) columns",
        remedy: "leave columns out with --columns, or fit ppca")
    }
    if isCancelled() { throw CancellationError() }
    let threads = Threads.resolve(configuration.engine.threads)
    let moments = try SecondMoments(data.observations, columnNames: data.columnNames, threads: threads)
    try requireSpread(moments, data.columnNames)
    let problem = FactorProblem(moments, factors: factors, minimumUniqueness: minimumUniqueness)
    let search = StartSearch<FactorEM>(
      observations: problem.setting.summary, configuration: configuration, components: factors, progress: progress,
      isCancelled: isCancelled)
    let result = try search.best(of: max(1, configuration.starts)) { number, attempt in
      let noise = problem.start(number, attempt: attempt, seed: configuration.seed)
      return try problem.model(noise, method: method, isCancelled: isCancelled)
    }
    let parameters = try result.best.model.parameters.rotatedToAxes() ?? result.best.model.parameters
    let found = FactorEM(setting: problem.setting, parameters: parameters)
    let map = ColumnMap(
      shift: moments.standardization.shift, scale: moments.standardization.scale, location: moments.mean)
    let model = FactorAnalysis(
      columnNames: data.columnNames, gaussian: LinearGaussian(map: map, parameters: parameters))
    // Beside a noise of a millionth of the variance, squares from the covariance lose digits that those of the rows keep.
    let rows = data.observations
    let evidence =
      problem.edge(found).isEmpty
      ? found.evidence : model.gaussian.evidence(of: rows.rows, weights: rows.weights, threads: threads)
    return ModelFit(
      model: model, search: result, configuration: configuration, rowCount: data.rowCount,
      totalWeight: moments.weight, parameterCount: model.parameterCount, evidence: evidence,
      warnings: problem.warnings(found, data.columnNames, rows: data.observations.count), seconds: clock.seconds)
  }

  /// The most columns: their covariance takes half a gigabyte.
  private static var columnLimit: Int { 8192 }

  /// Throws for columns without a spread that float64 can resolve.
  private static func requireSpread(_ moments: SecondMoments, _ names: [String]) throws {
    let constant = names.indices.filter { moments.variance($0) == 0 }
    if !constant.isEmpty {
      throw SurprisalError(
        .data,
        "column\(constant.count > 1 ? "s" : "") \(constant.prefix(8).map { "`\(names[$0])`" }.joined(separator: ", ")) "
          + "\(constant.count > 1 ? "are" : "is") constant: the likelihood has no maximum",
        remedy: "leave out with --columns")
    }
    for d in names.indices {
      let deviation = moments.variance(d).squareRoot() * moments.standardization.scale[d]
      guard deviation > 16 * moments.standardization.shift[d].ulp else {
        throw SurprisalError(
          .data,
          "column `\(names[d])` varies by \(deviation) around \(moments.standardization.shift[d]), "
            + "which float64 cannot resolve",
          remedy: "subtract an offset from the column before writing it")
      }
    }
  }
}

/// Factor analysis of one covariance.
struct FactorProblem {
  let setting: FactorSetting
  private let factors: Int
  private let minimumUniqueness: Double

  init(_ moments: SecondMoments, factors: Int, minimumUniqueness: Double) {
    self.factors = factors
    self.minimumUniqueness = minimumUniqueness
    let D = moments.columnCount
    setting = FactorSetting(
      summary: MomentSummary(weight: moments.weight, covariance: moments.covariance, columnCount: D),
      floors: (0..<D).map { moments.variance($0) * minimumUniqueness }, isIsotropic: false,
      unitOffset: -moments.standardization.logScaleSum)
  }

  private var columnCount: Int { setting.summary.columnCount }
  private func variance(_ d: Int) -> Double { setting.summary.covariance[d * (columnCount + 1)] }

  /// The noise of a start's number.
  func start(_ number: Int, attempt: Int, seed: UInt64) -> [Double] {
    var noise: [Double]
    if number == 0, attempt == 0 {
      noise = partialVariances ?? (0..<columnCount).map { 0.5 * variance($0) }
    } else {
      var generator = RandomGenerator(seed: seed, stream: UInt64(8 * number + attempt))
      noise = (0..<columnCount).map { variance($0) * (0.05 + 0.9 * generator.nextUniform()) }
    }
    for d in 0..<columnCount { noise[d] = max(noise[d], setting.floors[d]) }
    return noise
  }

  /// The loadings that are best for a noise, or for the one that Newton's method comes to from it.
  func model(_ noise: [Double], method: FactorAnalysis.Method, isCancelled: () -> Bool) throws -> FactorEM {
    var newton = FactorNewton(setting, factors: factors)
    let profile =
      method == .newton && columnCount <= FactorProblem.newtonLimit
      ? try newton.minimum(from: noise, isCancelled: isCancelled)
      : FactorProfile(setting.summary, noise: noise, factors: factors)
    guard let profile,
      let parameters = FactorParameters(loadings: profile.loadings(factors), noise: profile.noise)
    else { throw SurprisalError(.internal, "the covariance of the rows has no finite factor") }
    return FactorEM(setting: setting, parameters: parameters)
  }

  /// Beyond this many columns the second derivatives cost more than the steps of EM that they save.
  private static let newtonLimit = 512

  /// (1 − Q / 2D) / (S⁻¹)_dd, the variances that the other columns leave (Jöreskog 1963); nil for a singular S.
  private var partialVariances: [Double]? {
    let D = columnCount
    guard let factor = Cholesky.factor(setting.summary.covariance, dimension: D) else { return nil }
    let inverse = Triangular.inverse(factor, dimension: D)
    let share = 1 - Double(factors) / (2 * Double(D))
    return (0..<D).map { d in
      let precision = (d..<D).reduce(0) { $0 + inverse[$1 * D + d] * inverse[$1 * D + d] }
      return min(variance(d), share / precision)
    }
  }

  /// The columns whose noise is held at the least allowed.
  func edge(_ found: FactorEM) -> [Int] {
    (0..<columnCount).filter { found.parameters.noise[$0] <= setting.floors[$0] * 1.0001 }
  }

  func warnings(_ found: FactorEM, _ names: [String], rows: Int) -> [String] {
    let (D, Q) = (columnCount, factors)
    var warnings: [String] = []
    let edge = edge(found).map { "`\(names[$0])`" }
    if !edge.isEmpty {
      warnings.append(
        "the factors explain all of column\(edge.count > 1 ? "s" : "") \(edge.prefix(8).joined(separator: ", ")) "
          + "(a Heywood case): the noise is held at \(minimumUniqueness) of the variance, the least allowed")
    }
    if rows <= D {
      warnings.append("\(rows) rows in \(D) columns: without a least uniqueness the likelihood has no maximum")
    }
    if (D - Q) * (D - Q) < D + Q {
      warnings.append(
        "\(Q) factor\(Q == 1 ? "" : "s") of \(D) columns have more parameters than their covariance has numbers: "
          + "many loadings fit as well")
    }
    return warnings
  }
}
