import SurprisalCore
import SurprisalTensors

/// The Kullback–Leibler divergence KL(p ‖ q) = E_p[log p(X) − log q(X)] in nats, for each member of the batch.
///
/// Asked in this order: a closed form that the family of p knows, one that the family of q knows, the sum over a finite
/// support, +∞ where the support of p is not within that of q, the expectation of log q by expectations that the family
/// of p knows, and the Bregman divergence of two members of one exponential family. Nothing is estimated. (Kullback and
/// Leibler 1951.)
///
/// - Returns: the common batch shape of both: at least 0, +∞ where p has events that are impossible under q.
/// - Throws: `usage` if the events or the batches do not fit together, or if there is no exact form; the error names
///   the pair and what to call instead.
public func klDivergence(_ p: any Distribution, _ q: any Distribution) throws -> Tensor {
  let shape = try Divergence.commonBatchShape(p, q, "klDivergence")
  let value =
    p.closedFormKL(to: q) ?? q.closedFormKL(from: p) ?? Divergence.finiteSum(p, q) ?? Divergence.infinity(p, q)
  if let value = value ?? Divergence.expected(p, q) ?? Divergence.bregman(p, q) {
    return value.shape == shape ? value : value.broadcast(to: shape)
  }
  let pair = "\(Divergence.name(p)) ‖ \(Divergence.name(q))"
  if p is any MixtureForm || q is any MixtureForm {
    throw SurprisalError(
      .usage, "KL(\(pair)) has no closed form",
      remedy: "call klInterval(_:_:samples:using:) for certified bounds and an estimate")
  }
  throw SurprisalError(
    .usage, "KL(\(pair)) has no closed form",
    remedy: "call estimateKL(_:_:samples:using:) for an estimate with its standard error")
}

/// The Bregman divergence A(η_q) − A(η_p) − (η_q − η_p) · ∇A(η_p) of the log-partition function of an exponential
/// family, which is KL(p ‖ q) in nats, [batchShape] (Banerjee, Merugu, Dhillon and Ghosh 2005).
///
/// The terms cancel for nearly equal p and q: the rounding is about 2⁻⁵³ |A|, where a closed form has less.
public func bregmanDivergence<Family: ExponentialFamily>(_ p: Family, _ q: Family) throws -> Tensor {
  let shape = try Divergence.commonBatchShape(p, q, "bregmanDivergence")
  return Divergence.bregman(of: p, q).broadcast(to: shape)
}

/// The parts of `klDivergence(_:_:)`.
enum Divergence {
  /// The family's name.
  static func name(_ distribution: any Distribution) -> String { "\(type(of: distribution))" }

  /// The shape of the batch of pairs.
  ///
  /// - Throws: `usage` with both shapes if the events or the batches do not fit together.
  static func commonBatchShape(
    _ p: any Distribution, _ q: any Distribution, _ function: String
  ) throws -> [Int] {
    guard p.eventShape == q.eventShape else {
      throw SurprisalError(
        .usage,
        "\(function): events of \(name(p)) have the shape \(p.eventShape), those of \(name(q)) \(q.eventShape)")
    }
    guard let shape = broadcastShape(p.batchShape, q.batchShape) else {
      throw SurprisalError(
        .usage, "\(function): the batch shapes \(p.batchShape) and \(q.batchShape) do not broadcast together")
    }
    return shape
  }

  /// +∞ for each member of the batch if no member of p has its support within that of q's.
  static func infinity(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
    guard let isContained = p.support.isContained(in: q.support), isContained.any().item == 0 else { return nil }
    let infinity = Tensor(.infinity, dtype: max(p.dtype, q.dtype))
    guard p.support.isDiscrete, q.support.isDiscrete, p.eventShape.isEmpty else { return infinity }
    // A mass of 1 at one number fills no support.
    let mean = p.mean
    return Tensor(where: p.variance .== 0, -q.logDensity(of: mean), else: infinity)
  }

  /// −H(p) − E_p[log q], +∞ where the support of p is not within that of q.
  static func expected(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
    guard let p = p as? any KnownExpectations, let q = q as? any LogDensityOfExpectations,
      let isContained = p.support.isContained(in: q.support), let entropy = try? p.entropy(),
      let crossEntropy = q.expectedLogDensity(under: p)
    else { return nil }
    let value = -entropy - crossEntropy
    return Tensor(where: isContained, Tensor(where: value .< 0, 0, else: value), else: .infinity)
  }

  /// The Bregman form if both belong to one exponential family.
  static func bregman(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
    func form<Family: ExponentialFamily>(_ p: Family) -> Tensor? {
      guard let q = q as? Family else { return nil }
      // Members of one type with two numbers of trials do not share their base measure.
      guard p.support.isContained(in: q.support)?.all().item == 1,
        q.support.isContained(in: p.support)?.all().item == 1
      else { return nil }
      return bregman(of: p, q)
    }
    guard let p = p as? any ExponentialFamily else { return nil }
    return form(p)
  }

  static func bregman<Family: ExponentialFamily>(of p: Family, _ q: Family) -> Tensor {
    let (first, second) = (p.naturalParameters, q.naturalParameters)
    let means = p.logPartitionGradient
    var value = q.logPartition(second) - p.logPartition(first)
    for ((a, b), mean) in zip(zip(first, second), means) {
      // The axes behind the batch are those of one statistic.
      let extra = max(a.rank - p.batchShape.count, 0)
      let product = (b - a) * mean
      value = value - (extra == 0 ? product : product.sum(alongAxes: Array(-extra..<0)))
    }
    // Rounding may leave a divergence of 0 a little below.
    return Tensor(where: value .< 0, 0, else: value)
  }

  /// Σ p(k) (log p(k) − log q(k)) over the events of a finite support.
  static func finiteSum(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
    guard q.support.isDiscrete, p.eventShape == q.eventShape, let events = p.support.finiteEvents,
      let shape = broadcastShape(p.batchShape, q.batchShape), events.count * shape.reduce(1, *) < 10_000_000
    else { return nil }
    let count = events.shape[0]
    let ones = [Int](repeating: 1, count: shape.count)
    let x = events.reshaped(to: [count] + ones + p.eventShape).broadcast(to: [count] + shape + p.eventShape)
    let (own, other) = (p.logDensity(of: x), q.logDensity(of: x))
    let mass = own.exp()
    // Events of probability 0, or below the least number, say nothing, also where q excludes them.
    let isPossible = mass .> 0
    let sum = (mass * Tensor(where: isPossible, own - other, else: 0)).sum(alongAxes: [0])
    // Rounding may leave a divergence of 0 a little below.
    return Tensor(where: sum .< 0, 0, else: sum)
  }
}

extension ExponentialFamily {
  /// ∇A(η) = E[t(X)], one for each natural parameter and of its shape; it has a derivative by the parameters.
  public var logPartitionGradient: [Tensor] {
    // A is computed member by member, so the gradient of its sum holds each member's own.
    valueAndGradient(of: naturalParameters) { logPartition($0).sum() }.gradients
  }
}
