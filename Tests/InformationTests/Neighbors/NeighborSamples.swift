import Foundation
import SurprisalCore

/// Samples with a known mutual information, from seeds.
struct NeighborSamples {
  var generator: RandomGenerator
  var normals = NormalSource()

  init(seed: UInt64, stream: UInt64 = 0) { generator = RandomGenerator(seed: seed, stream: stream) }

  mutating func normal() -> Double { normals.next(using: &generator) }

  mutating func normals(_ count: Int) -> [Double] { (0..<count).map { _ in normal() } }

  mutating func uniforms(_ count: Int) -> [Double] { (0..<count).map { _ in generator.nextUniform() } }

  /// Correlated normal pairs; bivariate t if degrees of freedom are given.
  mutating func pairs(_ count: Int, correlation: Double, degreesOfFreedom: Int? = nil) -> (x: [Double], y: [Double]) {
    var (x, y) = ([Double](), [Double]())
    for _ in 0..<count {
      let (a, b) = (normal(), normal())
      var factor = 1.0
      if let degrees = degreesOfFreedom {
        let square = (0..<degrees).reduce(0.0) { sum, _ in
          let value = normal()
          return sum + value * value
        }
        factor = (Double(degrees) / square).squareRoot()
      }
      x.append(a * factor)
      y.append((correlation * a + (1 - correlation * correlation).squareRoot() * b) * factor)
    }
    return (x, y)
  }

  /// Two normal pairs of correlation ±0.8 at ±(1.5, 1.5), mixed evenly.
  mutating func mixture(_ count: Int) -> (x: [Double], y: [Double]) {
    var (x, y) = ([Double](), [Double]())
    for _ in 0..<count {
      let side = generator.nextUniform() < 0.5 ? 1.0 : -1.0
      let (a, b) = (normal(), normal())
      x.append(1.5 * side + a)
      y.append(1.5 * side + 0.8 * side * a + 0.6 * b)
    }
    return (x, y)
  }

  /// X ~ Poisson(4), Y ~ Binomial(X, 1/2).
  mutating func thinnedCounts(_ count: Int) -> (x: [Double], y: [Double]) {
    var (x, y) = ([Double](), [Double]())
    for _ in 0..<count {
      var (events, kept, product) = (-1.0, 0.0, 1.0)
      repeat {
        product *= 1 - generator.nextUniform()
        events += 1
      } while product > exp(-4)
      for _ in 0..<Int(events) where generator.nextUniform() < 0.5 { kept += 1 }
      x.append(events)
      y.append(kept)
    }
    return (x, y)
  }

  /// −½ ln(1 − ρ²).
  static func normalInformation(_ correlation: Double) -> Double { -0.5 * log1p(-correlation * correlation) }

  /// What a bivariate t with 3 degrees of freedom adds to it, whatever ρ.
  static let heavyTails = 0.04241141065056975

  /// The mixture's information by the trapezoidal rule on a grid of step 0.01.
  static let mixtureInformation: Double = {
    let grid = (-800...800).map { Double($0) * 0.01 }
    func normal(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
    let marginal = grid.map { 0.5 * normal($0 - 1.5) + 0.5 * normal($0 + 1.5) }
    var sum = 0.0
    for (i, x) in grid.enumerated() {
      for (j, y) in grid.enumerated() {
        let upper = normal(x - 1.5) * normal((y - 1.5 - 0.8 * (x - 1.5)) / 0.6) / 0.6
        let lower = normal(x + 1.5) * normal((y + 1.5 + 0.8 * (x + 1.5)) / 0.6) / 0.6
        let density = 0.5 * (upper + lower)
        if density > 0 { sum += density * log(density / (marginal[i] * marginal[j])) }
      }
    }
    return sum * 1e-4
  }()

  /// The thinned counts' information, summed over the table.
  static let thinnedInformation: Double = {
    var sum = 0.0
    for x in 0..<60 {
      for y in 0...x {
        let logX = -4 + Double(x) * log(4) - lgamma(Double(x) + 1)
        let logY = -2 + Double(y) * log(2) - lgamma(Double(y) + 1)
        let logRest = -2 + Double(x - y) * log(2) - lgamma(Double(x - y) + 1)
        sum += exp(logY + logRest) * (logRest - logX)
      }
    }
    return sum
  }()
}
