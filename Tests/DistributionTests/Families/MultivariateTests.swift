import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// What normal distributions of vectors and Wishart distributions have in common with others, and among themselves.
struct MultivariateTests {
  static let mean = Tensor([1.0, -2.0, 0.5, 0.0, 3.0, 1.0], shape: [2, 3])
  static let deviations = Tensor([0.5, 2.0, 1.0, 1.5, 0.25, 3.0], shape: [2, 3])
  static let factor = Tensor([1.0, 0.5, -2.0, 0.25, 0.75, 1.0, 0.5, 0.0, 1.0, -1.0, 2.0, 0.5], shape: [2, 3, 2])

  /// Batches of two of each kind, with the full one that is equal to it.
  static func pairs() throws -> [(any Distribution, MultivariateNormal)] {
    let diagonal = try DiagonalNormal(mean: mean, standardDeviations: deviations)
    let lowRank = try LowRankMultivariateNormal(mean: mean, factor: factor, diagonal: deviations.square())
    return [
      (diagonal, try MultivariateNormal(mean: mean, covariance: diagonal.covariance)),
      (lowRank, try MultivariateNormal(mean: mean, covariance: lowRank.covariance)),
    ]
  }

  @Test func diagonalIsASumOfNormals() throws {
    var generator = RandomGenerator(seed: 1)
    let joint = try DiagonalNormal(mean: Self.mean, standardDeviations: Self.deviations)
    let single = try Normal(mean: Self.mean, standardDeviation: Self.deviations)
    let x = joint.sample([50], using: &generator)
    expectNear(joint.logDensity(of: x), single.logDensity(of: x).sum(alongAxes: [-1]), 1e-13)
    expectNear(joint.entropy(), single.entropy().sum(alongAxes: [-1]), 1e-13)
  }

  @Test func everyKindIsEqualToAFullOne() throws {
    var generator = RandomGenerator(seed: 2)
    for (distribution, full) in try Self.pairs() {
      let x = full.sample([4, 5], using: &generator)
      #expect(x.shape == [4, 5, 2, 3])
      expectNear(distribution.logDensity(of: x), full.logDensity(of: x), 1e-12)
      expectNear(try distribution.entropy(), full.entropy(), 1e-13)
      expectNear(distribution.variance, full.variance, 1e-13)
      #expect(distribution.logDensity(of: Tensor([1.0, 2.0, 3.0])).shape == [2])
    }
  }

  /// A batch gives what its members give, whatever stands in front of it.
  @Test func batchesAreTheirMembers() throws {
    var generator = RandomGenerator(seed: 3)
    let full = try Self.pairs()[1].1
    let x = full.sample([7], using: &generator)
    let whole = full.logDensity(of: x)
    for member in 0..<2 {
      let single = try MultivariateNormal(
        mean: full.mean.sliced(member, alongAxis: 0), covariance: full.covariance.sliced(member, alongAxis: 0))
      expectNear(
        single.logDensity(of: x.sliced(member, alongAxis: 1)), whole.sliced(member, alongAxis: 1), 1e-13)
      // One member for a batch of events, and many members for one event.
      expectNear(single.logDensity(of: x).sliced(member, alongAxis: 1), whole.sliced(member, alongAxis: 1), 1e-13)
    }
  }

  @Test func divergencesAgreeAcrossKinds() throws {
    let pairs = try Self.pairs()
    let other = try MultivariateNormal(
      mean: Tensor([0.0, 0.5, 1.0]),
      covariance: Tensor([4.0, 1.5, -0.75, 1.5, 2.0, 0.25, -0.75, 0.25, 0.5], shape: [3, 3]))
    let candidates = pairs + [(other, other)]
    for (p, fullP) in candidates {
      for (q, fullQ) in candidates {
        let found = try #require(p.closedFormKL(to: q))
        let expected = try #require(fullP.closedFormKL(to: fullQ))
        expectNear(found, expected, 1e-12)
        let bregman = try Self.bregman(fullP, fullQ)
        expectNear(expected, bregman, 1e-11)
      }
      let own = try #require(p.closedFormKL(to: p))
      #expect(own.doubles.allSatisfy { $0 >= 0 && $0 < 1e-14 }, "\(own)")
    }
  }

