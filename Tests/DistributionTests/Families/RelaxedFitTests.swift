import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Fits of the relaxed categorical distribution beyond those of the reference file.
struct RelaxedFitTests {
  static func events(_ temperature: Double, _ logits: [Double], count: Int) throws -> Tensor {
    var generator = RandomGenerator(seed: 31)
    return try RelaxedCategorical(temperature: temperature, logits: logits)
      .reparameterizedLogSample([count], using: &generator).withoutDerivative()
  }

  /// No derivative is left, at a fitted temperature or a known one, however far that is from the rows'.
  @Test(arguments: [0.01, 0.5, 20], [[0.0, 0, 0], [3, -40, 1], [0.1, 0.2, 0.3, -0.6]])
  func stationary(_ temperature: Double, _ logits: [Double]) throws {
    let y = try RelaxedFitTests.events(temperature, logits, count: 500)
    for known in [nil, temperature, temperature * 20, temperature / 50] {
      var statistics = RelaxedCategorical.Statistics(temperature: known.map { Tensor($0, dtype: .float64) })
      try statistics.add(logarithm: y)
      let fit = try RelaxedCategorical(fitting: statistics)
      let gradients = try valueAndGradient(of: [fit.temperature.log(), fit.logits]) { parameters in
        try RelaxedCategorical(temperature: parameters[0].exp(), logits: parameters[1])
          .logDensity(ofLogarithm: y).mean()
      }.gradients
      if let known {
        #expect(fit.temperature.item == known)
      } else {
        #expect(gradients[0].abs().item < 1e-9)
      }
      #expect(gradients[1].abs().max().item < 1e-9, "\(temperature), \(logits), known \(known ?? .nan): \(gradients)")
      #expect(abs(fit.logits.sum().item) < 1e-9 * fit.logits.abs().max().item + 1e-12)
    }
  }

  /// Each member of a batch is fitted on its own, and a known temperature may be one for each.
  @Test func batches() throws {
    let y = try RelaxedFitTests.events(0.7, [1, 0, -1], count: 40)
    let both = Tensor(
      stacking: [y.exp(), y.exp().transposed().selected(at: Tensor([2, 0, 1])).transposed()], alongAxis: 1)
    let fit = try RelaxedCategorical(fitting: both)
    let one = try RelaxedCategorical(fitting: y.exp())
    #expect(fit.batchShape == [2])
    #expect((fit.temperature - one.temperature).abs().max().item < 1e-9)
    let known = try RelaxedCategorical(fitting: both, temperature: Tensor([0.5, 2]))
    #expect(known.temperature.doubles == [0.5, 2])
  }

  @Test func whatCannotBeFitted() throws {
    let equal = Tensor([0.5, 0.25, 0.25, 0.5, 0.25, 0.25], shape: [2, 3])
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(fitting: equal) }
    // At a known temperature there is a fit: u is constant.
    let fit = try RelaxedCategorical(fitting: equal, temperature: Tensor(2, dtype: .float64))
    #expect(abs(fit.logits.doubles[0] - fit.logits.doubles[1] - 2 * 0.6931471805599453) < 1e-12)
    let some = Tensor([0.5, 0.25, 0.25, 0.125, 0.25, 0.625], shape: [2, 3])
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(fitting: some, temperature: Tensor(0.0)) }
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(fitting: some, temperature: Tensor([1.0, 2])) }
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(fitting: some, weights: Tensor([0.0, 0])) }
    #expect(throws: SurprisalError.self) { try RelaxedCategorical(fitting: some * 2) }
    #expect(throws: SurprisalError.self) {
      try RelaxedCategorical(fitting: Tensor([1.0, 0, 0.5, 0.5], shape: [2, 2]))
    }
  }
}
