import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Densities, responsibilities, EM steps and conditionals against scikit-learn, SciPy and 50-digit values.
@Suite struct DensityReferenceTests {
  private func mixture(
    _ weights: [Double], _ means: [Double], _ covariances: [Double], _ model: CovarianceModel = .vvv
  ) throws -> GaussianMixture {
    let D = means.count / weights.count
    let matrices = MixtureReference.split(covariances, D * D).map { MixtureReference.split($0, D) }
    return try GaussianMixture(
      weights: weights, means: MixtureReference.split(means, D), covariances: matrices, covarianceModel: model)
  }

  @Test func theReferencesAreThere() throws {
    let reference = try #require(MixtureReference.shared)
    #expect(reference.densities.count == 10)
    #expect(reference.fixed.count == 4)
    #expect(reference.iterations.count == 8)
    #expect(reference.conditional.count == 4)
  }

  @Test func densities() throws {
    let reference = try #require(MixtureReference.shared)
    for density in reference.densities {
      let model = try mixture([1], density.mean, density.covariance)
      let rows = try RowMatrix(density.points, columnCount: density.dimension)
      let found = try model.logDensities(of: rows)
      let tolerance = density.system == "mpmath" ? 1e-10 : 1e-9
      for (a, b) in zip(found, density.logDensities) {
        #expect((a - b).magnitude <= tolerance * max(1, b.magnitude), "\(density.name): \(a), \(b)")
      }
    }
  }

  /// RELIABILITY A55: scikit-learn issue 29989's matrix, condition 1e9.
  @Test func illConditionedDensity() throws {
    struct Case: Decodable {
      var name: String
      var dimension: Int
      var matrix: [Double]
      var points: [[Double]]
      var logDensities: [Double]
    }
    struct Document: Decodable { var cases: [Case] }
    let file = MixtureFixtures.root.appendingPathComponent("Tests/References/linear_algebra.json")
    let first = try #require(try JSONDecoder().decode(Document.self, from: Data(contentsOf: file)).cases.first)
    let model = try mixture([1], [Double](repeating: 0, count: first.dimension), first.matrix)
    let rows = RowMatrix(unchecked: first.points.flatMap { $0 }, columnCount: first.dimension)
    let found = try model.logDensities(of: rows)
    #expect((found[0] - 11.18527088725).magnitude <= 1e-10, "\(found[0])")
    // One row: the evidence is its density.
    #expect((try model.evidence(of: rows).logLikelihood?.nats ?? 0) == found[0])
  }

  @Test func fixedParameters() throws {
    let reference = try #require(MixtureReference.shared)
    let rows = try RowMatrix(reference.data.values, columnCount: reference.data.columns)
    for fixed in reference.fixed {
      let shape = try #require(CovarianceModel(name: fixed.shape))
      let model = try mixture(fixed.weights, fixed.means, fixed.covariances, shape)
      let densities = try model.logDensities(of: rows)
      #expect(MixtureFixtures.difference(densities, fixed.logDensities) <= 1e-12)
      let responsibilities = MixtureFixtures.flat(try model.responsibilities(of: rows))
      #expect(MixtureFixtures.difference(responsibilities, fixed.responsibilities) <= 1e-12)
      let evidence = try model.evidence(of: rows)
      #expect(((evidence.logLikelihood?.nats ?? 0) / fixed.logLikelihood - 1).magnitude <= 1e-13)
      #expect((evidence.gap?.nats ?? 1).magnitude <= 1e-10)
      let assignments = try model.assignments(of: rows)
      for (row, k) in assignments.enumerated() {
        let shares = fixed.responsibilities[row * 3..<row * 3 + 3]
        #expect(fixed.responsibilities[row * 3 + k] >= (shares.max() ?? 1) - 1e-12)
      }
    }
  }

