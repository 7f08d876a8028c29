import SurprisalTensors

/// Losses of classes and of distributions over them, beside the cross-entropy of the tensor's own operations.
extension Tensor {
  /// −Σ_k q_k log softmax(x)_k for each target c under these logits [..., K], with q = (1 − ε) [k = c] + ε/K: the
  /// cross-entropy with smoothed labels (Szegedy et al. 2016, section 7), in nats per target.
  ///
  /// - Parameters:
  ///   - targets: whole numbers [...], each a class below K.
  ///   - smoothing: ε in 0 ... 1.
  ///   - ignored: targets of this value cost 0.
  /// - Returns: one loss per row, [...]. For ε > 0 it does not reach 0: its least value is the entropy of q.
  public func crossEntropy(
    with targets: Tensor, labelSmoothing smoothing: Double, ignoring ignored: Int? = nil
  ) -> Tensor {
    precondition((0...1).contains(smoothing), "crossEntropy: ε is \(smoothing), not in 0 ... 1")
    let hard = crossEntropy(with: targets, ignoring: ignored)
    if smoothing == 0 { return hard }
    var even = -logSoftmax(alongAxis: -1).mean(alongAxes: [-1])
    if let ignored { even = Tensor(where: targets .== Tensor([ignored], shape: []), 0, else: even) }
    return (1 - smoothing) * hard + smoothing * even
  }

  /// KL(p ‖ q) = Σ p (ln p − ln q) for each row of probabilities p and q = softmax of these logits [..., K], in nats
  /// per row.
  ///
  /// A class of p = 0 costs nothing. PyTorch's `KLDivLoss` takes log q instead of logits.
  public func klDivergence(fromProbabilities p: Tensor) -> Tensor {
    crossEntropy(withProbabilities: p) + p.timesLog(p).sum(alongAxes: [-1])
  }

  /// Σ of the surprisal −t log σ(x) − (1 − t) log(1 − σ(x)) over all axes but the first: in nats per datum, such as an
  /// image of t in 0 … 1.
  public func bernoulliLoss(with targets: Tensor) -> Tensor {
    requireSameShape(targets, "bernoulliLoss")
    return binaryCrossEntropy(with: targets).summedPerDatum()
  }

  /// Σ max(0, margin − t y) over all axes but the first, for signs t = ±1: of support vector machines (Cortes and
  /// Vapnik 1995). It is not a likelihood.
  public func hingeLoss(with signs: Tensor, margin: Double = 1) -> Tensor {
    requireSameShape(signs, "hingeLoss")
    return (margin - signs * self).relu().summedPerDatum()
  }

  /// (1/K) Σ_{k ≠ c} max(0, margin − y_c + y_k) for each row y [N, K] of scores and class c: the hinge loss of several
  /// classes (Crammer and Singer 2001's idea in the sum form of Weston and Watkins 1999), as PyTorch's
  /// `MultiMarginLoss`. It is not a likelihood.
  public func hingeLoss(withClasses targets: Tensor, margin: Double = 1) -> Tensor {
    precondition(
      rank == 2 && targets.shape == [shape[0]],
      "hingeLoss: scores of shape \(shape) and classes of shape \(targets.shape) are not [N, K] and [N]")
    let chosen = gathered(at: targets.expandingAxis(1), alongAxis: 1)
    // The class itself adds the margin, a constant.
    let sums = (margin - chosen + self).relu().sum(alongAxes: [1])
    return (sums - margin) / Double(Swift.max(shape[1], 1))
  }

  /// For each row a of this tensor [N, D], its b and its sign: 1 − cos(a, b) for +1, max(0, cos(a, b) − margin) for −1
  /// (PyTorch's `CosineEmbeddingLoss`). It has no unit.
  ///
  /// cos = a·b / √((a·a + ε) (b·b + ε)) with ε = 1e-12, so that it is 0 where a row is 0.
  public func cosineEmbeddingLoss(with other: Tensor, signs: Tensor, margin: Double = 0) -> Tensor {
    requireSameShape(other, "cosineEmbeddingLoss")
    precondition(
      rank == 2 && signs.shape == [shape[0]],
      "cosineEmbeddingLoss: rows of shape \(shape) and signs of shape \(signs.shape) are not [N, D] and [N]")
    let epsilon = 1e-12
    let squares = (square().sum(alongAxes: [1]) + epsilon) * (other.square().sum(alongAxes: [1]) + epsilon)
    let cosine = (self * other).sum(alongAxes: [1]) / squares.squareRoot()
    let alike = (signs .> 0).converted(to: cosine.dtype)
    return alike * (1 - cosine) + (1 - alike) * (cosine - margin).relu()
  }
}
