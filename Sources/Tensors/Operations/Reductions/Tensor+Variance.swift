import CSurprisalKernels

extension Tensor {
  /// Σ (x − mean)² / (count − correction) over the given axes, all of them if nil, in two passes.
  ///
  /// A correction of 0 gives the maximum-likelihood estimate, 1 the unbiased one. Of nothing, or of one element with a
  /// correction of 1, it is NaN. Whole numbers are taken as `float32`.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func variance(
    alongAxes axes: [Int]? = nil, correction: Double = 0, keepingAxes: Bool = false
  ) -> Tensor {
    let axes = resolved(axes: axes, "variance")
    let count = axes.reduce(1) { $0 * shape[$1] }
    return asFloat().reduced(axes, keepingAxes: keepingAxes) {
      Kernels.variance($0, axes: axes, correction: correction, keepingAxes: keepingAxes)
    } rule: { x, _, g in
      g * (x - x.mean(alongAxes: axes, keepingAxes: true)) * (2 / (Double(count) - correction))
    }
  }

  /// The square root of the variance; see `variance(alongAxes:correction:keepingAxes:)`.
  ///
  /// Where all elements are equal it is 0, and its derivative is taken as 0.
  public func standardDeviation(
    alongAxes axes: [Int]? = nil, correction: Double = 0, keepingAxes: Bool = false
  ) -> Tensor {
    asFloat().inFloat32 {
      let variance = $0.variance(alongAxes: axes, correction: correction, keepingAxes: keepingAxes)
      return differentiable(variance) {
        Kernels.unary(SURPRISAL_SQRT, $0)
      } pullback: { _, y in
        let isZero = y .== 0
        return { Tensor(where: isZero, 0, else: $0 * 0.5 / Tensor(where: isZero, 1, else: y)) }
      }
    }
  }
}
