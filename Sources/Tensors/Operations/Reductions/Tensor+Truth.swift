import CSurprisalKernels

extension Tensor {
  /// Whether any element over the given axes, all of them if nil, is not 0 (NaN is not); of nothing false.
  ///
  /// - Returns: `bool`, the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func any(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    truth(SURPRISAL_ANY, axes: resolved(axes: axes, "any"), keepingAxes)
  }

  /// Whether all elements over the given axes, all of them if nil, are not 0 (NaN is not); of nothing true.
  ///
  /// - Returns: `bool`, the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func all(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    truth(SURPRISAL_ALL, axes: resolved(axes: axes, "all"), keepingAxes)
  }

  private func truth(_ op: surprisal_reduction, axes: [Int], _ keepingAxes: Bool) -> Tensor {
    Kernels.reduce(op, asBool(), axes: axes, keepingAxes: keepingAxes)
  }
}
