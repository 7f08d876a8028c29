import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Parameters and rows at the ends of float64, where a formula that is right elsewhere overflows, underflows or hangs.
/// Expected numbers are of 30 digits, by mpmath.
struct EdgeTests {
  private func near(_ found: Tensor, _ expected: Double, _ tolerance: Double = 1e-13) -> Bool {
    found.doubles.allSatisfy { abs($0 - expected) <= tolerance * max(1, abs(expected)) }
  }

  private func number(_ x: Double) -> Tensor { Tensor(x, dtype: .float64) }

  /// Probabilities below float64 have logarithms within it.
  @Test func divergencesOfTinyProbabilities() throws {
    let n = number(1000)
    let first = try Binomial(trials: n, logits: number(-2))
    #expect(near(try klDivergence(first, Binomial(trials: n, logits: number(745))), 655_828.489_238_435_2))
    #expect(near(try klDivergence(first, Binomial(trials: n, logits: number(-2))), 0))
    // One given by probabilities, the other by logits: nothing cancels near equality.
    let (p, logit) = (0.25, -1.098_612_288_668_109_8)
    let mixed = try klDivergence(
      Binomial(trials: number(1e9), probability: number(p)), Binomial(trials: number(1e9), logits: number(logit)))
    #expect(mixed.item >= 0 && mixed.item < 1e-21)
    let (fair, skewed) = (
      try Multinomial(trials: number(10), probabilities: Tensor([0.5, 0.5])),
      try Multinomial(trials: number(10), logits: Tensor([0.0, -800]))
    )
    #expect(near(try klDivergence(fair, skewed), 3993.068_528_194_400_5))
    #expect(try klDivergence(fair, Multinomial(trials: number(10), probabilities: Tensor([1.0, 0]))).item == .infinity)
  }

