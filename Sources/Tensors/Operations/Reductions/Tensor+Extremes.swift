import CSurprisalKernels

extension Tensor {
  /// The largest element over the given axes, all of them if nil; NaN if there is one.
  ///
  /// Equal largest elements share the derivative evenly. There must be elements to choose from.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func max(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    extreme(SURPRISAL_MAX, axes: resolved(axes: axes, "max"), keepingAxes, "max")
  }

  /// The smallest element over the given axes, all of them if nil; NaN if there is one.
  ///
  /// Equal smallest elements share the derivative evenly. There must be elements to choose from.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func min(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    extreme(SURPRISAL_MIN, axes: resolved(axes: axes, "min"), keepingAxes, "min")
  }

  /// The index of the largest element along an axis, or in row-major order among all if nil; the first of equals, and
  /// that of a NaN if there is one.
  ///
  /// - Returns: `int64`, the shape without that axis (without any if nil), or with extent 1 there if `keepingAxis`.
  public func argmax(alongAxis axis: Int? = nil, keepingAxis: Bool = false) -> Tensor {
    extremeIndex(SURPRISAL_ARGMAX, axis, keepingAxis, "argmax")
  }

  /// The index of the smallest element along an axis, or in row-major order among all if nil; the first of equals, and
  /// that of a NaN if there is one.
  ///
  /// - Returns: `int64`, the shape without that axis (without any if nil), or with extent 1 there if `keepingAxis`.
  public func argmin(alongAxis axis: Int? = nil, keepingAxis: Bool = false) -> Tensor {
    extremeIndex(SURPRISAL_ARGMIN, axis, keepingAxis, "argmin")
  }

  private func extreme(
    _ op: surprisal_reduction, axes: [Int], _ keepingAxes: Bool, _ name: StaticString
  ) -> Tensor {
    requireElements(axes, name)
    return asNumber().reduced(axes, keepingAxes: keepingAxes) {
      Kernels.reduce(op, $0, axes: axes, keepingAxes: keepingAxes)
    } rule: { x, y, g in
      let isExtreme = x .== y
      let share = g / isExtreme.sum(alongAxes: axes, keepingAxes: true).converted(to: g.dtype)
      return Tensor(where: isExtreme, share, else: 0)
    }
  }

  private func extremeIndex(
    _ op: surprisal_reduction, _ axis: Int?, _ keepingAxis: Bool, _ name: StaticString
  ) -> Tensor {
    let axes = resolved(axes: axis.map { [$0] }, name)
    requireElements(axes, name)
    return Kernels.reduce(op, withoutDerivative(), axes: axes, keepingAxes: keepingAxis)
  }

  private func requireElements(_ axes: [Int], _ name: StaticString) {
    let result = shape.indices.reduce(1) { axes.contains($1) ? $0 : $0 * shape[$1] }
    precondition(count > 0 || result == 0, "\(name): there are no elements along the axes \(axes) of \(shape)")
  }
}
