import CSurprisalKernels

extension Tensor {
  /// The product over the given axes, all of them if nil; of nothing it is 1.
  ///
  /// Whole numbers are multiplied as `int64` and wrap around. The derivative by an element is the product of the
  /// others, with zeros too.
  ///
  /// - Returns: the shape without those axes, or with extent 1 there if `keepingAxes`.
  public func product(alongAxes axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
    let axes = resolved(axes: axes, "product")
    let x = dtype.isFloatingPoint ? self : converted(to: .int64)
    return x.reduced(axes, keepingAxes: keepingAxes) {
      Kernels.reduce(SURPRISAL_PRODUCT, $0, axes: axes, keepingAxes: keepingAxes)
    } rule: { x, y, g in
      x.isTracked || g.isTracked ? g * x.productOfOthers(axes: axes) : g * x.quotients(of: y, axes: axes)
    }
  }

  /// For each element the product of the others along `axes`, from their product y.
  private func quotients(of y: Tensor, axes: [Int]) -> Tensor {
    let isZero = self .== 0
    let zeros = isZero.sum(alongAxes: axes, keepingAxes: true)
    let anyZero = zeros .> 0
    if anyZero.any().item == 0 { return y / self }
    let product = Tensor(where: isZero, 1, else: self).product(alongAxes: axes, keepingAxes: true)
    let atZero = Tensor(where: zeros .== 1, product, else: 0)
    return Tensor(where: isZero, atZero, else: Tensor(where: anyZero, 0, else: y / self))
  }

  /// For each element the product of the others along `axes`, for derivatives of any order: one row of all elements
  /// but itself for each of them.
  private func productOfOthers(axes: [Int]) -> Tensor {
    let kept = (0..<rank).filter { !axes.contains($0) }
    let order = kept + axes
    let moved = permuted(order)
    let count = axes.reduce(1) { $0 * shape[$1] }
    let keptShape = kept.map { shape[$0] }
    let rows = moved.reshaped(to: keptShape + [1, count]).broadcast(to: keptShape + [count, count])
    let others = Tensor(where: Tensor(identity: count, dtype: .bool), 1, else: rows).product(alongAxes: [-1])
    var inverse = order
    for (new, old) in order.enumerated() { inverse[old] = new }
    return others.reshaped(to: moved.shape).permuted(inverse)
  }
}
