import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// H_Δ + ln Δ → h, and divergences in which Δ cancels.
struct QuantizedDensityTests {
  private func normal(_ mean: Double, _ standardDeviation: Double) -> @Sendable (Double) -> Double {
    { x in
      let z = (x - mean) / standardDeviation
      return -0.5 * z * z - log(standardDeviation) - 0.5 * log(2 * Double.pi)
    }
  }

  @Test func normalDensity() throws {
    let entropy = 0.5 * log(2 * Double.pi * M_E)
    var before = Information.zero
    for width in [1, 0.5, 0.1, 0.01, 0.001] {
      let bins = try QuantizedDensity(over: -12...12, binWidth: width, logDensity: normal(0, 1))
      // The midpoint rule errs by about 2 e^(−2π²/Δ²) times a power of 1/Δ.
      #expect(abs(bins.differentialEntropy.nats - entropy) < (width == 1 ? 1e-6 : 1e-12), "Δ = \(width)")
      #expect(abs(bins.mass - 1) < (width == 1 ? 1e-7 : 1e-13))
      #expect(bins.entropy > before)
      let bridge = DifferentialEntropy(nats: entropy).quantized(binWidth: width)
      #expect(abs(bins.entropy.nats - bridge.nats) < (width == 1 ? 1e-6 : 1e-12))
      before = bins.entropy
    }
  }

  @Test func uniformHasTheLargestEntropyOnTheUnitInterval() throws {
    let uniform = try QuantizedDensity(over: 0...1, binWidth: 1 / 1024) { _ in 0 }
    #expect(abs(uniform.differentialEntropy.nats) < 1e-15)
    var generator = RandomGenerator(seed: 5)
    for _ in 0..<1_000 {
      let (a, b) = (0.1 + 5 * generator.nextUniform(), 0.1 + 5 * generator.nextUniform())
      let beta = try QuantizedDensity(over: 0...1, binWidth: 1 / 1024) { x in (a - 1) * log(x) + (b - 1) * log(1 - x) }
      #expect(beta.differentialEntropy <= uniform.differentialEntropy)
      #expect(try beta.klDivergence(to: uniform) >= .zero)
    }
    // h = ln ½ < 0 on half the interval, where outcomes have none below 0.
    let half = try QuantizedDensity(over: 0...1, binWidth: 1 / 1024) { x in x < 0.5 ? log(2) : -.infinity }
    #expect(abs(half.differentialEntropy.nats + log(2)) < 1e-15 && half.entropy > .zero)
    #expect(try uniform.klDivergence(to: half).nats == .infinity)
  }

  @Test func divergenceOfNormals() throws {
    for (mean, deviation) in [(1.0, 2.0), (0, 1), (1e-6, 1), (0, 1 + 1e-6), (3, 0.05)] {
      let p = try QuantizedDensity(over: -14...14, binWidth: 0.02, logDensity: normal(0, 1))
      let q = try QuantizedDensity(over: -14...14, binWidth: 0.02, logDensity: normal(mean, deviation))
      let excess = 1 / (deviation * deviation) - 1
      let expected = 0.5 * (excess - log1p(excess) + mean * mean / (deviation * deviation))
      let found = try p.klDivergence(to: q).nats
      #expect(abs(found - expected) <= 1e-9 * expected, "N(0, 1) and N(\(mean), \(deviation)²): \(found), \(expected)")
    }
  }

  @Test func faults() throws {
    let calls: [(SurprisalError.Category, () throws -> Void)] = [
      (.usage, { _ = try QuantizedDensity(over: 0...1, binWidth: 0) { _ in 0 } }),
      (.usage, { _ = try QuantizedDensity(over: 0...1, binWidth: .nan) { _ in 0 } }),
      (.usage, { _ = try QuantizedDensity(over: 0 ... .infinity, binWidth: 1) { _ in 0 } }),
      (.usage, { _ = try QuantizedDensity(over: 0...1, binWidth: 1e-300) { _ in 0 } }),
      (.data, { _ = try QuantizedDensity(over: 0...1, binWidth: 0.1) { _ in .nan } }),
      (.data, { _ = try QuantizedDensity(over: 0...1, binWidth: 0.1) { _ in .infinity } }),
      (.data, { _ = try QuantizedDensity(over: 0...1, binWidth: 0.1) { _ in -.infinity } }),
      (.usage, { _ = try QuantizedDensity(binProbabilities: [1], binWidth: -1) }),
    ]
    for (category, call) in calls {
      let error = #expect(throws: SurprisalError.self) { try call() }
      #expect(error?.category == category, "\(error?.description ?? "")")
    }
    let bins = try QuantizedDensity(binProbabilities: [0.25, 0.75], binWidth: 2)
    #expect(abs(bins.entropy.nats - (try Information.entropy(of: [0.25, 0.75])).nats) < 1e-15)
    let finer = try QuantizedDensity(binProbabilities: [0.25, 0.75], binWidth: 1)
    #expect(throws: SurprisalError.self) { try bins.klDivergence(to: finer) }
  }
}
