import SurprisalCore
import SurprisalTensors

/// Probabilities of classes [batchShape, classes] in the form in which they were given.
struct ClassProbabilities: Sendable {
  /// Numbers that sum to 1 along the last axis, or their logarithms up to a constant in each row.
  enum Form: Sendable { case probabilities(Tensor), logits(Tensor) }
  let form: Form

  /// The shares that weights [batchShape, classes] have in their sums.
  ///
  /// - Throws: `data` if there is no weight.
  init(shares weights: Tensor?, _ family: String) throws {
    guard let weights, (weights.sum(alongAxes: [-1]) .> 0).all().item == 1 else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    form = .probabilities(weights / weights.sum(alongAxes: [-1], keepingAxes: true))
  }

  /// - Throws: `usage` for a shape without classes, a number below 0, or a row that does not sum to 1 within
  ///   4 n ε of the type.
  init(probabilities: Tensor, _ family: String) throws {
    let values = try ClassProbabilities.promoted(probabilities, "probabilities", family)
    try Checks.probability(family, "probabilities", values)
    let sums = values.withoutDerivative().converted(to: .float64).sum(alongAxes: [-1])
    let tolerance = 4 * Double(values.shape[values.rank - 1]) * (values.dtype == .float64 ? 0x1p-52 : 0x1p-23)
    try Checks.require((sums - 1).abs() .<= tolerance, family, "the sum of probabilities", sums, mustBe: "1")
    form = .probabilities(values)
  }

  /// - Throws: `usage` for a shape without classes, NaN or +∞, or a row of −∞ only.
  init(logits: Tensor, _ family: String) throws {
    let values = try ClassProbabilities.promoted(logits, "logits", family)
    try Checks.require(values .< .infinity, family, "logits", values, mustBe: "below +∞")
    let largest = values.withoutDerivative().max(alongAxes: [-1])
    try Checks.require(largest .> -.infinity, family, "the largest of the logits", largest, mustBe: "finite")
    form = .logits(values)
  }

  private static func promoted(_ values: Tensor, _ name: String, _ family: String) throws -> Tensor {
    guard let classes = values.shape.last, classes > 0 else {
      throw SurprisalError(.usage, "\(family): \(name) of shape \(values.shape) have no classes in their last axis")
    }
    return try Checks.promoted(family, [(name, values)])[0]
  }

  /// What was given.
  var given: Tensor {
    switch form {
    case .probabilities(let values), .logits(let values): values
    }
  }

  /// What was given, for a description.
  var description: String {
    switch form {
    case .probabilities(let values): "probabilities: \(values)"
    case .logits(let values): "logits: \(values)"
    }
  }

  var batchShape: [Int] { Array(given.shape.dropLast()) }
  var classCount: Int { given.shape[given.rank - 1] }

  var probabilities: Tensor {
    switch form {
    case .probabilities(let values): values
    case .logits(let values): values.softmax()
    }
  }

  /// log p; for p = 0 it is −∞ with derivative 0.
  var logProbabilities: Tensor {
    switch form {
    case .probabilities(let values): values.logOfProbability()
    case .logits(let values): values.logSoftmax()
    }
  }

  /// The element of `table`, [batchShape, extent], that each index [..., batchShape] names for its member.
  func picked(_ table: Tensor, at indices: Tensor) -> Tensor {
    let (extent, members) = (table.shape[table.rank - 1], batchShape.reduce(1, *))
    let starts = Tensor(range: 0..<members).reshaped(to: batchShape) * Double(extent)
    return table.reshaped(to: [members * extent]).selected(at: indices + starts)
  }

  /// log P of the class that each index names where `isNeeded`, of the shape of the indices.
  func logProbability(at indices: Tensor, where isNeeded: Tensor) -> Tensor {
    switch form {
    // The logarithm follows the choice, so that only the chosen class has a derivative, which is +∞ at 0.
    case .probabilities(let values): Tensor(where: isNeeded, picked(values, at: indices), else: 1).log()
    case .logits(let values): picked(values.logSoftmax(), at: indices)
    }
  }