  @Test func divergencesOfTinyScales() throws {
    let expected = 45.551_701_859_880_914
    let (narrow, one) = (Tensor([1e-20]), Tensor([1.0]))
    let zero = Tensor([0.0])
    #expect(
      near(
        try klDivergence(
          Normal(mean: zero, standardDeviation: narrow), Normal(mean: zero, standardDeviation: one)), expected))
    let diagonal = try DiagonalNormal(mean: zero, standardDeviations: one)
    #expect(near(try klDivergence(DiagonalNormal(mean: zero, standardDeviations: narrow), diagonal), expected))
    let full = try MultivariateNormal(mean: zero, choleskyFactor: narrow.reshaped(to: [1, 1]))
    #expect(near(try klDivergence(full, diagonal), expected))
    #expect(
      try klDivergence(Gamma(concentration: 0x1p-1030, rate: 1), Gamma(concentration: 1, rate: 1)).item == .infinity)
  }

  /// The mean logarithm over a narrow interval is not a difference of large numbers.
  @Test func narrowUniforms() throws {
    let narrow = try Uniform(lower: 1e6, upper: 1e6 + 1)
    #expect(near(try klDivergence(narrow, Gamma(concentration: 3, rate: 3e-6)), 14.212_821_372_520_223))
    #expect(near(try klDivergence(narrow, LogNormal(location: 13.8, scale: 1)), 14.734_569_887_628_405))
    let wide = try Uniform(lower: Tensor([0.0, 1e-12]), upper: Tensor([2.0, 2]))
    let found = try klDivergence(wide, LogNormal(location: 0.5, scale: 1)).doubles
    #expect(abs(found[0] - 0.744_444_269_323_855_5) <= 1e-13 && abs(found[1] - 0.744_444_269_126_526_2) <= 1e-13)
  }

  /// A divergence that is a sum over events is at least 0, whatever rounding does.
  @Test func sumsAreAtLeastZero() throws {
    let p = Tensor((1..<200).map { Double($0) / 200 })
    let divergences = try klDivergence(Bernoulli(probability: p), Binomial(trials: number(1), probability: p))
    #expect(divergences.doubles.allSatisfy { $0 >= 0 && $0 <= 1e-15 })
    var generator = RandomGenerator(seed: 3)
    for _ in 0..<50 {
      let weights = Tensor((0..<7).map { _ in generator.nextUniform() + 0.01 }, shape: [7])
      let atoms = try Empirical(Tensor([1.0, 2, 3, 5, 8, 13, 21]), weights: weights)
      let own = try klDivergence(atoms, AnyUnivariateDistribution(atoms)).item
      #expect(own >= 0 && own <= 1e-15)
    }
  }

  /// Where the spacing of float64 is more than 1 a search for a count still ends.
  @Test func countsBeyondTheirSpacing() throws {
    let levels = Tensor([1e-3, 0.3, 0.7, 1 - 1e-9])
    for rate in [1e17, 1e20, 1e300] {
      let found = try Poisson(rate: rate).quantile(at: levels).doubles
      #expect(found.allSatisfy { abs($0 - rate) <= 7 * rate.squareRoot() + 4 * rate.ulp }, "\(rate): \(found)")
    }
    let modes = try Multinomial(trials: Tensor([1e20, 1e300]), probabilities: Tensor([0.3, 0.3, 0.4])).mode.doubles
    for (row, trials) in [1e20, 1e300].enumerated() {
      #expect(abs(modes[row * 3] - 0.3 * trials) <= 1e-14 * trials)
      #expect(abs(modes[row * 3 + 2] - 0.4 * trials) <= 1e-14 * trials)
    }
  }

  /// Student's t with ever more degrees of freedom is the normal distribution.
  @Test func studentOfManyDegreesOfFreedom() throws {
    let (z, p) = (Tensor([-30.0, -3, -1, 0, 2]), Tensor([1e-9, 0.1, 0.75]))
    let normal = try Normal(mean: 0, standardDeviation: 1)
    for freedom in [0.99e20, 1.01e20, 1e160, 1e300] {
      let t = try StudentT(degreesOfFreedom: freedom)
      for (a, b) in zip(t.cumulative(at: z).doubles, normal.cumulative(at: z).doubles) {
        #expect(abs(a - b) <= 1e-12 * b, "\(freedom): \(a), not \(b)")
      }
      for (a, b) in zip(t.quantile(at: p).doubles, normal.quantile(at: p).doubles) {
        #expect(abs(a - b) <= 1e-12 * abs(b), "\(freedom): \(a), not \(b)")
      }
    }
  }

  /// Derivatives at infinite x and where a moment becomes infinite are numbers or infinities.
  @Test func derivativesAtTheEnds() throws {
    for x in [-Double.infinity, -1e308, 1e308, .infinity] {
      for place in 0..<2 {
        let gradients = try valueAndGradient(of: [number(0.5), number(2)]) { inputs in
          let distributions: [any UnivariateDistribution] = [
            try Normal(mean: inputs[0], standardDeviation: inputs[1]),
            try StudentT(degreesOfFreedom: number(3), location: inputs[0], scale: inputs[1]),
          ]
          let p = distributions[place]
          return p.cumulative(at: number(x)) + p.complementaryCumulative(at: number(x)) + p.logDensity(of: number(x))
        }.gradients
        #expect(gradients.allSatisfy { !$0.item.isNaN }, "\(place) at \(x): \(gradients)")
      }
    }
    let moments: [(Double, (Tensor) throws -> Tensor)] = [
      (1, { try InverseGamma(concentration: $0, scale: Tensor(2, dtype: .float64)).mean }),
      (2, { try InverseGamma(concentration: $0, scale: Tensor(2, dtype: .float64)).variance }),
      (2, { try StudentT(degreesOfFreedom: $0, location: $0, scale: $0).variance }),
      (1, { try Beta(concentration1: $0, concentration0: Tensor(1, dtype: .float64)).mode }),
    ]
    for (index, (at, moment)) in moments.enumerated() {
      let (value, gradients) = try valueAndGradient(of: [number(at)]) { try moment($0[0]) }
      #expect(!value.item.isNaN && !gradients[0].item.isNaN, "\(index): \(value), \(gradients)")
    }
    // A component without weight has no mean, and adds neither to the mean nor to its derivative.
    let students = try StudentT(
      degreesOfFreedom: Tensor([1.0, 3]), location: Tensor([0.0, 1]), scale: Tensor([1.0, 1]))
    let (mean, gradients) = try valueAndGradient(of: [Tensor([-Double.infinity, 0])]) { logits in
      try Mixture(logits: logits[0], components: students).mean
    }
    #expect(mean.item == 1 && gradients[0].doubles.allSatisfy { !$0.isNaN })
  }

  /// Statistics of a form are refused outside the support, as the density is.
  @Test func baseMeasures() throws {
    let poisson = try Poisson(rate: 2).logBaseMeasure(of: Tensor([0.5, -1, 0])).doubles
    #expect(poisson == [-.infinity, -.infinity, 0])
    let multinomial = try Multinomial(trials: number(3), probabilities: Tensor([0.5, 0.5]))
    let x = Tensor([1.5, 1.5, 1, 1, 3, 0], shape: [3, 2])
    #expect(multinomial.logBaseMeasure(of: x).doubles == [-.infinity, -.infinity, 0])
    let wishart = try Wishart(degreesOfFreedom: number(4), scaleMatrix: Tensor(identity: 2, dtype: .float64))
    #expect(wishart.logBaseMeasure(of: Tensor([1.0, 2, 2, 1], shape: [2, 2])).item == -.infinity)
    let nan = Tensor(.nan, dtype: .float64)
    #expect(try Gamma(concentration: 2, rate: 1).logBaseMeasure(of: nan).item.isNaN)
    #expect(try Beta(concentration1: 2, concentration0: 1).logBaseMeasure(of: nan).item.isNaN)
  }

  /// Fits of rows whose sums are beyond float64, and of shapes without numbers.
  @Test func fitsAtTheEnds() throws {
    #expect(try Geometric(fitting: Tensor([1.5e308, 1.5e308])).probability.item > 0)
    #expect(near(try Exponential(fitting: Tensor([1e308, 1.5e308])).rate * 1.25e308, 1))
    func refused<Family: FittableDistribution>(
      _ family: Family.Type, _ x: Tensor, _ weights: Tensor? = nil, _ category: SurprisalError.Category = .data
    ) {
      let error = #expect(throws: SurprisalError.self, "\(family)") { try Family(fitting: x, weights: weights) }
      #expect(error?.category == category, "\(family): \(String(describing: error))")
    }
    refused(Normal.self, Tensor([1e200, -1e200]))
    refused(Normal.self, Tensor([1.0, 2]), Tensor([1e308, 1e308]))
    refused(Uniform.self, Tensor([-1.5e308, 1.5e308]))
    refused(Exponential.self, Tensor([0x1p-1030, 0x1p-1030]))
    refused(MultivariateNormal.self, Tensor(zeros: [5, 0], dtype: .float64), nil, .usage)
    refused(Dirichlet.self, Tensor(zeros: [0, 0], dtype: .float64), nil, .usage)
    refused(Wishart.self, Tensor(zeros: [5, 0, 0], dtype: .float64), nil, .usage)
    #expect(throws: SurprisalError.self) { try Binomial(fitting: Tensor([1.0, 2, 3]), trials: Tensor([4.0, 5])) }
    // Whole numbers that float32 would round are refused, not rounded.
    let many = Tensor([Int64(20_000_001)])
    #expect(throws: SurprisalError.self) { try Binomial(trials: many, probability: Tensor([Float(0.5)])) }
    #expect(try Binomial(trials: many, probability: Tensor([0.5])).trials.item == 20_000_001)
    refused(Categorical.self, Tensor([0, 2e9]))
    // A weight that is no mass has no atom.
    let atoms = try Empirical(Tensor([1.0, 2]), weights: Tensor([0x1p-1064, 1e20]))
    #expect(atoms.values.doubles == [2] && atoms.entropy().item == 0)
  }

  /// The bisection of a mixture's quantile does not take atoms for whole numbers.
  @Test func mixtureOfAtoms() throws {
    let atoms = try Mixture(
      weights: Tensor([0.5, 0.5]),
      components: [
        Empirical(Tensor([0, 0.25]), weights: Tensor([0.1, 0.9])),
        Empirical(Tensor([0.3, 0.7]), weights: Tensor([0.1, 0.9])),
      ])
    #expect(atoms.quantile(at: Tensor([0.01, 0.2, 0.52, 0.6])).doubles == [0, 0.25, 0.3, 0.7])
  }

  /// Elements of cold relaxed samples are 0 below float64, never NaN, and then without density.
  @Test func coldRelaxedSamples() throws {
    var generator = RandomGenerator(seed: 1)
    for temperature in [1e-3, 1e-308] {
      let cold = try RelaxedCategorical(temperature: temperature, logits: [0, 1, 2])
      let x = cold.sample([100], using: &generator)
      #expect(cold.support.contains(x).all().item == 1)
      #expect(cold.logDensity(of: Tensor([1.0, 0, 0])).item == -.infinity)
    }
    // Where samples have no density under either an estimate is refused, not NaN.
    let (p, q) = (
      try RelaxedCategorical(temperature: 1e-4, logits: [0, 1]),
      try RelaxedCategorical(temperature: 1e-4, logits: [1, 0])
    )
    let error = #expect(throws: SurprisalError.self) { try estimateKL(p, q, samples: 100, using: &generator) }
    #expect(error?.category == .data)
  }

  /// The parts of a simplex and of a symmetric matrix are not as many free numbers as there are elements.
  @Test func transformedPartsThatAreNotFree() throws {
    let map = try AffineBijection(shift: 0, scale: 2)
    #expect(throws: SurprisalError.self) { try Transformed(Dirichlet(concentration: [2, 3]), by: map) }
    // A batch of maps of one distribution is no single one.
    #expect(throws: SurprisalError.self) {
      try Transformed(
        Normal(mean: 0, standardDeviation: 1), by: AffineBijection(shift: Tensor([1.0, 2, 3]), scale: number(1)))
    }
    let matrices = try Wishart(degreesOfFreedom: number(4), scaleMatrix: Tensor(identity: 2, dtype: .float64))
    #expect(throws: SurprisalError.self) { try Transformed(matrices, by: map) }
  }
}
