import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// `Independent`, `Transformed` and `Empirical`.
struct CombinatorTests {
  @Test func independentIsTheSumOfParts() throws {
    let base = try Normal(mean: Tensor([0.0, 1, 2, 3, 4, 5], shape: [2, 3]), standardDeviation: Tensor([1.0, 2, 3]))
    let vectors = try Independent(base, reinterpreted: 1)
    #expect(vectors.batchShape == [2] && vectors.eventShape == [3])
    var generator = RandomGenerator(seed: 1)
    let x = vectors.sample([4], using: &generator)
    #expect(x.shape == [4, 2, 3])
    #expect(same(vectors.logDensity(of: x), base.logDensity(of: x).sum(alongAxes: [-1])))
    #expect(same(try vectors.entropy(), base.entropy().sum(alongAxes: [-1])))
    let other = try Independent(
      Normal(mean: Tensor(zeros: [2, 3], dtype: .float64), standardDeviation: Tensor([1.0, 2, 3])), reinterpreted: 1)
    #expect(same(try klDivergence(vectors, other), try klDivergence(base, other.base).sum(alongAxes: [-1])))
    for (a, b) in zip(try bregmanDivergence(vectors, other).doubles, try klDivergence(vectors, other).doubles) {
      #expect(abs(a - b) <= 1e-13 * max(1, b))
    }
    // A diagonal normal distribution is one of independent normal numbers.
    let diagonal = try DiagonalNormal(mean: base.mean, standardDeviations: base.standardDeviation)
    for (a, b) in zip(diagonal.logDensity(of: x).doubles, vectors.logDensity(of: x).doubles) {
      #expect(abs(a - b) <= 1e-14 * abs(b))
    }
    #expect(throws: SurprisalError.self) { try Independent(base, reinterpreted: 3) }
    #expect(throws: SurprisalError.self) { try klDivergence(vectors, base) }
  }

