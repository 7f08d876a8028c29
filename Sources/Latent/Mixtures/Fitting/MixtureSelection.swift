import SurprisalCore

/// What a model selection minimizes, or maximizes in the case of held-out likelihood.
public enum SelectionCriterion: String, Sendable, Hashable, CaseIterable {
  /// Schwarz's criterion.
  case bic
  /// Akaike's criterion.
  case aic
  /// The integrated completed likelihood.
  case icl
  /// The mean log-density of held-out rows.
  case heldOut = "held-out"
  /// The two-part description length.
  case descriptionLength = "description-length"
}

/// The candidates of a model selection and its winner.
public struct MixtureSelection: Sendable {
  /// All candidates, in the order they were asked for.
  public var candidates: [MixtureCandidate]
  /// What was compared.
  public var criterion: SelectionCriterion
  /// The best candidate's fit, with the candidates in its `selection`.
  public var winner: GaussianMixtureFit
}

extension GaussianMixture {
  /// Fits every combination of component numbers and covariance models and compares them.
  ///
  /// With `folds` of at least 2 each candidate is also fitted to the rows outside each fold (dealt by seed)
  /// and scored on the fold. Throws as `fit` does, and if no candidate could be fitted.
  public static func select(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, components: [Int],
    covarianceModels: [CovarianceModel], criterion: SelectionCriterion = .bic, folds: Int = 0,
    configuration: GaussianMixtureConfiguration = GaussianMixtureConfiguration(),
    progress: (@Sendable (FitProgress) -> Void)? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
  ) throws -> MixtureSelection {
    guard !components.isEmpty, !covarianceModels.isEmpty else {
      throw SurprisalError(.usage, "nothing to select from", remedy: "give component numbers and covariances")
    }
    guard criterion != .heldOut || folds >= 2 else {
      throw SurprisalError(.usage, "held-out likelihood with \(folds) folds", remedy: "give at least 2 folds")
    }
    let clock = Stopwatch()
    let data = try MixtureData(
      rows: rows, weights: weights, columnNames: columnNames, configuration: configuration)
    guard folds < 2 || folds <= data.observations.count else {
      throw SurprisalError(.usage, "\(folds) folds of \(data.observations.count) rows", remedy: "ask for fewer folds")
    }
    var fitter = MixtureFitter(
      data: data, configuration: configuration, progress: progress, isCancelled: isCancelled)
    var selection = try fitter.best(
      components: components, covarianceModels: covarianceModels, criterion: criterion, folds: folds)
    selection.winner.seconds = clock.seconds
    return selection
  }
}

extension MixtureFitter {
  /// Fits every candidate and keeps the best by `criterion`.
  mutating func best(
    components: [Int], covarianceModels: [CovarianceModel], criterion: SelectionCriterion, folds: Int
  ) throws -> MixtureSelection {
    var candidates: [MixtureCandidate] = []
    var winner: (fit: GaussianMixtureFit, score: Double)?
    var failure: SurprisalError?
    let held = folds >= 2 ? try HeldOutFolds(data, configuration, count: folds) : nil
    for model in covarianceModels {
      for count in components {
        do {
          let fit = try fit(components: count, covarianceModel: model)
          var candidate = MixtureCandidate(
            components: count, covarianceModel: model, columns: data.columnCount, fit: fit)
          candidate.heldOutLogLikelihood = try held?.score(
            components: count, covarianceModel: model, isCancelled: isCancelledNow)
          candidates.append(candidate)
          if let score = candidate.score(criterion), score < winner?.score ?? .infinity { winner = (fit, score) }
        } catch let error as SurprisalError where error.category == .data {
          failure = error
          candidates.append(
            MixtureCandidate(
              components: count, covarianceModel: model, columns: data.columnCount, failure: error.description))
        }
      }
    }
    guard var fit = winner?.fit else {
      throw failure ?? SurprisalError(.data, "no candidate could be fitted", remedy: "ask for fewer components")
    }
    fit.selection = candidates
    return MixtureSelection(candidates: candidates, criterion: criterion, winner: fit)
  }
}

extension MixtureCandidate {
  /// What the criterion gives, so that smaller is better.
  func score(_ criterion: SelectionCriterion) -> Double? {
    switch criterion {
    case .bic: bic
    case .aic: aic
    case .icl: icl
    case .heldOut: heldOutLogLikelihood.map { -$0 }
    case .descriptionLength: descriptionLength
    }
  }
}

/// The folds of a cross-validation: the same for every candidate.
struct HeldOutFolds {
  private let source: WeightedRows
  /// The rows in the order they are dealt to the folds.
  private let order: [Int]
  private let count: Int
  private let configuration: GaussianMixtureConfiguration
  private let columnNames: [String]

  init(_ data: MixtureData, _ configuration: GaussianMixtureConfiguration, count: Int) throws {
    self.configuration = configuration
    columnNames = data.columnNames
    var generator = RandomGenerator(seed: configuration.seed, stream: 1 << 63)
    source = data.observations
    self.count = count
    var order = Array(0..<source.count)
    order.shuffle(using: &generator)
    self.order = order
  }

  /// The rows outside and inside a fold; copies, so only one fold is in memory at a time.
  private func part(_ fold: Int) -> (training: WeightedRows, held: WeightedRows) {
    var isHeld = [Bool](repeating: false, count: source.count)
    for position in stride(from: fold, to: order.count, by: count) { isHeld[order[position]] = true }
    func rows(_ wanted: Bool) -> WeightedRows {
      let chosen = (0..<source.count).filter { isHeld[$0] == wanted }
      var values: [Double] = []
      values.reserveCapacity(chosen.count * source.rows.columnCount)
      for row in chosen { values.append(contentsOf: source.rows.row(row)) }
      return WeightedRows(
        rows: RowMatrix(unchecked: values, columnCount: source.rows.columnCount),
        weights: source.weights.map { all in chosen.map { all[$0] } })
    }
    return (rows(false), rows(true))
  }

  /// The mean log-density of held-out rows in nats per unit of weight; nil where a fold cannot be fitted.
  func score(
    components: Int, covarianceModel: CovarianceModel, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Double? {
    var total = 0.0
    var weight = 0.0
    for fold in 0..<count {
      let part = part(fold)
      do {
        let data = try MixtureData(
          rows: part.training.rows, weights: part.training.weights, columnNames: columnNames,
          configuration: configuration)
        var fitter = MixtureFitter(
          data: data, configuration: configuration, progress: nil, isCancelled: isCancelled)
        let fit = try fitter.fit(components: components, covarianceModel: covarianceModel)
        let held =
          source.missing == nil
          ? part.held
          : WeightedRows.grouped(part.held.rows, weights: part.held.weights, keepsEmptyRows: true).observations
        let evidence = fit.model.centeredEvidence(held, threads: data.threads)
        total += evidence.evidence.logLikelihood?.nats ?? .nan
        weight += evidence.statistics.weight
      } catch let error as SurprisalError where error.category == .data {
        return nil
      }
    }
    return total / weight
  }
}
