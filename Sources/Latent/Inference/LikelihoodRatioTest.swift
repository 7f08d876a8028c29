import SurprisalCore

/// A bootstrap test of K against K + 1 components (McLachlan 1987).
///
/// The statistic 2 (log p_{K+1} − log p_K) does not have its usual χ² distribution, because K components are on the
/// border of K + 1; its distribution under K components is drawn from the fitted model instead.
public struct LikelihoodRatioTest: Sendable {
  /// K, the number of components under the null hypothesis.
  public var components: Int
  /// 2 (log p_{K+1} − log p_K) of the rows, in nats.
  public var statistic: Double
  /// The same of every replicate drawn from the K-component fit, in the order drawn.
  public var replicates: [Double]
  /// How many replicates could not be fitted and were left out.
  public var failedReplicates: Int
  /// The fit of K components.
  public var null: GaussianMixtureFit
  /// The fit of K + 1 components.
  public var alternative: GaussianMixtureFit

  /// (1 + the number of replicates at least as large as the statistic) / (1 + the number of replicates).
  public var pValue: Double {
    Double(1 + replicates.count { $0 >= statistic }) / Double(1 + replicates.count)
  }

  /// √(p (1 − p) / B), how far the p-value of B replicates is from that of infinitely many.
  public var pValueStandardError: Double {
    (pValue * (1 - pValue) / Double(max(1, replicates.count))).squareRoot()
  }
}

/// How many components a sequence of tests keeps.
public struct SequentialSelection: Sendable {
  /// The tests in their order: of 1 against 2 components, and so on; the last is the first that kept its null
  /// hypothesis, or the last that was asked for.
  public var tests: [LikelihoodRatioTest]
  /// The p-value at and below which a test moved on.
  public var level: Double
  /// The fit of the number of components that was chosen.
  public var fit: GaussianMixtureFit
  /// Why the sequence ended where no test did: more components could not be fitted.
  public var failure: String?
}

extension GaussianMixture {
  /// Tests `components` against one more by fitting both to `replicates` tables drawn from the first.
  ///
  /// All fits use `configuration` (its starts, covariance model, prior and options); replicates have as many rows as
  /// the weights sum to, lack cells where the rows do, and take a stream of `seed` each, so that more replicates
  /// begin with the same ones. Its smallest p-value is 1 / (1 + replicates).
  ///
  /// - Parameter progress: told of how many replicates are done.
  /// - Throws: what `fit` throws for the rows themselves, a data error if fewer than half of the replicates can be
  ///   fitted, and `CancellationError`.
  public static func bootstrapLikelihoodRatio(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, components: Int,
    replicates: Int = 999, seed: UInt64 = 0,
    configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(),
    progress: (@Sendable (Int) -> Void)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
  ) throws -> LikelihoodRatioTest {
    try LikelihoodRatioBootstrap(
      rows: rows, weights: weights, columnNames: columnNames, replicates: replicates, seed: seed,
      configuration: configuration, progress: progress, isCancelled: isCancelled
    ).test(components, null: nil)
  }

  /// Chooses the number of components by tests of 1 against 2, 2 against 3, …, until a p-value exceeds `level`.
  ///
  /// Throws as `bootstrapLikelihoodRatio` does for the first test.
  public static func selectByBootstrap(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil,
    components: ClosedRange<Int> = 1...9, level: Double = 0.05, replicates: Int = 199, seed: UInt64 = 0,
    configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(),
    progress: (@Sendable (_ components: Int, _ replicate: Int) -> Void)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
  ) throws -> SequentialSelection {
    guard level > 0, level < 1 else {
      throw SurprisalError(.usage, "a level of \(level)", remedy: "give a number between 0 and 1, such as 0.05")
    }
    guard components.lowerBound < components.upperBound else {
      throw SurprisalError(.usage, "nothing to select from", remedy: "give at least two numbers of components")
    }
    var tests: [LikelihoodRatioTest] = []
    var failure: String?
    for count in components.lowerBound..<components.upperBound {
      do {
        let told = progress.map { progress in { @Sendable (done: Int) in progress(count, done) } }
        let test = try LikelihoodRatioBootstrap(
          rows: rows, weights: weights, columnNames: columnNames, replicates: replicates, seed: seed,
          configuration: configuration, progress: told, isCancelled: isCancelled
        ).test(count, null: tests.last?.alternative)
        tests.append(test)
        if test.pValue > level { break }
      } catch let error as SurprisalError where error.category == .data && !tests.isEmpty {
        failure = error.description
        break
      } catch let error as SurprisalError where error.category == .data {
        throw error
      }
    }
    guard let last = tests.last else {
      throw SurprisalError(.data, "no number of components could be tested", remedy: "ask for fewer components")
    }
    return SequentialSelection(
      tests: tests, level: level, fit: last.pValue > level ? last.null : last.alternative, failure: failure)
  }
}

/// What the tests of one table share.
private struct LikelihoodRatioBootstrap {
  let rows: RowMatrix
  let weights: [Double]?
  let columnNames: [String]?
  let replicates: Int
  let seed: UInt64
  let configuration: GaussianMixtureConfiguration
  let progress: (@Sendable (Int) -> Void)?
  let isCancelled: @Sendable () -> Bool

  func test(_ components: Int, null known: GaussianMixtureFit?) throws -> LikelihoodRatioTest {
    guard components >= 1, replicates >= 1 else {
      throw SurprisalError(
        .usage, "\(replicates) replicates of \(components) components", remedy: "ask for at least 1 of each")
    }
    if case .given = configuration.start {
      throw SurprisalError(
        .usage, "a given start has one number of components, and a test fits two", remedy: "test without a given start")
    }
    let null = try known ?? fit(rows, weights, components)
    let alternative = try fit(rows, weights, components + 1)
    for (found, asked) in [(null, components), (alternative, components + 1)]
    where found.model.componentCount != asked {
      throw SurprisalError(
        .data, "the rows hold \(found.model.componentCount) components and not \(asked)",
        remedy: "test fewer components")
    }
    let data = try MixtureData(
      rows: rows, weights: weights, columnNames: columnNames, configuration: configuration)
    let resampling = try Resampling(data.observations)
    var statistics: [Double] = []
    var failed = 0
    for replicate in 0..<replicates {
      if isCancelled() { throw CancellationError() }
      var generator = RandomGenerator(seed: seed, stream: 3 << 60 | UInt64(components) << 40 | UInt64(replicate))
      let drawn = resampling.rows(of: null.model, using: &generator)
      do {
        let lesser = try fit(drawn, nil, components)
        let greater = try fit(drawn, nil, components + 1)
        statistics.append(2 * (greater.logLikelihood - lesser.logLikelihood))
      } catch let error as SurprisalError where error.category == .data { failed += 1 }
      progress?(replicate + 1)
    }
    guard statistics.count * 2 >= replicates else {
      throw SurprisalError(
        .data, "\(failed) of \(replicates) replicates could not be fitted with \(components + 1) components",
        remedy: "test fewer components, choose a simpler covariance, or give a --prior")
    }
    return LikelihoodRatioTest(
      components: components, statistic: 2 * (alternative.logLikelihood - null.logLikelihood),
      replicates: statistics, failedReplicates: failed, null: null, alternative: alternative)
  }

  private func fit(_ rows: RowMatrix, _ weights: [Double]?, _ components: Int) throws -> GaussianMixtureFit {
    var configuration = configuration
    configuration.components = components
    return try GaussianMixture.fit(
      rows, weights: weights, columnNames: columnNames, configuration: configuration, isCancelled: isCancelled)
  }
}
