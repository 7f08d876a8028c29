import Surprisal

/// A residual block learns what to add to its input, f(x) = g(x) + x: where g is 0 it is the identity, so that one more
/// block can only add to what the network says, and the gradient has a way around every block.
func residualBlocks() throws {
  var generator = RandomGenerator(seed: 12)
  var norm = BatchNorm(channels: 3)
  norm.weight = Tensor(zeros: [3])
  let block = Residual(
    Sequential(
      Conv2d(inputs: 3, outputs: 3, kernel: 3, padding: 1, using: &generator), ReLU(),
      Conv2d(inputs: 3, outputs: 3, kernel: 3, padding: 1, using: &generator), norm),
    activation: ReLU())
  let image = Tensor.normal(shape: [4, 3, 6, 6], using: &generator)
  let change = (block(image) - image.relu()).abs().max().item
  print("a block whose last scale is 0 differs from the identity (and ReLU) by \(show(change))")

  // Half the height and width and more channels: a convolution of 1 × 1 brings the input to that shape.
  let narrowing = ResidualBlock(inputs: 3, outputs: 6, stride: 2, using: &generator)
  print("3 to 6 channels with stride 2: \(image.shape) becomes \(narrowing(image).shape)")

  var draws = RandomGenerator(seed: 13)
  let x = Tensor.normal(shape: [32, 64], dtype: .float64, using: &draws)
  let direction = Tensor.normal(shape: [32, 64], dtype: .float64, using: &draws)
  let layers = (0..<20).map { _ in
    let weight = Tensor.normal(standardDeviation: 0.05, shape: [64, 64], dtype: .float64, using: &draws)
    return Sequential(Linear(weight: weight), ReLU())
  }
  let plain = Sequential(layers)
  let residual = Sequential(layers.map { Residual($0) })
  for (name, network) in [("plain layers", plain), ("residual blocks", residual)] {
    let arriving = gradient(of: x) { (network($0) * direction).sum() }.norm().item
    print("20 \(name): the gradient arrives \(NumberText.general(arriving / direction.norm().item, 3)) times as long")
  }
}
