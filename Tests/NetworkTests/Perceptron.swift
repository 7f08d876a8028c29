import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// Two hidden layers with tanh, a list of layers, an optional parameter and a buffer: every kind of field.
struct Perceptron: Layer {
  var layers: [any Layer]
  var shift: Tensor?
  /// How many passes there were in training.
  var passes = Tensor(zeros: [], dtype: .int64)

  init(_ extents: [Int], shift: Bool = false, dtype: DType = .float32, seed: UInt64 = 0) {
    var generator = RandomGenerator(seed: seed)
    layers = zip(extents, extents.dropFirst()).map {
      Linear(inputs: $0, outputs: $1, dtype: dtype, using: &generator)
    }
    self.shift = shift ? Tensor(zeros: [extents[0]], dtype: dtype) : nil
  }

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.modules("layers", &layers)
    try visitor.parameter("shift", &shift)
    try visitor.buffer("passes", &passes)
  }

  mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    if pass.isTraining { passes = passes + 1 }
    var y = shift.map { x + $0 } ?? x
    for index in layers.indices {
      y = layers[index].forward(y, &pass)
      if index < layers.count - 1 { y = y.tanh() }
    }
    return y
  }

  func outputShape(for shape: [Int]) throws -> [Int] {
    try layers.reduce(shape) { try $1.outputShape(for: $0) }
  }
}

/// Collects what a visitor sees.
struct Inventory: FieldVisitor {
  var path = FieldPath()
  var parameters: [(name: String, tensor: Tensor)] = []
  var buffers: [(name: String, tensor: Tensor)] = []

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { parameters.append((path.name(name), tensor)) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) { buffers.append((path.name(name), tensor)) }

  init(_ model: some Module) throws {
    var model = model
    try model.fields(&self)
  }
}

/// The mean squared error of `model` in training.
func squaredError(_ model: inout Perceptron, _ x: Tensor, _ targets: Tensor) -> Tensor {
  var pass = Pass.training(using: RandomGenerator(seed: 1))
  let error = model.forward(x, &pass) - targets
  return (error * error).mean()
}
