import CSurprisalKernels

extension Tensor {
  /// f(x) for each element, whose derivative needs x: one kernel computes g f'(x), and `rule` is the same composed of
  /// operations for where an enclosing derivative follows.
  @inline(__always)
  func mapped(
    _ op: surprisal_unary_op, _ p: Double = 0, _ q: Double = 0,
    keepingInput rule: @escaping @Sendable (_ x: Tensor, _ g: Tensor) -> Tensor
  ) -> Tensor {
    if node == nil { return Kernels.unary(op, self, p, q) }
    return differentiable(self) {
      Kernels.unary(op, $0, p, q)
    } pullback: { x, _ in
      { g in x.isTracked || g.isTracked ? rule(x, g) : Kernels.unaryBackward(op, saved: x, g, p, q) }
    }
  }

  /// f(x) for each element, whose derivative needs y = f(x) only; see the form that keeps x.
  @inline(__always)
  func mapped(
    _ op: surprisal_unary_op, keepingOutput rule: @escaping @Sendable (_ y: Tensor, _ g: Tensor) -> Tensor
  ) -> Tensor {
    if node == nil { return Kernels.unary(op, self) }
    return differentiable(self) {
      Kernels.unary(op, $0)
    } pullback: { _, y in
      { g in y.isTracked || g.isTracked ? rule(y, g) : Kernels.unaryBackward(op, saved: y, g) }
    }
  }

  /// f(x) for each element of a function that is constant between its jumps: its derivative is 0 everywhere.
  func stepped(_ op: surprisal_unary_op) -> Tensor { Kernels.unary(op, withoutDerivative()) }
}
