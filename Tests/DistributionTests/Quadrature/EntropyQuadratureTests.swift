import Foundation
import SurprisalCore
import SurprisalTensors
import Testing

@testable import SurprisalDistributions

struct EntropyQuadratureTests {
  /// Gauss's rule is exact up to degree 19, Kronrod's up to 31, and neither beyond: so they are those rules.
  @Test func rulesAreExactForPolynomials() {
    #expect(GaussKronrod.nodes == GaussKronrod.nodes.sorted() && GaussKronrod.nodes.count == 21)
    for (weights, degree) in [(GaussKronrod.gaussWeights, 19), (GaussKronrod.kronrodWeights, 31)] {
      for power in 0...degree + 1 {
        let sum = zip(GaussKronrod.nodes, weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(power)) }
        let error = abs(sum - (power % 2 == 0 ? 2 / Double(power + 1) : 0))
        if power <= degree { #expect(error <= 1e-15, "degree \(power): \(error)") }
        if power == degree + 1 { #expect(error >= 1e-13, "degree \(power): \(error)") }
      }
    }
  }

  /// The true error is within the stated bound, and both within 1e-10 · max(1, |h|), against 50-digit values.
  @Test(arguments: try EntropyCase.all())
  func referenceValues(_ reference: EntropyCase) throws {
    let found = try reference.bounded()
    let (value, bound) = (found.entropy.item, found.errorBound.item)
    let error = abs(value - reference.entropy)
    #expect(error <= bound, "\(reference): \(value) ± \(bound), not \(reference.entropy)")
    #expect(bound <= 1e-10 * max(1, abs(value)), "\(reference): \(value) ± \(bound)")
    if ProcessInfo.processInfo.environment["SURPRISAL_PRINT"] != nil {
      print("\(reference): error \(error), bound \(bound)")
    }
  }

  /// A batch has the entropies of its members, and a list of components those of the batch.
  @Test func batches() throws {
    let means = Tensor([-2.0, 0.5, 3, 0, 1, 1e3], shape: [2, 3])
    let weights = Tensor([0.2, 0.5, 0.3, 0.25, 0, 0.75], shape: [2, 3])
    let deviations = Tensor([0.5, 1, 2, 1e-3, 1, 5], shape: [2, 3])
    let all = try Mixture(weights: weights, components: Normal(mean: means, standardDeviation: deviations))
      .boundedEntropy()
    #expect(all.entropy.shape == [2] && all.errorBound.shape == [2])
    for row in 0..<2 {
      func part(_ x: Tensor) -> Tensor { x.sliced(row, alongAxis: 0) }
      let parts = zip(part(means).doubles, part(deviations).doubles)
      let one = try Mixture(
        weights: part(weights), components: parts.map { try Normal(mean: $0, standardDeviation: $1) })
      #expect(abs(try one.entropy().item - all.entropy.doubles[row]) <= all.errorBound.doubles[row])
    }
    let relaxed = try RelaxedCategorical(
      temperature: Tensor([0.5, 2.0]), logits: Tensor([0.3, -1, 2, 0.3, -1, 2], shape: [2, 3]))
    let single = try RelaxedCategorical(temperature: 2, logits: [0.3, -1, 2])
    #expect(abs(try relaxed.entropy().doubles[1] - single.entropy().item) <= 1e-12)
    let counts = try Mixture(
      weights: Tensor([0.5, 0.5]), components: Poisson(rate: Tensor([1.0, 2, 30, 40], shape: [2, 2])))
    let other = try Mixture(weights: Tensor([0.5, 0.5]), components: Poisson(rate: Tensor([30.0, 40])))
    #expect(abs(try counts.entropy().doubles[1] - other.entropy().item) <= 1e-13)
  }

  /// Vectors of independent or jointly normal numbers are sums over their elements.
  @Test func vectors() throws {
    let means = Tensor([0.5, -1, 0, 2, 1, 1], shape: [3, 2])
    let deviations = Tensor([0.5, 1, 2, 1, 3, 0.1], shape: [3, 2])
    let normal = try Normal(mean: means, standardDeviation: deviations)
    let expected = try Transformed(normal, by: SigmoidBijection()).entropy().sum(alongAxes: [-1]).doubles
    let bases: [any Distribution] = [
      try Independent(normal, reinterpreted: 1),
      try DiagonalNormal(mean: means, standardDeviations: deviations),
    ]
    for base in bases {
      func entropy<Base: Distribution>(_ base: Base) throws -> Tensor {
        try Transformed(base, by: SigmoidBijection()).entropy()
      }
      let found = try entropy(base)
      #expect(found.shape == [3])
      for (a, b) in zip(found.doubles, expected) { #expect(abs(a - b) <= 1e-11) }
    }
    #expect(throws: SurprisalError.self) {
      try Transformed(DiagonalNormal(mean: means, standardDeviations: deviations), by: StickBreakingBijection())
        .entropy()
    }
    // A mixture of functions of numbers has the entropy of the mixture of the named family.
    let moved = try Mixture(
      weights: Tensor([0.25, 0.75]),
      components: [
        Transformed(Normal(mean: 0, standardDeviation: 1), by: ExpBijection()),
        Transformed(Normal(mean: 2, standardDeviation: 0.5), by: ExpBijection()),
      ])
    let named = try Mixture(
      weights: Tensor([0.25, 0.75]),
      components: LogNormal(location: Tensor([0.0, 2]), scale: Tensor([1.0, 0.5])))
    #expect(abs(try moved.entropy().item - named.entropy().item) <= 1e-11)
  }

  /// Derivatives of first order against differences of values, and of second order against those of gradients.
  @Test func derivatives() throws {
    typealias Entropy = @Sendable ([Tensor]) throws -> Tensor
    let cases: [(String, [Tensor], Entropy)] = [
      (
        "normals", [Tensor([0.3, 1.1]), Tensor([-1.0, 0.5]), Tensor([0.5, 1.5])],
        { try Mixture(logits: $0[0], components: Normal(mean: $0[1], standardDeviation: $0[2])).entropy() }
      ),
      (
        "gammas", [Tensor([0.3, 1.1]), Tensor([0.5, 4.5]), Tensor([1.0, 1.5])],
        { try Mixture(logits: $0[0], components: Gamma(concentration: $0[1], rate: $0[2])).entropy() }
      ),
      (
        "betas", [Tensor([0.3, 1.1]), Tensor([0.5, 4.5]), Tensor([0.75, 1.5])],
        { try Mixture(logits: $0[0], components: Beta(concentration1: $0[1], concentration0: $0[2])).entropy() }
      ),
      (
        "counts", [Tensor([0.3, 1.1]), Tensor([0.5, 4.5])],
        { try Mixture(logits: $0[0], components: Poisson(rate: $0[1])).entropy() }
      ),
      (
        "logistic normal", [Tensor(0.5, dtype: .float64), Tensor(1.5, dtype: .float64)],
        { try Transformed(Normal(mean: $0[0], standardDeviation: $0[1]), by: SigmoidBijection()).entropy() }
      ),
      (
        "softplus of Student",
        [Tensor(2.5, dtype: .float64), Tensor(0.25, dtype: .float64), Tensor(1.5, dtype: .float64)],
        {
          try Transformed(StudentT(degreesOfFreedom: $0[0], location: $0[1], scale: $0[2]), by: SoftplusBijection())
            .entropy()
        }
      ),
      (
        "affine, then softplus", [Tensor(0.5, dtype: .float64), Tensor(1.5, dtype: .float64)],
        {
          let map = ComposedBijection([try AffineBijection(shift: $0[0], scale: $0[1]), SoftplusBijection()])
          return try Transformed(Normal(mean: 0.25, standardDeviation: 1), by: map).entropy()
        }
      ),
      (
        "relaxed", [Tensor(0.6, dtype: .float64), Tensor([0.3, -1.0, 2])],
        { try RelaxedCategorical(temperature: $0[0], logits: $0[1]).entropy() }
      ),
      (
        "relaxed, warm", [Tensor(2.5, dtype: .float64), Tensor([0.3, -1.0, 2])],
        { try RelaxedCategorical(temperature: $0[0], logits: $0[1]).entropy() }
      ),
    ]
    for (name, inputs, entropy) in cases {
      let (value, gradients) = try valueAndGradient(of: inputs) { try entropy($0) }
      #expect(value.item == (try entropy(inputs).item), "\(name)")
      for (index, gradient) in gradients.enumerated() {
        for element in 0..<gradient.count {
          func at(_ step: Double) -> [Tensor] {
            var moved = inputs
            var values = moved[index].doubles
            values[element] += step
            moved[index] = Tensor(values, shape: moved[index].shape)
            return moved
          }
          let step = 1e-4
          let slope = try (entropy(at(step)).item - entropy(at(-step)).item) / (2 * step)
          let found = gradient.doubles[element]
          #expect(abs(found - slope) <= 1e-6 * max(1, abs(slope)), "\(name), \(index), \(element): \(found), \(slope)")
          let second = try valueAndGradient(of: inputs) { inputs in
            try valueAndGradient(of: inputs) { try entropy($0) }.gradients[index].reshaped(to: [-1])
              .sliced(element, alongAxis: 0)
          }.gradients[index].doubles[element]
          let change =
            try
            (valueAndGradient(of: at(step)) { try entropy($0) }.gradients[index].doubles[element]
            - valueAndGradient(of: at(-step)) { try entropy($0) }.gradients[index].doubles[element]) / (2 * step)
          #expect(abs(second - change) <= 1e-5 * max(1, abs(change)), "\(name), \(index): \(second), \(change)")
        }
      }
    }
    // Ends of a support that move are refused, not followed wrongly.
    #expect(throws: SurprisalError.self) {
      try valueAndGradient(of: [Tensor([1.0, 2])]) { inputs in
        try Mixture(weights: Tensor([0.5, 0.5]), components: Uniform(lower: Tensor([0.0, 0.5]), upper: inputs[0]))
          .entropy()
      }
    }
  }

