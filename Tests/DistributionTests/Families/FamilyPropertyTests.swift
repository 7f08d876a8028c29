import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// What is special to the families of this folder.
struct FamilyPropertyTests {
  /// log p(x) = Σ η · t(x) − A(η) + log b(x).
  @Test func exponentialFamilies() throws {
    try expectForm(try Exponential(rate: 2.5), Tensor([0.0, 0.3, 7, -1]))
    try expectForm(try LogNormal(location: 0.5, scale: 0.75), Tensor([0.1, 1, 9]))
    try expectForm(try Bernoulli(probability: 0.3), Tensor([0.0, 1, 0.5]))
    try expectForm(try Bernoulli(logits: -700), Tensor([0.0, 1, 2]))
    try expectForm(try Geometric(probability: 0.3), Tensor([0.0, 1, 40, 0.5]))
    let classes = try Categorical(logits: Tensor([0.3, -1, 2, 5, 0, 1], shape: [2, 3]))
    try expectForm(classes, Tensor([0.0, 1, 2, 0, 1, 1], shape: [3, 2]))
    let hot = try OneHotCategorical(probabilities: [0.5, 0.25, 0.25])
    try expectForm(hot, Tensor([0.0, 1, 0, 1, 0, 0], shape: [2, 3]))
  }

