import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

@testable import SurprisalLatent

/// Probabilistic PCA and factor analysis against scikit-learn, SciPy and each other.
@Suite struct FactorModelTests {
  @Test(arguments: FactorReference.everyCase)
  func probabilisticPCAIsItsClosedForm(reference: FactorReference.Case) throws {
    let expected = reference.ppca
    let size = expected.logLikelihood.magnitude
    for method in ProbabilisticPCA.Method.allCases {
      let fit = try ProbabilisticPCA.fit(
        reference.matrix, weights: reference.weights, factors: reference.components, method: method,
        configuration: FitConfiguration(engine: EngineOptions(tolerance: 1e-14)))
      let isClosed = method == .closedForm
      #expect((fit.logLikelihood - expected.logLikelihood).magnitude < (isClosed ? 1e-12 : 1e-9) * size)
      #expect((fit.model.noiseVariance - expected.noise).magnitude < (isClosed ? 1e-11 : 1e-4) * expected.noise)
      let covariance = fit.model.covariance.flatMap { $0 }
      #expect(FactorFixtures.difference(covariance, expected.covariance) < (isClosed ? 1e-12 : 1e-4))
      #expect(fit.converged || fit.warnings.contains { $0.contains("float64") }, "\(fit.warnings)")
      #expect(FactorFixtures.fault(fit.ledger) == nil)
      guard isClosed else { continue }
      let densities = try fit.model.logDensities(of: reference.matrix)
      if reference.weights == nil {
        #expect(FactorFixtures.difference(Array(densities.prefix(5)), expected.densities) < 1e-10)
      }
      try checkAgainstRows(fit, reference)
    }
  }

  @Test(arguments: FactorReference.cases.filter { $0.analysis != nil })
  func factorAnalysisAgreesWithScikitLearn(reference: FactorReference.Case) throws {
    let expected = try #require(reference.analysis)
    let fit = try FactorAnalysis.fit(
      reference.matrix, weights: reference.weights, factors: reference.components,
      configuration: FitConfiguration(starts: 1, engine: EngineOptions(tolerance: 1e-13)))
    #expect(fit.logLikelihood >= expected.logLikelihood - 1e-6)
    #expect(fit.logLikelihood <= expected.logLikelihood + 1e-5)
    #expect(FactorFixtures.difference(fit.model.covariance.flatMap { $0 }, expected.covariance) < 1e-5)
    #expect(FactorFixtures.difference(fit.model.noiseVariances, expected.noise) < 1e-4)
    #expect(FactorFixtures.fault(fit.ledger) == nil)
    #expect(fit.converged)
    if reference.weights == nil {
      let densities = try fit.model.logDensities(of: reference.matrix)
      #expect(FactorFixtures.difference(Array(densities.prefix(5)), expected.densities) < 1e-5)
      let scores = try fit.model.scores(of: reference.matrix)
      let squares = (0..<5).map { scores.row($0).reduce(0) { $0 + $1 * $1 } }
      #expect(FactorFixtures.difference(squares, expected.squaredScores) < 1e-4)
    }
    try checkAgainstRows(fit, reference)
  }

  /// EM from its own start comes to the maximum that Newton's method finds, with the loadings extrapolated by the
  /// eigenvectors of few columns or by parameter expansion of many.
  @Test func expectationMaximizationReachesTheMaximum() throws {
    let options = EngineOptions(tolerance: 1e-12)
    let many = FactorFixtures.rows(seed: 38, count: 500, columns: 200, factors: 3, noise: 2)
    let tables = FactorReference.cases.filter { $0.analysis != nil }.map { ($0.matrix, $0.components) } + [(many, 3)]
    for (rows, factors) in tables {
      let fits = try FactorAnalysis.Method.allCases.map {
        try FactorAnalysis.fit(
          rows, factors: factors, method: $0, configuration: FitConfiguration(starts: 1, engine: options))
      }
      #expect((fits[0].logLikelihood - fits[1].logLikelihood).magnitude < 1e-6)
      #expect(FactorFixtures.difference(fits[1].model.uniquenesses, fits[0].model.uniquenesses) < 1e-3)
      #expect(fits.allSatisfy { $0.converged && FactorFixtures.fault($0.ledger) == nil })
      #expect(fits[0].iterations < 8)
    }
    // Further starts from random noise find no better one, and many the same.
    let fit = try FactorAnalysis.fit(tables[1].0, factors: 2, configuration: FitConfiguration(starts: 6))
    #expect(fit.startsAtBest == fit.polishedStarts && fit.starts == 6)
  }

