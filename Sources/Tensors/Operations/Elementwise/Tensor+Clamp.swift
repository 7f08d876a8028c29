import CSurprisalKernels

extension Tensor {
  /// Each element limited to `range`; NaN stays NaN. The derivative is 1 inside the range and at its ends, else 0.
  ///
  /// Whole numbers stay whole if the ends are.
  public func clamped(to range: ClosedRange<Double>) -> Tensor { clamped(range.lowerBound, range.upperBound) }

  /// Each element raised to at least the lower bound; see the form for a closed range.
  public func clamped(to range: PartialRangeFrom<Double>) -> Tensor { clamped(range.lowerBound, .infinity) }

  /// Each element lowered to at most the upper bound; see the form for a closed range.
  public func clamped(to range: PartialRangeThrough<Double>) -> Tensor { clamped(-.infinity, range.upperBound) }

  private func clamped(_ low: Double, _ high: Double) -> Tensor {
    guard dtype.isFloatingPoint else { return clampedWhole(low, high) }
    return mapped(SURPRISAL_CLAMP, low, high) { x, g in
      Tensor(where: (x .< low) .| (x .> high), 0, else: g)
    }
  }

  private func clampedWhole(_ low: Double, _ high: Double) -> Tensor {
    let isWhole = [low, high].allSatisfy { $0.isInfinite || $0 == $0.rounded() }
    guard isWhole else { return asFloat().clamped(low, high) }
    // int64 holds every whole type; its own ends are near enough to infinity.
    var x = Kernels.converted(self, to: .int64)
    if low > -0x1p63 { x = Kernels.unary(SURPRISAL_MAXIMUM_NUMBER, x, low.limited) }
    if high < 0x1p63 { x = Kernels.unary(SURPRISAL_MINIMUM_NUMBER, x, high.limited) }
    return Kernels.converted(x, to: asNumber().dtype)
  }
}

extension Double {
  /// The nearest number that `Int64` holds.
  fileprivate var limited: Double { Swift.min(Swift.max(self, -0x1p63), (0x1p63).nextDown) }
}
