import CSurprisalKernels

extension Tensor {
  /// eˣ.
  public func exp() -> Tensor {
    asFloat().mapped(SURPRISAL_EXP, keepingOutput: { y, g in g * y })
  }

  /// eˣ − 1, exact to rounding near 0 too.
  public func expMinusOne() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_EXPM1, $0)
    } pullback: { x, _ in
      { $0 * x.exp() }
    }
  }

  /// The natural logarithm: −∞ at 0, NaN below. The derivative 1 / x is +∞ at 0.
  public func log() -> Tensor {
    asFloat().mapped(SURPRISAL_LOG, keepingInput: { x, g in g / x })
  }

  /// x · log y, element by element with broadcasting, and 0 where x = 0 and y ≤ 0: the term of an entropy.
  ///
  /// The derivatives are log y by x and x / y by y; where x = 0 and y ≤ 0 both are 0. So x.timesLog(x), which is
  /// x log x, has the value 0 and the derivative 0 at 0 (the limit of the derivative would be −∞).
  public func timesLog(_ y: Tensor) -> Tensor {
    let (x, y) = Tensor.promotedToFloat(self, y)
    return x * Tensor(where: (x .== 0) .& (y .<= 0), 1, else: y).log()
  }
}

/// eˣ for each element.
public func exp(_ x: Tensor) -> Tensor { x.exp() }

/// The natural logarithm of each element; see `Tensor.log()`.
public func log(_ x: Tensor) -> Tensor { x.log() }

/// log(1 + x) for each element, exact to rounding near 0 too: −∞ at −1, NaN below. The derivative is 1 / (1 + x).
public func log(onePlus x: Tensor) -> Tensor {
  differentiable(x.asFloat()) {
    Kernels.unary(SURPRISAL_LOG1P, $0)
  } pullback: { x, _ in
    { $0 / (x + 1) }
  }
}
