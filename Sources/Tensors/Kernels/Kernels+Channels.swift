import CSurprisalKernels

/// A number for each channel of [batch, channels, …]. float32 and float64.
///
/// The compiled kernels go along the positions of a channel; where there is one position only, rows of channels are
/// used instead.
extension Kernels {
  /// x · factor + term with a number of each, [channels], for every channel of x.
  static func channelAffine(_ x: Tensor, factor: Tensor, term: Tensor) -> Tensor {
    let (batch, channels, positions) = channelExtents(x)
    if positions == 1 {
      let matrix = matrix(x)
      let y = binary(SURPRISAL_ADD, binary(SURPRISAL_MULTIPLY, matrix, factor), term)
      return x.rank == 2 ? y : y.view(shape: x.shape, strides: nil)
    }
    let (x, factor, term) = (contiguous(x), contiguous(factor), contiguous(term))
    defer { withExtendedLifetime((x, factor, term)) {} }
    return Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_channel_affine(
        x.dtype.code, batch, channels, positions, x.pointer, factor.pointer, nil, nil, term.pointer, out)
    }
  }

  /// x · factor + other · slope + term with a number of each, [channels], for every channel of x and of `other`, which
  /// has its shape.
  static func channelAffine(_ x: Tensor, factor: Tensor, _ other: Tensor, slope: Tensor, term: Tensor) -> Tensor {
    let (batch, channels, positions) = channelExtents(x)
    if positions == 1 {
      return binary(
        SURPRISAL_ADD, channelAffine(x, factor: factor, term: term),
        channelAffine(other, factor: slope, term: Tensor(zeros: [channels], dtype: x.dtype)))
    }
    let inputs = (contiguous(x), contiguous(factor), contiguous(other), contiguous(slope), contiguous(term))
    defer { withExtendedLifetime(inputs) {} }
    return Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_channel_affine(
        x.dtype.code, batch, channels, positions, inputs.0.pointer, inputs.1.pointer, inputs.2.pointer,
        inputs.3.pointer, inputs.4.pointer, out)
    }
  }

  /// Σ x over batch and positions: [channels].
  static func channelSums(_ x: Tensor) -> Tensor {
    let (batch, channels, positions) = channelExtents(x)
    if positions == 1 { return columnSums(matrix(x)) }
    let x = contiguous(x)
    defer { withExtendedLifetime(x) {} }
    return Tensor(shape: [channels], dtype: x.dtype) { out in
      surprisal_channel_sums(x.dtype.code, batch, channels, positions, x.pointer, nil, nil, out, nil)
    }
  }

  /// Σ a and Σ a (b − center[channel]) over batch and positions, each [channels].
  static func channelSums(_ a: Tensor, _ b: Tensor, center: Tensor) -> (sums: Tensor, products: Tensor) {
    let (batch, channels, positions) = channelExtents(a)
    if positions == 1 {
      let a = matrix(a)
      let products = binary(SURPRISAL_MULTIPLY, a, binary(SURPRISAL_SUBTRACT, matrix(b), center))
      return (columnSums(a), columnSums(products))
    }
    let (a, b, center) = (contiguous(a), contiguous(b), contiguous(center))
    let products = Tensor(shape: [channels], dtype: a.dtype) { _ in }
    defer { withExtendedLifetime((a, b, center, products)) {} }
    let sums = Tensor(shape: [channels], dtype: a.dtype) { out in
      surprisal_channel_sums(
        a.dtype.code, batch, channels, positions, a.pointer, b.pointer, center.pointer, out, products.pointer)
    }
    return (sums, products)
  }

  /// Mean and biased variance over batch and positions, each [channels], in two passes over the elements.
  static func channelMoments(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
    let x = contiguous(x)
    let (batch, channels, positions) = channelExtents(x)
    if positions == 1 { return moments(x, [channels], outer: 1, count: batch, inner: channels) }
    let rows = moments(x, [batch * channels], outer: batch * channels, count: positions, inner: 1)
    if batch == 1 { return rows }
    // Rows are of one length: the variance is the mean of theirs and the variance of their means.
    let between = moments(rows.mean, [channels], outer: 1, count: batch, inner: channels)
    let within = moments(rows.variance, [channels], outer: 1, count: batch, inner: channels)
    return (between.mean, binary(SURPRISAL_ADD, within.mean, between.variance))
  }

  /// Whether some channel lies so far from 0 that x − mean should be formed before anything else: the rounding of
  /// x · factor is then that of mean / deviation times as much.
  static func isFarFromZero(mean: Tensor, variance: Tensor, epsilon: Double) -> Bool {
    let limit = 16.0
    return zip(mean.scalars(as: Double.self), variance.scalars(as: Double.self)).contains { mean, variance in
      mean * mean > limit * limit * (variance + epsilon)
    }
  }

  private static func moments(
    _ x: Tensor, _ shape: [Int], outer: Int, count: Int, inner: Int
  ) -> (mean: Tensor, variance: Tensor) {
    let variance = Tensor(shape: shape, dtype: x.dtype) { _ in }
    defer { withExtendedLifetime((x, variance)) {} }
    let mean = Tensor(shape: shape, dtype: x.dtype) { out in
      surprisal_moments(x.dtype.code, outer, count, inner, 0, x.pointer, out, variance.pointer)
    }
    return (mean, variance)
  }

  /// [batch, channels] of a tensor with one position.
  private static func matrix(_ x: Tensor) -> Tensor {
    x.rank == 2 ? x : contiguous(x).view(shape: Array(x.shape[..<2]), strides: nil)
  }

  /// The extents of [batch, channels, …] as the channel kernels see them.
  private static func channelExtents(_ x: Tensor) -> (batch: Int, channels: Int, positions: Int) {
    let shape = x.shape
    return (shape[0], shape[1], shape.count == 2 ? 1 : shape.dropFirst(2).reduce(1, *))
  }
}