  private func expectForm(_ p: any ExponentialFamily, _ x: Tensor) throws {
    var value = p.logBaseMeasure(of: x) - p.logPartition(p.naturalParameters)
    for (eta, statistic) in zip(p.naturalParameters, p.sufficientStatistics(of: x)) {
      let product = eta * statistic
      value = value + (product.rank > value.rank ? product.sum(alongAxes: [-1]) : product)
    }
    let direct = p.logDensity(of: x)
    #expect(value.shape == direct.shape)
    let isEqual = zip(value.doubles, direct.doubles).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-13 * max(1, abs($1)) }
    #expect(isEqual, "\(p): \(value), not \(direct)")
  }

  @Test func impossibleEvents() throws {
    #expect(try Bernoulli(probability: 0.0).logDensity(of: Tensor(1.0)).item == -.infinity)
    #expect(try Bernoulli(probability: 1.0).logDensity(of: Tensor([Int64(0)])).item == -.infinity)
    #expect(try Bernoulli(logits: -.infinity).logDensity(of: Tensor(0.0)).item == 0)
    // The derivative by an impossible event's probability is +∞, by that of another one finite.
    let slope = try gradient(of: Tensor(0.0)) { try Bernoulli(probability: $0).logDensity(of: Tensor(1.0)) }
    #expect(slope.item == .infinity)
    let other = try gradient(of: Tensor(0.0)) { try Bernoulli(probability: $0).logDensity(of: Tensor(0.0)) }
    #expect(other.item == -1)
    let tables = try gradient(of: Tensor([0.0, 1.0])) { try Categorical(probabilities: $0).logDensity(of: Tensor(0.0)) }
    #expect(tables.doubles == [.infinity, 0])
    let entropy = try gradient(of: Tensor([0.0, 1.0])) { try Categorical(probabilities: $0).entropy() }
    #expect(entropy.doubles == [0, -1])
  }

  @Test func eventsOfEveryType() throws {
    let indices = Tensor([0, 1, 2, 7])
    let p = try Categorical(probabilities: [0.5, 0.25, 0.25])
    #expect(same(p.logDensity(of: indices), p.logDensity(of: indices.converted(to: .float64))))
    #expect(p.logDensity(of: indices).doubles.last == -.infinity)
    #expect(p.logDensity(of: Tensor(.nan)).item.isNaN)
    let flags = Tensor([true, false])
    #expect(try Bernoulli(probability: 0.25).logDensity(of: flags).doubles == [log(0.25), log1p(-0.25)])
    let counts = Tensor([UInt8(0), 3])
    let geometric = try Geometric(probability: 0.5)
    #expect(same(geometric.logDensity(of: counts), geometric.logDensity(of: counts.converted(to: .float64))))
    #expect(try Categorical(logits: Tensor([Float(0), 1])).dtype == .float32)
  }

  static let families = [
    "Uniform", "Laplace", "Logistic", "Exponential", "LogNormal", "Bernoulli", "Geometric", "Categorical",
  ]

  /// No derivative of a distribution function is NaN, at the ends of the support, at infinity and beyond.
  @Test(arguments: families) func derivativesOfDistributionFunctions(_ family: String) throws {
    let entry = try #require(familyTable.first { $0.family == family })
    for reference in try ReferenceCase.cases(inFile: entry.file) where reference.family == family {
      let names = reference.tensors.keys.sorted()
      for point in reference.points {
        let inputs = names.map { reference.tensors[parameter: $0] } + [point.x.tensor]
        for isComplement in [false, true] {
          let gradients = try valueAndGradient(of: inputs) { inputs in
            let made = try entry.make(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
            let distribution = try #require(made as? any UnivariateDistribution)
            let x = inputs[names.count]
            return isComplement ? distribution.complementaryCumulative(at: x) : distribution.cumulative(at: x)
          }.gradients
          let isNumber = gradients.allSatisfy { $0.doubles.allSatisfy { !$0.isNaN } }
          #expect(isNumber, "\(reference) at \(point.x.values): \(gradients)")
        }
      }
    }
  }

  /// The derivative of the distribution function by x is the density.
  @Test func densitiesAreDerivatives() throws {
    let x = Tensor([0.25, 0.5, 1.75])
    let families: [any UnivariateDistribution] = [
      try Uniform(lower: -1, upper: 2), try Laplace(location: 0.3, scale: 2), try Logistic(location: 0.5, scale: 2),
      try Exponential(rate: 2.5), try LogNormal(location: 0.5, scale: 2),
    ]
    for family in families {
      let slope = gradient(of: x) { family.cumulative(at: $0).sum() }
      let isEqual = zip(slope.doubles, family.logDensity(of: x).doubles).allSatisfy { abs($0 - exp($1)) < 1e-14 }
      #expect(isEqual, "\(family)")
    }
  }

  /// Parameters in float32 give float32, near the numbers of float64.
  @Test func singlePrecision() throws {
    let (x, k) = (Tensor([Float(0.25), 1.5]), Tensor([Float(1), 0]))
    let pairs: [(any Distribution, any Distribution, Tensor)] = [
      (try Uniform(lower: Tensor(-1.0), upper: Tensor(2.0)), try Uniform(lower: -1, upper: 2), x),
      (try Laplace(location: Tensor(0.5), scale: Tensor(2.0)), try Laplace(location: 0.5, scale: 2), x),
      (try Logistic(location: Tensor(0.5), scale: Tensor(2.0)), try Logistic(location: 0.5, scale: 2), x),
      (try Exponential(rate: Tensor(2.5)), try Exponential(rate: 2.5), x),
      (try LogNormal(location: Tensor(0.5), scale: Tensor(2.0)), try LogNormal(location: 0.5, scale: 2), x),
      (try Bernoulli(probability: Tensor(0.25)), try Bernoulli(probability: 0.25), k),
      (try Geometric(logits: Tensor(-0.5)), try Geometric(logits: -0.5), k),
      (try Categorical(probabilities: Tensor([Float(0.25), 0.75])), try Categorical(probabilities: [0.25, 0.75]), k),
      (try OneHotCategorical(logits: Tensor([Float(0.5), 2])), try OneHotCategorical(logits: [0.5, 2]), k),
      (
        try RelaxedCategorical(temperature: Tensor(0.5), logits: Tensor([Float(0.5), 2])),
        try RelaxedCategorical(temperature: 0.5, logits: [0.5, 2]), Tensor([Float(0.25), 0.75])
      ),
    ]
    var generator = RandomGenerator(seed: 7)
    for (single, double, x) in pairs {
      let (found, expected) = (single.logDensity(of: x), double.logDensity(of: x))
      #expect(found.dtype == .float32 && single.mean.dtype == .float32 && single.variance.dtype == .float32)
      let isNear = zip(found.doubles, expected.doubles).allSatisfy { abs($0 - $1) < 2e-6 * max(1, abs($1)) }
      #expect(isNear, "\(single)")
      let drawn = single.sample([1000], using: &generator)
      #expect(single.support.contains(drawn).all().item == 1, "\(single)")
    }
  }

  @Test func parametersAreChecked() throws {
    #expect(throws: SurprisalError.self) { try Bernoulli(probability: 1.5) }
    #expect(throws: SurprisalError.self) { try Bernoulli(logits: .nan) }
    #expect(throws: SurprisalError.self) { try Geometric(probability: 0) }
    #expect(throws: SurprisalError.self) { try Geometric(logits: -.infinity) }
    #expect(throws: SurprisalError.self) { try Categorical(probabilities: [0.5, 0.5, 1e-9]) }
    #expect(throws: SurprisalError.self) { try Categorical(probabilities: [1.5, -0.5]) }
    #expect(throws: SurprisalError.self) { try Categorical(probabilities: []) }
    #expect(throws: SurprisalError.self) { try Categorical(probabilities: Tensor(1.0)) }
    #expect(throws: SurprisalError.self) { try OneHotCategorical(logits: [-.infinity, -.infinity]) }
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(temperature: 0, logits: [0, 1]) }
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(temperature: 1, logits: [0, -.infinity]) }
    #expect(throws: SurprisalError.self) { try Uniform(lower: 1, upper: 1) }
    #expect(throws: SurprisalError.self) { try Uniform(lower: -1.7e308, upper: 1.7e308) }
    #expect(throws: SurprisalError.self) { try Exponential(rate: .infinity) }
    let error = #expect(throws: SurprisalError.self) { try Laplace(location: 0, scale: -2) }
    #expect(error.map { "\($0)" }?.contains("scale is -2.0") == true)
  }

  /// Of two classes the relaxed density is that of a transformed logistic number; over the simplex it integrates to 1.
  @Test func relaxedDensity() throws {
    let p = try RelaxedCategorical(temperature: 0.75, logits: [0.5, -0.25])
    let count = 4000
    // x = σ(t) with dx = x (1 − x) dt turns the integral into one over the real line.
    let t = Tensor(linearFrom: -60, to: 60, count: count + 1, dtype: .float64)
    let y = Tensor(stacking: [-(-t).softplus(), -t.softplus()], alongAxis: 1)
    let density = (p.logDensity(ofLogarithm: y)).exp()
    #expect(abs(density.sum().item * 120 / Double(count) - 1) < 1e-12)
    // Where x underflows its logarithm still has a density.
    let cold = try RelaxedCategorical(temperature: 1e-3, logits: [0, 1, 2])
    var generator = RandomGenerator(seed: 5)
    let logs = cold.reparameterizedLogSample([1000], using: &generator)
    #expect(cold.logDensity(ofLogarithm: logs).doubles.allSatisfy { $0.isFinite })
    #expect(cold.sample([1000], using: &generator).doubles.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  /// The derivative of a loss passes through the relaxed vector to the logits and the temperature.
  @Test func relaxedDerivative() throws {
    let start = RandomGenerator(seed: 6)
    let loss = { (temperature: Tensor, logits: Tensor) throws -> Tensor in
      var generator = start
      let x = try RelaxedCategorical(temperature: temperature, logits: logits)
        .reparameterizedSample([20], using: &generator)
      return (x * Tensor([1.0, -2, 0.5])).square().sum()
    }
    let (temperature, logits) = (Tensor(0.7, dtype: .float64), Tensor([0.2, -0.4, 1]))
    let gradients = try valueAndGradient(of: temperature, logits, loss).gradients
    let step = 1e-6
    let byTemperature =
      (try loss(temperature + step, logits).item - (try loss(temperature - step, logits).item)) / (2 * step)
    #expect(abs(gradients.0.item - byTemperature) < 1e-6 * max(1, abs(byTemperature)))
    let shift = Tensor([step, 0, 0])
    let byLogit =
      (try loss(temperature, logits + shift).item - (try loss(temperature, logits - shift).item)) / (2 * step)
    #expect(abs(gradients.1.doubles[0] - byLogit) < 1e-6 * max(1, abs(byLogit)))
  }
}