  /// The inverse undoes the map, the log-determinant is that of its Jacobian, the density integrates to 1.
  @Test func bijections() throws {
    let scalars: [any Bijection] = [
      try AffineBijection(shift: 1, scale: -2), ExpBijection(), SigmoidBijection(), SoftplusBijection(),
      TanhBijection(), try PowerBijection(2), try PowerBijection(-0.5),
      ComposedBijection([
        try AffineBijection(shift: 0.5, scale: 0.25), ExpBijection(), try AffineBijection(shift: 1, scale: -1),
      ]),
    ]
    for bijection in scalars {
      for value in [0.01, 0.3, 1.0, 2.5] {
        let x = Tensor(value, dtype: .float64)
        let y = bijection.forward(x)
        #expect(abs(bijection.inverse(y).item - value) <= 1e-13 * max(1, value), "\(bijection) at \(value)")
        let slope = gradient(of: x) { bijection.forward($0) }.item
        #expect(abs(bijection.logDeterminant(at: x).item - log(abs(slope))) <= 1e-13, "\(bijection) at \(value)")
        #expect(bijection.isIncreasing.item == (slope > 0 ? 1 : 0), "\(bijection)")
      }
      #expect(bijection.isEqual(to: bijection) && !bijection.isEqual(to: ComposedBijection([bijection])))
    }
    for bijection in [StickBreakingBijection(), SoftmaxCenteredBijection()] as [any Bijection] {
      let x = Tensor([0.3, -1.2, 2])
      let y = bijection.forward(x)
      #expect(y.shape == [4] && abs(y.sum().item - 1) <= 1e-15)
      for (a, b) in zip(bijection.inverse(y).doubles, x.doubles) { #expect(abs(a - b) <= 1e-13) }
      let matrix = jacobian(of: x) { bijection.forward($0).sliced(..<3, alongAxis: -1) }
      let determinant = matrix.logDeterminant().logMagnitude.item
      #expect(abs(bijection.logDeterminant(at: x).item - determinant) <= 1e-12, "\(bijection)")
    }
    let equal = StickBreakingBijection().forward(Tensor([0.0, 0, 0])).doubles
    for p in equal { #expect(abs(p - 0.25) <= 1e-15) }
  }

  /// log y normal is log-normal, 1 / (1 + e⁻ˣ) of a logistic number uniform: densities, probabilities and quantiles.
  @Test func transformedIsTheNamedFamily() throws {
    let normal = try Normal(mean: 0.5, standardDeviation: 0.75)
    let pairs: [(any UnivariateDistribution, any UnivariateDistribution, [Double])] = [
      (
        try Transformed(normal, by: ExpBijection()), try LogNormal(location: 0.5, scale: 0.75),
        [-1, 0, 1e-300, 0.3, 2, 1e5]
      ),
      (
        try Transformed(Logistic(location: 0, scale: 1), by: SigmoidBijection()), try Uniform(lower: 0, upper: 1),
        [-0.5, 1e-9, 0.3, 0.75, 1.5]
      ),
      (
        try Transformed(normal, by: AffineBijection(shift: 1, scale: -2)), try Normal(mean: 0, standardDeviation: 1.5),
        [-30, -1, 0, 2, 40]
      ),
      (
        try Transformed(Exponential(rate: 2), by: AffineBijection(shift: 0, scale: 4)), try Exponential(rate: 0.5),
        [-1, 0, 0.5, 20, 300]
      ),
    ]
    for (transformed, named, points) in pairs {
      for value in points {
        let x = Tensor(value, dtype: .float64)
        let (a, b) = (transformed.logDensity(of: x).item, named.logDensity(of: x).item)
        #expect(a == b || abs(a - b) <= 1e-12 * max(1, abs(b)), "\(transformed) at \(value): \(a), not \(b)")
        let (c, d) = (transformed.cumulative(at: x).item, named.cumulative(at: x).item)
        #expect(abs(c - d) <= 1e-13, "\(transformed) at \(value)")
        let (e, f) = (transformed.complementaryCumulative(at: x).item, named.complementaryCumulative(at: x).item)
        #expect(abs(e - f) <= 1e-13, "\(transformed) at \(value)")
      }
      for p in [0.001, 0.25, 0.5, 0.9] {
        let (a, b) = (
          transformed.quantile(at: Tensor(p, dtype: .float64)), named.quantile(at: Tensor(p, dtype: .float64))
        )
        #expect(abs(a.item - b.item) <= 1e-12 * max(1, abs(b.item)), "\(transformed): quantile \(p)")
      }
      var generator = RandomGenerator(seed: 5)
      let x = transformed.sample([20_000], using: &generator)
      #expect(kolmogorovDistance(x, named) <= 0.0191)
      #expect(transformed.logDensity(of: Tensor(.nan, dtype: .float64)).item.isNaN)
    }
  }

  @Test func divergencesOfTransformed() throws {
    let (p, q) = (try Normal(mean: 0, standardDeviation: 1), try Normal(mean: 1, standardDeviation: 2))
    let expected = try klDivergence(p, q).item
    #expect(try klDivergence(Transformed(p, by: ExpBijection()), Transformed(q, by: ExpBijection())).item == expected)
    let maps = [try AffineBijection(shift: 1, scale: 2), try AffineBijection(shift: 1, scale: 3)]
    #expect(try klDivergence(Transformed(p, by: maps[0]), Transformed(q, by: maps[0])).item == expected)
    #expect(throws: SurprisalError.self) {
      try klDivergence(Transformed(p, by: maps[0]), Transformed(q, by: maps[1]))
    }
    let moved = try Transformed(q, by: maps[1])
    #expect(moved.mean.item == 4 && moved.variance.item == 36 && moved.mode.item == 4)
    #expect(abs(try moved.entropy().item - q.entropy().item - log(3)) <= 1e-15)
    #expect(try Transformed(p, by: ExpBijection()).entropy().item == LogNormal(location: 0, scale: 1).entropy().item)
    #expect(throws: SurprisalError.self) { try Transformed(p, by: StickBreakingBijection()) }
    #expect(throws: SurprisalError.self) { try Transformed(p, by: PowerBijection(2)) }
    #expect(throws: SurprisalError.self) { try Transformed(Bernoulli(probability: 0.5), by: ExpBijection()) }
    // Vectors: a logistic-normal distribution on the simplex, whose density has the integral 1.
    let base = try DiagonalNormal(mean: Tensor([0.2]), standardDeviations: Tensor([0.8]))
    let simplex = try Transformed(base, by: SoftmaxCenteredBijection())
    #expect(simplex.eventShape == [2])
    let sum = MixtureIntervalTests.integral(0...1) { y in
      simplex.logDensity(of: Tensor(stacking: [y, 1 - y], alongAxis: -1)).exp()
    }
    #expect(abs(sum - 1) <= 1e-9)
    let names = [Tensor(0.5, dtype: .float64), Tensor(1, dtype: .float64), Tensor(0.3, dtype: .float64)]
    for y in [-1.0, 0, 0.3, 5] {
      let (_, gradients) = try valueAndGradient(of: names) { inputs in
        try Transformed(Normal(mean: inputs[0], standardDeviation: inputs[1]), by: ExpBijection())
          .logDensity(of: inputs[2] * 0 + y)
      }
      #expect(gradients.allSatisfy { !$0.item.isNaN }, "at \(y)")
    }
  }

  /// Counts without end have mass beside any atoms, unless they are certain.
  @Test func divergenceOfCountsFromAtoms() throws {
    let atoms = try Empirical(Tensor([0.0, 1, 2]), weights: Tensor([1.0, 2, 1]))
    #expect(try klDivergence(Poisson(rate: 2), atoms).item == .infinity)
    #expect(try klDivergence(Geometric(probability: 0.25), atoms).item == .infinity)
    let both = try klDivergence(Poisson(rate: Tensor([0.0, 3])), atoms).doubles
    #expect(abs(both[0] - 2 * 0.6931471805599453) < 1e-15 && both[1] == .infinity)
    #expect(try abs(klDivergence(Geometric(probability: 1), atoms).item - 2 * 0.6931471805599453) < 1e-15)
    #expect(try klDivergence(Binomial(trials: 2, probability: 0.5), atoms).item < 1e-15)
    #expect(try klDivergence(Binomial(trials: 3, probability: 0.5), atoms).item == .infinity)
  }

  @Test func empirical() throws {
    let empirical = try Empirical(Tensor([3.0, 1, 1, 2, 5]), weights: Tensor([1.0, 1, 2, 0, 4]))
    #expect(empirical.values.doubles == [1, 3, 5] && empirical.weights.doubles == [0.375, 0.125, 0.5])
    let x = Tensor([0.0, 1, 2, 3, 4, 5, 6, .nan])
    #expect(Array(empirical.logDensity(of: x).doubles.prefix(7)) == [0, 0.375, 0, 0.125, 0, 0.5, 0].map { log($0) })
    #expect(empirical.cumulative(at: x).doubles.prefix(7) == [0, 0.375, 0.375, 0.5, 0.5, 1, 1])
    #expect(empirical.complementaryCumulative(at: x).doubles.prefix(7) == [1, 0.625, 0.625, 0.5, 0.5, 0, 0])
    #expect(empirical.quantile(at: Tensor([0.0, 0.375, 0.376, 0.5, 0.51, 1])).doubles == [1, 1, 3, 3, 5, 5])
    #expect(empirical.mean.item == 3.25 && empirical.mode.item == 5)
    #expect(abs(empirical.variance.item - (0.375 * 2.25 * 2.25 + 0.125 * 0.0625 + 0.5 * 1.75 * 1.75)) <= 1e-15)
    let uniform = try Categorical(probabilities: Array(repeating: 0.125, count: 8))
    let expected = log(8) - empirical.entropy().item
    #expect(abs(try klDivergence(empirical, uniform).item - expected) <= 1e-15)
    #expect(try klDivergence(empirical, Normal(mean: 0, standardDeviation: 1)).item == .infinity)
    #expect(try klDivergence(empirical, Categorical(probabilities: [0.5, 0.5])).item == .infinity)
    var generator = RandomGenerator(seed: 1)
    let draws = empirical.sample([20_000], using: &generator).doubles
    for (value, mass) in zip(empirical.values.doubles, empirical.weights.doubles) {
      let count = Double(draws.count { $0 == value })
      #expect(abs(count - 20_000 * mass) <= 6 * (20_000 * mass * (1 - mass)).squareRoot())
    }
    #expect(throws: SurprisalError.self) { try Empirical(Tensor([1.0, .nan])) }
    #expect(throws: SurprisalError.self) { try Empirical(Tensor([1.0, 2]), weights: Tensor([0.0, 0])) }
    #expect(throws: SurprisalError.self) { try Empirical(Tensor([1.0, 2]), weights: Tensor([1.0, -1])) }
  }
}