  /// Within the certified interval of mixtures; a mixture of mixtures has the entropy of the flat one.
  @Test func agreesWithBoundsAndFlatMixtures() throws {
    func normal(_ mean: Double) throws -> Normal { try Normal(mean: mean, standardDeviation: 1) }
    let first = try Mixture(weights: Tensor([0.5, 0.5]), components: [normal(0), normal(2)])
    let second = try Mixture(weights: Tensor([0.25, 0.75]), components: [normal(3), normal(7)])
    let nested = try Mixture(weights: Tensor([0.5, 0.5]), components: [first, second])
    let flat = try Mixture(
      weights: Tensor([0.25, 0.25, 0.125, 0.375]), components: [normal(0), normal(2), normal(3), normal(7)])
    let found = try flat.boundedEntropy()
    #expect(abs(try nested.entropy().item - found.entropy.item) <= 1e-12)
    var generator = RandomGenerator(seed: 3)
    let interval = try differentialEntropyInterval(of: flat, samples: 100, using: &generator)
    #expect(interval.bounds.lowerBound.nats - found.errorBound.item <= found.entropy.item)
    #expect(interval.bounds.upperBound.nats + found.errorBound.item >= found.entropy.item)
    let parts = try Independent(
      Mixture(
        weights: Tensor([0.5, 0.5]),
        components: Normal(
          mean: Tensor([0.0, 2, 0, 2], shape: [2, 2]), standardDeviation: Tensor([1.0, 1]))), reinterpreted: 1)
    let (one, both) = (try first.entropy().item, try parts.boundedEntropy())
    #expect(abs(both.entropy.item - 2 * one) <= both.errorBound.item)
  }