  /// What was computed from the covariance is what the rows say.
  private func checkAgainstRows<Model: FactorModel>(
    _ fit: ModelFit<Model>, _ reference: FactorReference.Case
  ) throws {
    let evidence = try fit.model.evidence(of: reference.matrix, weights: reference.weights)
    let size = fit.logLikelihood.magnitude
    #expect(((evidence.logLikelihood?.nats ?? .nan) - fit.logLikelihood).magnitude < 1e-11 * size)
    #expect((evidence.gap?.nats ?? .nan).magnitude < 1e-11 * size)
    #expect((fit.evidence.gap?.nats ?? .nan).magnitude < 1e-11 * size)
    #expect((evidence.expectedLogJoint.nats - fit.evidence.expectedLogJoint.nats).magnitude < 1e-10 * size)
    // The distribution says the same, by other operations.
    let distribution = try fit.model.distribution
    let rows = Tensor(reference.matrix, dtype: .float64)
    let densities = distribution.logDensity(of: rows).scalars(as: Double.self)
    #expect(FactorFixtures.difference(try fit.model.logDensities(of: reference.matrix), densities) < 1e-10)
    let covariance = fit.model.covariance
    #expect(
      FactorFixtures.difference(
        distribution.variance.scalars(as: Double.self), covariance.indices.map { covariance[$0][$0] }) < 1e-12)
  }

  /// KL(q ‖ posterior) = 0: the posterior by Bayes' theorem on a fine grid of z, for one factor.
  @Test func theScoresAreThePosterior() throws {
    let rows = FactorFixtures.rows(seed: 31, count: 40, columns: 3, factors: 1)
    let model = try ProbabilisticPCA.fit(rows, factors: 1).model
    let (mean, loadings, noise) = (model.mean, model.loadings, model.noiseVariance)
    let scores = try model.scores(of: rows)
    let densities = try model.logDensities(of: rows)
    for row in 0..<5 {
      var sums = (0.0, 0.0, 0.0)
      let step = 1e-3
      for index in -10_000...10_000 {
        let z = Double(index) * step
        var log = -0.5 * z * z - 0.5 * Foundation.log(2 * Double.pi)
        for d in 0..<3 {
          let rest = rows[row, d] - mean[d] - loadings[d][0] * z
          log += -0.5 * rest * rest / noise - 0.5 * Foundation.log(2 * Double.pi * noise)
        }
        let p = exp(log) * step
        sums = (sums.0 + p, sums.1 + p * z, sums.2 + p * z * z)
      }
      #expect((Foundation.log(sums.0) - densities[row]).magnitude < 1e-10)
      #expect((sums.1 / sums.0 - scores[row, 0]).magnitude < 1e-10)
      let variance = sums.2 / sums.0 - (sums.1 / sums.0) * (sums.1 / sums.0)
      #expect((variance - model.posteriorCovariance[0][0]).magnitude < 1e-10)
    }
  }

  /// The second view with one factor: p_true(x, z) = p̂(x) q(z | x) with a normal q for every row, and parameters,
  /// moved in turn by minimizing KL(p_true ‖ p_θ); known up to the entropy of p̂.
  private struct Divergence {
    let rows: [[Double]]
    var loadings: [Double]
    var noise: [Double]
    var means: [Double]
    var variances: [Double]

    /// −E[log p_θ(x, z)] − H[q], the mean over the rows.
    var value: Double {
      var total = 0.0
      for (index, x) in rows.enumerated() {
        let (m, v) = (means[index], variances[index])
        total += 0.5 * (log(2 * .pi) + m * m + v) - 0.5 * (1 + log(2 * .pi * v))
        for d in x.indices {
          let rest = x[d] - loadings[d] * m
          total += 0.5 * (log(2 * .pi * noise[d]) + (rest * rest + loadings[d] * loadings[d] * v) / noise[d])
        }
      }
      return total / Double(rows.count)
    }

    /// q becomes the posterior.
    mutating func projectData() {
      let precision = zip(loadings, noise).reduce(1) { $0 + $1.0 * $1.0 / $1.1 }
      for (index, x) in rows.enumerated() {
        let sum = x.indices.reduce(0) { $0 + loadings[$1] * x[$1] / noise[$1] }
        means[index] = sum / precision
        variances[index] = 1 / precision
      }
    }

    /// The parameters become those of the regression of x on z.
    mutating func projectModel() {
      let squares = zip(means, variances).reduce(0) { $0 + $1.0 * $1.0 + $1.1 }
      for d in loadings.indices {
        loadings[d] = zip(rows, means).reduce(0) { $0 + $1.0[d] * $1.1 } / squares
        noise[d] =
          rows.indices.reduce(0) { sum, index in
            let rest = rows[index][d] - loadings[d] * means[index]
            return sum + rest * rest + loadings[d] * loadings[d] * variances[index]
          } / Double(rows.count)
      }
    }
  }

  /// Both views: each half-step of EM adds to the bound what it takes from the divergence of the joints, and leads
  /// to the same parameters.
  @Test func bothViewsGiveTheSameNumbers() throws {
    let rows = FactorFixtures.rows(seed: 32, count: 200, columns: 5, factors: 1)
    let moments = try SecondMoments(WeightedRows(rows: rows), columnNames: (0..<5).map { "\($0)" }, threads: 1)
    let problem = FactorProblem(moments, factors: 1, minimumUniqueness: 1e-6)
    let noise = (0..<5).map { moments.variance($0) * [0.9, 0.2, 0.5, 0.7, 0.4][$0] }
    let start = try problem.model(noise, method: .expectationMaximization) { false }
    let options = EngineOptions(tolerance: 0, maximumIterations: 10, acceleration: .none)
    let outcome = try ExpectationMaximization<FactorEM>.run(
      from: start, over: problem.setting.summary, control: .init(options: options))
    let map = ColumnMap(
      shift: moments.standardization.shift, scale: moments.standardization.scale, location: moments.mean)
    let shift = map.logScaleSum
    let standardized = (0..<200).map { row in
      (0..<5).map { (rows[row, $0] - map.shift[$0]) / map.scale[$0] - map.location[$0] }
    }
    var view = Divergence(
      rows: standardized, loadings: start.parameters.loadings, noise: start.parameters.noise,
      means: [Double](repeating: 0, count: 200), variances: [Double](repeating: 1, count: 200))
    #expect(outcome.ledger.count == 10)
    for (index, entry) in outcome.ledger.enumerated() {
      let before = view.value
      view.projectData()
      let afterData = view.value
      #expect((entry.lowerBound / 200 + afterData + shift).magnitude < 1e-12)
      #expect((entry.logLikelihood / 200 + afterData + shift).magnitude < 1e-12)
      #expect(afterData <= before + 1e-14)
      if index > 0 { #expect((before - afterData - entry.expectationGain).magnitude < 1e-12) }
      guard index < 9 else { break }
      view.projectModel()
      #expect((afterData - view.value - entry.maximizationGain).magnitude < 1e-12)
      #expect((entry.objectiveAfterMaximization / 200 + view.value + shift).magnitude < 1e-12)
    }
    #expect(FactorFixtures.difference(outcome.model.parameters.loadings, view.loadings) < 1e-12)
    #expect(FactorFixtures.difference(outcome.model.parameters.noise, view.noise) < 1e-12)
  }

  @Test(arguments: [1e-150, 1e-8, 1, 1e8, 1e150])
  func unitsDoNotMatter(scale: Double) throws {
    let rows = FactorFixtures.rows(seed: 33, count: 300, columns: 6, factors: 2)
    let power = Double(sign: .plus, exponent: scale.exponent, significand: 1)
    let other = MixtureFixtures.map(rows) { $0.map { $0 * power } }
    let shift = 300 * 6 * log(power)
    let analysis = try (FactorAnalysis.fit(rows, factors: 2), FactorAnalysis.fit(other, factors: 2))
    #expect((analysis.0.logLikelihood - analysis.1.logLikelihood - shift).magnitude < 1e-9 * (1 + shift.magnitude))
    #expect(analysis.0.model.uniquenesses == analysis.1.model.uniquenesses)
    let ppca = try (ProbabilisticPCA.fit(rows, factors: 2), ProbabilisticPCA.fit(other, factors: 2))
    #expect((ppca.0.logLikelihood - ppca.1.logLikelihood - shift).magnitude < 1e-9 * (1 + shift.magnitude))
    // Factor analysis is equivariant column by column.
    let mixed = MixtureFixtures.map(rows) { $0.enumerated().map { ($1 + 3) * [1, 0x1p-400, 0x1p400, 1, 8, 0.25][$0] } }
    let own = try FactorAnalysis.fit(mixed, factors: 2)
    #expect(FactorFixtures.difference(own.model.uniquenesses, analysis.0.model.uniquenesses) < 1e-6)
  }

  @Test func weightsCountRows() throws {
    let rows = FactorFixtures.rows(seed: 34, count: 120, columns: 6, factors: 2)
    let weights = (0..<120).map { Double($0 % 3) }
    let repeated = RowMatrix(
      unchecked: (0..<120).flatMap { row in (0..<row % 3).flatMap { _ in rows.row(row) } }, columnCount: 6)
    let present = RowMatrix(unchecked: (0..<120).flatMap { $0 % 3 > 0 ? rows.row($0) : [] }, columnCount: 6)
    let kept = weights.filter { $0 > 0 }
    let weighted = try FactorAnalysis.fit(rows, weights: weights, factors: 2)
    let expected = try FactorAnalysis.fit(repeated, factors: 2)
    #expect((weighted.logLikelihood - expected.logLikelihood).magnitude < 1e-8)
    #expect((weighted.bic - expected.bic).magnitude < 1e-7)
    let without = try FactorAnalysis.fit(present, weights: kept, factors: 2)
    #expect(without.model.loadings == weighted.model.loadings)
    #expect(without.logLikelihood == weighted.logLikelihood)
    let (a, b) = try (
      ProbabilisticPCA.fit(rows, weights: weights, factors: 2), ProbabilisticPCA.fit(repeated, factors: 2)
    )
    #expect((a.logLikelihood - b.logLikelihood).magnitude < 1e-9)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let rows = FactorFixtures.rows(seed: 35, count: 60_000, columns: 64, factors: 4)
    func bits(_ threads: Int) throws -> [UInt64] {
      let configuration = FitConfiguration(starts: 2, engine: EngineOptions(maximumIterations: 30, threads: threads))
      let fit = try FactorAnalysis.fit(rows, factors: 4, configuration: configuration)
      var numbers = fit.model.loadings.flatMap { $0 } + fit.model.noiseVariances + fit.ledger.map(\.objective)
      numbers += try fit.model.logDensities(of: rows, threads: threads)
      numbers += FactorFixtures.flat(try fit.model.scores(of: rows, threads: threads))
      return numbers.map(\.bitPattern)
    }
    let expected = try bits(1)
    #expect(try bits(2) == expected)
    #expect(try bits(3) == expected)
  }

  /// The sample covariance of 200,000 draws is the model's; each bound is 5 standard errors, so that all 55 hold but
  /// for about 3e-5 of all seeds.
  @Test func samplesFollowTheModel() throws {
    let rows = FactorFixtures.rows(seed: 36, count: 100, columns: 10, factors: 3)
    let model = try FactorAnalysis.fit(rows, factors: 3).model
    var generator = RandomGenerator(seed: 5)
    let drawn = model.drawn(200_000, using: &generator)
    #expect(drawn.components == nil)
    let (mean, matrix) = FactorFixtures.covariance(drawn.rows, nil)
    let expected = model.covariance
    for i in 0..<10 {
      #expect((mean[i] - model.mean[i]).magnitude < 5 * (expected[i][i] / 200_000).squareRoot())
      for j in i..<10 {
        let spread = (expected[i][i] * expected[j][j] + expected[i][j] * expected[i][j]) / 200_000
        #expect((matrix[i][j] - expected[i][j]).magnitude < 5 * spread.squareRoot())
      }
    }
  }

  /// Uniquenesses and varimax loadings of R's factanal, whose optimizer stops at about seven digits.
  @Test func agreesWithFactanal() throws {
    struct Reference: Decodable {
      var uniquenesses: [Double]
      var loadings: [Double]
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../References/factanal.json").standardized
    let expected = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    let wine = try #require(FactorReference.cases.first { $0.name == "wine" })
    let model = try FactorAnalysis.fit(wine.matrix, factors: 3).model
    #expect(FactorFixtures.difference(model.uniquenesses, expected.uniquenesses) < 1e-5)
    let found = model.rotated().correlations
    for k in 0..<3 {
      let column = (0..<13).map { expected.loadings[$0 * 3 + k] }
      let largest = column.max { $0.magnitude < $1.magnitude } ?? 1
      let signed = column.map { largest < 0 ? -$0 : $0 }
      #expect(FactorFixtures.difference(found.map { $0[k] }, signed) < 1e-5)
    }
  }

  @Test func varimaxKeepsTheModelAndRaisesItsCriterion() throws {
    let rows = FactorFixtures.rows(seed: 37, count: 400, columns: 9, factors: 3)
    let model = try FactorAnalysis.fit(rows, factors: 3).model
    let rotated = model.rotated()
    #expect(FactorFixtures.difference(rotated.covariance.flatMap { $0 }, model.covariance.flatMap { $0 }) < 1e-13)
    func criterion(_ model: FactorAnalysis) -> Double {
      let loadings = model.correlations.map { row -> [Double] in
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return row.map { ($0 / length) * ($0 / length) }
      }
      return (0..<3).reduce(0) { sum, k in
        let mean = loadings.reduce(0) { $0 + $1[k] } / 9
        return sum + loadings.reduce(0) { $0 + ($1[k] - mean) * ($1[k] - mean) }
      }
    }
    let best = criterion(rotated)
    #expect(best > criterion(model))
    // No rotation of two factors by any angle is better.
    let parameters = rotated.gaussian.parameters
    for (p, q) in [(0, 1), (0, 2), (1, 2)] {
      for step in 1..<40 {
        let angle = Double(step) * Double.pi / 80
        var loadings = parameters.loadings
        for d in 0..<9 {
          let (x, y) = (loadings[d * 3 + p], loadings[d * 3 + q])
          loadings[d * 3 + p] = cos(angle) * x + sin(angle) * y
          loadings[d * 3 + q] = cos(angle) * y - sin(angle) * x
        }
        let turned = try #require(FactorParameters(loadings: loadings, noise: parameters.noise))
        let other = FactorAnalysis(
          columnNames: rotated.columnNames, gaussian: LinearGaussian(map: rotated.gaussian.map, parameters: turned))
        #expect(criterion(other) <= best + 1e-12)
      }
    }
  }
}
