import SurprisalCore

/// Makes the first parameters of a run.
///
/// Gaussian states start from the mixtures' partitions of the rows; discrete ones from the whole table's shares or
/// means, each state's moved at random. Chains start with states that tend to stay, more or less so from start to start.
struct HiddenMarkovStarts {
  let data: HiddenMarkovData
  let states: Int
  let seed: UInt64
  private var mixtures: MixtureStarts?
  private let shares: [Double]

  init(data: HiddenMarkovData, states: Int, seed: UInt64) {
    self.data = data
    self.states = states
    self.seed = seed
    mixtures = data.mixture.map { MixtureStarts(data: $0.data, configuration: $0.configuration) }
    shares = HiddenMarkovStarts.shares(data)
  }

  /// The probabilities of staying in a state, in turn.
  private static let persistences = [0.6, 0.9, 0.2, 0.95, 0]

  mutating func model(number: Int, attempt: Int) throws -> HiddenMarkovEM {
    let stay = HiddenMarkovStarts.persistences[number % HiddenMarkovStarts.persistences.count]
    var generator = RandomGenerator(
      seed: seed, stream: 1 << 60 | UInt64(states) << 40 | UInt64(attempt) << 32 | UInt64(number))
    let K = states
    let emissions: StateEmissions
    var occupancy = [Double](repeating: 1 / Double(K), count: K)
    switch data.family {
    case .gaussian:
      guard let gaussian = data.setting.gaussian,
        let start = try mixtures?.parameters(number: number, attempt: attempt, components: K, setting: gaussian),
        let parameters = start.parameters.withUnitWeights
      else { throw SurprisalError(.internal, "no start for Gaussian states", remedy: "report it with the data") }
      occupancy = start.parameters.weights
      emissions = .gaussian(parameters, gaussian.standardization)
    case .categorical:
      var probabilities: [Double] = []
      for _ in 0..<K {
        var start = 0
        for count in data.levels {
          // The table's shares times random factors; levels that never occur have none.
          let factors = (0..<count).map { shares[start + $0] * (0.1 + generator.nextUniform()) }
          let sum = factors.reduce(0, +)
          probabilities += factors.map { $0 / sum }
          start += count
        }
      }
      emissions = .categorical(CategoricalStates(levels: data.levels, probabilities: probabilities))
    case .poisson:
      let means = data.setting.columnMeans
      let rates = (0..<K).flatMap { k in
        // Spread around the means, in another order for each column.
        means.map { mean in mean * (0.25 + 1.5 * (Double(k) + generator.nextUniform()) / Double(K)) }
      }
      let D = means.count
      var mixed = rates
      for d in 1..<max(1, D) {
        for k in stride(from: K - 1, to: 0, by: -1) {
          mixed.swapAt(k * D + d, generator.nextInteger(below: k + 1) * D + d)
        }
      }
      emissions = .poisson(PoissonStates(rates: mixed, reference: means.map { $0 > 0 ? $0 : 1 }))
    }
    let transitions = (0..<K * K).map { index in
      (1 - stay) * occupancy[index % K] + (index / K == index % K ? stay : 0)
    }
    return HiddenMarkovEM(
      setting: data.setting,
      parameters: ChainParameters(
        initial: [Double](repeating: 1 / Double(K), count: K), transitions: transitions, emissions: emissions))
  }

  /// The weighted shares of every level over all rows, [Σ levels].
  private static func shares(_ data: HiddenMarkovData) -> [Double] {
    let offsets = CategoricalStates(levels: data.levels, probabilities: []).offsets(padded: false)
    var result = [Double](repeating: 0, count: data.levels.reduce(0, +))
    guard !data.levels.isEmpty else { return result }
    let D = data.rows.columnCount
    data.rows.withUnsafeValues { values in
      for (index, range) in data.layout.ranges.enumerated() {
        let weight = (data.observations.weights?[index] ?? 1) / data.totalWeight
        for row in range { for d in 0..<D { result[offsets[d] + Int(values[row * D + d])] += weight } }
      }
    }
    return result
  }

  /// A given model in the coordinates of these data.
  func given(_ model: HiddenMarkov) throws -> HiddenMarkovEM {
    var emissions = model.parameters.emissions
    let problem = SurprisalError(
      .data,
      "the given start has \(model.stateCount) \(model.emissionFamily.name) states over \(model.columnCount) columns, "
        + "and the fit \(states) \(data.family.name) states over \(data.rows.columnCount)",
      remedy: "start from a model of the same kind and size")
    guard model.stateCount == states, model.columnCount == data.rows.columnCount else { throw problem }
    switch (emissions, data.family) {
    case (.gaussian, .gaussian(let covarianceModel)):
      guard model.emissionFamily == .gaussian(covarianceModel), let setting = data.setting.gaussian else {
        throw problem
      }
      guard
        let moved = model.mixture?.parameters(in: setting.standardization, covarianceModel: covarianceModel)?
          .withUnitWeights
      else {
        throw SurprisalError(
          .data, "the given start is singular beside the scale of these data", remedy: "start without it")
      }
      emissions = .gaussian(moved, setting.standardization)
    case (.categorical(let states), .categorical):
      guard states.levels == data.levels else {
        throw SurprisalError(
          .data, "the given start has \(states.levels) levels and the data \(data.levels)",
          remedy: "give the start's numbers of levels")
      }
    case (.poisson(let states), .poisson):
      emissions = .poisson(
        PoissonStates(rates: states.rates, reference: data.setting.columnMeans.map { $0 > 0 ? $0 : 1 }))
    default: throw problem
    }
    var parameters = model.parameters
    parameters.emissions = emissions
    let densities = try model.sequenceLogDensities(of: data.rows, sequences: data.layout)
    if let index = densities.firstIndex(of: -.infinity) { throw try model.unexplained(index, data.rows, data.layout) }
    return HiddenMarkovEM(setting: data.setting, parameters: parameters)
  }
}
