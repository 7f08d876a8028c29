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
      let isDivisible = !x.isTracked && !g.isTracked && y.isNormal
      return g * (isDivisible ? y / x : x.productsOfOthers(alongAxes: axes))
    }
  }

  /// Whether every element is finite and has all its digits.
  private var isNormal: Bool {
    let least = dtype == .float64 ? Double.leastNormalMagnitude : Double(Float.leastNormalMagnitude)
    let magnitudes = abs()
    return ((magnitudes .>= least) .& (magnitudes .< .infinity)).all().item == 1
  }

  /// For each element the product of the others along `axes`, without a division: for zeros, for products out of range
  /// and for derivatives of any order.
  private func productsOfOthers(alongAxes axes: [Int]) -> Tensor {
    let order = (0..<rank).filter { !axes.contains($0) } + axes
    let moved = permuted(order)
    let extent = axes.reduce(1) { $0 * shape[$1] }
    let others = moved.reshaped(to: [extent == 0 ? 0 : count / extent, extent]).productsOfOthersInRows()
    var inverse = order
    for (new, old) in order.enumerated() { inverse[old] = new }
    return others.reshaped(to: moved.shape).permuted(inverse)
  }

  /// Each row's halves are multiplied into half a row; what is outside a pair times one of it is outside the other.
  private func productsOfOthersInRows() -> Tensor {
    let extent = shape[1]
    if extent <= 1 { return Tensor(ones: shape, dtype: dtype) }
    let rest = extent / 2
    let halves = split(sizes: [extent - rest, rest], alongAxis: 1)
    let right = halves[1].padded([(0, 0), (0, extent % 2)], with: 1)
    let outside = (halves[0] * right).productsOfOthersInRows()
    return Tensor(concatenating: [outside * right, (outside * halves[0]).sliced(0..<rest, alongAxis: 1)], alongAxis: 1)
  }
}
