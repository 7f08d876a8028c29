import SurprisalCore
import SurprisalInformation
import SurprisalTensors

/// An estimate of KL(p ‖ q): the mean of log p(x) − log q(x) over independent samples x of p, with its standard error.
///
/// One sample that is impossible under q shows that the divergence is +∞. An estimate below 0 is moved to 0, and says
/// so. The standard error is that of a mean; where the ratio has heavy tails it is itself uncertain.
///
/// - Throws: `usage` if events do not fit together, if either has a batch of more than one, or for less than 2 samples;
///   `data` if a sample, rounded to its type, has the density 0 under p, or an infinite one under both.
public func estimateKL(
  _ p: any Distribution, _ q: any Distribution, samples: Int = 10_000, using generator: inout RandomGenerator
) throws -> Estimate<Information> {
  _ = try Divergence.commonBatchShape(p, q, "estimateKL")
  try Divergence.requireSingle(p, "estimateKL")
  try Divergence.requireSingle(q, "estimateKL")
  let ratios = try Divergence.sampled(p, samples, "estimateKL", using: &generator) { x in
    p.logDensity(of: x) - q.logDensity(of: x)
  }
  guard !ratios.contains(where: \.isNaN) else {
    throw SurprisalError(
      .data, "estimateKL: a sample of \(Divergence.name(p)) lies where log p − log q is no number",
      remedy: "its density is 0 or infinite where rounding puts samples; compare transformed distributions")
  }
  return Divergence.estimate(
    of: ratios, estimator: "mean of log p − log q over samples of p", atLeast: 0,
    bound: "a divergence is at least 0")
}

/// An estimate of the entropy of a discrete distribution: the mean of −log p(x) over samples, with its standard error.
///
/// - Throws: `usage` for a density, whose entropy is a `DifferentialEntropy`, for a batch of more than one and for less
///   than 2 samples.
public func estimateEntropy(
  of p: any Distribution, samples: Int = 10_000, using generator: inout RandomGenerator
) throws -> Estimate<Information> {
  try Divergence.requireDiscrete(p, true, "estimateEntropy", mend: "call estimateDifferentialEntropy")
  let values = try Divergence.surprisals(p, samples, "estimateEntropy", using: &generator)
  return Divergence.estimate(
    of: values, estimator: "mean of −log p over samples", atLeast: 0, bound: "the entropy of a mass is at least 0")
}

/// An estimate of the differential entropy of a density: the mean of −log p(x) over samples, with its standard error.
///
/// - Throws: `usage` for a mass, for a batch of more than one and for less than 2 samples.
public func estimateDifferentialEntropy(
  of p: any Distribution, samples: Int = 10_000, using generator: inout RandomGenerator
) throws -> Estimate<DifferentialEntropy> {
  try Divergence.requireDiscrete(p, false, "estimateDifferentialEntropy", mend: "call estimateEntropy")
  let values = try Divergence.surprisals(p, samples, "estimateDifferentialEntropy", using: &generator)
  return Divergence.estimate(of: values, estimator: "mean of −log p over samples", atLeast: -.infinity, bound: "")
}

extension Divergence {
  /// - Throws: `usage` if it is a batch of more than one distribution.
  static func requireSingle(_ distribution: any Distribution, _ function: String) throws {
    guard distribution.batchShape.reduce(1, *) == 1 else {
      throw SurprisalError(
        .usage, "\(function): \(name(distribution)) is a batch of shape \(distribution.batchShape), not a single one",
        remedy: "call it for each member")
    }
  }

  /// - Throws: `usage` with the function to call instead if p has a density where a mass is asked, or the reverse.
  static func requireDiscrete(
    _ p: any Distribution, _ isDiscrete: Bool, _ function: String, mend: String
  ) throws {
    guard p.support.isDiscrete != isDiscrete else { return }
    throw SurprisalError(
      .usage, "\(function): \(name(p)) has a \(isDiscrete ? "density" : "mass")", remedy: mend)
  }

  static func surprisals(
    _ p: any Distribution, _ samples: Int, _ function: String, using generator: inout RandomGenerator
  ) throws -> [Double] {
    try requireSingle(p, function)
    return try sampled(p, samples, function, using: &generator) { -p.logDensity(of: $0) }
  }

  /// A function of `samples` samples of p, in pieces that fit the cache.
  static func sampled(
    _ p: any Distribution, _ samples: Int, _ function: String, using generator: inout RandomGenerator,
    _ value: (Tensor) -> Tensor
  ) throws -> [Double] {
    guard samples >= 2 else {
      throw SurprisalError(.usage, "\(function): \(samples) samples have no standard error, it needs at least 2")
    }
    var values: [Double] = []
    values.reserveCapacity(samples)
    while values.count < samples {
      let x = p.sample([min(8192, samples - values.count)], using: &generator)
      values += value(x).withoutDerivative().converted(to: .float64).scalars(as: Double.self)
    }
    return values
  }

  /// Mean and standard error of independent values, moved to at least a bound.
  static func estimate<Quantity: EntropyQuantity>(
    of values: [Double], estimator: String, atLeast bound: Double, bound name: String
  ) -> Estimate<Quantity> {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = mean.isFinite ? (squares / (count - 1) / count).squareRoot() : 0
    let value = max(mean, bound)
    let ends = [mean - 1.959_963_984_540_054 * error, mean + 1.959_963_984_540_054 * error].map { max($0, bound) }
    return Estimate(
      value: Quantity(nats: value), standardError: error,
      interval: Quantity(nats: ends[0])...Quantity(nats: ends[1]), estimator: estimator, sampleCount: values.count,
      assumptions: ["the log ratio has a variance", "the samples suffice for a normal mean"],
      clamped: mean < bound ? [Clamp(bound: name, nats: mean)] : [])
  }
}
