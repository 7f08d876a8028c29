/// The normalization of each channel of x, with a scale and a shift where they are given.
struct ChannelNormalization: Sendable {
  let x: Tensor
  let scale: Tensor?
  let shift: Tensor?
  let epsilon: Double

  /// `inputs` are x and, as far as they are given, scale and shift.
  init(_ inputs: [Tensor], hasScale: Bool, hasShift: Bool, epsilon: Double) {
    x = inputs[0]
    scale = hasScale ? inputs[1] : nil
    shift = hasShift ? inputs[inputs.count - 1] : nil
    self.epsilon = epsilon
  }

  /// y, mean and variance of this batch.
  func results() -> [Tensor] {
    let (mean, variance) = Kernels.channelMoments(x)
    guard Kernels.isFarFromZero(mean: mean, variance: variance, epsilon: epsilon) else {
      return [affine(x, mean: mean, variance: variance), mean, variance]
    }
    // What rounding left of the mean is found once x lies around 0.
    let centered = centered(around: mean)
    let (rest, exact) = Kernels.channelMoments(centered)
    return [affine(centered, mean: rest, variance: exact), mean + rest, exact]
  }

  /// y with a given mean and variance.
  func normalized(mean: Tensor, variance: Tensor) -> Tensor {
    if Kernels.isFarFromZero(mean: mean, variance: variance, epsilon: epsilon) {
      let zeros = Tensor(zeros: mean.shape, dtype: x.dtype)
      return affine(centered(around: mean), mean: zeros, variance: variance)
    }
    return affine(x, mean: mean, variance: variance)
  }

  private func affine(_ x: Tensor, mean: Tensor, variance: Tensor) -> Tensor {
    let rstd = (variance + epsilon).reciprocalSquareRoot()
    let factor = scale.map { $0 * rstd } ?? rstd
    let offset = mean * factor
    return x.channelAffine(factor: factor, term: shift.map { $0 - offset } ?? -offset)
  }

  /// x − mean.
  private func centered(around mean: Tensor) -> Tensor {
    x.channelAffine(factor: Tensor(ones: mean.shape, dtype: x.dtype), term: -mean)
  }

  /// The cotangents of the inputs from those of y, mean and variance.
  func cotangents(_ gs: [Tensor?], mean: Tensor, variance: Tensor, needed: [Bool]) -> [Tensor?] {
    var result = [Tensor?](repeating: nil, count: needed.count)
    var (x, center) = (x, mean)
    if Kernels.isFarFromZero(mean: mean, variance: variance, epsilon: epsilon) {
      x = centered(around: mean)
      // Zero but for rounding: a constant.
      center = Kernels.channelMoments(x.withoutDerivative()).mean
    }
    let perElement = 1 / Double(x.count / max(mean.count, 1))
    // dx = factor g + slope (x − center) + constant for each channel.
    var slope = gs[2].map { $0 * (2 * perElement) }
    var constant = gs[1].map { $0 * perElement }
    var factorOfG: Tensor?
    if let g = gs[0] {
      let rstd = (variance + epsilon).reciprocalSquareRoot()
      let (sums, products) = Tensor.channelSums(g, x, center: center)
      if scale != nil { result[1] = products * rstd }
      if shift != nil { result[needed.count - 1] = sums }
      if needed[0] {
        let factor = scale.map { $0 * rstd } ?? rstd
        slope = (slope ?? Tensor(zeros: [], dtype: x.dtype)) - factor * rstd.square() * products * perElement
        constant = (constant ?? Tensor(zeros: [], dtype: x.dtype)) - factor * sums * perElement
        factorOfG = factor
      }
    }
    guard needed[0] else { return result }
    let zeros = Tensor(zeros: mean.shape, dtype: x.dtype)
    let (ownSlope, ownConstant) = (slope ?? zeros, constant ?? zeros)
    let term = ownConstant - ownSlope * center
    guard let g = gs[0], let factorOfG else {
      result[0] = x.channelAffine(factor: ownSlope, term: term)
      return result
    }
    result[0] = fused(g, x, factorOfG, ownSlope, term) {
      Kernels.channelAffine(g, factor: factorOfG, x, slope: ownSlope, term: term)
    } composed: {
      g.channelScaled(by: factorOfG) + x.channelAffine(factor: ownSlope, term: term)
    }
    return result
  }
}
