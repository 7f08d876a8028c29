import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors

/// A perceptron with noise in training, so that the generator's state matters, on points of a smooth function.
struct NoisyRegression: LearningTask {
  let inputs: Tensor
  let targets: Tensor
  let count: Int
  var fingerprint = "sample"
  /// The validation loss is replaced by these, one after another by step, where there are any.
  var scriptedFigures: [Double] = []
  let script = Script()

  final class Script: @unchecked Sendable {
    // Invariant: used by one trainer at a time.
    var next = 0
  }

  init(count: Int = 23, seed: UInt64 = 7) {
    var generator = RandomGenerator(seed: seed)
    self.count = count
    inputs = .uniform(in: -1..<1, shape: [count, 3], dtype: .float32, using: &generator)
    targets = (inputs * inputs).sum(alongAxes: [1], keepingAxes: true)
  }

  func loss(of network: inout Perceptron, at indices: [Int], _ pass: inout Pass) throws -> Tensor {
    let rows = Tensor(indices.map { Int64($0) })
    let x = inputs.rows(at: rows)
    let noise = Tensor.uniform(in: -0.05..<0.05, shape: x.shape, dtype: .float32, using: &pass.generator)
    return (network.forward(x + noise, &pass) - targets.rows(at: rows)).square().mean()
  }

  func validation(of network: Perceptron) throws -> [Metric] {
    if !scriptedFigures.isEmpty {
      defer { script.next += 1 }
      return [Metric("loss", scriptedFigures[min(script.next, scriptedFigures.count - 1)])]
    }
    let error = (network(inputs) - targets).square().mean().item
    return [Metric("loss", error), Metric("closeness", 1 / (1 + error), isHigherBetter: true)]
  }
}

/// Gradient descent with momentum, written for tests: its state is one velocity a parameter.
struct Momentum: Optimizer {
  var learningRate: Double
  var momentum = 0.9
  private(set) var stepCount = 0
  private var velocities: [(path: String, tensor: Tensor)] = []

  init(learningRate: Double) { self.learningRate = learningRate }

  mutating func prepare(for model: inout some Module) {
    guard velocities.isEmpty, let inventory = try? Inventory(model) else { return }
    velocities = inventory.parameters.map { ($0.name, Tensor(zeros: $0.tensor.shape, dtype: $0.tensor.dtype)) }
  }

  mutating func update(_ model: inout some Module, along gradients: Gradients) {
    prepare(for: &model)
    stepCount += 1
    for index in velocities.indices {
      guard let gradient = gradients[velocities[index].path] else { continue }
      velocities[index].tensor = momentum * velocities[index].tensor + gradient
    }
    var step = Step(rate: learningRate, velocities: velocities)
    try? model.fields(&step)
  }

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    var count = Tensor([Int64(stepCount)], shape: [])
    try visitor.buffer("stepCount", &count)
    stepCount = Int(count.item)
    for index in velocities.indices {
      try visitor.buffer("velocity.\(velocities[index].path)", &velocities[index].tensor)
    }
  }

  private struct Step: FieldVisitor {
    let rate: Double
    let velocities: [(path: String, tensor: Tensor)]
    var path = FieldPath()

    init(rate: Double, velocities: [(path: String, tensor: Tensor)]) {
      (self.rate, self.velocities) = (rate, velocities)
    }

    mutating func parameter(_ name: String, _ tensor: inout Tensor) {
      guard let velocity = velocities.first(where: { $0.path == path.name(name) }) else { return }
      tensor = tensor - rate * velocity.tensor
    }

    mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
  }
}

typealias SampleTrainer = SurprisalNetworks.Trainer<NoisyRegression, Momentum>

/// A trainer on the sample; `change` may alter its options.
func sampleTrainer(
  _ task: NoisyRegression = NoisyRegression(), extents: [Int] = [3, 5, 1], rate: Double = 0.05,
  plateau: Plateau? = nil, network: Perceptron? = nil, _ change: (inout TrainingConfiguration) -> Void = { _ in }
) throws -> SampleTrainer {
  var configuration = TrainingConfiguration(epochs: 3, batchSize: 5, seed: 3)
  configuration.logSteps = 2
  change(&configuration)
  return try SampleTrainer(
    task, network: network ?? Perceptron(extents, shift: true, seed: 5),
    optimizer: Momentum(learningRate: rate),
    plateau: plateau, configuration: configuration,
    modelConfiguration: ["extents": JSONValue(extents)])
}

extension Perceptron {
  /// All bits of all tensors, by name.
  func bits() throws -> [String: [UInt8]] {
    let inventory = try Inventory(self)
    var bits: [String: [UInt8]] = [:]
    for (name, tensor) in inventory.parameters + inventory.buffers {
      bits[name] = tensor.withUnsafeBytes { Array($0) }
    }
    return bits
  }
}

/// Calls `body` with the path of a folder that does not exist yet, and removes it afterwards.
func withRunPath<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// The bytes of all files of a folder but its lock, by name.
func contents(of folder: String) throws -> [String: Data] {
  var contents: [String: Data] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "lock" {
    contents[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
  }
  return contents
}

/// The error of `body`.
func failure(_ body: () throws -> Void) -> SurprisalError? {
  do {
    try body()
    return nil
  } catch {
    return error as? SurprisalError
  }
}
