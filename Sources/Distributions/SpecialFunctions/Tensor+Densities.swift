import SurprisalCore
import SurprisalTensors

// What the families' log-densities, entropies and divergences share; see `SpecialFunctions`.
extension Tensor {
  /// log(1 + x) − x.
  static func logOnePlusMinus(_ x: Tensor) -> Tensor {
    elementwise([x]) { x, _, _ in
      SpecialFunctions.logOnePlusMinus(x)
    } derivative: { inputs, _, _ in
      -inputs[0] / (inputs[0] + 1)
    }
  }

  /// (a − 1) log x + a log n − a − log Γ(a).
  static func dirichletPart(_ a: Tensor, _ n: Tensor, _ x: Tensor) -> Tensor {
    elementwise([a, n, x]) { a, n, x in
      SpecialFunctions.dirichletPart(a, n, x)
    } derivative: { inputs, _, argument in
      let (a, n, x) = (inputs[0], inputs[1], inputs[2])
      switch argument {
      case 0: return x.log() + (n.log() - 1 - a.digamma())
      case 1: return a / n + x * 0
      default: return Tensor(where: a .== 1, 0, else: (a - 1) / x)
      }
    }
  }

  /// log Γ(n) − n log n + n.
  static func dirichletWhole(_ n: Tensor) -> Tensor {
    elementwise([n]) { n, _, _ in
      SpecialFunctions.dirichletWhole(n)
    } derivative: { inputs, _, _ in
      digammaRest(inputs[0])
    }
  }

  /// a + log Γ(a) + (1 − a) ψ(a).
  static func gammaEntropy(_ a: Tensor) -> Tensor {
    elementwise([a]) { a, _, _ in
      SpecialFunctions.gammaEntropy(a)
    } derivative: { inputs, _, _ in
      1 + (1 - inputs[0]) * inputs[0].polygamma(order: 1)
    }
  }

  /// KL between gamma distributions of equal mean and the concentrations a and b.
  static func gammaShapeDivergence(_ a: Tensor, _ b: Tensor) -> Tensor {
    elementwise([a, b]) { a, b, _ in
      SpecialFunctions.gammaShapeDivergence(a, b)
    } derivative: { inputs, _, argument in
      let (a, b) = (inputs[0], inputs[1])
      if argument == 1 { return digammaRest(b) - digammaRest(a) }
      return (a - b) * (a.polygamma(order: 1) - a.reciprocal())
    }
  }

  /// ψ(x) − log x.
  static func digammaRest(_ x: Tensor) -> Tensor {
    elementwise([x]) { x, _, _ in
      SpecialFunctions.digammaRest(x)
    } derivative: { inputs, _, _ in
      inputs[0].polygamma(order: 1) - inputs[0].reciprocal()
    }
  }

  /// The logarithms of gamma numbers of rate 1, which stay finite where the numbers are below float64; the derivative by
  /// the concentration is the pathwise one (Figurnov, Mohamed and Mnih 2018).
  ///
  /// - Parameter concentration: of float64, of the shape of the result.
  static func logGammaSample(_ concentration: Tensor, using generator: inout RandomGenerator) -> Tensor {
    let drawn = Tensor.logGamma(concentrations: concentration, using: &generator)
    guard concentration.isTracked else { return drawn }
    return elementwise([concentration, drawn]) { _, logX, _ in
      logX
    } derivative: { inputs, logX, argument in
      argument == 0 ? gammaLogPathwise(inputs[0], logX: logX) : Tensor(ones: logX.shape, dtype: logX.dtype)
    }
  }
}
