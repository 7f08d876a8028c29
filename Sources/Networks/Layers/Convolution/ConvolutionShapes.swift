import SurprisalCore
import SurprisalTensors

/// Stops the program unless `groups` divides both kinds of channels.
func checkGroups(_ groups: Int, inputs: Int, outputs: Int, _ layer: String) {
  precondition(
    groups > 0 && inputs > 0 && outputs > 0 && inputs % groups == 0 && outputs % groups == 0,
    "\(layer): \(groups) groups do not divide \(inputs) inputs and \(outputs) outputs")
}

/// A convolution in a line: its extents and whatever is not the default. One number of a size stands for one axis, too.
func convolutionLine(
  _ layer: String, inputs: Int, outputs: Int, kernel: Size2D, stride: Size2D, padding: String,
  outputPadding: Size2D = 0, dilation: Size2D, groups: Int, hasBias: Bool
) -> String {
  line(
    layer, "inputs: \(inputs)", "outputs: \(outputs)", "kernel: \(kernel.text)",
    part("stride", stride.text, unless: "1"), part("padding", padding, unless: "0"),
    part("outputPadding", outputPadding.text, unless: "0"), part("dilation", dilation.text, unless: "1"),
    part("groups", groups, unless: 1), part("bias", hasBias, unless: true))
}

/// The shape that a convolution gives.
func convolvedShape(
  _ shape: [Int], _ windows: [AxisWindows], inputs: Int, outputs: Int, _ layer: String
) throws -> [Int] {
  let sizes = try positions(of: shape, axes: windows.count, channels: inputs, layer)
  return try [shape[0], outputs] + windowCounts(windows, over: sizes, of: shape, layer: layer)
}

/// The shape that a transposed convolution gives.
func transposedShape(
  _ shape: [Int], _ windows: [AxisWindows], more: [Int], inputs: Int, outputs: Int, _ layer: String
) throws -> [Int] {
  windows.forEach { $0.checkSame(layer, isConvolution: false) }
  let sizes = try positions(of: shape, axes: windows.count, channels: inputs, layer)
  let extents = windows.indices.map { windows[$0].extent(for: sizes[$0], more: more[$0]) }
  guard sizes.allSatisfy({ $0 > 0 }), extents.allSatisfy({ $0 > 0 }) else {
    throw SurprisalError(
      .data, "\(layer) makes of the shape \(shape) one without positions, \([shape[0], outputs] + extents)",
      remedy: "use less padding or larger inputs")
  }
  return [shape[0], outputs] + extents
}

/// The last axes of [batch, channels, …].
private func positions(of shape: [Int], axes: Int, channels: Int, _ layer: String) throws -> [Int] {
  guard shape.count == axes + 2, shape[1] == channels else {
    throw SurprisalError.shape(
      shape, for: layer, taking: "[batch, \(channels), \(axisNames(axes))]",
      remedy: "give \(layer)(inputs:outputs:kernel:) the channels of what comes before it")
  }
  return Array(shape[2...])
}
