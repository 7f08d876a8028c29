import SurprisalCore
import SurprisalTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Tensor {
  /// log Γ_D(x) = ¼ D (D − 1) log π + Σ_{j<D} log Γ(x − ½ j), the logarithm of the multivariate gamma function.
  func logGamma(dimensions: Int) -> Tensor {
    halves(dimensions).logGamma().sum(alongAxes: [-1])
      + 0.25 * Double(dimensions * (dimensions - 1)) * SpecialFunctions.logPi
  }

  /// ψ_D(x) = Σ_{j<D} ψ(x − ½ j), the derivative of log Γ_D.
  func digamma(dimensions: Int) -> Tensor { halves(dimensions).digamma().sum(alongAxes: [-1]) }

  /// The derivative of log Γ_D of order `order` + 1.
  func polygamma(order: Int, dimensions: Int) -> Tensor {
    halves(dimensions).polygamma(order: order).sum(alongAxes: [-1])
  }

  /// a log s − s − log Γ(a), with broadcasting, which does not cancel near s = a.
  static func logGammaKernel(_ a: Tensor, _ s: Tensor) -> Tensor {
    elementwise([a, s]) { a, s, _ in
      SpecialFunctions.gammaLogKernel(a, s)
    } derivative: { inputs, _, argument in
      let (a, s) = (inputs[0], inputs[1])
      return argument == 0 ? s.log() - a.digamma() : (a - s) / s
    }
  }

  /// log Γ(a) + a − a ψ(a), without its cancellation for large a.
  var logGammaEntropy: Tensor {
    Tensor.elementwise([self]) { a, _, _ in
      SpecialFunctions.logGammaEntropy(a)
    } derivative: { inputs, _, _ in
      1 - inputs[0] * inputs[0].polygamma(order: 1)
    }
  }

  /// Gamma numbers of scale 1 with their pathwise derivative by the concentrations, which has no further derivative.
  static func pathwiseGamma(concentrations: Tensor, using generator: inout RandomGenerator) -> Tensor {
    let drawn = Tensor.gamma(concentrations: concentrations, using: &generator)
    return elementwise([concentrations, drawn]) { _, x, _ in
      x
    } derivative: { inputs, x, _ in
      elementwise([inputs[0], x]) { a, x, _ in
        x > 0 ? x * SpecialFunctions.gammaLogPathwise(a, logX: SpecialFunctions.logarithm(x)) : 0
      } derivative: { inputs, _, argument in
        Tensor(repeating: .nan, shape: inputs[argument].shape, dtype: inputs[argument].dtype)
      }
    }
  }

  private func halves(_ dimensions: Int) -> Tensor {
    expandingAxis(-1) - Tensor(range: 0..<dimensions).converted(to: dtype) * 0.5
  }
}

extension SpecialFunctions {
  /// log x, by a name that no method of tensors has.
  static func logarithm(_ x: Double) -> Double { log(x) }

  /// log Γ(a) + a − a ψ(a): from 16 on ½ log(2π e / a) + Σ B₂ₖ / ((2 k − 1) a²ᵏ⁻¹).
  static func logGammaEntropy(_ a: Double) -> Double {
    if a < 16 { return logGamma(a) + a * (1 - digamma(a)) }
    let square = 1 / (a * a)
    let terms: [Double] = [1.0 / 6, -1.0 / 90, 1.0 / 210, -1.0 / 210, 5.0 / 594]
    return 0.5 + SpecialFunctions.halfLogTwoPi - 0.5 * log(a) + terms.reversed().reduce(0) { $0 * square + $1 } / a
  }
}
