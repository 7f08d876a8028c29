import SurprisalCore
import SurprisalInformation
import Testing

/// Bounds and identities that every estimator must keep on every sample.
struct SamplesPropertyTests {
  /// Columns of random length, levels and dependence.
  static func columns(_ seed: UInt64) -> [DiscreteColumn] {
    var generator = RandomGenerator(seed: seed)
    let n = 1 + generator.nextInteger(below: seed % 3 == 0 ? 8 : 300)
    let levels = (0..<3).map { _ in 1 + generator.nextInteger(below: seed % 5 == 0 ? 60 : 5) }
    let kept = generator.nextUniform()
    let x = (0..<n).map { _ in generator.nextInteger(below: levels[0]) }
    let y = x.map { generator.nextUniform() < kept ? $0 : generator.nextInteger(below: levels[1]) }
    let z = y.map { generator.nextUniform() < 0.3 ? $0 : generator.nextInteger(below: levels[2]) }
    return [DiscreteColumn(x), DiscreteColumn(y), DiscreteColumn(z)]
  }

  @Test(arguments: DiscreteEstimator.allCases) func boundsHold(estimator: DiscreteEstimator) throws {
    for seed in 0..<300 as Range<UInt64> {
      let c = Self.columns(seed)
      let h = try c.map { try $0.entropy(estimator: estimator) }
      let joint = try DiscreteColumn.jointEntropy(of: [c[0], c[1]], estimator: estimator)
      let conditional = try c[0].conditionalEntropy(given: [c[1]], estimator: estimator)
      let information = try c[0].mutualInformation(with: c[1], estimator: estimator)
      let given = try c[0].mutualInformation(with: c[1], given: [c[2]], estimator: estimator)
      let total = try DiscreteColumn.totalCorrelation(of: c, estimator: estimator)
      let kl = try c[0].klDivergence(from: c[1], estimator: estimator)
      let js = try c[0].jensenShannonDivergence(from: c[1], estimator: estimator)
      for estimate in h + [joint, conditional, information, given, total, kl, js] {
        let value = estimate.value.nats
        if !(value >= 0 && estimate.interval.contains(estimate.value) && estimate.standardError >= 0) {
          Issue.record("seed \(seed): \(estimate), \(estimate.interval)")
        }
      }
      let rounding = 1e-12
      let inOrder =
        h[0].value.bits <= bits(c[0].levelCount) + rounding
        && joint.value >= max(h[0].value, h[1].value)
        && joint.value.nats <= h[0].value.nats + h[1].value.nats + rounding
        && conditional.value <= h[0].value
        // Shrunken tables have shrunken margins of their own.
        && (estimator == .shrinkage || information.value <= min(h[0].value, h[1].value))
        && js.value <= Information(bits: 1)
      if !inOrder { Issue.record("seed \(seed), \(estimator): a bound does not hold") }
    }
  }

  private func bits(_ levels: Int) -> Double {
    var (result, power) = (0.0, 1.0)
    while power * 2 <= Double(levels) { (result, power) = (result + 1, power * 2) }
    return power == Double(levels) ? result : result + 1
  }

  @Test func chainRulesHold() throws {
    for seed in 0..<200 as Range<UInt64> {
      let c = Self.columns(seed)
      let (x, y, z) = (c[0], c[1], c[2])
      func joint(_ columns: DiscreteColumn...) throws -> Double {
        try DiscreteColumn.jointEntropy(of: columns, estimator: .plugIn).value.nats
      }
      func information(_ given: [DiscreteColumn]) throws -> Double {
        try x.mutualInformation(with: y, given: given, estimator: .plugIn).value.nats
      }
      let conditional = try x.conditionalEntropy(given: [y, z], estimator: .plugIn).value.nats
      let differences = [
        try joint(x, y, z) - joint(y, z) - conditional,
        try joint(x) + joint(y) - joint(x, y) - information([]),
        try joint(x, z) + joint(y, z) - joint(x, y, z) - joint(z) - information([z]),
        // I(X; Y) + I(X, Y; Z) is the total correlation.
        try information([]) + joint(x, y) + joint(z) - joint(x, y, z)
          - DiscreteColumn.totalCorrelation(of: c, estimator: .plugIn).value.nats,
        try information([]) - y.mutualInformation(with: x, estimator: .plugIn).value.nats,
        try z.crossEntropy(with: z, estimator: .plugIn).value.nats - joint(z),
      ]
      for (index, difference) in differences.enumerated() where abs(difference) > 1e-11 {
        Issue.record("seed \(seed), identity \(index): \(difference)")
      }
    }
  }

