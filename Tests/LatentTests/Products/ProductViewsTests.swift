import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// EM of a discrete product mixture seen twice: L + KL(q ‖ posterior) = log p(X) at every half-step, and
/// KL(p̂(x) q(z | x) ‖ p_θ(x, z)) = −L/N − H(p̂), which both half-steps lower.
@Suite struct ProductViewsTests {
  private let families: [ColumnFamily] = [.bernoulli, .categorical(levels: 3), .poisson]

  /// L(q, θ) and KL(q ‖ posterior at θ) over the rows, by sums over z.
  private func bound(_ q: [[Double]], _ model: ProductMixture, _ rows: [[Double]]) -> (bound: Double, gap: Double) {
    var (lower, gap) = (0.0, 0.0)
    for (x, share) in zip(rows, q) {
      let joint = ProductFixtures.logJoint(model, x)
      let total = ProductFixtures.logSumExp(joint)
      for k in share.indices where share[k] > 0 {
        lower += share[k] * (joint[k] - log(share[k]))
        gap += share[k] * (log(share[k]) - (joint[k] - total))
      }
    }
    return (lower, gap)
  }

  /// KL of the joint distributions over the distinct rows: p̂(x) times the rows' mean q(z | x).
  private func divergence(_ q: [[Double]], _ model: ProductMixture, _ rows: [[Double]]) -> Double {
    var cells: [[Double]: (count: Double, share: [Double])] = [:]
    for (x, share) in zip(rows, q) { cells[x, default: (0, share)].count += 1 }
    return cells.reduce(0) { sum, cell in
      let joint = ProductFixtures.logJoint(model, cell.key)
      let p = cell.value.count / Double(rows.count)
      return sum
        + cell.value.share.indices.reduce(0) {
          let share = p * cell.value.share[$1]
          return share > 0 ? $0 + share * (log(share) - joint[$1]) : $0
        }
    }
  }

  @Test func bothViewsHoldAtEveryHalfStep() throws {
    var generator = RandomGenerator(seed: 31)
    let truth = try ProductFixtures.model(families, components: 3, using: &generator)
    let table = truth.drawn(250, using: &generator).rows
    let rows = (0..<250).map { table.row($0) }
    var counts: [[Double]: Double] = [:]
    for row in rows { counts[row, default: 0] += 1 }
    let entropy = counts.values.reduce(0) { $0 - $1 / 250 * log($1 / 250) }
    var model = try ProductFixtures.model(families, components: 3, using: &generator)
    var last = -Double.infinity
    for _ in 0..<8 {
      let total = rows.reduce(0) { $0 + ProductFixtures.logDensity(model, $1) }
      let shares = try model.responsibilities(of: table)
      let q = (0..<250).map { shares.row($0) }
      let afterE = bound(q, model, rows)
      #expect(afterE.gap.magnitude < 1e-10)
      #expect(afterE.bound.isClose(to: total, within: 1e-13))
      #expect(divergence(q, model, rows).isClose(to: -afterE.bound / 250 - entropy, within: 1e-12))
      let fit = try ProductMixture.fit(
        table, families: .each(families), components: 3, start: model,
        configuration: FitConfiguration(
          engine: EngineOptions(tolerance: 0, maximumIterations: 2, acceleration: .none)))
      #expect(fit.ledger[0].logLikelihood.isClose(to: total, within: 1e-13))
      // q still belongs to the parameters before, in whose order of components it is.
      let next = try reordered(fit.model, like: q, rows)
      let afterM = bound(q, next, rows)
      #expect(afterM.bound >= afterE.bound - 1e-10)
      #expect(afterM.bound.isClose(to: fit.ledger[0].objectiveAfterMaximization, within: 1e-12))
      let nextTotal = rows.reduce(0) { $0 + ProductFixtures.logDensity(next, $1) }
      #expect((afterM.bound + afterM.gap).isClose(to: nextTotal, within: 1e-13))
      #expect(divergence(q, next, rows).isClose(to: -afterM.bound / 250 - entropy, within: 1e-12))
      #expect(total >= last - 1e-10)
      last = total
      model = next
    }
  }

  /// A fit puts components by falling weight; back to the order in which their weights are q's means.
  private func reordered(_ model: ProductMixture, like q: [[Double]], _ rows: [[Double]]) throws -> ProductMixture {
    let means = q[0].indices.map { k in q.reduce(0) { $0 + $1[k] } / Double(q.count) }
    let order = means.map { mean in
      model.weights.indices.min { (model.weights[$0] - mean).magnitude < (model.weights[$1] - mean).magnitude } ?? 0
    }
    return ProductMixture(parameters: model.parameters.reordered(order))
  }
}
