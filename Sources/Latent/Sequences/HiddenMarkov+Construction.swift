import SurprisalCore

extension HiddenMarkov {
  /// A model with Gaussian emissions in the unit of x.
  ///
  /// `initialProbabilities` are K and each row of `transitions` K numbers from 0 to 1 that sum to 1 within 1e-6 (they
  /// are divided by their sum), `means` are [K][D], `covariances` [K][D][D], symmetric and positive definite; diagonal
  /// models read the diagonals only. Throws a data error that names the state and the value.
  public init(
    initialProbabilities: [Double], transitions: [[Double]], means: [[Double]], covariances: [[[Double]]],
    covarianceModel: CovarianceModel = .vvv, columnNames: [String]? = nil
  ) throws {
    let (initial, flat) = try HiddenMarkov.chain(initialProbabilities, transitions)
    let K = initial.count
    let mixture = try GaussianMixture(
      weights: [Double](repeating: 1 / Double(K), count: K), means: means, covariances: covariances,
      covarianceModel: covarianceModel, columnNames: columnNames)
    guard let gaussians = mixture.parameters.withUnitWeights else {
      throw SurprisalError(.data, "the parameters are outside float64's range", remedy: "rescale the columns")
    }
    self.init(
      parameters: ChainParameters(
        initial: initial, transitions: flat, emissions: .gaussian(gaussians, mixture.standardization)),
      columnNames: mixture.columnNames)
  }

  /// A model with categorical emissions: `probabilities` [K][D][levels], each list summing to 1 within 1e-6.
  ///
  /// The other arguments and the errors are those of the Gaussian model.
  public init(
    initialProbabilities: [Double], transitions: [[Double]], probabilities: [[[Double]]], columnNames: [String]? = nil
  ) throws {
    let (initial, flat) = try HiddenMarkov.chain(initialProbabilities, transitions)
    let levels = (probabilities.first ?? []).map(\.count)
    guard probabilities.count == initial.count, !levels.isEmpty, levels.allSatisfy({ $0 > 0 }) else {
      throw SurprisalError(
        .data, "level probabilities for \(probabilities.count) of \(initial.count) states",
        remedy: "give every state the levels of every column")
    }
    var values: [Double] = []
    for (k, state) in probabilities.enumerated() {
      guard state.map(\.count) == levels else {
        throw SurprisalError(
          .data, "state \(k + 1) has \(state.map(\.count)) levels and state 1 \(levels)",
          remedy: "give every state the levels of every column")
      }
      for (d, column) in state.enumerated() {
        values += try HiddenMarkov.distribution(column, "the levels of column \(d + 1) in state \(k + 1)")
      }
    }
    self.init(
      parameters: ChainParameters(
        initial: initial, transitions: flat,
        emissions: .categorical(CategoricalStates(levels: levels, probabilities: values))),
      columnNames: try HiddenMarkov.names(columnNames, columns: levels.count))
  }

  /// A model with Poisson emissions: `rates` [K][D], finite and at least 0.
  ///
  /// The other arguments and the errors are those of the Gaussian model.
  public init(
    initialProbabilities: [Double], transitions: [[Double]], rates: [[Double]], columnNames: [String]? = nil
  ) throws {
    let (initial, flat) = try HiddenMarkov.chain(initialProbabilities, transitions)
    let D = rates.first?.count ?? 0
    guard rates.count == initial.count, D > 0 else {
      throw SurprisalError(
        .data, "rates of \(rates.count) states for \(initial.count)", remedy: "give every state a rate a column")
    }
    for (k, state) in rates.enumerated() {
      guard state.count == D else {
        throw SurprisalError(
          .data, "state \(k + 1) has \(state.count) rates and state 1 \(D)",
          remedy: "give every state a rate a column")
      }
      if let d = state.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw SurprisalError(
          .data, "the rate of state \(k + 1) is \(state[d]) in column \(d + 1)",
          remedy: "rates are finite and at least 0")
      }
    }
    self.init(
      parameters: ChainParameters(
        initial: initial, transitions: flat, emissions: .poisson(PoissonStates(rates: rates.flatMap { $0 }, columns: D))
      ),
      columnNames: try HiddenMarkov.names(columnNames, columns: D))
  }

  private static func chain(_ initial: [Double], _ transitions: [[Double]]) throws -> ([Double], [Double]) {
    let K = initial.count
    guard K > 0, transitions.count == K, transitions.allSatisfy({ $0.count == K }) else {
      throw SurprisalError(
        .data, "\(K) initial probabilities and transitions of shape \(transitions.map(\.count))",
        remedy: "give K initial probabilities and K rows of K transitions")
    }
    let flat = try transitions.enumerated().flatMap {
      try distribution($0.element, "the transitions from state \($0.offset + 1)")
    }
    return (try distribution(initial, "the initial probabilities"), flat)
  }

  private static func distribution(_ values: [Double], _ name: String) throws -> [Double] {
    if let index = values.firstIndex(where: { !($0 >= 0 && $0 <= 1 + 1e-6) }) {
      throw SurprisalError(
        .data, "number \(index + 1) of \(name) is \(values[index])", remedy: "probabilities are from 0 to 1")
    }
    let sum = values.reduce(0, +)
    guard (sum - 1).magnitude <= 1e-6 else {
      throw SurprisalError(.data, "\(name) sum to \(sum)", remedy: "give probabilities that sum to 1")
    }
    return values.map { $0 / sum }
  }

  static func names(_ names: [String]?, columns: Int) throws -> [String] {
    let names = names ?? (1...max(1, columns)).map { "x\($0)" }
    guard columns > 0, names.count == columns else {
      throw SurprisalError(
        .data, "\(names.count) column names for \(columns) columns", remedy: "name every column once")
    }
    return names
  }
}
