import Foundation
import Testing

@testable import SurprisalReporting

/// Numbers as text against the C library's `printf`, an implementation that we did not write.
@Suite struct NumberTextTests {
  static let hostile: [Double] = [
    0, -0.0, 0.5, 1.5, 2.5, -0.5, 0.05, 0.15, 0.25, 0.35, 1, 9.5, 9.995, 99.5, 999.95, 9_999_995, 0.000_1,
    0.000_099_999_95, 1e-5, 123_456.5, 1e15, 1e16, 1e17, 1e22, 1e23, 1e100, 1e-100, .leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .pi, .ulpOfOne,
    0.1 + 0.2, 1.005, 2.675, 4_503_599_627_370_496.5, 9_007_199_254_740_994,
  ]

  /// Random bit patterns: every exponent is as likely as any other.
  static func randomNumbers(_ count: Int) -> [Double] {
    var generator = SystemNumbers(state: 20_261_121)
    return (0..<count).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
  }

  @Test(arguments: [0, 1, 2, 4, 8, 15]) func fixedEqualsPrintf(digits: Int) {
    for value in Self.hostile + Self.randomNumbers(500) {
      #expect(NumberText.fixed(value, digits) == String(format: "%.\(digits)f", value))
    }
  }

  @Test(arguments: [1, 2, 3, 6, 10, 17]) func generalEqualsPrintf(digits: Int) {
    for value in Self.hostile + Self.randomNumbers(2_000) {
      #expect(NumberText.general(value, digits) == String(format: "%.\(digits)g", value))
    }
  }

  @Test func specialValuesEqualPrintf() {
    for value in [Double.infinity, -.infinity, .nan] {
      #expect(NumberText.fixed(value, 2) == String(format: "%.2f", value))
      #expect(NumberText.general(value) == String(format: "%g", value))
    }
  }

  @Test func moreDigitsThanANumberHas() {
    #expect(NumberText.fixed(0.1, 60) == String(format: "%.60f", 0.1))
    #expect(NumberText.fixed(.leastNonzeroMagnitude, 1_080).count == 1_082)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567"), (100_000, "100,000"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ]) func thousands(value: Int, text: String) { #expect(NumberText.grouped(value) == text) }

  @Test(
    arguments: [
      (0, "0 s"), (3e-8, "30 ns"), (9.996e-7, "1 µs"), (1.234e-5, "12.3 µs"), (0.012_34, "12.3 ms"),
      (0.999_9, "1 s"), (12.34, "12.3 s"), (99.96, "1 min 40 s"), (3_599.6, "1 h 0 min"),
      (7_325, "2 h 2 min"), (.infinity, "inf s"), (1e300, "1e+300 s"),
    ] as [(Double, String)]) func durations(seconds: Double, text: String)
  {
    #expect(NumberText.duration(seconds: seconds) == text)
  }
}

/// A multiplicative generator for test inputs; its quality does not matter here.
struct SystemNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
