import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// A product mixture's densities, statistics and fits against its formulas.
@Suite struct ProductMixtureTests {
  /// Every number of components is another number of vectors, and every family another part of the kernel.
  @Test(arguments: [1, 2, 3, 7, 8, 9, 17, 33, 40])
  func densitiesAndResponsibilities(components K: Int) throws {
    var generator = RandomGenerator(seed: 11, stream: UInt64(K))
    for families in [
      ProductFixtures.everyFamily, [ColumnFamily](repeating: .bernoulli, count: 19),
      [ColumnFamily](repeating: .poisson, count: 5), [ColumnFamily](repeating: .normal, count: 3),
      [.categorical(levels: 300), .categorical(levels: 3), .bernoulli, .categorical(levels: 1)],
    ] {
      let model = try ProductFixtures.model(families, components: K, using: &generator)
      let rows = model.drawn(103, using: &generator).rows
      let densities = try model.logDensities(of: rows)
      let shares = try model.responsibilities(of: rows)
      for row in 0..<rows.rowCount {
        let joint = ProductFixtures.logJoint(model, rows.row(row))
        let expected = ProductFixtures.logSumExp(joint)
        #expect((densities[row] - expected).magnitude <= 1e-12 * max(1, expected.magnitude))
        for k in 0..<K { #expect((shares[row, k] - exp(joint[k] - expected)).magnitude <= 1e-12) }
      }
      let evidence = try model.evidence(of: rows)
      let total = densities.reduce(0, +)
      let likelihood = try #require(evidence.logLikelihood?.nats)
      #expect(likelihood.isClose(to: total, within: 1e-12))
      #expect(evidence.lowerBound.nats.isClose(to: total, within: 1e-12))
    }
  }

  /// Every z in K^N is summed: p(X) = Σ_z Π_n π_{z_n} f(x_n | z_n).
  @Test func likelihoodByEnumeration() throws {
    var generator = RandomGenerator(seed: 5)
    let model = try ProductFixtures.model(ProductFixtures.everyFamily, components: 3, using: &generator)
    let rows = model.drawn(7, using: &generator).rows
    let joint = (0..<7).map { ProductFixtures.logJoint(model, rows.row($0)) }
    var terms: [Double] = []
    for code in 0..<2187 {
      var rest = code
      var sum = 0.0
      for row in 0..<7 {
        sum += joint[row][rest % 3]
        rest /= 3
      }
      terms.append(sum)
    }
    let expected = ProductFixtures.logSumExp(terms)
    #expect(try model.evidence(of: rows).logLikelihood?.nats.isClose(to: expected, within: 1e-13) == true)
  }

  /// More features than two bytes can number: 70,000 rows of two columns of many levels.
  @Test func manyLevels() throws {
    var values: [Double] = []
    for row in 0..<70_000 { values += [Double(row % 40_000), Double(row * 7 % 39_999)] }
    let rows = RowMatrix(unchecked: values, columnCount: 2)
    let fit = try ProductMixture.fit(rows, families: .all(.categorical(levels: 40_000)), components: 1)
    var expected = 0.0
    for column in 0..<2 {
      var counts = [Double](repeating: 0, count: 40_000)
      for row in 0..<70_000 { counts[Int(rows[row, column])] += 1 }
      for count in counts where count > 0 { expected += count * log(count / 70_000) }
    }
    #expect(fit.logLikelihood.isClose(to: expected, within: 1e-12))
  }

  @Test func fitsEveryFamilyAtOnce() throws {
    var generator = RandomGenerator(seed: 3)
    let truth = try ProductFixtures.model(ProductFixtures.everyFamily, components: 3, using: &generator)
    let rows = truth.drawn(3000, using: &generator).rows
    let fit = try ProductMixture.fit(
      rows, families: .each(ProductFixtures.everyFamily), components: 3,
      configuration: FitConfiguration(starts: 6, engine: EngineOptions(threads: 2)))
    #expect(fit.converged)
    let atTruth = try truth.evidence(of: rows).logLikelihood?.nats ?? .nan
    #expect(fit.logLikelihood > atTruth)
    // Twice the gain over the truth is about χ² of as many degrees as there are parameters.
    #expect(2 * (fit.logLikelihood - atTruth) < 2.5 * Double(fit.parameterCount))
    #expect(fit.parameterCount == 2 + 3 * (1 + 3 + 1 + 1 + 1 + 2))
    #expect(fit.evidence.gap?.nats.magnitude ?? 1 < 1e-8)
    let expected = (0..<3000).reduce(0) { $0 + ProductFixtures.logDensity(fit.model, rows.row($1)) }
    #expect(fit.logLikelihood.isClose(to: expected, within: 1e-12))
    for (earlier, later) in zip(fit.ledger, fit.ledger.dropFirst()) {
      #expect(later.objective >= earlier.objective - later.roundingBound)
    }
    #expect(fit.icl ?? 0 >= fit.bic)
  }

  /// Chunks are joined in the order of their numbers, so one thread and two give the same bits.
  @Test func sameBitsForAnyNumberOfThreads() throws {
    var generator = RandomGenerator(seed: 8)
    let families: [ColumnFamily] = [ColumnFamily](repeating: .bernoulli, count: 40) + ProductFixtures.everyFamily
    let truth = try ProductFixtures.model(families, components: 4, using: &generator)
    let rows = truth.drawn(20_000, using: &generator).rows
    func fit(_ threads: Int) throws -> ModelFit<ProductMixture> {
      let engine = EngineOptions(maximumIterations: 15, threads: threads)
      return try ProductMixture.fit(
        rows, families: .each(families), components: 4, configuration: FitConfiguration(starts: 2, engine: engine))
    }
    let (one, two) = (try fit(1), try fit(2))
    #expect(one.model.parameters.values.map(\.bitPattern) == two.model.parameters.values.map(\.bitPattern))
    #expect(one.logLikelihood.bitPattern == two.logLikelihood.bitPattern)
    #expect(one.ledger == two.ledger)
    let densities = try one.model.logDensities(of: rows, threads: 1).map(\.bitPattern)
    #expect(try one.model.logDensities(of: rows, threads: 2).map(\.bitPattern) == densities)
  }

  @Test func weightsCountRows() throws {
    var generator = RandomGenerator(seed: 21)
    let truth = try ProductFixtures.model(ProductFixtures.everyFamily, components: 2, using: &generator)
    let rows = truth.drawn(200, using: &generator).rows
    let weights = (0..<200).map { Double($0 % 4) }
    let start = try ProductFixtures.model(ProductFixtures.everyFamily, components: 2, using: &generator)
    var values: [Double] = []
    for row in 0..<200 { for _ in 0..<row % 4 { values += rows.row(row) } }
    let repeated = RowMatrix(unchecked: values, columnCount: 6)
    let (one, other) = (try start.evidence(of: rows, weights: weights), try start.evidence(of: repeated))
    let (found, expected) = (try #require(one.logLikelihood?.nats), try #require(other.logLikelihood?.nats))
    #expect(found.isClose(to: expected, within: 1e-12))
    #expect(one.lowerBound.nats.isClose(to: other.lowerBound.nats, within: 1e-12))
    // Rows of weight 0 are absent to the bit.
    let present = (0..<200).filter { $0 % 4 > 0 }
    let kept = RowMatrix(unchecked: present.flatMap { rows.row($0) }, columnCount: 6)
    let configuration = FitConfiguration(starts: 2)
    let with = try ProductMixture.fit(
      rows, weights: weights, families: .each(ProductFixtures.everyFamily), components: 2, configuration: configuration)
    let without = try ProductMixture.fit(
      kept, weights: present.map { weights[$0] }, families: .each(ProductFixtures.everyFamily), components: 2,
      configuration: configuration)
    #expect(with.model.parameters.values.map(\.bitPattern) == without.model.parameters.values.map(\.bitPattern))
    #expect(with.totalWeight == 300 && with.rowCount == 200)
    let whole = try ProductMixture.fit(
      repeated, families: .each(ProductFixtures.everyFamily), components: 1, configuration: configuration)
    let single = try ProductMixture.fit(
      rows, weights: weights, families: .each(ProductFixtures.everyFamily), components: 1, configuration: configuration)
    #expect(single.logLikelihood.isClose(to: whole.logLikelihood, within: 1e-12))
  }
}

/// Smoothing is a prior whose maximum has a closed form where there is one component.
@Suite struct ProductPriorTests {
  @Test func oneComponent() throws {
    let rows = RowMatrix(unchecked: [1, 0, 1, 2, 0, 0, 1, 0, 1, 0], columnCount: 2)
    let fit = try ProductMixture.fit(
      rows, families: [.bernoulli, .categorical(levels: 3)], components: 1, smoothing: 0.5)
    let (p, q) = (4.5 / 6, [4.5 / 6.5, 0.5 / 6.5, 1.5 / 6.5])
    guard case .bernoulli(let found) = fit.model.components[0][0],
      case .categorical(let shares) = fit.model.components[0][1]
    else {
      Issue.record("other families")
      return
    }
    #expect(found.isClose(to: p, within: 1e-15))
    for level in 0..<3 { #expect(shares[level].isClose(to: q[level], within: 1e-15)) }
    // log Beta(p; 1.5, 1.5) + log Dirichlet(q; 1.5, 1.5, 1.5).
    let beta = lgamma(3) - 2 * lgamma(1.5) + 0.5 * log(p * (1 - p))
    let dirichlet = lgamma(4.5) - 3 * lgamma(1.5) + 0.5 * log(q[0] * q[1] * q[2])
    #expect((fit.objective - fit.logLikelihood).isClose(to: beta + dirichlet, within: 1e-13))
    let total = 4 * log(p) + log(1 - p) + 4 * log(q[0]) + log(q[2])
    #expect(fit.logLikelihood.isClose(to: total, within: 1e-13))
  }
}

extension Double {
  /// Whether the relative difference is at most `tolerance`.
  func isClose(to other: Double, within tolerance: Double) -> Bool {
    (self - other).magnitude <= tolerance * Swift.max(1, other.magnitude)
  }
}
