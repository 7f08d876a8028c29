import CSurprisalKernels

extension Tensor {
  /// log Σ eˣ over the given axes, all of them if nil, without overflow.
  ///
  /// Of nothing and of −∞ only it is −∞, with derivative 0. The derivative is the softmax e^(x − y); where an element is
  /// +∞ the value is +∞ and the derivative by that element NaN.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func logSumExp(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let axes = resolved(axes: axes, "logSumExp")
    return asFloat().reduced(axes, keepingAxes: keepingAxes) {
      Kernels.reduce(SURPRISAL_LOG_SUM_EXP, $0, axes: axes, keepingAxes: keepingAxes)
    } rule: { x, y, g in
      // −∞ − (−∞) is NaN; against 0 it is the −∞ whose exponential is 0.
      g * (x - Tensor(where: y .== -.infinity, 0, else: y)).exp()
    }
  }
}
