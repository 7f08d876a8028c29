import Testing

@testable import SurprisalLatent

@Suite struct AitkenRuleTests {
  private func rule(_ gains: [Double]) -> AitkenRule {
    var rule = AitkenRule()
    for gain in gains { rule.record(gain) }
    return rule
  }

  /// Gains 8, 4, 2 go on with 1 + ½ + … = 2.
  @Test func geometricGainsAreSummed() {
    #expect(rule([8, 4, 2]).remaining(roundingBound: 0) == 2)
    #expect(rule([1e-3, 0.9e-3, 0.81e-3]).remaining(roundingBound: 0).map { ($0 - 7.29e-3).magnitude < 1e-12 } == true)
  }

  @Test func fallingRatiosCountWithTheLarger() {
    // 1/2, then 1/4: what remains is judged by 1/2.
    #expect(rule([8, 4, 1]).remaining(roundingBound: 0) == 1)
  }

  @Test func risingRatiosAreProjectedAhead() {
    // 1/4, then 3/8: judged by 5/8.
    #expect(rule([32, 8, 3]).remaining(roundingBound: 0) == 5)
    // 1/4, then 1/2: on their way to 1, so nothing can be told.
    #expect(rule([16, 4, 2]).remaining(roundingBound: 0) == nil)
  }

  @Test func aPlateauIsNoEnd() {
    #expect(rule([1e-12, 2e-12, 4e-12]).remaining(roundingBound: 0) == nil)
    #expect(rule([4, 1, 2]).remaining(roundingBound: 0) == nil)
    #expect(rule([1, 1, 1]).remaining(roundingBound: 0) == nil)
  }

  @Test func roundingEndsIt() {
    #expect(rule([1e-13, -1e-13, 2e-13]).remaining(roundingBound: 1e-12) == 0)
    #expect(rule([1, -1e-13, 2e-13]).remaining(roundingBound: 1e-12) == nil)
    #expect(rule([1, 0, 0]).remaining(roundingBound: 1e-12) == nil)
  }

  @Test func threePlainStepsAreNeeded() {
    #expect(rule([8, 4]).remaining(roundingBound: 0) == nil)
    #expect(rule([8, 4]).remaining(roundingBound: 1) == nil)
    var broken = rule([8, 4, 2])
    broken.interrupt()
    #expect(broken.remaining(roundingBound: 0) == nil)
    #expect(broken.remaining(roundingBound: 1) == nil)
    #expect(rule([100, 8, 4, 2]).remaining(roundingBound: 0) == 2)
  }

  @Test func notANumberIsNoEnd() {
    #expect(rule([8, 4, .nan]).remaining(roundingBound: 1e-9) == nil)
    #expect(rule([.nan, 4, 2]).remaining(roundingBound: 1e-9) == nil)
  }
}
