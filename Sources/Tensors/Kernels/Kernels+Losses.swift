import CSurprisalKernels

extension Kernels {
  /// −log softmax(x)[target] of each row of x [rows, classes] and the normalizers that the backward kernel needs.
  /// float32 and float64, as below.
  static func crossEntropy(_ x: Tensor, _ targets: Tensor, ignored: Int64) -> (losses: Tensor, normalizers: Tensor) {
    let x = contiguous(x)
    let (rows, classes) = (x.shape[0], x.shape[1])
    if classes == 0 {
      // Every target is the ignored one: nothing else is below 0 classes.
      return (Tensor(zeros: [rows], dtype: x.dtype), Tensor(repeating: -.infinity, shape: [rows], dtype: x.dtype))
    }
    let normalizers = Tensor(shape: [rows], dtype: x.dtype) { _ in }
    defer { withExtendedLifetime((x, targets, normalizers)) {} }
    let losses = Tensor(shape: [rows], dtype: x.dtype) { out in
      surprisal_cross_entropy(
        x.dtype.code, rows, classes, x.pointer, targets.pointer.assumingMemoryBound(to: Int64.self), ignored, out,
        normalizers.pointer)
    }
    return (losses, normalizers)
  }

  /// The cotangent of x for the cotangent g [rows] of the losses.
  static func crossEntropyBackward(
    _ x: Tensor, _ targets: Tensor, ignored: Int64, normalizers: Tensor, _ g: Tensor
  ) -> Tensor {
    let (x, g) = (contiguous(x), contiguous(g))
    defer { withExtendedLifetime((x, targets, normalizers, g)) {} }
    return Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_cross_entropy_backward(
        x.dtype.code, x.shape[0], x.shape[1], x.pointer, targets.pointer.assumingMemoryBound(to: Int64.self), ignored,
        normalizers.pointer, g.pointer, out)
    }
  }

  /// Rows of [rows, classes] with a one at each target, of zeros where it is the ignored one; and which are ignored,
  /// [rows, 1].
  static func targetRows(
    _ targets: Tensor, ignored: Int64, classes: Int, dtype: DType
  ) -> (expected: Tensor, isIgnored: Tensor) {
    defer { withExtendedLifetime(targets) {} }
    let rows = targets.count
    var expected = [Double](repeating: 0, count: rows * classes)
    var isIgnored = [Bool](repeating: true, count: rows)
    let values = targets.pointer.assumingMemoryBound(to: Int64.self)
    for row in 0..<rows where values[row] != ignored {
      expected[row * classes + Int(values[row])] = 1
      isIgnored[row] = false
    }
    return (Tensor(expected, shape: [rows, classes], dtype: dtype), Tensor(isIgnored, shape: [rows, 1]))
  }

  /// log(1 + exp(−|x|)) + max(x, 0) − x t for each element, with broadcasting.
  static func binaryCrossEntropy(_ x: Tensor, _ t: Tensor) -> Tensor {
    let small = unary(SURPRISAL_SOFTPLUS, unary(SURPRISAL_NEGATE, unary(SURPRISAL_ABS, x)))
    let large = binary(SURPRISAL_SUBTRACT, unary(SURPRISAL_RELU, x), binary(SURPRISAL_MULTIPLY, x, t))
    return binary(SURPRISAL_ADD, small, large)
  }

  /// Whether a is `first` where b is `second`, with broadcasting.
  static func areBoth(_ a: Tensor, equal first: Double, _ b: Tensor, equal second: Double) -> Tensor {
    binary(
      SURPRISAL_AND, compare(SURPRISAL_EQUAL, a, Tensor(first, dtype: a.dtype)),
      compare(SURPRISAL_EQUAL, b, Tensor(second, dtype: b.dtype)))
  }

  /// The first whole number (int64, contiguous) that is neither in 0 ..< count nor the ignored one.
  static func firstNonIndex(
    _ indices: Tensor, below count: Int, ignoring ignored: Int64? = nil
  ) -> (place: Int, value: Int64)? {
    defer { withExtendedLifetime(indices) {} }
    let values = indices.pointer.assumingMemoryBound(to: Int64.self)
    for index in 0..<indices.count where values[index] < 0 || values[index] >= count {
      if values[index] != ignored { return (index, values[index]) }
    }
    return nil
  }
}
