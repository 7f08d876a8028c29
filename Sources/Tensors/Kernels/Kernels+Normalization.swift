import CSurprisalKernels

extension Kernels {
  /// (x − mean) rstd · scale + shift for each row of x [rows, columns], with the mean and the reciprocal standard
  /// deviation [rows]; without `centering` the mean counts as 0 and is nil. float32 and float64, as below.
  static func layerNorm(
    _ x: Tensor, scale: Tensor?, shift: Tensor?, epsilon: Double, centering: Bool
  ) -> (y: Tensor, mean: Tensor?, rstd: Tensor) {
    let (x, scale, shift) = (contiguous(x), scale.map(contiguous), shift.map(contiguous))
    let mean = centering ? Tensor(shape: [x.shape[0]], dtype: x.dtype) { _ in } : nil
    let rstd = Tensor(shape: [x.shape[0]], dtype: x.dtype) { _ in }
    defer { withExtendedLifetime((x, scale, shift, mean, rstd)) {} }
    let y = Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_layer_norm(
        x.dtype.code, x.shape[0], x.shape[1], epsilon, x.pointer, scale?.pointer, shift?.pointer, out, mean?.pointer,
        rstd.pointer)
    }
    return (y, mean, rstd)
  }

  /// The cotangents of x, scale and shift, as far as they are `needed`, from that of y.
  static func layerNormBackward(
    _ x: Tensor, scale: Tensor?, mean: Tensor?, rstd: Tensor, _ g: Tensor, needed: (x: Bool, scale: Bool, shift: Bool)
  ) -> (dx: Tensor?, dscale: Tensor?, dshift: Tensor?) {
    let (x, scale, g) = (contiguous(x), scale.map(contiguous), contiguous(g))
    let (rows, columns) = (x.shape[0], x.shape[1])
    let dx = needed.x ? Tensor(shape: x.shape, dtype: x.dtype) { _ in } : nil
    let dscale = needed.scale ? Tensor(shape: [columns], dtype: x.dtype) { _ in } : nil
    let dshift = needed.shift ? Tensor(shape: [columns], dtype: x.dtype) { _ in } : nil
    defer { withExtendedLifetime((x, scale, mean, rstd, g)) {} }
    defer { withExtendedLifetime((dx, dscale, dshift)) {} }
    surprisal_layer_norm_backward(
      x.dtype.code, rows, columns, x.pointer, scale?.pointer, mean?.pointer, rstd.pointer, g.pointer, dx?.pointer,
      dscale?.pointer, dshift?.pointer)
    return (dx, dscale, dshift)
  }
}
