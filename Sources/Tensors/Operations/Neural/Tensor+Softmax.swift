import CSurprisalKernels

extension Tensor {
  /// exp(x_i) / Σ_j exp(x_j) along an axis.
  ///
  /// The largest x is subtracted first: no finite logits overflow, and 1e4 beside −1e4 gives 1 and 0. A row of only
  /// −∞ gives 0 everywhere and has the derivative 0; a row with +∞ or NaN gives NaN. Whole numbers become `float32`.
  ///
  /// Derivative: dx = y (g − Σ g y).
  public func softmax(alongAxis axis: Int = -1) -> Tensor {
    softmax(axis, logarithm: false) { y, axis, g in y * (g - (g * y).sum(alongAxes: [axis], keepingAxes: true)) }
  }

  /// log softmax, x_i − log Σ_j exp(x_j), along an axis.
  ///
  /// Where the softmax is too small for a number its logarithm still is exact. A row of only −∞ gives −∞ everywhere
  /// and has the derivative 0; a row with +∞ or NaN gives NaN. Whole numbers become `float32`.
  ///
  /// Derivative: dx = g − softmax(x) Σ g.
  public func logSoftmax(alongAxis axis: Int = -1) -> Tensor {
    softmax(axis, logarithm: true) { y, axis, g in
      let total = g.sum(alongAxes: [axis], keepingAxes: true)
      return g * Tensor.rowsAboveMinusInfinity(y, axis) - y.exp() * total
    }
  }

  private func softmax(
    _ axis: Int, logarithm: Bool, backward: @escaping @Sendable (_ y: Tensor, _ axis: Int, _ g: Tensor) -> Tensor
  ) -> Tensor {
    let axis = resolved(axis: axis, logarithm ? "logSoftmax" : "softmax")
    if dtype <= .bfloat16 {
      return inCommonReal([self]) { $0[0].softmax(axis, logarithm: logarithm, backward: backward) }
    }
    return differentiable(self) {
      Kernels.softmax($0, axis: axis, logarithm: logarithm)
    } pullback: { _, y in
      { g in
        fused(y, g) {
          Kernels.softmaxBackward(y, g, axis: axis, logarithm: logarithm)
        } composed: {
          backward(y, axis, g)
        }
      }
    }
  }

  /// 1 for each row along `axis` that holds more than −∞, else 0; a constant.
  private static func rowsAboveMinusInfinity(_ y: Tensor, _ axis: Int) -> Tensor {
    let y = y.withoutDerivative()
    if y.count == 0 { return Tensor(ones: [], dtype: y.dtype) }
    let floor = Tensor(-Double.infinity, dtype: y.dtype)
    let largest = Kernels.reduce(SURPRISAL_MAX, y, axes: [axis])
    return Kernels.converted(Kernels.compare(SURPRISAL_NOT_EQUAL, largest, floor), to: y.dtype)
  }
}
