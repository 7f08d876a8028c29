import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors

/// One line of entropies.json: a mixture, a function of numbers or a relaxed categorical distribution.
struct EntropyCase: Decodable, Sendable, CustomStringConvertible {
  struct Component: Decodable, Sendable {
    let family: String
    let parameters: [String: Double]

    func make() throws -> any UnivariateDistribution {
      func value(_ name: String) -> Double { parameters[name] ?? .nan }
      switch family {
      case "Normal": return try Normal(mean: value("mean"), standardDeviation: value("standardDeviation"))
      case "Laplace": return try Laplace(location: value("location"), scale: value("scale"))
      case "Logistic": return try Logistic(location: value("location"), scale: value("scale"))
      case "StudentT":
        return try StudentT(
          degreesOfFreedom: value("degreesOfFreedom"), location: value("location"), scale: value("scale"))
      case "Uniform": return try Uniform(lower: value("lower"), upper: value("upper"))
      case "LogNormal": return try LogNormal(location: value("location"), scale: value("scale"))
      case "Exponential": return try Exponential(rate: value("rate"))
      case "Gamma": return try Gamma(concentration: value("concentration"), rate: value("rate"))
      case "InverseGamma": return try InverseGamma(concentration: value("concentration"), scale: value("scale"))
      case "Beta": return try Beta(concentration1: value("concentration1"), concentration0: value("concentration0"))
      case "Poisson": return try Poisson(rate: value("rate"))
      case "Geometric": return try Geometric(probability: value("probability"))
      case "Binomial": return try Binomial(trials: Int(value("trials")), probability: value("probability"))
      default: throw SurprisalError(.usage, "no family \(family)")
      }
    }
  }

  let weights: [Double]?
  let components: [Component]?
  let map: String?
  let exponent: Double?
  let temperature: Double?
  let logits: [Double]?
  let entropy: Double

  var description: String {
    if let temperature, let logits { return "relaxed \(temperature) \(logits)" }
    let parts = zip(weights ?? [], components ?? []).map { "\($0) \($1.family) \($1.parameters)" }
    return "\(map ?? "") \(map == "Power" ? "\(exponent ?? 0)" : "") \(parts)"
  }

  static func all() throws -> [EntropyCase] {
    let file = URL(filePath: #filePath).appending(path: "../../../References/Distributions/entropies.json")
      .standardizedFileURL
    return try JSONDecoder().decode([EntropyCase].self, from: Data(contentsOf: file))
  }

  /// The distribution and its entropy less the reference.
  func bounded() throws -> BoundedEntropy {
    if let temperature, let logits {
      return try RelaxedCategorical(temperature: temperature, logits: logits).boundedEntropy()
    }
    let parts = try (components ?? []).map { AnyUnivariateDistribution(try $0.make()) }
    let mixture = try Mixture(weights: Tensor(weights ?? []), components: parts)
    guard let map else { return try mixture.boundedEntropy() }
    let bijection: any Bijection =
      switch map {
      case "Exp": ExpBijection()
      case "Sigmoid": SigmoidBijection()
      case "Softplus": SoftplusBijection()
      case "Tanh": TanhBijection()
      default: try PowerBijection(exponent ?? 1)
      }
    if parts.count == 1 { return try Transformed(parts[0], by: bijection).boundedEntropy() }
    return try Transformed(mixture, by: bijection).boundedEntropy()
  }
}
