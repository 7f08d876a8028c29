import Surprisal

/// A whole training step of a network for images: forward, cross-entropy, backward, a step of SGD.
struct NetworkWork: TensorWork {
  private let start: NetworkBox
  private let x: Tensor
  private let targets: Tensor
  private let rule: SGD
  private var model: NetworkBox
  private var optimizer: SGD
  let isTraining = true

  /// Nil for a name that is none of the cases.
  init?(_ name: String) {
    var generator = RandomGenerator(seed: 0)
    let batch: Int
    let image: [Int]
    switch name {
    case "lenet-128":
      (batch, image) = (128, [1, 28, 28])
      guard let network = NetworkWork.leNet(&generator) else { return nil }
      start = network
      rule = SGD(learningRate: 0.1)
    case "resnet18-32":
      (batch, image) = (32, [3, 32, 32])
      start = NetworkWork.filled(ResidualNetwork<ResidualBlock>(channels: 3, outputs: 10, using: &generator))
      rule = SGD(learningRate: 1e-4, momentum: 0.9)
    default: return nil
    }
    (model, optimizer) = (start, rule)
    x = SharedInputs.numbers([batch] + image, seed: 1)
    targets = SharedInputs.classes(batch, seed: 2, choices: 10)
  }

  /// LeNet with sigmoids and average pooling.
  static func leNet(_ generator: inout RandomGenerator) -> NetworkBox? {
    (try? Sequential.leNet(image: [1, 28, 28], outputs: 10, isClassic: true, using: &generator)).map(filled)
  }

  private static func filled(_ network: any Layer) -> NetworkBox {
    var network = NetworkBox(network)
    var filling = SharedWeights()
    try? network.fields(&filling)
    return network
  }

  mutating func reset() { (model, optimizer) = (start, rule) }

  mutating func step() -> [Tensor] {
    var pass = Pass.training(using: RandomGenerator(seed: 0))
    let (x, targets) = (x, targets)
    let (loss, gradients) = valueAndGradient(of: &model) { model in
      model.forward(x, &pass).crossEntropy(with: targets).mean()
    }
    optimizer.update(&model, along: gradients)
    return [loss]
  }
}

/// LeNet on one image, in inference.
struct InferenceWork: TensorWork {
  private let model: NetworkBox
  private let x = SharedInputs.numbers([1, 1, 28, 28], seed: 1)

  init?() {
    var generator = RandomGenerator(seed: 0)
    guard let model = NetworkWork.leNet(&generator) else { return nil }
    self.model = model
  }

  func step() -> [Tensor] { [model(x)] }
}

/// A step of Adam on one large parameter.
struct AdamWork: TensorWork {
  private struct Vector: Module {
    var weight: Tensor
    mutating func fields(_ visitor: inout some FieldVisitor) throws { try visitor.parameter("weight", &weight) }
  }

  private let gradients: Gradients
  private let count: Int
  private var model: Vector
  private var optimizer = Adam()

  init(count: Int) {
    self.count = count
    gradients = Gradients([("weight", SharedInputs.numbers([count], seed: 2))])
    model = Vector(weight: SharedInputs.numbers([count], seed: 1))
  }

  mutating func reset() {
    model = Vector(weight: SharedInputs.numbers([count], seed: 1))
    optimizer = Adam()
  }

  mutating func step() -> [Tensor] {
    optimizer.update(&model, along: gradients)
    return [model.weight]
  }
}

/// Gives every weight of two axes or more the numbers that the peer gives it, in the order of the fields; scales are 1
/// and shifts 0.
private struct SharedWeights: FieldVisitor {
  var path = FieldPath()
  private var seed: UInt32 = 100

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    let shape = tensor.shape
    if shape.count == 1 {
      tensor = name == "weight" ? Tensor(ones: shape) : Tensor(zeros: shape)
    } else {
      let fan = Double(shape.dropFirst().reduce(1, *))
      tensor = SharedInputs.numbers(shape, seed: seed, scale: 1 / fan.squareRoot())
    }
    seed += 1
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}
