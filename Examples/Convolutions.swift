import Surprisal

/// A dense layer from 3 × 3 to 2 × 2 pixels has 36 weights. If all outputs shall look for the same thing wherever it is
/// (translation invariance) and only nearby (locality), 4 are left: a kernel, and the layer is a convolution.
func convolutionAsDenseLayer() throws {
  let image = Tensor(range: 0..<9, dtype: .float64).reshaped(to: [1, 1, 3, 3])
  let kernel = Tensor([0.0, 1, 2, 3], shape: [1, 1, 2, 2])
  let convolved = image.convolution2d(weight: kernel)
  print("convolution: \(show(convolved[0, 0]))")

  // Output (i, j) sees pixel (i + a, j + b) with the weight V[a, b].
  let values = kernel.scalars(as: Double.self)
  var matrix = [Double](repeating: 0, count: 4 * 9)
  for i in 0..<2 {
    for j in 0..<2 {
      for a in 0..<2 {
        for b in 0..<2 {
          let (output, pixel) = (2 * i + j, 3 * (i + a) + j + b)
          matrix[9 * output + pixel] = values[2 * a + b]
        }
      }
    }
  }
  let dense = Linear(weight: Tensor(matrix, shape: [4, 9]))
  print("dense layer: \(show(dense(image.reshaped(to: [1, 9]))[0]))")
  print("weights: \(dense.parameterCount) of the dense layer, \(kernel.count) of the kernel")

  // A shifted image gives the shifted result.
  let wide = image.padded([(0, 0), (0, 0), (1, 0), (1, 0)])
  let shifted = wide.convolution2d(weight: kernel)[0, 0, 1..., 1...]
  let difference = (shifted - convolved[0, 0]).norm().item
  print("the image moved by a pixel: the result moved by a pixel, difference \(show(difference))")
}

/// What networks call convolution is the cross-correlation Σ V[a, b] X[i + a, j + b]; mathematics' f ∗ g flips one of
/// the two first.
func flippedConvolution() throws {
  let image = Tensor(range: 0..<9, dtype: .float64).reshaped(to: [1, 1, 3, 3])
  let kernel = Tensor([0.0, 1, 2, 3], shape: [1, 1, 2, 2])
  let flipped = kernel.flipped(alongAxes: [2, 3])
  print("cross-correlation: \(show(image.convolution2d(weight: kernel)[0, 0]))")
  print("convolution, with the flipped kernel: \(show(image.convolution2d(weight: flipped)[0, 0]))")
  // An edge from white to black and back, found by the difference of neighbors.
  let stripes = Tensor([1.0, 1, 0, 0, 0, 0, 1, 1], shape: [1, 1, 8])
  let difference = Tensor([1.0, -1], shape: [1, 1, 2])
  print("edges: \(show(stripes.convolution1d(weight: difference)[0, 0]))")
}
