import CSurprisalKernels
import SurprisalCore
import SurprisalTensors

extension Mixture: EntropyByQuadrature {
  /// The entropy in nats, within 1e-10 · max(1, |entropy|), of mixtures of numbers; see `boundedEntropy(tolerance:)`.
  ///
  /// - Throws: `usage` for vectors, for components without distribution function, and where the bound of the error is
  ///   larger; the error names what to call instead.
  public func entropy() throws -> Tensor { try boundedEntropy(tolerance: 1e-10).entropy }

  /// Σ w (h(pₖ) + KL(pₖ ‖ p)) from the components' own entropies, with each divergence between 0 and −log wₖ by
  /// quadrature over the probability Fₖ(x), or by summation over whole numbers.
  ///
  /// What is omitted of component k, a mass δ on each side, is at most δ · max(−log wₖ, −log δ) by the log-sum
  /// inequality. The derivative is that of the integral over fixed events.
  ///
  /// - Throws: `usage` as `entropy()`, and for parameters with a derivative that move the ends of a density's support.
  public func boundedEntropy(tolerance: Double) throws -> BoundedEntropy {
    let tolerance = BoundedEntropy.reachable(tolerance, dtype)
    let isDiscrete = support.isDiscrete
    let remedy =
      isDiscrete
      ? "call entropyInterval(of:samples:using:) for certified bounds and an estimate"
      : "call differentialEntropyInterval(of:samples:using:) for certified bounds and an estimate"
    guard eventShape.isEmpty, let members = components.univariate, !isDiscrete || support.ends != nil else {
      throw SurprisalError(
        .usage,
        "the entropy of a mixture has no closed form, and quadrature is of numbers that have a distribution "
          + "function only", remedy: remedy)
    }
    let logDensity = self.logDensity(of: Tensor(zeros: batchShape, dtype: .float64))
    if logDensity.isTracked { try EntropyParts.requireFixedEnds([support], self) }
    let parts = try components.entropies(tolerance)
    let quadrature = MixtureDivergences(
      weights: logWeights.doubleValues.map { surprisal_exp($0) }, count: componentCount, batchShape: batchShape,
      members: members, dtype: dtype, logDensity: { self.logDensity(of: $0).withoutDerivative() },
      reflected: members.reflected.flatMap { try? Mixture<AnyUnivariateDistribution>(logWeights: logWeights, $0) })
    guard let terms = isDiscrete ? quadrature.sums() : quadrature.integrals(target: tolerance / 50) else {
      throw SurprisalError(
        .usage, "the entropy of \(Divergence.name(self)) is a sum of more than \(MixtureDivergences.limit) terms",
        remedy: remedy)
    }
    var (values, bounds) = ([Double](), [Double]())
    for group in stride(from: 0, to: terms.values.count, by: componentCount) {
      var (value, bound) = (0.0, 0.0)
      for k in group..<group + componentCount where quadrature.weights[k] > 0 {
        let sum = parts.values[k] + terms.values[k]
        value += quadrature.weights[k] * sum
        let rounding = 0.01 * BoundedEntropy.rounding(dtype) * (abs(parts.values[k]) + abs(terms.values[k]))
        bound += quadrature.weights[k] * (parts.bounds[k] + terms.errors[k] + rounding)
      }
      values.append(value)
      bounds.append(bound)
    }
    var entropy = Tensor(values, shape: batchShape)
    if logDensity.isTracked {
      entropy = followed(entropy, terms.events, terms.weights, members)
      if let other = quadrature.reflected, let events = terms.reflectedEvents {
        entropy = other.followed(entropy, events, terms.reflectedWeights, other.components)
      }
    }
    return try BoundedEntropy(entropy, bounds: bounds, tolerance: tolerance, of: self, remedy: remedy)
  }

  /// A value with the derivative of −∫ w pₖ log p over fixed events of each component.
  private func followed(
    _ value: Tensor, _ events: Tensor, _ masses: Tensor, _ members: MixtureComponents<AnyUnivariateDistribution>
  ) -> Tensor {
    let own = members.own(events) { $0.logDensity(of: $1) } + logWeights
    let all = MixtureDivergences.aligned(events) { self.logDensity(of: $0) }
    return EntropyParts.followed(
      value, masses * weights.withoutDerivative(), logDensity: own, -all, axes: [0, -1])
  }
}

extension MixtureComponents {
  /// The components with their distribution functions, if they have them.
  var univariate: MixtureComponents<AnyUnivariateDistribution>? {
    func wrapped(_ component: Component) -> AnyUnivariateDistribution? {
      (Divergence.unwrapped(component) as? any UnivariateDistribution).map { AnyUnivariateDistribution($0) }
    }
    switch self {
    case .batch(let components): return wrapped(components).map { .batch($0) }
    case .list(let components):
      let all = components.compactMap(wrapped)
      return all.count == components.count ? .list(all) : nil
    }
  }

  /// Those of 1 − x of beta distributions, whose densities near x = 1 are of numbers that float64 does not have.
  var reflected: MixtureComponents<AnyUnivariateDistribution>? {
    func turned(_ component: Component) -> AnyUnivariateDistribution? {
      guard let beta = Divergence.unwrapped(component) as? Beta else { return nil }
      let other = try? Beta(concentration1: beta.concentration0, concentration0: beta.concentration1)
      return other.map { AnyUnivariateDistribution($0) }
    }
    switch self {
    case .batch(let components): return turned(components).map { .batch($0) }
    case .list(let components):
      let all = components.compactMap(turned)
      return all.count == components.count ? .list(all) : nil
    }
  }

  /// [..., batchShape, K] of a function of each component's own numbers [..., batchShape, K].
  func own(_ x: Tensor, _ value: (Component, Tensor) -> Tensor) -> Tensor {
    switch self {
    case .batch(let components): value(components, x)
    case .list(let components):
      Tensor(stacking: components.enumerated().map { value($1, x.sliced($0, alongAxis: -1)) }, alongAxis: -1)
    }
  }

  /// The components' entropies with what they may be off by, each [batchShape, K].
  func entropies(_ tolerance: Double) throws -> (values: [Double], bounds: [Double]) {
    switch self {
    case .batch(let components):
      let part = try EntropyParts.entropy(of: components, tolerance: tolerance)
      return (part.value.broadcast(to: components.batchShape).doubleValues, part.bounds)
    case .list(let components):
      let parts = try components.map { try EntropyParts.entropy(of: $0, tolerance: tolerance) }
      let all = parts.map(\.value.doubleValues)
      return (
        all[0].indices.flatMap { b in all.map { $0[b] } }, all[0].indices.flatMap { b in parts.map { $0.bounds[b] } }
      )
    }
  }
}
