import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// The exponential form of every family that has one.
struct ExponentialFamilyTests {
  /// log p = η · t − A + log b at the reference points, to the rounding of its terms.
  @Test(arguments: familyTable.map(\.family)) func densityIsTheForm(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      guard let distribution = distribution as? any ExponentialFamily else { continue }
      let natural = distribution.naturalParameters
      let partition = distribution.logPartition(natural).item
      for point in reference.points where point.logDensity.values[0].isFinite {
        let x = point.x.tensor
        let products = zip(natural, distribution.sufficientStatistics(of: x)).map { eta, t in
          // 0 · ∞ of a statistic that is not asked is nothing.
          zip(eta.doubles, t.doubles).map { $0 == 0 ? 0 : $0 * $1 }
        }
        let base = distribution.logBaseMeasure(of: x).item
        let terms = products.flatMap { $0 } + [-partition, base]
        guard terms.allSatisfy({ $0.isFinite }) else { continue }
        let scale = terms.reduce(1) { $0 + abs($1) }
        let difference = terms.reduce(0, +) - point.logDensity.values[0]
        #expect(abs(difference) <= 1e-13 * scale, "\(reference) at \(point.x.values): off by \(difference)")
      }
    }
  }

  /// ∇A = E[t] within 6 standard errors of a sample.
  @Test(arguments: familyTable.map(\.family)) func gradientIsTheMean(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      guard let distribution = distribution as? any ExponentialFamily else { continue }
      var generator = RandomGenerator(seed: 17)
      let n = SamplingTests.count
      let statistics = distribution.sufficientStatistics(of: distribution.sample([n], using: &generator))
      for (gradient, statistic) in zip(distribution.logPartitionGradient, statistics) {
        let (expected, values) = (gradient.doubles, statistic.doubles)
        guard values.allSatisfy({ $0.isFinite }) else { continue }
        for element in expected.indices {
          let column = stride(from: element, to: values.count, by: expected.count).map { values[$0] }
          let mean = column.reduce(0) { $0 + $1 / Double(n) }
          let error = (column.reduce(0) { $0 + ($1 - mean) * (($1 - mean) / Double(n)) } / Double(n)).squareRoot()
          let limit = 6 * error + 1e-9 * max(1e-300, abs(expected[element]))
          // Events too rare for the sample leave it without spread.
          let isRare = error == 0 && abs(mean - expected[element]) <= 1e-3
          let isNear = abs(mean - expected[element]) <= limit || !error.isFinite || isRare
          #expect(isNear, "\(reference): E[t] is \(mean) ± \(error), ∇A \(expected[element])")
        }
      }
    }
  }

  /// The Bregman form is the closed divergence, to the rounding of its terms.
  @Test(arguments: familyTable.map(\.family)) func bregmanIsTheDivergence(_ family: String) throws {
    let members = try distributions(family)
    for (p, first) in members {
      guard let p = p as? any ExponentialFamily else { continue }
      for (q, second) in members where q.eventShape == p.eventShape {
        // Beyond 1e5 nats are probabilities near the least number, of which a closed form has few digits.
        guard let closed = p.closedFormKL(to: q)?.item, closed < 1e5,
          let found = try bregman(p, q)
        else { continue }
        #expect(
          abs(found.value - closed) <= 1e-12 * found.scale, "\(first) ‖ \(second): \(found.value), not \(closed)")
      }
    }
  }
}

/// The Bregman form and the size of its terms; nil if the two have not one base measure.
private func bregman<Family: ExponentialFamily>(
  _ p: Family, _ q: any Distribution
) throws -> (value: Double, scale: Double)? {
  guard let q = q as? Family, p.support.isContained(in: q.support)?.all().item == 1,
    q.support.isContained(in: p.support)?.all().item == 1
  else { return nil }
  let (first, second) = (p.naturalParameters, q.naturalParameters)
  var scale = abs(p.logPartition(first).item) + abs(q.logPartition(second).item) + 1
  for ((a, b), mean) in zip(zip(first, second), p.logPartitionGradient) {
    scale += ((b.abs() + a.abs()) * mean.abs()).sum().item
  }
  guard scale.isFinite else { return nil }
  return (try bregmanDivergence(p, q).item, scale)
}
