import CSurprisalKernels

extension Kernels {
  /// softmax or its logarithm along one axis (resolved). float32 and float64, as below.
  static func softmax(_ x: Tensor, axis: Int, logarithm: Bool) -> Tensor {
    let x = rows(x, along: axis)
    defer { withExtendedLifetime(x) {} }
    let columns = x.shape[x.rank - 1]
    let y = Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_softmax(x.dtype.code, x.count / columns, columns, logarithm ? 1 : 0, x.pointer, out)
    }
    return exchanged(y, axis)
  }

  /// The cotangent of x from y and that of y.
  static func softmaxBackward(_ y: Tensor, _ g: Tensor, axis: Int, logarithm: Bool) -> Tensor {
    let (y, g) = (rows(y, along: axis), rows(g, along: axis))
    defer { withExtendedLifetime((y, g)) {} }
    let columns = y.shape[y.rank - 1]
    let dx = Tensor(shape: y.shape, dtype: y.dtype) { out in
      surprisal_softmax_backward(
        y.dtype.code, y.count / columns, columns, logarithm ? 1 : 0, y.pointer, g.pointer, out)
    }
    return exchanged(dx, axis)
  }

  /// Contiguous elements with `axis` and the last one exchanged.
  private static func rows(_ x: Tensor, along axis: Int) -> Tensor { contiguous(exchanged(x, axis)) }

  private static func exchanged(_ x: Tensor, _ axis: Int) -> Tensor {
    let last = x.rank - 1
    if axis == last { return x }
    var shape = x.shape
    var strides = x.strides
    shape.swapAt(axis, last)
    strides.swapAt(axis, last)
    return x.view(shape: shape, strides: strides)
  }
}