  /// A(η_q) − A(η_p) − (η_q − η_p) · ∇A(η_p), with the gradient by derivatives of the log-partition.
  static func bregman<Family: ExponentialFamily>(_ p: Family, _ q: Family) throws -> Tensor {
    let (own, other) = (p.naturalParameters, q.naturalParameters)
    let (_, expectations) = valueAndGradient(of: own) { p.logPartition($0).sum() }
    var result = q.logPartition(other) - p.logPartition(own)
    for ((a, b), expectation) in zip(zip(own, other), expectations) {
      let product = (b - a) * expectation
      let eventRank = a.rank - p.batchShape.count
      result = result - (eventRank == 0 ? product : product.sum(alongAxes: Array(-eventRank..<0)))
    }
    return result
  }

  /// log p(x) = Σ η · t(x) − A(η) + log b(x).
  static func exponentialForm<Family: ExponentialFamily>(_ p: Family, at x: Tensor) -> Tensor {
    var result = p.logBaseMeasure(of: x) - p.logPartition(p.naturalParameters)
    for (parameter, statistic) in zip(p.naturalParameters, p.sufficientStatistics(of: x)) {
      let eventRank = parameter.rank - p.batchShape.count
      let product = parameter * statistic
      result = result + (eventRank == 0 ? product : product.sum(alongAxes: Array(-eventRank..<0)))
    }
    return result
  }

  @Test func exponentialForms() throws {
    var generator = RandomGenerator(seed: 4)
    let full = try Self.pairs()[1].1
    let diagonal = try DiagonalNormal(mean: Self.mean, standardDeviations: Self.deviations)
    let wishart = try Wishart(degreesOfFreedom: Tensor([4.5, 9.0]), scaleMatrix: full.covariance)
    let x = full.sample([20], using: &generator)
    expectNear(Self.exponentialForm(full, at: x), full.logDensity(of: x), 1e-10)
    expectNear(Self.exponentialForm(diagonal, at: x), diagonal.logDensity(of: x), 1e-11)
    let matrices = wishart.sample([20], using: &generator)
    expectNear(Self.exponentialForm(wishart, at: matrices), wishart.logDensity(of: matrices), 1e-10)
    let other = try Wishart(degreesOfFreedom: Tensor(7.25, dtype: .float64), scaleMatrix: wishart.scaleMatrix * 0.75)
    let found = try #require(wishart.closedFormKL(to: other))
    let wide = try Wishart(degreesOfFreedom: Tensor([7.25, 7.25]), scaleMatrix: wishart.scaleMatrix * 0.75)
    expectNear(found, try Self.bregman(wishart, wide), 1e-10)
    let own = try #require(wishart.closedFormKL(to: wishart))
    #expect(own.doubles.allSatisfy { $0 >= 0 && $0 < 1e-13 }, "\(own)")
    expectNear(
      wishart.entropy(), -(wishart.logDensity(of: wishart.sample([200_000], using: &generator)).mean(alongAxes: [0])),
      0.02)
  }

  /// A Wishart distribution of 1 × 1 matrices is Γ(½ ν, ½ / v).
  @Test func wishartOfOneRowIsGamma() throws {
    for (freedom, scale) in [(0.5, 2.0), (3.0, 0.25), (40.0, 1.0)] {
      let wishart = try Wishart(degreesOfFreedom: Tensor([freedom]), scaleMatrix: Tensor([scale], shape: [1, 1]))
      for x in [1e-3, 0.7, 5, 60] {
        let (a, rate) = (0.5 * freedom, 0.5 / scale)
        let expected = a * log(rate) + (a - 1) * log(x) - rate * x - lgamma(a)
        let found = wishart.logDensity(of: Tensor([x], shape: [1, 1])).doubles[0]
        #expect(abs(found - expected) <= 1e-13 * max(1, abs(expected)), "\(freedom) \(scale) \(x)")
      }
    }
  }

