import CSurprisalKernels

/// The shapes and windows of one convolution, whichever of its three tensors is computed from the other two.
struct ConvolutionGeometry: Sendable {
  let shape: surprisal_convolution
  /// [batch, inputs, sizes…]
  let input: [Int]
  /// [outputs, inputs / groups, kernel…]
  let weight: [Int]
  /// [batch, outputs, sizes…]
  let output: [Int]

  /// `windows` has one entry for each axis after the channels. The output's sizes follow unless given.
  init(input: [Int], weight: [Int], windows: [AxisWindows], groups: Int, outputSizes: [Int]? = nil) {
    let sizes = Array(input.dropFirst(2))
    let outputSizes = outputSizes ?? zip(windows, sizes).map { $0.count(over: $1) }
    self.input = input
    self.weight = weight
    output = [input[0], weight[0]] + outputSizes
    let flat = windows.count == 1
    let rows = flat ? .single : windows[0]
    let columns = windows[windows.count - 1]
    shape = surprisal_convolution(
      batch: input[0], inputs: input[1], height: flat ? 1 : sizes[0], width: sizes[sizes.count - 1],
      outputs: weight[0], kernel_height: rows.kernel, kernel_width: columns.kernel, groups: groups,
      stride_height: rows.stride, stride_width: columns.stride, dilation_height: rows.dilation,
      dilation_width: columns.dilation, top: rows.padding.before, left: columns.padding.before,
      out_height: flat ? 1 : outputSizes[0], out_width: outputSizes[outputSizes.count - 1])
  }
}

extension Kernels {
  /// y = x ∗ w + bias. float32 and float64, as below.
  static func convolve(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, _ geometry: ConvolutionGeometry) -> Tensor {
    let (x, weight, bias) = (contiguous(x), contiguous(weight), bias.map(contiguous))
    defer { withExtendedLifetime((x, weight, bias)) {} }
    return Tensor(shape: geometry.output, dtype: x.dtype) { out in
      withUnsafePointer(to: geometry.shape) {
        surprisal_convolve(x.dtype.code, $0, x.pointer, weight.pointer, bias?.pointer, out)
      }
    }
  }

  /// The cotangent of x for the cotangent g of y: the transposed convolution.
  static func convolveBackwardInput(_ weight: Tensor, _ g: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    let (weight, g) = (contiguous(weight), contiguous(g))
    defer { withExtendedLifetime((weight, g)) {} }
    return Tensor(shape: geometry.input, dtype: g.dtype) { out in
      withUnsafePointer(to: geometry.shape) {
        surprisal_convolve_backward_input(g.dtype.code, $0, weight.pointer, g.pointer, out)
      }
    }
  }

  /// The cotangent of the weight for the cotangent g of y.
  static func convolveBackwardWeight(_ x: Tensor, _ g: Tensor, _ geometry: ConvolutionGeometry) -> Tensor {
    let (x, g) = (contiguous(x), contiguous(g))
    defer { withExtendedLifetime((x, g)) {} }
    return Tensor(shape: geometry.weight, dtype: g.dtype) { out in
      withUnsafePointer(to: geometry.shape) {
        surprisal_convolve_backward_weight(g.dtype.code, $0, x.pointer, g.pointer, out)
      }
    }
  }
}
