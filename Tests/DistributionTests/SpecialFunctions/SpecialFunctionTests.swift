import Foundation
import SurprisalDistributions
import SurprisalTensors
import Testing

/// The special functions and the divergences made of them against 50-digit values.
struct SpecialFunctionTests {
  struct Case: Decodable {
    let function: String
    let arguments: [Double]
    let value: Numbers
  }

  /// Each function with the relative error allowed; of logarithms that cross 0, of their larger terms.
  struct Function: Sendable {
    let tolerance: Double
    var floor = 0.0
    let call: @Sendable ([Double]) throws -> Double
  }

  typealias S = SpecialFunctions

  static let functions: [String: Function] = [
    "normalCumulative": Function(tolerance: 1e-14) { S.normalCumulative($0[0]) },
    "logNormalCumulative": Function(tolerance: 1e-14) { S.logNormalCumulative($0[0]) },
    "normalQuantile": Function(tolerance: 1e-14) { S.normalQuantile(lower: $0[0]) },
    "normalQuantileUpper": Function(tolerance: 1e-14) { S.normalQuantile(upper: $0[0]) },
    "stirlingCorrection": Function(tolerance: 1e-14) { S.stirlingCorrection($0[0]) },
    "devianceTerm": Function(tolerance: 1e-14) { S.devianceTerm($0[0], $0[1]) },
    "logBeta": Function(tolerance: 1e-14, floor: 1) { S.logBeta($0[0], $0[1]) },
    "logBinomial": Function(tolerance: 1e-14, floor: 1) { S.logBinomial($0[0], $0[1]) },
    "gammaLower": Function(tolerance: 1e-13) { S.gammaLower($0[0], $0[1]) },
    "gammaUpper": Function(tolerance: 1e-13) { S.gammaUpper($0[0], $0[1]) },
    "logGammaLower": Function(tolerance: 1e-13) { S.logGammaLower($0[0], $0[1]) },
    "logGammaUpper": Function(tolerance: 1e-13) { S.logGammaUpper($0[0], $0[1]) },
    "gammaLowerByShape": Function(tolerance: 1e-9) { S.gammaLowerByShape($0[0], $0[1]) },
    "gammaQuantileLower": Function(tolerance: 1e-13) { S.gammaQuantile($0[0], lower: $0[1]) },
    "gammaQuantileUpper": Function(tolerance: 1e-13) { S.gammaQuantile($0[0], upper: $0[1]) },
    "betaLower": Function(tolerance: 1e-13) { S.betaLower($0[0], $0[1], $0[2]) },
    "betaUpper": Function(tolerance: 1e-13) { S.betaUpper($0[0], $0[1], $0[2]) },
    "betaLowerByFirst": Function(tolerance: 1e-9) { S.betaLowerByFirst($0[0], $0[1], $0[2]) },
    "betaLowerBySecond": Function(tolerance: 1e-9) { S.betaLowerBySecond($0[0], $0[1], $0[2]) },
    "betaQuantileLower": Function(tolerance: 1e-13) { S.betaQuantile($0[0], $0[1], lower: $0[2]) },
    "betaQuantileUpper": Function(tolerance: 1e-13) { S.betaQuantile($0[0], $0[1], upper: $0[2]) },
    "studentLower": Function(tolerance: 1e-13) { S.studentLower($0[0], $0[1]) },
    "studentQuantile": Function(tolerance: 1e-13) { S.studentQuantile($0[0], lower: $0[1]) },
    "studentLogDensity": Function(tolerance: 1e-14, floor: 1) { S.studentLogDensity($0[0], $0[1]) },
    // From nearly equal distributions, 1e-19, to 1e7.
    "gammaDivergence": Function(tolerance: 1e-7) {
      let (p, q) = (
        try Gamma(concentration: $0[0], rate: $0[1]), try Gamma(concentration: $0[2], rate: $0[3])
      )
      return p.closedFormKL(to: q)?.doubles[0] ?? .nan
    },
    "betaDivergence": Function(tolerance: 1e-7) {
      let p = try Beta(concentration1: $0[0], concentration0: $0[1])
      return p.closedFormKL(to: try Beta(concentration1: $0[2], concentration0: $0[3]))?.doubles[0] ?? .nan
    },
    "dirichletDivergence": Function(tolerance: 1e-7) {
      let p = try Dirichlet(concentration: Array($0[..<3]))
      return p.closedFormKL(to: try Dirichlet(concentration: Array($0[3...])))?.doubles[0] ?? .nan
    },
  ]