  /// Means within 5 standard errors, false once in 1.7e6 for each of the 15 numbers.
  @Test func samplesHaveTheMoments() throws {
    var generator = RandomGenerator(seed: 5)
    let count = 100_000
    for (distribution, full) in try Self.pairs() {
      for sampled in [distribution, full] {
        let x = sampled.sample([count], using: &generator)
        let covariance = full.covariance
        let error = (x.mean(alongAxes: [0]) - full.mean) / (full.variance / Double(count)).squareRoot()
        #expect(error.doubles.allSatisfy { abs($0) < 5 })
        let centered = x - full.mean
        let products = (centered.expandingAxis(-1) * centered.expandingAxis(-2)).mean(alongAxes: [0])
        let spread = covariance.square() + full.variance.expandingAxis(-1) * full.variance.expandingAxis(-2)
        let errors = (products - covariance) / (spread / Double(count)).squareRoot()
        #expect(errors.doubles.allSatisfy { abs($0) < 5 }, "\(errors)")
      }
    }
    let wishart = try Wishart(degreesOfFreedom: Tensor([4.5, 9.0]), scaleMatrix: try Self.pairs()[1].1.covariance)
    let matrices = wishart.sample([count], using: &generator)
    let errors =
      (matrices.mean(alongAxes: [0]) - wishart.mean) / (wishart.variance / Double(count)).squareRoot()
    #expect(errors.doubles.allSatisfy { abs($0) < 5 }, "\(errors)")
    #expect(wishart.support.contains(matrices).all().item == 1)
    // E[log det X] = ψ_D(½ ν) + D log 2 + log det V, whose variance is the trigamma of the same.
    let logs = matrices.logDeterminant().logMagnitude
    let expected = try #require(Self.expectedLogDeterminants(wishart))
    let deviations = logs.standardDeviation(alongAxes: [0]) / Double(count).squareRoot()
    #expect(((logs.mean(alongAxes: [0]) - expected) / deviations).doubles.allSatisfy { abs($0) < 5 })
  }

  static func expectedLogDeterminants(_ wishart: Wishart) -> Tensor? {
    let (_, expectations) = valueAndGradient(of: wishart.naturalParameters) { wishart.logPartition($0).sum() }
    return expectations.last
  }

  /// The derivative of a sample by the parameters against central differences with the same noise.
  @Test func pathwiseDerivatives() throws {
    let weights = Tensor([0.3, -1.2, 0.7])
    let lower = Tensor([1.0, 0, 0, 0.5, 2.0, 0, -0.25, 0.75, 0.5], shape: [3, 3])
    let mean = Tensor([1.0, 2.0, 3.0])
    let value: (Tensor, Tensor) throws -> Tensor = { mean, covariance in
      var generator = RandomGenerator(seed: 6)
      let distribution = try MultivariateNormal(mean: mean, covariance: covariance)
      return (distribution.reparameterizedSample([10], using: &generator) * weights).sin().sum()
    }
    let covariance = lower.matmul(lower.transposed())
    let (_, gradients) = try valueAndGradient(of: [mean, covariance]) { try value($0[0], $0[1]) }
    let step = 1e-6
    for row in 0..<3 {
      for column in 0...row {
        var direction = [Double](repeating: 0, count: 9)
        direction[3 * row + column] = 1
        direction[3 * column + row] = 1
        let change = Tensor(direction, shape: [3, 3]) * step
        let slope = (try value(mean, covariance + change) - (try value(mean, covariance - change))).item / (2 * step)
        let own = gradients[1].doubles[3 * row + column] + (row == column ? 0 : gradients[1].doubles[3 * column + row])
        #expect(abs(slope - own) < 1e-7 * max(1, abs(slope)), "\(row), \(column): \(own), not \(slope)")
      }
    }
  }

