import Surprisal

/// A kernel has a slice for every input channel, and their results are added; every output channel has a kernel of its
/// own. A kernel of 1 × 1 is a dense layer over the channels of each pixel.
func channels() throws {
  let pixels = (0..<9).map { Double($0) }
  let image = Tensor(pixels + pixels.map { $0 + 1 }, shape: [1, 2, 3, 3])
  let kernel = Tensor([0.0, 1, 2, 3, 1, 2, 3, 4], shape: [1, 2, 2, 2])
  print("two channels in, one out: \(show(image.convolution2d(weight: kernel)[0, 0]))")
  let kernels = Tensor(concatenating: [kernel, kernel + 1, kernel + 2])
  for (channel, map) in image.convolution2d(weight: kernels)[0].unstacked().enumerated() {
    print("channel \(channel) of three out: \(show(map))")
  }
  print("weights: outputs · inputs · height · width = \(kernels.count)")

  var generator = RandomGenerator(seed: 10)
  let x = Tensor.normal(shape: [1, 3, 4, 4], dtype: .float64, using: &generator)
  let mixing = Tensor.normal(shape: [5, 3], dtype: .float64, using: &generator)
  let convolved = x.convolution2d(weight: mixing.reshaped(to: [5, 3, 1, 1]))
  // Channels last: a row of three numbers for every pixel.
  let dense = x.permuted([0, 2, 3, 1]).linear(weight: mixing).permuted([0, 3, 1, 2])
  print("1 × 1 convolution and dense layer differ by \(show((convolved - dense).abs().max().item))")
}
