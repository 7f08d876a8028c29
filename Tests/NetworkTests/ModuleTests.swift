import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Visitors, gradients by path, and what is written back.
struct ModuleTests {
  @Test func fieldsHaveTheirPathsInOrder() throws {
    let inventory = try Inventory(Perceptron([3, 4, 2], shift: true))
    #expect(
      inventory.parameters.map(\.name)
        == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "shift"])
    #expect(inventory.buffers.map(\.name) == ["passes"])
    #expect(try Inventory(Perceptron([3, 2])).parameters.map(\.name) == ["layers.0.weight", "layers.0.bias"])
  }

  /// A tensor that a module holds but does not show would be neither trained nor saved.
  @Test(arguments: [
    Perceptron([3, 4, 2], shift: true) as any Module,
    Perceptron([2, 2]),
    Linear(weight: Tensor(zeros: [2, 3]), bias: Tensor(zeros: [2])),
    Linear(weight: Tensor(zeros: [2, 3])),
  ])
  func noFieldIsForgotten(_ module: any Module) throws {
    let inventory = try Inventory(module)
    #expect(tensorCount(in: module) == inventory.parameters.count + inventory.buffers.count)
  }

  @Test func gradientsComeByPathAndBuffersAreWrittenBack() throws {
    var model = Perceptron([3, 4, 2], shift: true, dtype: .float64)
    let x = Tensor([0.1, -0.4, 0.7, 1.0, 0.2, -0.9], shape: [2, 3])
    let targets = Tensor([1.0, 0, 0, 1], shape: [2, 2])
    let (loss, gradients) = valueAndGradient(of: &model) { squaredError(&$0, x, targets) }
    #expect(!loss.isTracked)
    #expect(model.passes.item == 1)
    #expect(gradients.paths == (try Inventory(model)).parameters.map(\.name))
    for (name, tensor) in try Inventory(model).parameters {
      #expect(!tensor.isTracked)
      let gradient = try #require(gradients[name])
      #expect(gradient.shape == tensor.shape && gradient.dtype == tensor.dtype)
    }
    // The directional derivative against central differences, in every parameter at once.
    var numeric = 0.0
    let h = 1e-6
    for (sign, weight) in [(1.0, 0.5 / h), (-1.0, -0.5 / h)] {
      var moved = model
      var move = Move { name, tensor in tensor + sign * h * (gradients[name] ?? tensor) }
      try moved.fields(&move)
      numeric += weight * squaredError(&moved, x, targets).item
    }
    let exact = gradients.norm() * gradients.norm()
    #expect(abs(numeric - exact) < 1e-7 * max(1, exact))
  }

  @Test func aThrowingLossLeavesTheModelUntracked() throws {
    struct Stop: Error {}
    var model = Perceptron([2, 2])
    #expect(throws: Stop.self) {
      try valueAndGradient(of: &model) { _ -> Tensor in throw Stop() }
    }
    #expect(try Inventory(model).parameters.allSatisfy { !$0.tensor.isTracked })
  }

  @Test func inferenceChangesNothing() {
    let model = Perceptron([2, 3, 1])
    let x = Tensor(ones: [4, 2])
    #expect(model(x).shape == [4, 1])
    #expect(model.passes.item == 0)
  }

  @Test func aChainOfShapesIsChecked() throws {
    let model = Perceptron([3, 4, 2])
    #expect(try model.outputShape(for: [7, 3]) == [7, 2])
    #expect(throws: SurprisalError.self) { try model.outputShape(for: [7, 4]) }
    #expect(throws: SurprisalError.self) { try model.outputShape(for: []) }
  }

  @Test func gradientsAreValues() {
    var model = Perceptron([2, 2])
    var (_, gradients) = valueAndGradient(of: &model) { $0(Tensor(ones: [1, 2])).sum() }
    let doubled = gradients.mapValues { $0 * 2 }
    #expect(abs(doubled.norm() - 2 * gradients.norm()) < 1e-6)
    gradients["layers.0.bias"] = nil
    #expect(gradients.paths == ["layers.0.weight"])
    let before = model
    var optimizer = Adam(learningRate: 0.1)
    optimizer.update(&model, along: gradients)
    // Frozen: no gradient, no change.
    #expect(bias(of: model) == bias(of: before))
    #expect(weight(of: model) != weight(of: before))
  }
}

private func weight(of model: Perceptron) -> [Double] { (model.layers[0] as? Linear)?.weight.scalars() ?? [] }
private func bias(of model: Perceptron) -> [Double] { (model.layers[0] as? Linear)?.bias?.scalars() ?? [] }

/// Replaces each parameter by a function of it.
private struct Move: FieldVisitor {
  var path = FieldPath()
  let change: (String, Tensor) -> Tensor

  init(_ change: @escaping (String, Tensor) -> Tensor) { self.change = change }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { tensor = change(path.name(name), tensor) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}
