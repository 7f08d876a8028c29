extension Tensor {
  /// Layer normalization (Ba, Kiros and Hinton 2016): each row with its own mean and variance.
  ///
  ///     y = (x − mean) / √(variance + epsilon) · scale + shift
  ///
  /// - Parameters:
  ///   - axes: how many axes, from the last one back, make a row.
  ///   - scale: of a row's shape; 1 if nil.
  ///   - shift: of a row's shape; 0 if nil.
  ///   - epsilon: what keeps a row of variance 0 finite: its y is the shift.
  /// - Returns: y of this tensor's shape; the variance is Σ (x − mean)² / n. Tensors of several types are computed in
  ///   the one they are promoted to; whole numbers become `float32`, bfloat16 is computed in float32 and rounded once.
  ///
  /// The mean is rounded to the type: of a float32 row whose mean is more than 10⁴ standard deviations from 0, digits
  /// are lost with it.
  ///
  /// Derivative, with h = g · scale and z = (x − mean) rstd: dx = rstd (h − mean(h) − z mean(h z)) over each row;
  /// dscale = Σ g z and dshift = Σ g over the rows.
  public func layerNormalization(
    axes: Int = 1, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    precondition(axes > 0 && axes <= rank, "layerNormalization: \(shape) does not have \(axes) axes")
    let row = Array(shape.suffix(axes))
    for case let tensor? in [scale, shift] {
      precondition(
        tensor.shape == row, "layerNormalization: \(tensor.shape) is not the shape of a row \(row) of \(shape)")
    }
    let columns = row.reduce(1, *)
    if count == 0 { return asFloat() }
    let own = shape
    return inCommonReal([self] + [scale, shift].compactMap { $0 }) { inputs in
      let matrix = inputs[0].reshaped(to: [own.dropLast(axes).reduce(1, *), columns])
      let rest = inputs.dropFirst().map { $0.reshaped(to: [columns]) }
      return RowNormalization(hasScale: scale != nil, hasShift: shift != nil, epsilon: epsilon)
        .apply([matrix] + rest).reshaped(to: own)
    }
  }

  /// Root mean square normalization (Zhang and Sennrich 2019): each row by its own root mean square.
  ///
  ///     y = x / √(mean(x²) + epsilon) · scale
  ///
  /// - Parameters:
  ///   - axes: how many axes, from the last one back, make a row.
  ///   - scale: of a row's shape; 1 if nil.
  ///   - epsilon: what keeps a row of zeros finite.
  /// - Returns: y of this tensor's shape; types as in `layerNormalization`.
  ///
  /// Derivative, with h = g · scale and z = x rrms: dx = rrms (h − z mean(h z)) over each row; dscale = Σ g z over the
  /// rows.
  public func rmsNormalization(axes: Int = 1, scale: Tensor? = nil, epsilon: Double = 1e-5) -> Tensor {
    precondition(axes > 0 && axes <= rank, "rmsNormalization: \(shape) does not have \(axes) axes")
    let row = Array(shape.suffix(axes))
    precondition(
      scale == nil || scale?.shape == row,
      "rmsNormalization: \(scale?.shape ?? []) is not the shape of a row \(row) of \(shape)")
    if count == 0 { return asFloat() }
    let own = shape
    return inCommonReal([self] + (scale.map { [$0] } ?? [])) { inputs in
      let columns = row.reduce(1, *)
      let matrix = inputs[0].reshaped(to: [own.dropLast(axes).reduce(1, *), columns])
      return RowNormalization(hasScale: scale != nil, hasShift: false, epsilon: epsilon, isCentered: false)
        .apply([matrix] + inputs.dropFirst().map { $0.reshaped(to: [columns]) }).reshaped(to: own)
    }
  }

  /// Group normalization (Wu and He 2018): the channels in `groups` parts, each with its own mean and variance in
  /// every row of the batch. As many groups as channels give instance normalization.
  ///
  ///     y = (x − mean) / √(variance + epsilon) · scale + shift
  ///
  /// - Parameters:
  ///   - groups: a divisor of the channels.
  ///   - scale: [channels]; 1 if nil.
  ///   - shift: [channels]; 0 if nil.
  /// - Returns: y of this tensor's shape [batch, channels, …]. Types, `epsilon` and derivative as in
  ///   `layerNormalization`.
  public func groupNormalization(
    groups: Int, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    checkChannels([scale, shift], "groupNormalization")
    precondition(
      groups > 0 && shape[1] % groups == 0,
      "groupNormalization: \(groups) groups do not divide the channels of \(shape)")
    if count == 0 { return asFloat() }
    let own = shape
    return inCommonReal([self] + [scale, shift].compactMap { $0 }) { inputs in
      let rows = inputs[0].reshaped(to: [own[0] * groups, -1])
      let z = RowNormalization(hasScale: false, hasShift: false, epsilon: epsilon).apply([rows]).reshaped(to: own)
      if inputs.count == 1 { return z }
      return z.channelAffine(
        factor: scale == nil ? Tensor(ones: [own[1]], dtype: z.dtype) : inputs[1],
        term: shift == nil ? Tensor(zeros: [own[1]], dtype: z.dtype) : inputs[inputs.count - 1])
    }
  }
}

