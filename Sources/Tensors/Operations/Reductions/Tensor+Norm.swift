import CSurprisalKernels

extension Tensor {
  /// The norm (Σ |x|^p)^(1/p) over the given axes, all of them if nil: 1 for the sum of absolute values, 2 for the
  /// Euclidean length, +∞ for the largest absolute value.
  ///
  /// At x = 0, where there is no derivative, it is taken as 0; so is that of |x| in the norm of order 1. The norm of
  /// nothing is 0 (of order +∞ a programmer error). The order is at least 1. Whole numbers are taken as `float32`.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func norm(order: Double = 2, alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    precondition(order >= 1, "norm: the order \(order) is below 1")
    let axes = resolved(axes: axes, "norm")
    return asFloat().inFloat32 { x in
      switch order {
      case 1: x.absoluteSum(axes, keepingAxes)
      case 2: x.length(axes, keepingAxes)
      case .infinity: x.abs().max(alongAxes: axes, keepingAxes: keepingAxes)
      default: x.powerNorm(order, axes, keepingAxes)
      }
    }
  }

  /// The Frobenius norm √(Σ x²) of the matrices in the last two axes; see `norm(order:alongAxes:keepingAxes:)`.
  public func frobeniusNorm(keepingAxes: Bool = false) -> Tensor {
    precondition(rank >= 2, "frobeniusNorm: the shape \(shape) has no two axes")
    return norm(order: 2, alongAxes: [-2, -1], keepingAxes: keepingAxes)
  }

  private func absoluteSum(_ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    reduced(axes, keepingAxes: keepingAxes) {
      Kernels.reduce(SURPRISAL_SUM_ABS, $0, axes: axes, keepingAxes: keepingAxes)
    } rule: { x, _, g in
      g * x.sign()
    }
  }

  private func length(_ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    reduced(axes, keepingAxes: keepingAxes) {
      Kernels.unary(
        SURPRISAL_SQRT, Kernels.reduce(SURPRISAL_SUM_SQUARES, $0, axes: axes, keepingAxes: keepingAxes))
    } rule: { x, y, g in
      // Where the norm is 0 so is x: over 1 it stays 0.
      g * (x / Tensor(where: y .== 0, 1, else: y))
    }
  }

  private func powerNorm(_ p: Double, _ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    reduced(axes, keepingAxes: keepingAxes) { x in
      let powers = Kernels.unary(SURPRISAL_POWER_NUMBER, Kernels.unary(SURPRISAL_ABS, x), p)
      let sum = Kernels.reduce(SURPRISAL_SUM, powers, axes: axes, keepingAxes: keepingAxes)
      return Kernels.unary(SURPRISAL_POWER_NUMBER, sum, 1 / p)
    } rule: { x, y, g in
      g * x.sign() * (x.abs() / Tensor(where: y .== 0, 1, else: y)).power(p - 1)
    }
  }
}
