extension Tensor {
  /// The cross-correlation of each row of channels with a set of kernels.
  ///
  ///     y[n, o, t] = bias[o] + Σ_{c, k} weight[o, c, k] · x[n, first + c, t · stride + k · dilation − padding.before]
  ///
  /// where x is 0 outside its positions and `first` is the first input channel of o's group. The number of positions
  /// is ⌊(in + before + after − dilation · (kernel − 1) − 1) / stride⌋ + 1.
  ///
  /// - Parameters:
  ///   - weight: [outputs, inputs / groups, kernel].
  ///   - bias: [outputs]; 0 if nil.
  ///   - padding: `.same`, with stride 1, for as many positions as before.
  ///   - groups: parts into which both kinds of channels are split, each output part seeing its input part only.
  /// - Returns: of this tensor's shape [batch, inputs, positions], [batch, outputs, out positions]. Whole numbers are
  ///   computed as `float32`, bfloat16 in float32 and rounded once. A kernel must fit the padded input.
  ///
  /// Derivative: by x the transposed convolution of the cotangent, by the weight the correlation of x with it, by the
  /// bias its sum over batch and positions.
  public func convolution1d(
    weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding1D = 0, dilation: Int = 1, groups: Int = 1
  ) -> Tensor {
    precondition(
      weight.rank == 3, "convolution1d: the weight \(weight.shape) is not [outputs, inputs / groups, kernel]")
    let windows = AxisWindows(kernel: weight.shape[2], stride: stride, padding: padding, dilation: dilation)
    return convolution(weight, bias, [windows], groups, "convolution1d")
  }

  /// The cross-correlation of each image with a set of kernels; as `convolution1d` with two axes of positions.
  ///
  /// - Parameters:
  ///   - weight: [outputs, inputs / groups, kernel height, kernel width].
  ///   - bias: [outputs]; 0 if nil.
  /// - Returns: of this tensor's shape [batch, inputs, height, width], [batch, outputs, out height, out width].
  public func convolution2d(
    weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0, dilation: Size2D = 1,
    groups: Int = 1
  ) -> Tensor {
    precondition(
      weight.rank == 4, "convolution2d: the weight \(weight.shape) is not [outputs, inputs / groups, height, width]")
    let windows = AxisWindows.pair(
      kernel: Size2D(height: weight.shape[2], width: weight.shape[3]), stride, padding, dilation)
    return convolution(weight, bias, windows, groups, "convolution2d")
  }

  /// The transposed convolution: the map that is the derivative by x of `convolution1d`.
  ///
  ///     y[n, o, t · stride + k · dilation − padding.before] += weight[c, o, k] · x[n, c, t]
  ///
  /// The number of positions is (in − 1) · stride − before − after + dilation · (kernel − 1) + 1 + outputPadding.
  ///
  /// - Parameters:
  ///   - weight: [inputs, outputs / groups, kernel].
  ///   - bias: [outputs]; 0 if nil.
  ///   - outputPadding: positions added at the end, fewer than the stride or the dilation: with a stride several
  ///     inputs of a convolution have outputs of one size, and this says which of them is meant.
  /// - Returns: of this tensor's shape [batch, inputs, positions], [batch, outputs, out positions]. Types as in
  ///   `convolution1d`.
  ///
  /// Derivative: by x the convolution of the cotangent, and so on, as in `convolution1d`.
  public func convolutionTransposed1d(
    weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding1D = 0, outputPadding: Int = 0,
    dilation: Int = 1, groups: Int = 1
  ) -> Tensor {
    precondition(
      weight.rank == 3, "convolutionTransposed1d: the weight \(weight.shape) is not [inputs, outputs / groups, kernel]")
    let windows = AxisWindows(kernel: weight.shape[2], stride: stride, padding: padding, dilation: dilation)
    return convolutionTransposed(weight, bias, [windows], [outputPadding], groups, "convolutionTransposed1d")
  }

