extension Tensor {
  /// Batch normalization for training (Ioffe and Szegedy 2015): every channel with the mean and variance it has here.
  ///
  ///     y = (x − mean) / √(variance + epsilon) · scale + shift
  ///
  /// - Parameters:
  ///   - scale: [channels]; 1 if nil.
  ///   - shift: [channels]; 0 if nil.
  ///   - epsilon: what keeps a channel of variance 0 finite: its y is the shift.
  /// - Returns: y of this tensor's shape [batch, channels, …], and the mean and the variance Σ (x − mean)² / n, both
  ///   [channels], over the n elements of a channel; for running averages. n must not be 0. Types as in
  ///   `layerNormalization`.
  ///
  /// Derivative, with h = g · scale and z = (x − mean) rstd: dx = rstd (h − mean(h) − z mean(h z)), where rstd is
  /// 1 / √(variance + epsilon); dscale = Σ g z; dshift = Σ g. Mean and variance have their derivatives too.
  public func batchNormalization(
    scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5
  ) -> (y: Tensor, mean: Tensor, variance: Tensor) {
    checkChannels([scale, shift], "batchNormalization")
    precondition(
      count > 0 || shape[1] == 0, "batchNormalization: the channels of the shape \(shape) have no elements")
    let inputs = [self] + [scale, shift].compactMap { $0 }
    let ys = Tensor.inCommonReals(inputs) { inputs in
      differentiable(inputs) { inputs in
        ChannelNormalization(inputs, hasScale: scale != nil, hasShift: shift != nil, epsilon: epsilon).results()
      } pullback: { inputs, outputs in
        let rule = ChannelNormalization(inputs, hasScale: scale != nil, hasShift: shift != nil, epsilon: epsilon)
        let (mean, variance) = (outputs[1], outputs[2])
        return { gs, needed in rule.cotangents(gs, mean: mean, variance: variance, needed: needed) }
      }
    }
    return (ys[0], ys[1], ys[2])
  }

  /// Batch normalization for inference: with a given mean and variance of each channel, [channels], such as averages
  /// kept in training.
  ///
  ///     y = (x − mean) / √(variance + epsilon) · scale + shift
  ///
  /// - Returns: y of this tensor's shape [batch, channels, …]; types as in `layerNormalization`. Every input has its
  ///   derivative.
  public func batchNormalization(
    mean: Tensor, variance: Tensor, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    checkChannels([mean, variance, scale, shift], "batchNormalization")
    return inCommonReal([self, mean, variance] + [scale, shift].compactMap { $0 }) { inputs in
      let parts = ChannelNormalization(
        [inputs[0]] + inputs[3...], hasScale: scale != nil, hasShift: shift != nil, epsilon: epsilon)
      return parts.normalized(mean: inputs[1], variance: inputs[2])
    }
  }

  func checkChannels(_ numbers: [Tensor?], _ name: StaticString) {
    precondition(rank >= 2, "\(name): the shape \(shape) is not [batch, channels, …]")
    for case let tensor? in numbers {
      precondition(
        tensor.shape == [shape[1]], "\(name): \(tensor.shape) is not one number for each channel of \(shape)")
    }
  }
}
