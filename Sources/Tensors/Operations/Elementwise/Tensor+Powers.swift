import CSurprisalKernels

extension Tensor {
  /// x²; of whole numbers it wraps around.
  public func square() -> Tensor {
    asNumber().mapped(SURPRISAL_SQUARE, keepingInput: { x, g in g * x * 2 })
  }

  /// √x, of negative numbers NaN. The derivative ½ / √x is +∞ at 0 (so that a cotangent of 0 gives NaN there).
  public func squareRoot() -> Tensor {
    asFloat().mapped(SURPRISAL_SQRT, keepingOutput: { y, g in g * 0.5 / y })
  }

  /// 1 / √x, +∞ at 0; the derivative is −½ x^(−3/2), −∞ at 0.
  public func reciprocalSquareRoot() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_RSQRT, $0)
    } pullback: { _, y in
      { $0 * (y * y.square()) * -0.5 }
    }
  }

  /// 1 / x; the derivative is −1 / x². Both are infinite at 0.
  public func reciprocal() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_RECIPROCAL, $0)
    } pullback: { _, y in
      { -($0 * y.square()) }
    }
  }

  /// x^p for each element, 1 for p = 0 whatever x is; NaN for x < 0 unless p is whole.
  ///
  /// The derivative is p x^(p−1), and 0 for p = 0 also at x = 0; for 0 < p < 1 it is +∞ at x = 0. Whole numbers stay
  /// whole if p is a whole number of 0 ..< 2⁶³, and wrap around.
  public func power(_ exponent: Double) -> Tensor {
    let isWhole = !dtype.isFloatingPoint && exponent >= 0 && Int64(exactly: exponent) != nil
    let x = isWhole ? asNumber() : asFloat()
    if exponent == 1 { return x }
    if exponent == 2 { return x.square() }
    return differentiable(x) { x in
      x.dtype.isFloatingPoint
        ? Kernels.unary(SURPRISAL_POWER_NUMBER, x, exponent)
        : Kernels.binary(SURPRISAL_POWER, x, Tensor(x.dtype.equivalentExponent(exponent), dtype: x.dtype))
    } pullback: { x, _ in
      { g in
        exponent == 0 ? Tensor(zeros: g.shape, dtype: g.dtype) : g * x.power(exponent - 1) * exponent
      }
    }
  }

  /// x^p, element by element with broadcasting; 1 for p = 0 whatever x is.
  ///
  /// The derivative by x is p x^(p−1), and 0 for p = 0 also at x = 0; that by p is x^p log x, and 0 at x = 0 for p ≥ 0. Two tensors of
  /// whole numbers give whole numbers, which wrap around; a negative exponent then gives what dividing toward zero
  /// does.
  public func power(_ exponent: Tensor) -> Tensor {
    let (x, exponent) = Tensor.promotedToNumbers(self, exponent)
    return differentiable(x, exponent) {
      Kernels.binary(SURPRISAL_POWER, $0, $1)
    } pullbacks: { x, p, y in
      (
        { g in
          // Where 1 / x is infinite, at 0 and near it, the factor x^(0-1) would turn 0 into NaN.
          let isOne = (p .== 0) .& (x.withoutDerivative().reciprocal().abs() .== .infinity)
          return (g * p * x.power(Tensor(where: isOne, 0, else: p - 1))).summed(toShape: x.shape)
        },
        { g in
          let isFlat = (x .== 0) .& (p .>= 0)
          return (g * y * Tensor(where: isFlat, 1, else: x).log()).summed(toShape: p.shape)
        }
      )
    }
  }
}

extension DType {
  /// A whole exponent that this type of whole numbers holds, with the same powers modulo 2 to the number of bits.
  fileprivate func equivalentExponent(_ exponent: Double) -> Double {
    let bits = 8 * byteCount
    if exponent < Double(sign: .plus, exponent: bits - 1, significand: 1) { return exponent }
    // Powers of odd numbers repeat after 2^(bits − 2), and those of even ones are 0 from the exponent `bits` on.
    let period = Double(sign: .plus, exponent: bits - 2, significand: 1)
    let rest = exponent.truncatingRemainder(dividingBy: period)
    return rest < Double(bits) ? rest + period : rest
  }
}
