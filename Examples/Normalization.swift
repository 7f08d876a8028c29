import Surprisal

/// Batch normalization: in training every feature has mean 0 and variance 1 over the batch, and running averages follow
/// the batch's own; in inference those are used, so that a datum's result does not depend on others.
func batchNormalization() throws {
  let x = Tensor([1.0, 10, 2, 20, 3, 30, 4, 60], shape: [4, 2])
  var layer = BatchNorm(channels: 2, dtype: .float64)
  var pass = Pass.training(using: RandomGenerator(seed: 11))
  let y = layer.forward(x, &pass)
  print("batch: mean \(show(x.mean(alongAxes: [0]))), variance \(show(x.variance(alongAxes: [0])))")
  print("normalized: mean \(show(y.mean(alongAxes: [0]))), variance \(show(y.variance(alongAxes: [0]), 4))")
  if let mean = layer.runningMean, let variance = layer.runningVariance {
    print("running, a tenth of the way: mean \(show(mean)), variance \(show(variance))")
  }
  print("first datum: in training \(show(y[0])), in inference \(show(layer(x)[0]))")

  // Of images each channel is one feature, over all pixels of all images.
  let images = Tensor(range: 0..<36, dtype: .float64).square().reshaped(to: [2, 2, 3, 3])
  var channels = BatchNorm(channels: 2, dtype: .float64)
  let z = channels.forward(images, &pass)
  print("channels: mean \(show(z.mean(alongAxes: [0, 2, 3]))), variance \(show(z.variance(alongAxes: [0, 2, 3]), 4))")
}

/// Layer normalization: every datum by itself has mean 0 and variance 1 over its features, in training and inference
/// alike, whatever the batch.
func layerNormalization() throws {
  let x = Tensor([1.0, 2, 3, 4, 10, 20, 30, 60], shape: [2, 4])
  let layer = LayerNorm(features: 4, dtype: .float64)
  let y = layer(x)
  print("normalized: \(show(y))")
  print("mean \(show(y.mean(alongAxes: [1]))), variance \(show(y.variance(alongAxes: [1]), 4))")
  print("the second datum alone: largest difference \(show((layer(x[1..<2]) - y[1..<2]).abs().max().item))")
}

/// The elements of a vector with `digits` decimals.
private func show(_ vector: Tensor, _ digits: Int) -> String {
  "(" + vector.scalars(as: Double.self).map { show($0, digits) }.joined(separator: ", ") + ")"
}
