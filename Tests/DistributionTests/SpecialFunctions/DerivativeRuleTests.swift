import SurprisalDistributions
import SurprisalTensors
import Testing

/// The derivative rules of log-densities, distribution functions, quantiles, entropies and divergences, which are written
/// by hand, against central differences of fourth order.
struct DerivativeRuleTests {
  struct Entry: Sendable, CustomStringConvertible {
    let name: String
    let parameters: [Double]
    let points: [Double]
    let make: @Sendable ([Tensor]) throws -> any Distribution
    var description: String { "\(name) \(parameters)" }
  }

  static let entries: [Entry] =
    [[0.4, 2.0], [1.5, 1.0], [30.0, 3.0], [500.0, 8.0]].flatMap { parameters in
      let center = parameters[0] / parameters[1]
      let points = [0.5, 0.9, 1.04, 1.2].map { $0 * center }
      return [
        Entry(name: "Gamma", parameters: parameters, points: points) {
          try Gamma(concentration: $0[0], rate: $0[1])
        },
        Entry(name: "InverseGamma", parameters: parameters, points: points.map { 1 / $0 }) {
          try InverseGamma(concentration: $0[0], scale: $0[1])
        },
      ]
    }
    + [[0.3, 0.4], [2.0, 5.0], [0.2, 30.0], [80.0, 40.0]].map { parameters in
      Entry(name: "Beta", parameters: parameters, points: [0.02, 0.3, 0.7]) {
        try Beta(concentration1: $0[0], concentration0: $0[1])
      }
    }
    + [[0.5, 1.0, 2.0], [4.0, -3.0, 0.5], [200.0, 0.0, 1.0]].map { parameters in
      Entry(name: "StudentT", parameters: parameters, points: [-4, -2.5, 0.25, 1.5]) {
        try StudentT(degreesOfFreedom: $0[0], location: $0[1], scale: $0[2])
      }
    }
    + [
      Entry(name: "Normal", parameters: [1, 2], points: [-3, 0.5, 4]) {
        try Normal(mean: $0[0], standardDeviation: $0[1])
      },
      Entry(name: "Dirichlet", parameters: [0.5, 2], points: []) {
        try Dirichlet(concentration: Tensor(stacking: $0, alongAxis: -1))
      },
    ]

  /// The functions of the parameters and a last number; the others are not univariate or have no closed form.
  static func functions(_ entry: Entry) -> [(name: String, call: ([Tensor], Tensor) throws -> Tensor)] {
    func univariate(_ parameters: [Tensor]) throws -> any UnivariateDistribution {
      try #require(try entry.make(parameters) as? any UnivariateDistribution)
    }
    var functions: [(name: String, call: ([Tensor], Tensor) throws -> Tensor)] = [
      ("entropy", { parameters, _ in try entry.make(parameters).entropy() }),
      ("variance", { parameters, x in try entry.make(parameters).variance.sum() + x * 0 }),
      (
        "divergence to",
        { parameters, x in
          let other = try entry.make(entry.parameters.map { Tensor($0 * 1.25, dtype: .float64) })
          return try entry.make(parameters).closedFormKL(to: other) ?? x * 0
        }
      ),
      (
        "divergence from",
        { parameters, x in
          let other = try entry.make(entry.parameters.map { Tensor($0 * 1.25, dtype: .float64) })
          return other.closedFormKL(to: try entry.make(parameters)) ?? x * 0
        }
      ),
    ]
    if entry.points.isEmpty {
      functions.append(
        (
          "log-density",
          { parameters, _ in try entry.make(parameters).logDensity(of: Tensor([0.25, 0.75])) }
        ))
    } else {
      functions += [
        ("log-density", { parameters, x in try entry.make(parameters).logDensity(of: x) }),
        ("cumulative", { parameters, x in try univariate(parameters).cumulative(at: x) }),
        ("complementary", { parameters, x in try univariate(parameters).complementaryCumulative(at: x) }),
        (
          "quantile",
          { parameters, x in
            // A probability that the points give.
            try univariate(parameters).quantile(at: (x * 0.1).sigmoid() * 0.8 + 0.1)
          }
        ),
      ]
    }
    return functions
  }

  @Test(arguments: entries) func firstDerivatives(_ entry: Entry) throws {
    for function in DerivativeRuleTests.functions(entry) {
      for point in entry.points.isEmpty ? [0] : entry.points {
        let inputs = (entry.parameters + [point]).map { Tensor($0, dtype: .float64) }
        let count = entry.parameters.count
        let (_, gradients) = try valueAndGradient(of: inputs) { inputs in
          try function.call(Array(inputs[..<count]), inputs[count])
        }
        for index in inputs.indices {
          func value(_ shift: Double) throws -> Double {
            var moved = inputs
            moved[index] = moved[index] + shift
            return try function.call(Array(moved[..<count]), moved[count]).doubles[0]
          }
          let size = abs(inputs[index].doubles[0])
          let step = 1e-3 * (size > 0 ? size : 0.05)
          let near = try value(step) - value(-step)
          let far = try value(2 * step) - value(-2 * step)
          // Moments that there are not.
          if near.isNaN { continue }
          let expected = (8 * near - far) / (12 * step)
          let found = gradients[index].doubles[0]
          // The differences lose the digits of values that are large beside their changes.
          let scale = try abs(expected) + 1e-2 * max(1, abs(value(0))) / abs(step) * 1e-4
          if !(abs(found - expected) <= 1e-5 * scale) {
            Issue.record("\(entry), \(function.name) at \(point) by \(index): \(found), not \(expected)")
          }
        }
      }
    }
  }
}
