import CSurprisalKernels

extension Tensor {
  /// sin x, of radians; NaN at ±∞.
  public func sin() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_SIN, $0)
    } pullback: { x, _ in
      { $0 * x.cos() }
    }
  }

  /// cos x, of radians; NaN at ±∞.
  public func cos() -> Tensor {
    differentiable(asFloat()) {
      Kernels.unary(SURPRISAL_COS, $0)
    } pullback: { x, _ in
      { -($0 * x.sin()) }
    }
  }

  /// tanh x; the derivative is 1 − tanh² x.
  public func tanh() -> Tensor {
    asFloat().mapped(SURPRISAL_TANH, keepingOutput: { y, g in g * (1 - y.square()) })
  }
}

/// sin x for each element.
public func sin(_ x: Tensor) -> Tensor { x.sin() }

/// cos x for each element.
public func cos(_ x: Tensor) -> Tensor { x.cos() }

/// tanh x for each element.
public func tanh(_ x: Tensor) -> Tensor { x.tanh() }