  @Test func valuesOfFiftyDigits() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Distributions/special_functions.json")
      .standardizedFileURL
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
    #expect(Set(cases.map(\.function)) == Set(SpecialFunctionTests.functions.keys))
    for item in cases {
      let function = try #require(SpecialFunctionTests.functions[item.function])
      let (found, expected) = (try function.call(item.arguments), item.value.values[0])
      if found == expected { continue }
      // In a far tail the exponent's own rounding counts, too.
      let exponent = expected > 0 ? max(1, abs(log(expected)) / 100) : 1
      let allowed = function.tolerance * max(function.floor, abs(expected)) * exponent + .leastNormalMagnitude
      if !(abs(found - expected) <= allowed) {
        Issue.record("\(item.function)\(item.arguments): \(found), not \(expected)")
      }
    }
  }

  @Test func edges() {
    #expect(S.gammaLower(2, 0) == 0)
    #expect(S.gammaLower(2, -1) == 0)
    #expect(S.gammaUpper(2, -1) == 1)
    #expect(S.gammaLower(2, .infinity) == 1)
    #expect(S.gammaUpper(2, .infinity) == 0)
    #expect(S.gammaLower(-1, 1).isNaN)
    #expect(S.gammaQuantile(2, lower: 0) == 0)
    #expect(S.gammaQuantile(2, lower: 1) == .infinity)
    #expect(S.gammaQuantile(2, upper: 0) == .infinity)
    #expect(S.gammaQuantile(1e-3, lower: 1e-10) == 0)
    #expect(S.betaLower(2, 3, 0) == 0)
    #expect(S.betaLower(2, 3, 1) == 1)
    #expect(S.betaQuantile(2, 3, lower: 1) == 1)
    #expect(S.betaQuantile(2, 3, lower: .nan).isNaN)
    #expect(S.normalQuantile(lower: 1) == .infinity)
    #expect(S.logNormalCumulative(.infinity) == 0)
    #expect(S.logNormalCumulative(-.infinity) == -.infinity)
    #expect(S.logBinomial(3, 4) == -.infinity)
  }

  /// P⁻¹(P(x)) = x and P + Q = 1 over random parameters of all sizes, from a fixed seed.
  @Test func inversesOverRandomParameters() {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) * 0x1p-53
    }
    for _ in 0..<2000 {
      let (a, b, p) = (exp(uniform() * 20 - 6), exp(uniform() * 14 - 5), uniform())
      let x = S.gammaQuantile(a, lower: p)
      if x > 1e-290, !(abs(S.gammaLower(a, x) - p) <= 1e-13 + 4e-16 * a.squareRoot()) {
        Issue.record("gamma \(a): quantile \(x) of \(p) has P \(S.gammaLower(a, x))")
      }
      if abs(S.gammaLower(a, x) + S.gammaUpper(a, x) - 1) > 1e-15 { Issue.record("gamma \(a): P + Q at \(x)") }
      let c = min(a, 1e4)
      let y = S.betaQuantile(c, b, lower: p)
      // Where the root is within rounding of 1, its neighbors tell.
      let isBracketed = S.betaLower(c, b, y.nextDown) <= p + 1e-12 && S.betaLower(c, b, y.nextUp) >= p - 1e-12
      if y > 1e-290, !isBracketed { Issue.record("beta \(c), \(b): quantile \(y) of \(p) has \(S.betaLower(c, b, y))") }
    }
  }
}
