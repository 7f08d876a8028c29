import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

@Suite struct MclustTests {
  @Test func theReferenceIsComplete() throws {
    let reference = try #require(MclustReference.shared)
    #expect(reference.step.results.count == 14)
    #expect(reference.maxima.count == 14 * 3 * 3)
  }

  @Test func parameterCounts() throws {
    let reference = try #require(MclustReference.shared)
    for maximum in reference.maxima {
      let model = try #require(CovarianceModel(name: maximum.model))
      let data = try #require(reference.datasets[maximum.data])
      let count = model.parameterCount(components: maximum.components, columns: data.columns)
      #expect(count == maximum.covarianceParameters)
      // Means and free weights make up the rest.
      let rest = maximum.components * (data.columns + 1) - 1
      #expect(count + rest == maximum.parameters)
      let bic = -2 * maximum.logLikelihood + log(Double(data.rowCount)) * Double(count + rest)
      #expect((bic - maximum.bic).magnitude < 1e-6)
    }
  }

  /// One M-step from given responsibilities: closed forms to 1e-8, iterative ones at least as good.
  @Test(arguments: CovarianceModel.allCases)
  func oneStep(model: CovarianceModel) throws {
    let reference = try #require(MclustReference.shared)
    let step = reference.step
    let data = try #require(reference.datasets[step.data])
    let expected = try #require(step.results.first { $0.model == model.rawValue }).covariances
    let (counts, _, full) = data.statistics(step.responsibilities, components: step.components)
    let scatters = model.isDiagonal ? CovarianceProblem.diagonals(full, data.columns) : full
    let update = model.maximize(counts: counts, scatters: scatters, columns: data.columns)
    let found =
      model.isDiagonal
      ? CovarianceProblem.expanded(update.covariances, data.columns) : update.covariances
    func objective(_ covariances: [Double]) -> Double {
      CovarianceObjective.value(
        counts: counts, scatters: full, covariances: covariances, columns: data.columns,
        isDiagonal: false)
    }
    #expect(objective(found) >= objective(expected) - 1e-9)
    #expect(found.count == expected.count)
    // mclust stops the inner iteration of these early, that of VVE far from its maximum.
    if model == .vve { return }
    let tolerance = model.isIterative ? 1e-4 : 1e-8
    for (a, b) in zip(found, expected) { #expect((a - b).magnitude < tolerance) }
  }

  /// mclust's maximum is a maximum here: the same log-likelihood, and EM from it stays there. Its VVE
  /// ends up to 3 nats below the top of its hill (its inner iteration stops early), so EM climbs on.
  @Test(arguments: CovarianceModel.allCases)
  func maximaAreFixedPoints(model: CovarianceModel) throws {
    let reference = try #require(MclustReference.shared)
    for maximum in reference.maxima where maximum.model == model.rawValue {
      let data = try #require(reference.datasets[maximum.data])
      let columns = data.columns
      let components = maximum.components
      var weights = maximum.weights
      var means = maximum.means
      var covariances = maximum.covariances
      let name = "\(maximum.data) \(components)"
      var last = -Double.infinity
      for iteration in 0..<60 {
        let (responsibilities, value) = try #require(
          data.expectation(weights: weights, means: means, covariances: covariances), "\(name)")
        if iteration == 0 {
          #expect((value - maximum.logLikelihood).magnitude < 1e-6, "\(name)")
        } else if iteration > 1 {
          // The stored parameters are rounded to ten digits, which takes them out of the class.
          #expect(value >= last - 1e-9, "\(name), iteration \(iteration)")
        }
        last = value
        let statistics = data.statistics(responsibilities, components: components)
        let scatters =
          model.isDiagonal
          ? CovarianceProblem.diagonals(statistics.scatters, columns) : statistics.scatters
        let previous =
          model.isDiagonal ? CovarianceProblem.diagonals(covariances, columns) : covariances
        let update = model.maximize(
          counts: statistics.counts, scatters: scatters, columns: columns, previous: previous)
        #expect(!update.isDegenerate.contains(true), "\(name)")
        weights = statistics.counts.map { $0 / Double(data.rowCount) }
        means = statistics.means
        covariances =
          model.isDiagonal
          ? CovarianceProblem.expanded(update.covariances, columns) : update.covariances
      }
      #expect(last >= maximum.logLikelihood - 1e-7, "\(name)")
      if model != .vve { #expect(last <= maximum.logLikelihood + 1e-3, "\(name)") }
    }
  }
}
