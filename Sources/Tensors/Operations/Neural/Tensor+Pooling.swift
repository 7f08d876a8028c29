extension Tensor {
  /// The maximum of each window of the last axis.
  ///
  ///     y[…, t] = max_k x[…, t · stride + k · dilation − padding.before]
  ///
  /// over the positions inside x; the number of windows is ⌊(in + before + after − dilation · (kernel − 1) − 1) /
  /// stride⌋ + 1. A NaN is the maximum of its window, and −∞ that of a dilated one without positions inside x.
  ///
  /// - Parameters:
  ///   - stride: the kernel's size if nil.
  ///   - padding: at most half of a window's reach.
  ///   - roundsUp: PyTorch's `ceil_mode`: the number of windows is rounded up, so that the last one may reach beyond
  ///     the padding; it does not begin in the padding behind x.
  /// - Returns: [..., windows] of this tensor's shape [..., positions]. Whole numbers become `float32`.
  ///
  /// Derivative: the cotangent goes to the maximum, the first of equal ones, if there is one.
  public func maxPool1d(
    kernel: Int, stride: Int? = nil, padding: Padding1D = 0, dilation: Int = 1, roundsUp: Bool = false
  ) -> Tensor {
    let windows = AxisWindows(
      kernel: kernel, stride: stride ?? kernel, padding: padding, dilation: dilation, roundsUp: roundsUp)
    return pooled([windows], "maxPool1d") { $0.maximum($1) }
  }

  /// The maximum of each window of the last two axes; as `maxPool1d`.
  ///
  /// - Returns: [..., out height, out width] of this tensor's shape [..., height, width].
  public func maxPool2d(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, dilation: Size2D = 1, roundsUp: Bool = false
  ) -> Tensor {
    let windows = AxisWindows.pair(kernel: kernel, stride ?? kernel, padding, dilation, roundsUp: roundsUp)
    return pooled(windows, "maxPool2d") { $0.maximum($1) }
  }

  /// The mean of each window of the last axis.
  ///
  /// - Parameters:
  ///   - stride: the kernel's size if nil.
  ///   - padding: zeros, at most half a kernel on either side.
  ///   - countsPadding: whether the sum is divided by the number of a window's elements in x and its zeros, which is the
  ///     kernel's size but where a window reaches beyond them, else by the number of those inside x.
  ///   - roundsUp: as in `maxPool1d`.
  /// - Returns: [..., windows] of this tensor's shape [..., positions]; their number as in `maxPool1d`. Whole numbers
  ///   become `float32`.
  ///
  /// Derivative: the cotangent of a mean in equal shares to the elements of its window.
  public func averagePool1d(
    kernel: Int, stride: Int? = nil, padding: Padding1D = 0, countsPadding: Bool = true, roundsUp: Bool = false
  ) -> Tensor {
    let windows = AxisWindows(
      kernel: kernel, stride: stride ?? kernel, padding: padding, dilation: 1, roundsUp: roundsUp)
    return pooled([windows], countsPadding: countsPadding, "averagePool1d") { $0.average($1) }
  }

  /// The mean of each window of the last two axes; as `averagePool1d`.
  ///
  /// - Returns: [..., out height, out width] of this tensor's shape [..., height, width].
  public func averagePool2d(
    kernel: Size2D, stride: Size2D? = nil, padding: Padding2D = 0, countsPadding: Bool = true, roundsUp: Bool = false
  ) -> Tensor {
    let windows = AxisWindows.pair(kernel: kernel, stride ?? kernel, padding, 1, roundsUp: roundsUp)
    return pooled(windows, countsPadding: countsPadding, "averagePool2d") { $0.average($1) }
  }

  /// The maxima of `output` windows that cover the last axis: window i from ⌊i · in / output⌋ up to
  /// ⌈(i + 1) · in / output⌉.
  ///
  /// - Returns: [..., output] of this tensor's shape [..., positions], which must not be empty. Derivative and types
  ///   as in `maxPool1d`.
  public func adaptiveMaxPool1d(output: Int) -> Tensor {
    adaptivelyPooled([output], "adaptiveMaxPool1d") { $0.maximum($1) }
  }

  /// The maxima of windows that cover the last two axes; as `adaptiveMaxPool1d`.
  public func adaptiveMaxPool2d(output: Size2D) -> Tensor {
    adaptivelyPooled([output.height, output.width], "adaptiveMaxPool2d") { $0.maximum($1) }
  }

  /// The means of `output` windows that cover the last axis: window i from ⌊i · in / output⌋ up to
  /// ⌈(i + 1) · in / output⌉.
  ///
  /// - Returns: [..., output] of this tensor's shape [..., positions], which must not be empty. Derivative and types
  ///   as in `averagePool1d`.
  public func adaptiveAveragePool1d(output: Int) -> Tensor {
    adaptivelyPooled([output], "adaptiveAveragePool1d") { $0.average($1) }
  }

  /// The means of windows that cover the last two axes; as `adaptiveAveragePool1d`.
  public func adaptiveAveragePool2d(output: Size2D) -> Tensor {
    adaptivelyPooled([output.height, output.width], "adaptiveAveragePool2d") { $0.average($1) }
  }

  private func pooled(
    _ windows: [AxisWindows], countsPadding: Bool = true, _ name: StaticString, _ pool: (Pooling, Tensor) -> Tensor
  ) -> Tensor {
    precondition(rank >= windows.count, "\(name): the shape \(shape) has fewer than \(windows.count) axes")
    for (size, windows) in zip(shape.suffix(windows.count), windows) {
      windows.checkSame(name, isConvolution: false)
      windows.check(name)
      precondition(
        Swift.max(windows.padding.before, windows.padding.after) * 2 <= windows.reach,
        "\(name): the padding \(windows.padding.before), \(windows.padding.after) is more than half a window")
      precondition(
        windows.count(over: size) > 0, "\(name): a kernel of \(windows.kernel) does not fit the padded input \(shape)")
    }
    return inCommonReal([self]) { inputs in
      let geometry = PoolingGeometry(input: shape, windows: windows, countsPadding: countsPadding)
      return pool(Pooling(geometry: geometry, isAdaptive: false), inputs[0])
    }
  }

  private func adaptivelyPooled(
    _ sizes: [Int], _ name: StaticString, _ pool: (Pooling, Tensor) -> Tensor
  ) -> Tensor {
    let own = shape.suffix(sizes.count)
    precondition(
      own.count == sizes.count && own.allSatisfy { $0 > 0 } && sizes.allSatisfy { $0 > 0 },
      "\(name): \(shape) cannot be pooled to \(sizes)")
    return inCommonReal([self]) { inputs in
      guard zip(own, sizes).allSatisfy({ $0 % $1 == 0 }) else {
        let geometry = PoolingGeometry(input: shape, outputSizes: sizes)
        return pool(Pooling(geometry: geometry, isAdaptive: true), inputs[0])
      }
      // Windows of one size, without overlap.
      let windows = zip(own, sizes).map {
        AxisWindows(kernel: $0 / $1, stride: $0 / $1, padding: 0, dilation: 1)
      }
      return pool(Pooling(geometry: PoolingGeometry(input: shape, windows: windows), isAdaptive: false), inputs[0])
    }
  }
}