  @Test(arguments: DiscreteEstimator.allCases) func constantsAndCopiesAreExact(estimator: DiscreteEstimator) throws {
    for seed in 0..<100 as Range<UInt64> {
      let x = Self.columns(seed)[0]
      let constant = DiscreteColumn([Int](repeating: 5, count: x.count))
      let declared = try DiscreteColumn(codes: [Int](repeating: 1, count: x.count), levelCount: 3)
      let entropy = try x.entropy(estimator: estimator).value
      let copy = try x.mutualInformation(with: x, estimator: estimator)
      let renamed = try DiscreteColumn(x.levelOfRow.map { Double($0) * -0.5 })
        .mutualInformation(with: x, estimator: estimator)
      if copy.value != entropy || abs(renamed.value.nats - entropy.nats) > 1e-12 {
        Issue.record("seed \(seed): \(copy), not \(entropy)")
      }
      for other in [constant, declared] {
        let values = [
          try x.mutualInformation(with: other, estimator: estimator),
          try other.mutualInformation(
            with: x, estimator: estimator),
          try x.mutualInformation(with: other, given: [x], estimator: estimator),
          try DiscreteColumn.totalCorrelation(of: [x, other], estimator: estimator),
        ]
        for value in values where value.value.nats != 0 { Issue.record("seed \(seed): \(value), not 0") }
      }
      if try x.klDivergence(from: x, estimator: .plugIn).value.nats != 0 { Issue.record("KL(p‖p) is not 0") }
      if try x.conditionalEntropy(given: [x], estimator: estimator).value.nats != 0 { Issue.record("H(X|X) is not 0") }
    }
  }

  @Test func whatWasClampedIsSaid() throws {
    // Independent by construction, so that the corrected estimate is below 0.
    let (x, y) = (DiscreteColumn([0, 0, 1, 1]), DiscreteColumn([0, 1, 0, 1]))
    let estimate = try x.mutualInformation(with: y)
    #expect(estimate.value == .zero && estimate.interval.lowerBound == .zero)
    #expect(estimate.clamped.first == Clamp(bound: "mutual information is at least 0", nats: -0.125))
    let die = try DiscreteColumn(codes: [0, 1, 2, 3], levelCount: 4)
    let entropy = try die.entropy()
    #expect(entropy.value.bits == 2 && entropy.interval.upperBound.bits == 2 && entropy.clamped.count == 2)
  }

  @Test func aLevelThatTheOtherSampleLacksIsInfinite() throws {
    let (p, q) = (DiscreteColumn(["a", "b", "c", "a"]), DiscreteColumn(["b", "a", "b", "d"]))
    for estimate in [try p.klDivergence(from: q), try p.crossEntropy(with: q)] {
      #expect(estimate.value.nats == .infinity && estimate.interval.upperBound.nats == .infinity)
      #expect(estimate.assumptions.contains { $0.contains("level c") })
    }
    #expect(try p.klDivergence(from: q, estimator: .shrinkage).value.nats.isFinite)
    #expect(try p.jensenShannonDivergence(from: q).value.nats.isFinite)
    // Levels are matched by name, whatever their codes.
    let whole = try DiscreteColumn([2.0, 1, 2])
    #expect(try whole.klDivergence(from: DiscreteColumn([1, 2, 2]), estimator: .plugIn).value == .zero)
  }

  @Test func pointwiseInformationAveragesToMutualInformation() throws {
    for seed in 0..<50 as Range<UInt64> {
      let c = Self.columns(seed)
      let table = try PointwiseInformation(c[0], c[1])
      var mean = 0.0
      for (first, second) in table.seen {
        let estimate = try table.estimate(first, second)
        mean += Double(table.count(first, second)) / Double(c[0].count) * estimate.value.nats
        if !(estimate.interval.contains(estimate.value) && estimate.standardError >= 0) {
          Issue.record("seed \(seed): \(estimate), \(estimate.interval)")
        }
      }
      let information = try c[0].mutualInformation(with: c[1], estimator: .plugIn).value.nats
      if abs(mean - information) > 1e-12 { Issue.record("seed \(seed): \(mean), not \(information)") }
    }
    let (x, y) = (DiscreteColumn([0, 0, 1, 1]), DiscreteColumn([0, 0, 1, 0]))
    let never = try PointwiseInformation(x, y).estimate(0, 1)
    #expect(never.value.nats == -.infinity && never.interval.upperBound.nats.isFinite)
    #expect(throws: SurprisalError.self) { try PointwiseInformation(x, y).estimate(0, 2) }
  }
}
