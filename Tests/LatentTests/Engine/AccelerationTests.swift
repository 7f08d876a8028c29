import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Extrapolated steps shorten EM and never lower the objective.
@Suite struct AccelerationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var rows: RowMatrix
    var components: Int
    var model: CovarianceModel
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "faithful full 3", rows: MixtureFixtures.faithful, components: 3, model: .vvv),
    Case(name: "faithful full 4", rows: MixtureFixtures.faithful, components: 4, model: .vvv),
    Case(name: "faithful tied 4", rows: MixtureFixtures.faithful, components: 4, model: .eee),
    Case(name: "faithful VEV 3", rows: MixtureFixtures.faithful, components: 3, model: .vev),
    Case(
      name: "overlapping 3",
      rows: MixtureFixtures.clusters(seed: 5, count: 2000, components: 3, columns: 2, separation: 1.5),
      components: 3, model: .vvv),
    Case(
      name: "overlapping diagonal 4",
      rows: MixtureFixtures.clusters(seed: 9, count: 1500, components: 4, columns: 3, separation: 1.5),
      components: 4, model: .vvi),
  ]

  private func fit(_ value: Case, _ start: MixtureStart, _ acceleration: EngineOptions.Acceleration) throws
    -> GaussianMixtureFit
  {
    try GaussianMixture.fit(
      value.rows,
      configuration: GaussianMixtureConfiguration(
        components: value.components, covarianceModel: value.model, starts: 1, start: start,
        engine: EngineOptions(maximumIterations: 100_000, acceleration: acceleration)))
  }

  /// The first E-step within 1e-6 nats of the end.
  private func iterations(_ fit: GaussianMixtureFit, to optimum: Double) -> Int {
    fit.ledger.first { $0.objective >= optimum - 1e-6 }?.iteration ?? Int.max
  }

  @Test(arguments: cases)
  func acceleratedAndPlainEndTogether(value: Case) throws {
    // All start from the place that twenty plain steps reach, in the valley of one optimum.
    var short = MixtureFixtures.plain(
      value.model, from: .hierarchical, components: value.components, iterations: 20)
    short.seed = 1
    let start = try GaussianMixture.fit(value.rows, configuration: short).model
    let plain = try fit(value, .given(start), .none)
    var text = "\(value.name): iterations to 1e-6 nats: plain"
    var counts: [Int] = []
    for acceleration in EngineOptions.Acceleration.allCases {
      let found = try fit(value, .given(start), acceleration)
      #expect(found.converged, "\(acceleration)")
      // Both stop at most 1e-9 nats a row below it.
      let tolerance = 1e-6 + 2e-9 * Double(value.rows.rowCount)
      #expect((found.objective - plain.objective).magnitude <= tolerance, "\(acceleration)")
      checkLedger(found.ledger)
      counts.append(iterations(found, to: max(plain.objective, found.objective)))
      text += " \(acceleration) \(counts[counts.count - 1])"
    }
    print(text)
  }

  private func checkLedger(_ ledger: [LedgerEntry]) {
    for (before, after) in zip(ledger, ledger.dropFirst()) {
      let allowed = max(before.roundingBound, after.roundingBound) + 2 * before.objective.magnitude.ulp
      #expect(after.objective >= before.objective - allowed, "iteration \(after.iteration)")
      #expect(after.iteration == before.iteration + 1)
      if let refused = before.refusedObjective {
        // What was refused is not in the ledger: the plain step took its place, from the same E-step.
        #expect(after.step == .maximization)
        #expect(!(refused >= after.objective))
      }
    }
  }

  /// SQUAREM's figure for Old Faithful K = 4 is 70 evaluations where plain EM takes 567 (PEERS.md): slow
  /// cases must end.
  @Test func slowCasesEnd() throws {
    var total = (plain: 0, squarem: 0, anderson: 0)
    for value in AccelerationTests.cases {
      let short = MixtureFixtures.plain(
        value.model, from: .hierarchical, components: value.components, iterations: 5)
      let start = try GaussianMixture.fit(value.rows, configuration: short).model
      total.plain += try fit(value, .given(start), .none).iterations
      total.squarem += try fit(value, .given(start), .squarem).iterations
      total.anderson += try fit(value, .given(start), .anderson).iterations
    }
    print("iterations to the stop rule, all cases: \(total)")
    #expect(total.squarem * 2 < total.plain)
    // Anderson mixing loses much on tied clusters and is not the default.
    #expect(total.anderson < total.plain)
  }

  /// x → 1 + c (x − 1) on every coordinate: one cycle lands on the fixed point.
  @Test func squaredExtrapolationOfALinearMapIsExact() throws {
    var rule = SquaredExtrapolation()
    let proposal = try #require(cycle(&rule, from: [3, -2], ratio: 0.7))
    #expect(MixtureFixtures.difference(proposal, [1, 1]) < 1e-12)
  }

  /// c = 0.9 asks for |α| = 10; the limit grows from 4 when steps at it are accepted, and shrinks.
  @Test func squaredExtrapolationIsLimited() throws {
    var rule = SquaredExtrapolation()
    let limited = try #require(cycle(&rule, from: [3], ratio: 0.9))
    #expect((limited[0] - 1 - 2 * (1 - 0.8 + 0.16)).magnitude < 1e-12)
    rule.accept()
    let free = try #require(cycle(&rule, from: [3], ratio: 0.9))
    #expect((free[0] - 1).magnitude < 1e-12)
    rule.refuse()
    let refused = try #require(cycle(&rule, from: [3], ratio: 0.9))
    #expect((refused[0] - limited[0]).magnitude < 1e-12)
  }

  private func cycle(_ rule: inout SquaredExtrapolation, from start: [Double], ratio: Double) -> [Double]? {
    let x = (0...2).map { step in start.map { 1 + pow(ratio, Double(step)) * ($0 - 1) } }
    return rule.proposal(point: x[0], image: x[1], metric: [])
      ?? rule.proposal(point: x[1], image: x[2], metric: [])
  }

  @Test func andersonSolvesALinearMapInItsDimension() throws {
    // g(x) = A x + b in three dimensions with eigenvalues 0.95, 0.5, 0.1.
    func g(_ x: [Double]) -> [Double] {
      [0.95 * x[0] + 0.05, 0.5 * x[1] + 0.1 * x[0] + 0.4, 0.1 * x[2] + 0.9]
    }
    var mixing = AndersonMixing(depth: 10)
    var x = [5.0, -3, 2]
    for _ in 0..<8 {
      let image = g(x)
      if let proposal = mixing.proposal(point: x, image: image, metric: []) {
        mixing.accept()
        x = proposal
      } else {
        x = image
      }
    }
    #expect(MixtureFixtures.difference(x, [1, 1, 1]) < 1e-9, "\(x)")
  }
}