  /// The transposed convolution of images; as `convolutionTransposed1d` with two axes of positions.
  ///
  /// - Parameters:
  ///   - weight: [inputs, outputs / groups, kernel height, kernel width].
  ///   - bias: [outputs]; 0 if nil.
  /// - Returns: of this tensor's shape [batch, inputs, height, width], [batch, outputs, out height, out width].
  public func convolutionTransposed2d(
    weight: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = 0, outputPadding: Size2D = 0,
    dilation: Size2D = 1, groups: Int = 1
  ) -> Tensor {
    precondition(
      weight.rank == 4,
      "convolutionTransposed2d: the weight \(weight.shape) is not [inputs, outputs / groups, height, width]")
    let windows = AxisWindows.pair(
      kernel: Size2D(height: weight.shape[2], width: weight.shape[3]), stride, padding, dilation)
    return convolutionTransposed(
      weight, bias, windows, [outputPadding.height, outputPadding.width], groups, "convolutionTransposed2d")
  }

  private func convolution(
    _ weight: Tensor, _ bias: Tensor?, _ windows: [AxisWindows], _ groups: Int, _ name: StaticString
  ) -> Tensor {
    windows.forEach { $0.check(name) }
    precondition(
      rank == windows.count + 2 && groups > 0 && shape[1] == weight.shape[1] * groups && weight.shape[0] % groups == 0,
      "\(name): the weight \(weight.shape) in \(groups) groups does not fit the input \(shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "\(name): the bias \(bias?.shape ?? []) does not have the outputs of the weight \(weight.shape)")
    for (axis, windows) in zip(shape[2...], windows) {
      precondition(
        windows.count(over: axis) > 0, "\(name): a kernel of \(weight.shape) does not fit the padded input \(shape)")
    }
    return inCommonReal([self, weight] + (bias.map { [$0] } ?? [])) { inputs in
      let convolution = Convolution(
        geometry: ConvolutionGeometry(input: shape, weight: weight.shape, windows: windows, groups: groups))
      return inputs.count == 3
        ? convolution.output(inputs[0], inputs[1], inputs[2]) : convolution.output(inputs[0], inputs[1])
    }
  }

  private func convolutionTransposed(
    _ weight: Tensor, _ bias: Tensor?, _ windows: [AxisWindows], _ outputPadding: [Int], _ groups: Int,
    _ name: StaticString
  ) -> Tensor {
    for windows in windows {
      windows.check(name)
      windows.checkSame(name, isConvolution: false)
    }
    precondition(
      rank == windows.count + 2 && groups > 0 && shape[1] == weight.shape[0] && shape[1] % groups == 0,
      "\(name): the weight \(weight.shape) in \(groups) groups does not fit the input \(shape)")
    let outputs = weight.shape[1] * groups
    precondition(
      bias.map { $0.shape == [outputs] } ?? true,
      "\(name): the bias \(bias?.shape ?? []) does not have the \(outputs) outputs of the weight \(weight.shape)")
    let sizes = windows.indices.map { axis -> Int in
      let (windows, more) = (windows[axis], outputPadding[axis])
      precondition(
        more >= 0 && more < Swift.max(windows.stride, windows.dilation),
        "\(name): the output padding \(more) is not below the stride \(windows.stride) or dilation \(windows.dilation)")
      let size = windows.extent(for: shape[2 + axis], more: more)
      precondition(shape[2 + axis] > 0 && size > 0, "\(name): the output of \(shape) has no positions")
      return size
    }
    return inCommonReal([self, weight] + (bias.map { [$0] } ?? [])) { inputs in
      let convolution = Convolution(
        geometry: ConvolutionGeometry(
          input: [shape[0], outputs] + sizes, weight: weight.shape, windows: windows, groups: groups,
          outputSizes: Array(shape[2...])))
      let y = convolution.inputCotangent(inputs[1], inputs[0])
      return inputs.count == 3 ? y + inputs[2].reshaped(to: [outputs] + sizes.map { _ in 1 }) : y
    }
  }
}

extension AxisWindows {
  /// The windows along height and width.
  package static func pair(
    kernel: Size2D, _ stride: Size2D, _ padding: Padding2D, _ dilation: Size2D, roundsUp: Bool = false
  ) -> [AxisWindows] {
    [
      AxisWindows(
        kernel: kernel.height, stride: stride.height, padding: padding.rows, dilation: dilation.height,
        roundsUp: roundsUp),
      AxisWindows(
        kernel: kernel.width, stride: stride.width, padding: padding.columns, dilation: dilation.width,
        roundsUp: roundsUp),
    ]
  }
}
