import CSurprisalKernels

extension Tensor {
  /// |x|; the derivative at 0 is 0. Of whole numbers the smallest one wraps around to itself.
  public func abs() -> Tensor {
    asNumber().mapped(SURPRISAL_ABS, keepingInput: { x, g in g * x.sign() })
  }

  /// −1, 0 or 1 by the sign of x; the derivative is 0 everywhere. NaN stays NaN.
  public func sign() -> Tensor { asNumber().stepped(SURPRISAL_SIGN) }

  /// The largest whole number not above x; the derivative is 0 everywhere.
  public func floor() -> Tensor { dtype.isFloatingPoint ? stepped(SURPRISAL_FLOOR) : asNumber() }

  /// The smallest whole number not below x; the derivative is 0 everywhere.
  public func ceil() -> Tensor { dtype.isFloatingPoint ? stepped(SURPRISAL_CEIL) : asNumber() }

  /// The nearest whole number, of two equally near ones the even one; the derivative is 0 everywhere.
  public func rounded() -> Tensor { dtype.isFloatingPoint ? stepped(SURPRISAL_ROUND) : asNumber() }
}
