import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Parameters of float32: everything is of float32, and within its rounding of the float64 value.
struct FloatTests {
  static func distributions(_ dtype: DType) throws -> [any Distribution & Reparameterized] {
    func number(_ values: [Double]) -> Tensor { Tensor(values).converted(to: dtype) }
    return [
      try Gamma(concentration: number([0.25, 8]), rate: number([2, 0.5])),
      try InverseGamma(concentration: number([0.25, 8]), scale: number([2, 0.5])),
      try Beta(concentration1: number([0.25, 8]), concentration0: number([2, 0.5])),
      try StudentT(degreesOfFreedom: number([0.25, 8]), location: number([2, 0.5]), scale: number([1, 2])),
      try Dirichlet(concentration: number([0.25, 8])),
    ]
  }

  @Test func typesAndValues() throws {
    for (single, double) in zip(try FloatTests.distributions(.float32), try FloatTests.distributions(.float64)) {
      var generator = RandomGenerator(seed: 1)
      let samples = [
        single.sample([100], using: &generator), single.reparameterizedSample([100], using: &generator),
      ]
      for sample in samples {
        #expect(sample.dtype == .float32, "\(single)")
        #expect(sample.shape == [100] + single.batchShape + single.eventShape, "\(single)")
        let density = single.logDensity(of: sample)
        #expect(density.dtype == .float32, "\(single)")
        #expect(density.shape == [100] + single.batchShape, "\(single)")
      }
      let x = Tensor([0.25, 0.75]).converted(to: .float32)
      let pairs = zip(single.logDensity(of: x).doubles, double.logDensity(of: x.converted(to: .float64)).doubles)
      for (a, b) in pairs { #expect(abs(a - b) <= 1e-6 * max(1, abs(b)), "\(single)") }
      for (a, b) in zip(try single.entropy().doubles, try double.entropy().doubles) {
        #expect(abs(a - b) <= 1e-6 * max(1, abs(b)), "\(single)")
      }
    }
  }
}
