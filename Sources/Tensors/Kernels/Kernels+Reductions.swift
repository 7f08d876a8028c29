import CSurprisalKernels

extension Kernels {
  /// Reduces the given axes (ascending, resolved) to extent 1, or removes them.
  ///
  /// Sums and products of whole numbers wrap around in their own type. Types without a kernel are reduced in another
  /// one: bfloat16 in float32, rounded once, and bool in uint8.
  static func reduce(
    _ op: surprisal_reduction, _ x: Tensor, axes: [Int], keepingAxes: Bool = true
  ) -> Tensor {
    let isIndex = op == SURPRISAL_ARGMAX || op == SURPRISAL_ARGMIN
    let isTruth = op == SURPRISAL_ANY || op == SURPRISAL_ALL
    if x.dtype == .bfloat16 || (x.dtype == .bool && !isTruth) {
      let wide = reduce(
        op, converted(x, to: x.dtype == .bfloat16 ? .float32 : .uint8), axes: axes, keepingAxes: keepingAxes)
      return isIndex ? wide : converted(wide, to: x.dtype)
    }
    let (source, outer, count, inner) = blocks(x, axes: axes)
    defer { withExtendedLifetime(source) {} }
    let shape = reducedShape(x, axes: axes, keepingAxes: keepingAxes)
    return Tensor(shape: shape, dtype: isIndex ? .int64 : x.dtype) { out in
      surprisal_reduce(op, x.dtype.code, outer, count, inner, source.pointer, out)
    }
  }

  /// Σ over all axes but the last, for floating-point types: as a bias's derivative is.
  static func columnSums(_ x: Tensor) -> Tensor {
    if x.dtype == .bfloat16 { return converted(columnSums(converted(x, to: .float32)), to: .bfloat16) }
    let source = contiguous(x)
    defer { withExtendedLifetime(source) {} }
    let columns = x.body.shape[x.rank - 1]
    return Tensor(shape: [columns], dtype: x.dtype) { out in
      surprisal_reduce(SURPRISAL_SUM, x.dtype.code, 1, x.count / max(1, columns), columns, source.pointer, out)
    }
  }

  /// Σ (x − mean)² / (count − correction) over the given axes (ascending, resolved), which become 1 or are removed.
  static func variance(_ x: Tensor, axes: [Int], correction: Double, keepingAxes: Bool) -> Tensor {
    if x.dtype == .bfloat16 {
      let wide = converted(x, to: .float32)
      return converted(variance(wide, axes: axes, correction: correction, keepingAxes: keepingAxes), to: .bfloat16)
    }
    let (source, outer, count, inner) = blocks(x, axes: axes)
    defer { withExtendedLifetime(source) {} }
    let shape = reducedShape(x, axes: axes, keepingAxes: keepingAxes)
    return Tensor(shape: shape, dtype: x.dtype) { out in
      surprisal_moments(x.dtype.code, outer, count, inner, correction, source.pointer, nil, out)
    }
  }

  /// Running sums along an axis, from its end if `fromEnd`.
  static func cumulativeSum(_ x: Tensor, axis: Int, fromEnd: Bool) -> Tensor {
    if x.dtype == .bfloat16 {
      return converted(cumulativeSum(converted(x, to: .float32), axis: axis, fromEnd: fromEnd), to: .bfloat16)
    }
    let (source, outer, count, inner) = blocks(x, axes: [axis])
    defer { withExtendedLifetime(source) {} }
    return Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_cumulative_sum(x.dtype.code, outer, count, inner, fromEnd ? 1 : 0, source.pointer, out)
    }
  }

  /// Elements as [outer, count, inner] with the given axes (ascending) in the middle: as they lie if the axes are
  /// neighbors, else with those axes moved to the end.
  static func blocks(_ x: Tensor, axes: [Int]) -> (source: Tensor, outer: Int, count: Int, inner: Int) {
    let shape = x.shape
    if axes.count == shape.count { return (contiguous(x), 1, x.count, 1) }
    let count = axes.reduce(1) { $0 * shape[$1] }
    guard let first = axes.first, let last = axes.last else { return (contiguous(x), x.count, 1, 1) }
    if last - first + 1 == axes.count {
      return (contiguous(x), shape[..<first].reduce(1, *), count, shape[(last + 1)...].reduce(1, *))
    }
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    let order = kept + axes
    let strides = x.strides
    let moved = x.view(shape: order.map { shape[$0] }, strides: order.map { strides[$0] })
    return (contiguous(moved), kept.reduce(1) { $0 * shape[$1] }, count, 1)
  }

  private static func reducedShape(_ x: Tensor, axes: [Int], keepingAxes: Bool) -> [Int] {
    if !keepingAxes, axes.count == x.rank { return [] }
    var shape = x.shape
    for axis in axes.reversed() {
      if keepingAxes { shape[axis] = 1 } else { shape.remove(at: axis) }
    }
    return shape
  }
}