  /// What cannot be had is an error that names what to call, not a wrong number.
  @Test func refusals() throws {
    let vectors = try Mixture(
      weights: Tensor([0.5, 0.5]),
      components: Independent(
        Normal(mean: Tensor(zeros: [2, 2], dtype: .float64), standardDeviation: Tensor(1, dtype: .float64)),
        reinterpreted: 1))
    #expect { try vectors.entropy() } throws: { "\($0)".contains("differentialEntropyInterval") }
    let normals = try Mixture(
      weights: Tensor([0.5, 0.5]), components: Normal(mean: Tensor([0.0, 1]), standardDeviation: Tensor([1.0, 2])))
    #expect { try normals.boundedEntropy(tolerance: 1e-16) } throws: { "\($0)".contains("not within") }
    // Most of the mass is nearer to 0 than float64 has numbers.
    let steep = try Mixture(
      weights: Tensor([0.5, 0.5]),
      components: Beta(concentration1: Tensor([0.001, 1]), concentration0: Tensor([1.0, 3])))
    #expect(throws: SurprisalError.self) { try steep.entropy() }
    // E |X| is infinite, and E log(1 − tanh² X) with it.
    let cauchy = try StudentT(degreesOfFreedom: 1, location: 0, scale: 1)
    #expect(throws: SurprisalError.self) { try Transformed(cauchy, by: TanhBijection()).entropy() }
    let rare = try Mixture(weights: Tensor([0.5, 0.5]), components: Geometric(probability: Tensor([0.5, 1e-9])))
    #expect { try rare.entropy() } throws: { "\($0)".contains("entropyInterval") }
    // In float32 the bound says so.
    let single = try Mixture(
      weights: Tensor([0.5, 0.5], shape: [2], dtype: .float32),
      components: Normal(
        mean: Tensor([0, 1], shape: [2], dtype: .float32),
        standardDeviation: Tensor([1, 2], shape: [2], dtype: .float32)))
    let bounded = try single.boundedEntropy()
    #expect(bounded.entropy.dtype == .float32)
    #expect(abs(Double(bounded.entropy.item) - (try normals.entropy().item)) <= bounded.errorBound.item)
  }
}
