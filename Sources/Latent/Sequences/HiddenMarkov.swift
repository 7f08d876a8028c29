import SurprisalCore

/// A hidden Markov model: a chain of states z_1, z_2, … of which each row x_t of a sequence shows one,
///
///     p(x, z) = π(z_1) Π_t A(z_{t−1}, z_t) Π_t p(x_t | z_t),
///
/// with Gaussian, categorical or Poisson emissions. Sources: Baum et al. 1970; Rabiner 1989.
public struct HiddenMarkov: Sendable {
  /// The names of the columns, [D].
  public internal(set) var columnNames: [String]
  /// The words of each categorical column's levels in the order of their numbers, where they are known, [D].
  public private(set) var levels: [[String]?]
  package let parameters: ChainParameters

  package init(parameters: ChainParameters, columnNames: [String]) {
    self.parameters = parameters
    self.columnNames = columnNames
    levels = columnNames.map { _ in nil }
  }

  /// The same model with words for the levels of categorical columns, one list a column; nil where there are none.
  ///
  /// Throws a data error unless each list has as many words as its column has levels.
  public func named(levels: [[String]?]) throws -> HiddenMarkov {
    let counts: [Int]? = if case .categorical(let states) = parameters.emissions { states.levels } else { nil }
    guard levels.count == columnCount else {
      throw SurprisalError(
        .data, "words for \(levels.count) of \(columnCount) columns",
        remedy: "give one entry a column, nil for no words")
    }
    for (column, words) in levels.enumerated() {
      guard let words, words.count != counts?[column] else { continue }
      throw SurprisalError(
        .data, "column `\(columnNames[column])` has \(counts?[column] ?? 0) levels and \(words.count) words",
        remedy: "give as many words as the column has levels")
    }
    var model = self
    model.levels = levels
    return model
  }

  /// K.
  public var stateCount: Int { parameters.stateCount }
  /// D.
  public var columnCount: Int { parameters.emissions.columnCount }

  /// The number of free parameters: K − 1 initial probabilities, K (K − 1) transitions, and the emissions' own.
  public var parameterCount: Int {
    stateCount - 1 + stateCount * (stateCount - 1) + parameters.emissions.parameterCount(states: stateCount)
  }

  /// π, the probabilities of the first state, [K].
  public var initialProbabilities: [Double] { parameters.initial }

  /// A, [K][K]: row i holds the probabilities of the state after state i.
  public var transitions: [[Double]] { split(parameters.transitions, stateCount) }

  /// The kind of emissions.
  public var emissionFamily: EmissionFamily {
    switch parameters.emissions {
    case .gaussian(let gaussians, _): .gaussian(gaussians.covarianceModel)
    case .categorical(let states): .categorical(levels: states.levels)
    case .poisson: .poisson
    }
  }

  /// The mean of each state's rows, [K][D], in the unit of x; of categorical columns, the mean level.
  public var means: [[Double]] {
    switch parameters.emissions {
    case .gaussian: return mixture?.means ?? []
    case .poisson(let states): return split(states.rates, columnCount)
    case .categorical:
      return probabilities.map { state in
        state.map { levels in levels.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } }
      }
    }
  }

  /// The covariance of each state's rows, [K][D][D], in the squared unit of x.
  public var covariances: [[[Double]]] {
    if let mixture { return mixture.covariances }
    let variances =
      emissionFamily == .poisson
      ? means
      : zip(probabilities, means).map { state, mean in
        zip(state, mean).map { levels, mean in
          levels.enumerated().reduce(0) {
            $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element
          }
        }
      }
    return variances.map { row in
      row.indices.map { i in row.indices.map { $0 == i ? row[i] : 0 } }
    }
  }

  /// Poisson rates λ, [K][D]; empty for other emissions.
  public var rates: [[Double]] {
    guard case .poisson(let states) = parameters.emissions else { return [] }
    return split(states.rates, columnCount)
  }

  /// The probabilities of each state's levels, [K][D][levels]; empty for emissions that are not categorical.
  public var probabilities: [[[Double]]] {
    guard case .categorical(let states) = parameters.emissions else { return [] }
    let offsets = states.offsets(padded: false)
    return (0..<stateCount).map { k in
      states.levels.indices.map { d in
        let start = k * states.levelCount + offsets[d]
        return Array(states.probabilities[start..<start + states.levels[d]])
      }
    }
  }

  /// The stationary distribution of the states, [K]: the limit of the mean of A, A², …, Aⁿ from the initial
  /// distribution. It depends on π where the chain has several closed classes of states.
  public var stationaryProbabilities: [Double] {
    let K = stateCount
    // (A + 1)/2 has the same stationary distributions and no cycles; its powers by squaring.
    var power = (0..<K * K).map { 0.5 * (parameters.transitions[$0] + ($0 / K == $0 % K ? 1 : 0)) }
    for _ in 0..<60 {
      var next = [Double](repeating: 0, count: K * K)
      for i in 0..<K {
        for l in 0..<K where power[i * K + l] > 0 {
          for j in 0..<K { next[i * K + j] += power[i * K + l] * power[l * K + j] }
        }
        let sum = next[i * K..<(i + 1) * K].reduce(0, +)
        for j in 0..<K { next[i * K + j] /= sum }
      }
      power = next
    }
    return (0..<K).map { j in (0..<K).reduce(0) { $0 + parameters.initial[$1] * power[$1 * K + j] } }
  }

  /// The states as components of a Gaussian mixture of equal weights, for what both do with Gaussians.
  var mixture: GaussianMixture? {
    guard case .gaussian(let gaussians, let standardization) = parameters.emissions else { return nil }
    return GaussianMixture(parameters: gaussians, standardization: standardization, columnNames: columnNames)
  }

  private func split(_ values: [Double], _ width: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }
}
