extension Tensor {
  /// The surprisal −log softmax(x)[target] of each target under these logits, in nats.
  ///
  /// - Parameters:
  ///   - targets: whole numbers [...], each a class below `classes`.
  ///   - ignored: targets of this value cost 0 and have the derivative 0; it may lie outside the classes.
  /// - Returns: one loss per row, [...], of this tensor's shape [..., classes]. Whole numbers become `float32`,
  ///   bfloat16 is computed in float32 and rounded once.
  ///
  /// Computed as log Σ exp(x) − x[target] with the largest logit subtracted: logits of ±1e4 are exact. A target whose
  /// logit is −∞ costs +∞.
  ///
  /// Derivative: dx = g (softmax(x) − [class = target]), also where the loss is +∞; of a row of only −∞ the softmax
  /// counts as 0.
  public func crossEntropy(with targets: Tensor, ignoring ignored: Int? = nil) -> Tensor {
    precondition(
      !targets.dtype.isFloatingPoint,
      "crossEntropy: the targets are \(targets.dtype), not whole numbers: crossEntropy(withProbabilities:) takes others"
    )
    precondition(
      rank > 0 && targets.shape == shape.dropLast(),
      "crossEntropy: the targets of shape \(targets.shape) are not one class for each row of \(shape)")
    if dtype <= .bfloat16 {
      return inCommonReal([self]) { $0[0].crossEntropy(with: targets, ignoring: ignored) }
    }
    let classes = shape[rank - 1]
    let whole = Kernels.contiguous(Kernels.converted(targets.withoutDerivative(), to: .int64))
    if let wrong = Kernels.firstNonIndex(whole, below: classes, ignoring: ignored.map(Int64.init)) {
      preconditionFailure(
        "crossEntropy: the target \(wrong.value) of row \(wrong.place) is not one of the classes 0 ..< \(classes)")
    }
    // Without an ignored value one that no target has.
    let losses = asMatrix().rowLosses(whole, ignored: Int64(ignored ?? .min))
    return rank == 2 ? losses : losses.reshaped(to: targets.shape)
  }

  /// −Σ_k q_k log softmax(x)_k for each row of probabilities q under these logits, in nats.
  ///
  /// - Parameter probabilities: of this tensor's shape [..., classes], or broadcast to it. Rows need not sum to 1.
  /// - Returns: one loss per row, [...].
  ///
  /// A class of probability 0 costs nothing, also where its logit is −∞; a probability above 0 there costs +∞.
  ///
  /// Derivative: by x, g (softmax(x) Σ q − q); by q, −g log softmax(x), counted as 0 where q = 0 meets −∞.
  public func crossEntropy(withProbabilities probabilities: Tensor) -> Tensor {
    precondition(
      rank > 0 && broadcastShape(probabilities.shape, shape) == shape,
      "crossEntropy: probabilities of shape \(probabilities.shape) do not fit logits of shape \(shape)")
    let (x, q) = Tensor.promotedToFloat(self, probabilities)
    if x.dtype == .bfloat16 {
      return inCommonReal([x, q]) { $0[0].crossEntropy(withProbabilities: $0[1]) }
    }
    let logarithms = x.logSoftmax(alongAxis: -1)
    let impossible = Kernels.areBoth(q.withoutDerivative(), equal: 0, logarithms.withoutDerivative(), equal: -.infinity)
    return -(q * logarithms.filled(with: 0, where: impossible)).sum(alongAxes: [-1])
  }

  /// The losses [rows] of this matrix of logits.
  private func rowLosses(_ targets: Tensor, ignored: Int64) -> Tensor {
    let (losses, normalizers) = Kernels.crossEntropy(withoutDerivative(), targets, ignored: ignored)
    return differentiable(self) { _ in
      losses
    } pullback: { x, _ in
      { g in
        if x.isTracked || g.isTracked {
          let (expected, isIgnored) = Kernels.targetRows(
            targets, ignored: ignored, classes: x.shape[1], dtype: x.dtype)
          // Whatever the ignored rows hold.
          let logits = x.filled(with: 0, where: isIgnored)
          let g = g.reshaped(to: [g.count, 1]).filled(with: 0, where: isIgnored)
          return (logits.softmax(alongAxis: 1) - expected) * g
        }
        return Kernels.crossEntropyBackward(x, targets, ignored: ignored, normalizers: normalizers, g)
      }
    }
  }

  /// The surprisal −t log σ(x) − (1 − t) log(1 − σ(x)) of each element under these logits, in nats.
  ///
  /// - Parameter targets: t in 0 … 1, broadcast with this tensor.
  /// - Returns: one loss per element. Whole numbers become `float32`, bfloat16 is computed in float32.
  ///
  /// Computed as log(1 + exp(−|x|)) + max(x, 0) − x t: it does not overflow, and for t = 0 and t = 1 even a loss as
  /// small as exp(−|x|) has all its digits. Infinite logits give NaN.
  ///
  /// Derivative: by x, g (σ(x) − t); by t, −g x.
  public func binaryCrossEntropy(with targets: Tensor) -> Tensor {
    let (x, t) = Tensor.promotedToFloat(self, targets)
    if x.dtype == .bfloat16 { return inCommonReal([x, t]) { $0[0].binaryCrossEntropy(with: $0[1]) } }
    return differentiable(x, t) {
      Kernels.binaryCrossEntropy($0, $1)
    } pullbacks: { x, t, _ in
      (
        { ($0 * (x.sigmoid() - t)).summed(toShape: x.shape) },
        { -($0 * x).summed(toShape: t.shape) }
      )
    }
  }
}
