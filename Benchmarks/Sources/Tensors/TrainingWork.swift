import Surprisal

/// A whole training step of a multilayer perceptron: forward, cross-entropy, backward, Adam.
struct TrainingWork: TensorWork {
  private let start: Perceptron
  private let x: Tensor
  private let targets: Tensor
  private(set) var model: Perceptron
  let isTraining = true
  private var optimizer = Adam()

  init(widths: [Int], batch: Int) {
    let sizes = Array(zip(widths, widths.dropFirst()))
    let layers = sizes.enumerated().map { index, size in
      let (inputs, outputs) = size
      let bound = 1 / Double(inputs).squareRoot()
      let seed = UInt32(10 + 2 * index)
      return Linear(
        weight: SharedInputs.numbers([outputs, inputs], seed: seed, scale: bound),
        bias: SharedInputs.numbers([outputs], seed: seed + 1, scale: bound))
    }
    start = Perceptron(layers: layers)
    model = start
    x = SharedInputs.numbers([batch, widths.first ?? 0], seed: 1)
    targets = SharedInputs.classes(batch, seed: 2, choices: widths.last ?? 1)
  }

  mutating func reset() {
    model = start
    optimizer = Adam()
  }

  mutating func step() -> [Tensor] {
    let (loss, gradients) = valueAndGradient(of: &model) { model in
      model(x).crossEntropy(with: targets).mean()
    }
    optimizer.update(&model, along: gradients)
    return [loss]
  }
}

/// Linear layers with the rectifier between them.
struct Perceptron: Module {
  var layers: [Linear]

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.modules("layers", &layers)
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    var y = x
    for index in layers.indices {
      y = layers[index](y)
      if index + 1 < layers.count { y = y.relu() }
    }
    return y
  }
}
