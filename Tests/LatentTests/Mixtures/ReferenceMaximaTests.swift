import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// RELIABILITY A51: the best known maxima, reached or beaten from default flags by answers without a
/// collapsed component.
@Suite struct ReferenceMaximaTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var data: String
    var shape: String
    var maxima: [Double]
    var testDescription: String { "\(data) \(shape)" }
  }

  /// Total log-likelihoods in nats for K = 1 … 4: the best of hundreds of starts of scikit-learn 1.9.1 (raw
  /// and whitened k-means++) and mclust.
  static let faithful = [
    Case(
      data: "faithful", shape: "full",
      maxima: [-1289.79674505, -1130.26396018, -1119.21397075, -1111.24796918]),
    Case(
      data: "faithful", shape: "tied",
      maxima: [-1289.79674505, -1140.18675944, -1126.31592790, -1120.82812668]),
    Case(
      data: "faithful", shape: "diag",
      maxima: [-1516.70582662, -1147.80635254, -1127.00751923, -1112.88083315]),
    Case(
      data: "faithful", shape: "spherical",
      maxima: [-2003.95203658, -1709.52928218, -1637.43441802, -1569.40979086]),
  ]

  static let iris = [
    Case(data: "iris", shape: "full", maxima: [-379.91463012, -214.35470437, -180.18547713, -160.890]),
    Case(
      data: "iris", shape: "tied", maxima: [-379.91463012, -296.44757477, -256.35404313, -223.04863964]),
    Case(
      data: "iris", shape: "diag", maxima: [-741.01753519, -386.18534693, -306.86046056, -264.84756569]),
    Case(
      data: "iris", shape: "spherical", maxima: [-889.51613071, -478.55909577, -384.31409507, -334.28607714]),
  ]

  @Test(arguments: faithful)
  func oldFaithful(reference: Case) throws {
    try check(reference, MixtureFixtures.faithful)
  }

  @Test(.enabled(if: MixtureFixtures.iris != nil, "iris_seaborn.csv is absent"), arguments: iris)
  func irisFlowers(reference: Case) throws {
    try check(reference, try #require(MixtureFixtures.iris))
  }

  private func check(_ reference: Case, _ rows: RowMatrix) throws {
    let model = try #require(CovarianceModel(name: reference.shape))
    for (index, maximum) in reference.maxima.enumerated() {
      let fit = try GaussianMixture.fit(
        rows, configuration: GaussianMixtureConfiguration(components: index + 1, covarianceModel: model))
      // Figures with fewer digits are met to half of the last.
      let tolerance = (maximum * 1000).rounded() == maximum * 1000 ? 5e-4 : 1e-6
      #expect(fit.logLikelihood >= maximum - tolerance, "K = \(index + 1): \(fit.logLikelihood), \(maximum)")
      #expect(!MixtureFixtures.isCollapsed(fit, rows), "K = \(index + 1)")
      #expect(fit.converged, "K = \(index + 1)")
    }
  }

  /// mclust's figures for all fourteen models at K = 2, 3, 4 on three data sets, each the best of 161 starts:
  /// reached from default flags (20 starts) where mclust found it more than 8 times. Maxima that are rarer
  /// take 400 starts, or one of 20 seeds.
  @Test(.enabled(if: MclustReference.shared != nil, "mclust.json is absent"), arguments: CovarianceModel.allCases)
  func mclust(model: CovarianceModel) throws {
    let reference = try #require(MclustReference.shared)
    for maximum in reference.maxima where maximum.model == model.rawValue {
      let data = try #require(reference.datasets[maximum.data])
      let rows = try RowMatrix(data.rows, columnCount: data.columns)
      var configuration = GaussianMixtureConfiguration(
        components: maximum.components, covarianceModel: model)
      var fit = try GaussianMixture.fit(rows, configuration: configuration)
      let goal = maximum.logLikelihood - 1e-6
      if maximum.hits <= 8, fit.logLikelihood < goal {
        configuration.starts = 400
        fit = try GaussianMixture.fit(rows, configuration: configuration)
        configuration.starts = 20
        while fit.logLikelihood < goal, configuration.seed < 20 {
          configuration.seed += 1
          fit = try GaussianMixture.fit(rows, configuration: configuration)
        }
      }
      let name = "\(maximum.data), K = \(maximum.components): "
      #expect(
        fit.logLikelihood >= goal,
        "\(name)\(fit.logLikelihood), mclust \(maximum.logLikelihood) in \(maximum.hits) starts")
      #expect(!MixtureFixtures.isCollapsed(fit, rows), "\(name)collapsed")
      #expect(fit.model.parameterCount == maximum.parameters)
    }
  }

  /// A model started from the answer of one it contains never ends lower (mclust's VVE can).
  @Test(
    arguments: [
      (CovarianceModel.vee, CovarianceModel.vve), (.eee, .vee), (.eee, .eve), (.eve, .vve), (.eee, .eev),
      (.eev, .vev), (.vev, .vvv), (.vve, .vvv), (.eev, .evv), (.evv, .vvv), (.vvi, .vve), (.eii, .vii),
      (.eei, .vei), (.eei, .evi), (.vei, .vvi), (.evi, .vvi), (.vii, .vvv),
    ])
  func aSupermodelNeverEndsLower(models: (CovarianceModel, CovarianceModel)) throws {
    for components in 2...4 {
      let small = try GaussianMixture.fit(
        MixtureFixtures.faithful,
        configuration: GaussianMixtureConfiguration(components: components, covarianceModel: models.0))
      let large = try GaussianMixture.fit(
        MixtureFixtures.faithful,
        configuration: GaussianMixtureConfiguration(
          components: components, covarianceModel: models.1, start: .given(small.model)))
      #expect(large.logLikelihood >= small.logLikelihood - 1e-9, "K = \(components)")
    }
  }

  /// The lowest BIC of Old Faithful is the tied model with three components, for mclust too.
  @Test func oldFaithfulByBIC() throws {
    let selection = try GaussianMixture.select(
      MixtureFixtures.faithful, components: Array(1...4), covarianceModels: [.vvv, .eee, .vvi, .vii])
    #expect(selection.winner.model.componentCount == 3)
    #expect(selection.winner.model.covarianceModel == .eee)
    #expect((selection.winner.bic - 2314.2957).magnitude < 1e-4)
    #expect(selection.winner.model.parameterCount == 11)
    // mclust prints 2357.824 where its EM stops, 0.01 nats below this maximum.
    #expect((selection.winner.icl - 2357.824).magnitude < 1)
    let evaluation = IndependentEvaluation(selection.winner.model)
    let classification = (0..<272).reduce(0.0) {
      $0 + log(evaluation.responsibilities(MixtureFixtures.faithful.row($1)).max() ?? 0)
    }
    #expect((selection.winner.icl - (selection.winner.bic - 2 * classification)).magnitude < 1e-8)
    let full = try #require(selection.candidates.first { $0.components == 2 && $0.covarianceModel == .vvv })
    #expect(((full.bic ?? 0) - 2322.192).magnitude < 1e-3)
  }
}