  /// scikit-learn's parameters after 1 and 7 iterations; its E-step comes before each.
  @Test func iterations() throws {
    let reference = try #require(MixtureReference.shared)
    let rows = try RowMatrix(reference.data.values, columnCount: reference.data.columns)
    for step in reference.iterations {
      let shape = try #require(CovarianceModel(name: step.shape))
      let covariances = try #require(reference.start.covariances[step.shape])
      let start = try mixture(reference.start.weights, reference.start.means, covariances, shape)
      let fit = try GaussianMixture.fit(
        rows, configuration: MixtureFixtures.plain(shape, from: .given(start), iterations: step.iterations + 1))
      #expect((fit.logLikelihood / step.logLikelihood - 1).magnitude <= 1e-12, "\(step.shape) \(step.iterations)")
      expectEqual(fit.model, step.weights, step.means, step.covariances)
    }
  }

  /// Integer weights are repeated rows.
  @Test func weighted() throws {
    let reference = try #require(MixtureReference.shared)
    let rows = try RowMatrix(reference.data.values, columnCount: reference.data.columns)
    let weighted = reference.weighted
    let covariances = try #require(reference.start.covariances["full"])
    let start = try mixture(reference.start.weights, reference.start.means, covariances)
    let fit = try GaussianMixture.fit(
      rows, weights: weighted.counts,
      configuration: MixtureFixtures.plain(.vvv, from: .given(start), iterations: weighted.iterations + 1))
    #expect((fit.logLikelihood / weighted.logLikelihood - 1).magnitude <= 1e-12)
    expectEqual(fit.model, weighted.weights, weighted.means, weighted.covariances)
  }

  /// The components come back by falling weight.
  private func expectEqual(
    _ model: GaussianMixture, _ weights: [Double], _ means: [Double], _ covariances: [Double]
  ) {
    let D = model.columnCount
    let order = weights.indices.sorted { weights[$0] > weights[$1] }
    #expect(MixtureFixtures.difference(model.weights, order.map { weights[$0] }) <= 1e-11)
    let expectedMeans = order.flatMap { means[$0 * D..<($0 + 1) * D] }
    #expect(MixtureFixtures.difference(model.means.flatMap { $0 }, expectedMeans) <= 1e-11)
    let expected = order.flatMap { covariances[$0 * D * D..<($0 + 1) * D * D] }
    #expect(MixtureFixtures.difference(model.covariances.flatMap { $0.flatMap { $0 } }, expected) <= 1e-11)
  }

  @Test func conditionals() throws {
    let reference = try #require(MixtureReference.shared)
    for conditional in reference.conditional {
      let model = try mixture(conditional.weights, conditional.means, conditional.covariances)
      let given = try RowMatrix(conditional.given, columnCount: conditional.givenColumns.count)
      let found = try model.condition(rows: given, givenColumns: conditional.givenColumns)
      #expect(MixtureFixtures.difference(MixtureFixtures.flat(found.means), conditional.conditionalMeans) <= 1e-11)
      #expect(
        MixtureFixtures.difference(MixtureFixtures.flat(found.variances), conditional.conditionalVariances) <= 1e-11)
      for row in 0..<given.rowCount {
        let values = zip(conditional.givenColumns, given.row(row)).map { (column: $0, value: $1) }
        let mixture = try model.conditioned(on: values)
        let K = conditional.components
        let expected = Array(conditional.responsibilities[row * K..<(row + 1) * K])
        #expect(MixtureFixtures.difference(mixture.weights, expected) <= 1e-11)
        // log p(all) = log p(given) + log p(free | given): the marginal does not depend on the free values.
        let free = (0..<conditional.columns).filter { !conditional.givenColumns.contains($0) }
        let marginals = try [0.3, -1.2].map { value -> Double in
          var x = [Double](repeating: value, count: conditional.columns)
          for entry in values { x[entry.column] = entry.value }
          let joint = try model.logDensities(of: RowMatrix(x, columnCount: x.count))[0]
          let part = try mixture.logDensities(of: RowMatrix(free.map { x[$0] }, columnCount: free.count))[0]
          return joint - part
        }
        #expect((marginals[0] - marginals[1]).magnitude <= 1e-10 * max(1, marginals[0].magnitude))
      }
    }
  }
}
