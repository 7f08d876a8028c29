import Surprisal

/// A perceptron with one hidden layer: a struct that names its fields.
public struct Perceptron: Layer {
  /// The layers.
  public var hidden, output: Linear

  /// Random layers of the given extents.
  public init(inputs: Int, hidden count: Int, classes: Int, using generator: inout RandomGenerator) {
    hidden = Linear(inputs: inputs, outputs: count, using: &generator)
    output = Linear(inputs: count, outputs: classes, using: &generator)
  }

  /// Shows both layers.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("hidden", &hidden)
    try visitor.module("output", &output)
  }

  /// One logit for each class.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    output.forward(hidden.forward(x, &pass).tanh(), &pass)
  }

  /// [N, classes] for [N, inputs].
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try output.outputShape(for: hidden.outputShape(for: shape))
  }
}

/// Trains a classifier of points x [N, 2] with classes [N] and returns the loss after each step, in nats per point.
public func train(_ model: inout Perceptron, on x: Tensor, classes: Tensor, steps: Int) -> [Double] {
  var optimizer = Adam(learningRate: 0.02)
  var pass = Pass.training(using: RandomGenerator(seed: 1))
  return (0..<steps).map { _ in
    let (loss, gradients) = valueAndGradient(of: &model) { model in
      model.forward(x, &pass).crossEntropy(with: classes).mean()
    }
    optimizer.update(&model, along: gradients)
    return loss.item
  }
}
