import SurprisalCore
import SurprisalInformation
import SurprisalTensors

/// KL(p ‖ q) of mixtures between certified bounds, with an estimate: neither has a closed form.
///
/// Upper bounds, of which the least is taken: Σ π ω KL(pₐ ‖ q_b) by convexity; the variational bound of Hershey and
/// Olsen (2007, section 8), the least Σ φ (KL(pₐ ‖ q_b) + log φ / ψ) over couplings; and that of an upper bound of
/// E log p less a lower bound of E log q (Durrieu, Thiran and Kelly 2012, with Chernoff's divergence in place of the
/// product of densities: Kolchinsky and Tracey 2017). Lower bounds, of which the greatest is taken: 0, the same
/// difference with the sides exchanged, and for numbers the divergence of bins. The upper bounds need closed forms between
/// the components, the differences components of one exponential family, the bins distribution functions.
///
/// - Throws: `usage` for batches, and if a pair of components has no closed form.
public func klInterval(
  _ p: any Distribution, _ q: any Distribution, samples: Int = 10_000, using generator: inout RandomGenerator
) throws -> CertifiedInterval<Information> {
  _ = try Divergence.commonBatchShape(p, q, "klInterval")
  let (first, second) = (try ComponentList(p, "klInterval"), try ComponentList(q, "klInterval"))
  let bounds = try MixtureBounds.divergence(first, second)
  var lower = bounds.lower
  if let binned = BinnedDivergence.lowerBound(p, q), binned.nats > lower.nats { lower = binned }
  let estimate = try estimateKL(p, q, samples: samples, using: &generator)
  return CertifiedInterval(lower, bounds.upper, estimate: estimate)
}

/// The entropy of a mixture of discrete distributions between certified bounds, with an estimate.
///
/// Σ π H(pₐ) − Σ π log Σ π e^(−D) is an upper bound with D = KL and a lower one with D = Chernoff's divergence
/// (Kolchinsky and Tracey 2017, section 3); without closed forms the bounds are Σ π H(pₐ) and Σ π H(pₐ) + H(π).
///
/// - Throws: `usage` for a density, for a batch, and if a component's entropy has no closed form.
public func entropyInterval(
  of p: any Distribution, samples: Int = 10_000, using generator: inout RandomGenerator
) throws -> CertifiedInterval<Information> {
  try Divergence.requireDiscrete(p, true, "entropyInterval", mend: "call differentialEntropyInterval")
  let bounds = try MixtureBounds.entropy(ComponentList(p, "entropyInterval"))
  let estimate: Estimate<Information> = try estimateEntropy(of: p, samples: samples, using: &generator)
  return CertifiedInterval(bounds.lower, bounds.upper, estimate: estimate)
}

/// The differential entropy of a mixture of densities between certified bounds, with an estimate; the bounds are those
/// of `entropyInterval(of:samples:using:)`.
///
/// - Throws: `usage` for a mass, for a batch, and if a component's entropy has no closed form.
public func differentialEntropyInterval(
  of p: any Distribution, samples: Int = 10_000, using generator: inout RandomGenerator
) throws -> CertifiedInterval<DifferentialEntropy> {
  try Divergence.requireDiscrete(p, false, "differentialEntropyInterval", mend: "call entropyInterval")
  let bounds = try MixtureBounds.entropy(ComponentList(p, "differentialEntropyInterval"))
  let estimate = try estimateDifferentialEntropy(of: p, samples: samples, using: &generator)
  return CertifiedInterval(bounds.lower, bounds.upper, estimate: estimate)
}
