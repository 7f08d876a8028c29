import SurprisalCore
import SurprisalInformation
import Testing

struct EstimateTests {
  @Test func saysHowItWasFound() {
    let estimate = Estimate(
      value: Information(nats: 0.5), standardError: 0.1,
      interval: Information(nats: 0.3)...Information(nats: 0.7), estimator: "plug-in", sampleCount: 20,
      assumptions: ["rows are independent"])
    #expect(estimate.description == "0.5 ± 0.1 nats (plug-in, 20 rows)" && estimate.clamped.isEmpty)
  }

  @Test func differentialEntropyMovesWithTheUnit() {
    let entropy = DifferentialEntropy(nats: 1.5)
    #expect(entropy.quantized(binWidth: 1) == Information(nats: 1.5))
    #expect(abs(entropy.quantized(binWidth: 0.5, columnCount: 2).bits - (1.5 / 0.6931471805599453 + 2)) < 1e-15)
    #expect(entropy - DifferentialEntropy(bits: 0) == Information(nats: 1.5))
  }
}
