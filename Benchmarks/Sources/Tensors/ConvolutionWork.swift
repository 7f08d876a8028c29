import Surprisal

/// A convolution 3 × 3, 64 → 64 channels on 32 images of 32 × 32, with its derivatives by x, weight and bias if `both`.
struct ConvolutionWork: TensorWork {
  var both: Bool
  private let inputs = [
    SharedInputs.numbers([32, 64, 32, 32], seed: 1),
    SharedInputs.numbers([64, 64, 3, 3], seed: 2, scale: 0.05),
    SharedInputs.numbers([64], seed: 3),
  ]
  private let cotangent = SharedInputs.numbers([32, 64, 32, 32], seed: 4)

  init(both: Bool) { self.both = both }

  func step() -> [Tensor] {
    if !both { return [inputs[0].convolution2d(weight: inputs[1], bias: inputs[2], padding: 1)] }
    return valueAndGradient(of: inputs) { inputs in
      (inputs[0].convolution2d(weight: inputs[1], bias: inputs[2], padding: 1) * cotangent).sum()
    }.gradients
  }
}