/// Normalization of each row of a matrix, with a scale and a shift of one row's shape where they are given.
private struct RowNormalization: Sendable {
  let hasScale: Bool
  let hasShift: Bool
  let epsilon: Double
  /// Whether the mean is subtracted.
  var isCentered = true

  /// y from x, scale and shift, as far as they are given.
  func apply(_ inputs: [Tensor]) -> Tensor {
    differentiable(inputs) { inputs in
      let (y, mean, rstd) = Kernels.layerNorm(
        inputs[0], scale: hasScale ? inputs[1] : nil, shift: hasShift ? inputs[inputs.count - 1] : nil,
        epsilon: epsilon, centering: isCentered)
      return [y, rstd] + (mean.map { [$0] } ?? [])
    } pullback: { inputs, outputs in
      let (x, rstd, mean) = (inputs[0], outputs[1], outputs.count > 2 ? outputs[2] : nil)
      let scale = hasScale ? inputs[1] : nil
      return { gs, needed in
        guard let g = gs[0] else { return needed.map { _ in nil } }
        let wanted = (x: needed[0], scale: hasScale && needed[1], shift: hasShift && needed[needed.count - 1])
        let isFollowed = x.isTracked || g.isTracked || scale?.isTracked ?? false
        let (dx, dscale, dshift) =
          isFollowed
          ? composed(x, scale, g, wanted)
          : Kernels.layerNormBackward(x, scale: scale, mean: mean, rstd: rstd, g, needed: wanted)
        return [dx] + (hasScale ? [dscale] : []) + (hasShift ? [dshift] : [])
      }
    }[0]
  }

  /// The cotangents in tensor operations.
  private func composed(
    _ x: Tensor, _ scale: Tensor?, _ g: Tensor, _ needed: (x: Bool, scale: Bool, shift: Bool)
  ) -> (Tensor?, Tensor?, Tensor?) {
    func rowMean(_ x: Tensor) -> Tensor { x.sum(alongAxes: [1], keepingAxes: true) * (1 / Double(x.shape[1])) }
    let centered = isCentered ? x - rowMean(x) : x
    let rstd = (rowMean(centered * centered) + epsilon).reciprocalSquareRoot()
    let z = centered * rstd
    let h = scale.map { g * $0 } ?? g
    return (
      needed.x ? ((isCentered ? h - rowMean(h) : h) - z * rowMean(h * z)) * rstd : nil,
      needed.scale ? (g * z).sum(alongAxes: [0]) : nil, needed.shift ? g.sum(alongAxes: [0]) : nil
    )
  }
}
