import CSurprisalKernels

extension Tensor {
  /// Σ x over the given axes, all of them if nil.
  ///
  /// Whole numbers are summed as `int64`. The sum of nothing is 0.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func sum(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let axes = resolved(axes: axes, "sum")
    let x = dtype.isFloatingPoint ? self : converted(to: .int64)
    let shape = x.shape
    if x.node == nil { return Kernels.reduce(SURPRISAL_SUM, x, axes: axes, keepingAxes: keepingAxes) }
    return differentiable(x) {
      Kernels.reduce(SURPRISAL_SUM, $0, axes: axes, keepingAxes: keepingAxes)
    } pullback: { _, _ in
      { g in (keepingAxes ? g : g.restoring(axes: axes)).broadcast(to: shape) }
    }
  }

  /// The mean over the given axes, all of them if nil; of nothing it is NaN. Whole numbers are averaged as `float32`.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func mean(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let axes = resolved(axes: axes, "mean")
    let count = axes.reduce(1) { $0 * shape[$1] }
    return asFloat().inFloat32 { x in
      let shape = x.shape
      return differentiable(x) {
        Kernels.reduce(SURPRISAL_SUM, $0, axes: axes, keepingAxes: keepingAxes) / Double(count)
      } pullback: { _, _ in
        { g in ((keepingAxes ? g : g.restoring(axes: axes)) / Double(count)).broadcast(to: shape) }
      }
    }
  }

  /// Running sums: element i along `axis` becomes the sum of the elements 0 … i. Whole numbers are summed as `int64`.
  public func cumulativeSum(alongAxis axis: Int) -> Tensor {
    (dtype.isFloatingPoint ? self : converted(to: .int64))
      .cumulativeSum(resolved(axis: axis, "cumulativeSum"), fromEnd: false)
  }

  private func cumulativeSum(_ axis: Int, fromEnd: Bool) -> Tensor {
    differentiable(self) {
      Kernels.cumulativeSum($0, axis: axis, fromEnd: fromEnd)
    } pullback: { _, _ in
      { $0.cumulativeSum(axis, fromEnd: !fromEnd) }
    }
  }
}
