import Testing

@testable import SurprisalReporting

@Suite struct AxisTests {
  @Test(arguments: [
    (0.0, 1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (0, 100, 5, ["0", "20", "40", "60", "80", "100"]),
    (-1.0, 1.0, 4, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
    (0.3, 0.9, 6, ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]),
    (-1_130.3, -1_128.9, 3, ["−1130.0", "−1129.5", "−1129.0"]),
    (0, 3e7, 3, ["0", "1e7", "2e7", "3e7"]),
    (0, 4e-9, 4, ["0", "1e-9", "2e-9", "3e-9", "4e-9"]),
  ]) func roundNumbers(low: Double, high: Double, target: Int, labels: [String]) {
    #expect(AxisTicks(AxisScale(domain: low...high, start: 0, end: 1), target: target).labels == labels)
  }

  @Test func ticksLieInTheDomainAndAreFew() {
    var generator = SystemNumbers(state: 7)
    for _ in 0..<5_000 {
      let center = Double.random(in: -1...1, using: &generator) * power(&generator, -20...20)
      let width = power(&generator, -10...20) * Double.random(in: 0.1...1, using: &generator)
      guard let domain = AxisScale.domain(of: [center - width, center + width]) else { continue }
      let ticks = AxisTicks(AxisScale(domain: domain, start: 0, end: 1), target: 5)
      let slack = (domain.upperBound - domain.lowerBound) * 1e-6
      #expect((2...7).contains(ticks.values.count), "\(domain)")
      #expect(ticks.values.allSatisfy { $0 >= domain.lowerBound - slack && $0 <= domain.upperBound + slack })
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(domain) \(ticks.labels)")
    }
  }

  private func power(_ generator: inout SystemNumbers, _ range: ClosedRange<Int>) -> Double {
    Double("1e\(Int.random(in: range, using: &generator))") ?? 1
  }

  @Test func labelsAtAGreatOffsetCarryItOnce() {
    let ticks = AxisTicks(AxisScale(domain: 100_000_000...100_000_004, start: 0, end: 1), target: 4)
    #expect(ticks.labels == ["0", "1", "2", "3", "4"])
    #expect(ticks.offset == "100000000" || ticks.offset == "1e8")
  }

  @Test func decades() {
    let scale = AxisScale(logarithmicFitting: [2e-3, 40], start: 0, end: 1)
    #expect(AxisTicks(scale, target: 10).labels == ["10⁻³", "10⁻²", "10⁻¹", "1", "10", "100"])
    #expect(scale.position(1e-3) == 0)
    #expect(scale.position(100) == 1)
    #expect(scale.position(0) == nil && scale.position(-1) == nil)
  }

  @Test func wholeNumbersOnly() {
    let scale = AxisScale(domain: 0.9...3.1, start: 0, end: 1)
    #expect(AxisTicks(integersIn: scale, target: 12).labels == ["1", "2", "3"])
  }

  @Test(
    arguments: [
      [], [.nan], [.infinity], [5], [5, 5], [0, 0], [1e308, -1e308], [-1e300, 1e300],
      [.leastNonzeroMagnitude], [1e8, 1e8.nextUp], [.nan, 3, .infinity],
    ] as [[Double]]) func hostileValuesGiveAFiniteScale(values: [Double])
  {
    let scale = AxisScale(fitting: values, start: 10, end: 20)
    #expect(scale.domain.lowerBound.isFinite && scale.domain.upperBound.isFinite)
    #expect(scale.domain.lowerBound < scale.domain.upperBound)
    for value in values {
      let position = scale.position(value)
      #expect(position == nil || (position ?? 0) >= 9.99 && (position ?? 0) <= 20.01)
    }
    #expect(!AxisTicks(scale, target: 5).labels.isEmpty)
  }
}
