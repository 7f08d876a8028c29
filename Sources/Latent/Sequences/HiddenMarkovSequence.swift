import SurprisalCore
import SurprisalDistributions
import SurprisalTensors

/// The distribution of one whole sequence of T rows under a hidden Markov model: an event is [T, D].
public struct HiddenMarkovSequence: Sendable {
  /// The model.
  public let model: HiddenMarkov
  /// T, at least 1.
  public let length: Int

  /// Sequences of `length` rows; at least one.
  public init(model: HiddenMarkov, length: Int) {
    precondition(length >= 1, "HiddenMarkovSequence: a sequence of \(length) rows")
    self.model = model
    self.length = length
  }

  /// p(z_t) of every row, [T][K].
  private var marginals: [[Double]] {
    let transitions = model.transitions
    var result = [model.initialProbabilities]
    while result.count < length {
      let now = result[result.count - 1]
      result.append(now.indices.map { j in now.indices.reduce(0) { $0 + now[$1] * transitions[$1][j] } })
    }
    return result
  }

  private func tensor(_ values: [[Double]]) -> Tensor {
    Tensor(values.flatMap { $0 }, shape: [length, model.columnCount])
  }

  private var meanRows: [[Double]] {
    let means = model.means
    return marginals.map { shares in
      (0..<model.columnCount).map { d in shares.indices.reduce(0) { $0 + shares[$1] * means[$1][d] } }
    }
  }
}

extension HiddenMarkovSequence: Distribution {
  /// [], a single distribution.
  public var batchShape: [Int] { [] }
  /// [T, D].
  public var eventShape: [Int] { [length, model.columnCount] }
  /// float64.
  public var dtype: DType { .float64 }
  /// The states, the kind of emissions and the length.
  public var description: String {
    "HiddenMarkovSequence(\(model.stateCount) \(model.emissionFamily.name) states, \(length) rows)"
  }

  /// Sequences that some path of states can explain.
  public var support: Support {
    let isDiscrete = if case .gaussian = model.emissionFamily { false } else { true }
    return .events(isDiscrete: isDiscrete) { logDensity(of: $0) .> -.infinity }
  }

  /// log p(x) = log Σ_z p(x, z), by the forward recursion. No derivative follows.
  public func logDensity(of x: Tensor) -> Tensor {
    let size = length * model.columnCount
    let batch = Array(x.shape.dropLast(2))
    precondition(
      x.rank >= 2 && Array(x.shape.suffix(2)) == eventShape,
      "HiddenMarkovSequence.logDensity: events of shape \(x.shape) for sequences of shape \(eventShape)")
    var values = x.withoutDerivative().converted(to: .float64).scalars(as: Double.self)
    let count = values.count / size
    guard count > 0 else { return Tensor(zeros: batch, dtype: .float64) }
    // What is not finite has its answer already, and the recursions get zeros.
    let known = (0..<count).map { event -> Double? in
      let range = event * size..<(event + 1) * size
      if values[range].contains(where: \.isNaN) { return .nan }
      return values[range].allSatisfy(\.isFinite) ? nil : -.infinity
    }
    for (event, answer) in known.enumerated() where answer != nil {
      for index in event * size..<(event + 1) * size { values[index] = 0 }
    }
    let rows = RowMatrix(unchecked: values, columnCount: model.columnCount)
    let lengths = [Int](repeating: length, count: count)
    let found = try? model.sequenceLogDensities(of: rows, sequences: SequenceLayout(lengths: lengths))
    return Tensor(zip(known, found ?? []).map { $0 ?? $1 }, shape: batch)
  }

  /// Σ_k p(z_t = k) E[x | k].
  public var mean: Tensor { tensor(meanRows) }

  /// Σ_k p(z_t = k) (Var[x | k] + (E[x | k] − mean)²).
  public var variance: Tensor {
    let (means, covariances) = (model.means, model.covariances)
    return tensor(
      zip(marginals, meanRows).map { shares, mean in
        mean.indices.map { d in
          shares.indices.reduce(0) { total, k in
            let offset = means[k][d] - mean[d]
            return total + shares[k] * (covariances[k][d][d] + offset * offset)
          }
        }
      })
  }

  /// NaN: the mode has no closed form.
  public var mode: Tensor { Tensor(repeating: .nan, shape: eventShape, dtype: .float64) }

  /// No closed form.
  ///
  /// - Throws: `usage`, always.
  public func entropy() throws -> Tensor {
    throw SurprisalError(
      .usage, "the entropy of a hidden Markov model has no closed form",
      remedy: "average −logDensity over sequences that sample(_:using:) draws")
  }

  /// Sequences drawn from the model.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let count = shape.reduce(1, *)
    let (rows, _) = model.sample(lengths: [Int](repeating: length, count: count), using: &generator)
    return Tensor(rows).reshaped(to: shape + eventShape)
  }
}

extension HiddenMarkov {
  /// The distribution of one sequence of `length` rows, at least one: an event is [length, D].
  public func distribution(length: Int) -> HiddenMarkovSequence { HiddenMarkovSequence(model: self, length: length) }

  /// The distribution of a sequence of one row, [1, D]; longer ones by `distribution(length:)`.
  public var distribution: any Distribution { distribution(length: 1) }
}