  /// Σ pⱼ over j ≤ k for each k.
  var cumulativeSums: Tensor { probabilities.cumulativeSum(alongAxis: -1) }

  /// Σ pⱼ over j > k for each k, summed from the last class on, so that those near 0 keep their digits.
  var complementarySums: Tensor {
    let sums = probabilities.flipped(alongAxes: [-1]).cumulativeSum(alongAxis: -1).flipped(alongAxes: [-1])
    let zero = Tensor(zeros: batchShape + [1], dtype: given.dtype)
    return Tensor(concatenating: [sums.sliced(1..., alongAxis: -1), zero], alongAxis: -1)
  }

  /// 1 − pₖ as the sum of the other probabilities, which keeps its digits where pₖ is near 1.
  var complements: Tensor {
    let zero = Tensor(zeros: batchShape + [1], dtype: given.dtype)
    let before = Tensor(
      concatenating: [zero, cumulativeSums.sliced(..<(classCount - 1), alongAxis: -1)], alongAxis: -1)
    return before + complementarySums
  }

  var entropy: Tensor { logProbabilities.entropyTerm().sum(alongAxes: [-1]) }

  /// Σ p log(p / q) over the classes, those that only one of both has being impossible to the other.
  func divergence(to q: ClassProbabilities) -> Tensor {
    let count = Swift.max(classCount, q.classCount)
    let terms = Tensor.divergenceTerm(
      logP: ClassProbabilities.padded(logProbabilities, to: count, with: -.infinity),
      logQ: ClassProbabilities.padded(q.logProbabilities, to: count, with: -.infinity),
      refined: classCount == q.classCount ? logRatios(to: q) : nil)
    return terms.sum(alongAxes: [-1])
  }

  /// log(q / p) of as many classes, exact to rounding near p = q; no derivative follows it.
  private func logRatios(to q: ClassProbabilities) -> Tensor? {
    switch (form, q.form) {
    case (.probabilities(let own), .probabilities(let other)):
      return Tensor.logRatio(other.withoutDerivative(), own.withoutDerivative())
    case (.logits(let own), .logits(let other)):
      // With differences d of the logits from their mean: log(q / p) = d − log Σ p eᵈ.
      let p = probabilities.withoutDerivative()
      let all = other.withoutDerivative() - own.withoutDerivative()
      let differences = Tensor(where: all .== all, all, else: 0)
      let centered = differences - (p * differences).sum(alongAxes: [-1], keepingAxes: true)
      return centered - log(onePlus: (p * centered.expMinusOne()).sum(alongAxes: [-1], keepingAxes: true))
    default: return nil
    }
  }

  /// `values` with a last axis of at least `count` elements, the new ones being `filler`.
  static func padded(_ values: Tensor, to count: Int, with filler: Double) -> Tensor {
    let missing = count - values.shape[values.rank - 1]
    if missing == 0 { return values }
    let none = values.shape.dropLast().map { _ in (before: 0, after: 0) }
    return values.padded(none + [(before: 0, after: missing)], with: filler)
  }

  /// Class indices [shape, batchShape], `int64`, by inversion of the distribution function.
  func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let (count, members) = (classCount, batchShape.reduce(1, *))
    let sums = probabilities.withoutDerivative().converted(to: .float64).cumulativeSum(alongAxis: -1)
      .scalars(as: Double.self)
    let u = Noise.uniform(shape + batchShape, using: &generator)
    let member = Tensor(range: 0..<members).reshaped(to: batchShape).converted(to: .float64)
    let drawn = Tensor.elementwise([u, member]) { u, member, _ in
      let start = Int(member) * count
      let total = sums[start + count - 1]
      // The first class whose sum is above u, which is never one of probability 0.
      var (low, high) = (0, count - 1)
      let target = Swift.min(u * total, total.nextDown)
      while low < high {
        let middle = (low + high) / 2
        if sums[start + middle] > target { high = middle } else { low = middle + 1 }
      }
      return Double(low)
    } derivative: { inputs, _, _ in
      Tensor(zeros: inputs[0].shape, dtype: inputs[0].dtype)
    }
    return drawn.converted(to: .int64)
  }
}