  /// dE[log det X] / dν is ½ ψ′_D(½ ν), within 5 standard errors (false once in 1.7e6); by V it is V⁻¹ for every sample.
  @Test func wishartPathwiseDerivatives() throws {
    let count = 50_000
    let scale = Tensor([2.0, 0.5, 0.5, 1.0], shape: [2, 2])
    let freedom = Tensor(repeating: 3.5, shape: [count], dtype: .float64)
    let (_, gradients) = try valueAndGradient(of: [freedom, scale]) { inputs in
      var generator = RandomGenerator(seed: 8)
      let wishart = try Wishart(degreesOfFreedom: inputs[0], scaleMatrix: inputs[1])
      return wishart.reparameterizedSample(using: &generator).logDeterminant().logMagnitude.sum()
    }
    let expected = 0.5 * (Tensor([1.75, 1.25]).polygamma(order: 1).sum().item)
    let error = gradients[0].standardDeviation().item / Double(count).squareRoot()
    #expect(abs(gradients[0].mean().item - expected) < 5 * error)
    expectNear(gradients[1] / Double(count), try scale.inverse(), 1e-9)
  }

  @Test func fits() throws {
    var generator = RandomGenerator(seed: 7)
    let full = try Self.pairs()[1].1
    let x = full.sample([400], using: &generator)
    let weights = Tensor.uniform(shape: [400], dtype: .float64, using: &generator)
    let whole = try MultivariateNormal(fitting: x, weights: weights)
    let w = weights.reshaped(to: [400, 1, 1])
    let mean = (w * x).sum(alongAxes: [0]) / weights.sum()
    let centered = x - mean
    let outer = centered.expandingAxis(-1) * centered.expandingAxis(-2)
    let covariance = (weights.reshaped(to: [400, 1, 1, 1]) * outer).sum(alongAxes: [0]) / weights.sum()
    expectNear(whole.mean, mean, 1e-13)
    expectNear(whole.covariance, covariance, 1e-12)
    // In two pieces.
    var (first, second) = (MultivariateNormal.statistics(), MultivariateNormal.statistics())
    try first.add(x[0..<150], weights: weights[0..<150])
    try second.add(x[150...], weights: weights[150...])
    try first.merge(second)
    expectNear(try MultivariateNormal(fitting: first).covariance, whole.covariance, 1e-12)
    expectNear(try DiagonalNormal(fitting: x, weights: weights).variance, covariance.diagonal(), 1e-12)
    // Two points span a line.
    #expect(throws: SurprisalError.self) { try MultivariateNormal(fitting: x[0..<2]) }
    #expect(throws: SurprisalError.self) { try MultivariateNormal(fitting: Tensor([1.0, .nan], shape: [1, 2])) }

    let wishart = try Wishart(degreesOfFreedom: Tensor([3.5, 20.0]), scaleMatrix: full.covariance)
    let matrices = wishart.sample([5_000], using: &generator)
    let fitted = try Wishart(fitting: matrices)
    // The score at the fit: expectations of the statistics are their means.
    expectNear(fitted.mean, matrices.mean(alongAxes: [0]), 1e-12)
    let logs = matrices.logDeterminant().logMagnitude.mean(alongAxes: [0])
    expectNear(try #require(Self.expectedLogDeterminants(fitted)), logs, 1e-10)
    #expect(throws: SurprisalError.self) { try Wishart(fitting: Tensor(identity: 2, dtype: .float64).expandingAxis(0)) }
  }

  @Test func marginalsAndConditionals() throws {
    let full = try Self.pairs()[1].1
    let marginal = try full.marginal(at: [2, 0])
    let x = Tensor([0.3, -1.0, 2.0])
    expectNear(marginal.mean, full.mean.selected(at: Tensor([Int64(2), 0]), alongAxis: -1), 1e-15)
    let conditional = try full.conditional(given: Tensor([2.0, 0.3]), at: [2, 0])
    // p(x) = p(x₁ | x₀, x₂) p(x₀, x₂).
    let product = conditional.logDensity(of: Tensor([-1.0])) + marginal.logDensity(of: Tensor([2.0, 0.3]))
    expectNear(product, full.logDensity(of: x), 1e-12)
    #expect(throws: SurprisalError.self) { try full.marginal(at: [3]) }
    #expect(throws: SurprisalError.self) { try full.conditional(given: x, at: [0, 1, 2]) }
  }

  /// In float32 every number is that of float64 to its rounding, and the types are kept.
  @Test func singlePrecision() throws {
    var generator = RandomGenerator(seed: 9)
    let (mean, factor) = (Self.mean.converted(to: .float32), Self.factor.converted(to: .float32))
    let deviations = Self.deviations.converted(to: .float32)
    let full = try Self.pairs()[1].1
    let freedom = Tensor([4.5, 9.0])
    let narrow: [any Distribution] = [
      try DiagonalNormal(mean: mean, standardDeviations: deviations),
      try LowRankMultivariateNormal(mean: mean, factor: factor, diagonal: deviations.square()),
      try MultivariateNormal(mean: mean, covariance: full.covariance.converted(to: .float32)),
      try Wishart(
        degreesOfFreedom: freedom.converted(to: .float32), scaleMatrix: full.covariance.converted(to: .float32)),
    ]
    let wide: [any Distribution] = [
      try Self.pairs()[0].0, try Self.pairs()[1].0, full,
      try Wishart(degreesOfFreedom: freedom, scaleMatrix: full.covariance),
    ]
    for (first, second) in zip(wide, narrow) {
      let x = second.sample([20], using: &generator)
      #expect(x.dtype == .float32)
      let found = second.logDensity(of: x)
      #expect(found.dtype == .float32)
      // A sample that float32 rounds off the positive definite matrices is so for both.
      expectNear(found.converted(to: .float64), first.logDensity(of: x.converted(to: .float64)), 1e-4)
      expectNear((try second.entropy()).converted(to: .float64), try first.entropy(), 2e-6)
    }
  }

  @Test func refusals() throws {
    let mean = Tensor([0.0, 0.0])
    let bad: [Tensor] = [
      Tensor([1.0, 2.0, 2.0, 1.0], shape: [2, 2]), Tensor([1.0, 0.5, 0.0, 1.0], shape: [2, 2]),
      Tensor([1.0, .nan, .nan, 1.0], shape: [2, 2]), Tensor([1.0, 1.0, 1.0], shape: [3]),
    ]
    for covariance in bad {
      #expect(throws: SurprisalError.self) { try MultivariateNormal(mean: mean, covariance: covariance) }
      #expect(throws: SurprisalError.self) {
        try Wishart(degreesOfFreedom: Tensor(3.0, dtype: .float64), scaleMatrix: covariance)
      }
    }
    #expect(throws: SurprisalError.self) { try MultivariateNormal(mean: mean, choleskyFactor: bad[0]) }
    #expect(throws: SurprisalError.self) { try DiagonalNormal(mean: mean, standardDeviations: mean) }
    #expect(throws: SurprisalError.self) {
      try Wishart(degreesOfFreedom: Tensor(1.0, dtype: .float64), scaleMatrix: Tensor(identity: 2, dtype: .float64))
    }
  }
}

/// Equal shapes and elements within `tolerance` · max(1, |b|).
func expectNear(_ a: Tensor, _ b: Tensor, _ tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(a.shape == b.shape, sourceLocation: sourceLocation)
  let worst = zip(a.doubles, b.doubles).map { $0 == $1 ? 0 : abs($0 - $1) / max(1, abs($1)) }
  #expect(worst.allSatisfy { $0 <= tolerance }, "\(worst.max() ?? 0)", sourceLocation: sourceLocation)
}
