import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Adam against torch (Tests/References/Networks/adam.py) and by its own properties.
struct AdamTests {
  /// Ten steps from the same weights: every loss and every weight.
  @Test(arguments: [(DType.float64, 1e-12), (.float32, 2e-5)])
  func tenStepsEqualTorch(_ dtype: DType, _ tolerance: Double) throws {
    let file = try SafetensorsFile(path: adamReference)
    func tensor(_ name: String) throws -> Tensor { try Tensor(name, of: file).converted(to: dtype) }
    var model = Perceptron([5, 7, 7, 2], dtype: dtype)
    model.layers[0] = Linear(weight: try tensor("before.0.weight"), bias: try tensor("before.0.bias"))
    model.layers[1] = Linear(weight: try tensor("before.2.weight"))
    model.layers[2] = Linear(weight: try tensor("before.4.weight"), bias: try tensor("before.4.bias"))
    let (x, targets) = (try tensor("x"), try tensor("targets"))
    var optimizer = Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6)
    var losses: [Double] = []
    for _ in 0..<10 {
      let (loss, gradients) = valueAndGradient(of: &model) { squaredError(&$0, x, targets) }
      optimizer.update(&model, along: gradients)
      losses.append(loss.item)
    }
    #expect(optimizer.stepCount == 10)
    expectClose(losses, try file.doubles(named: "losses"), within: tolerance)
    let parameters = try Inventory(model).parameters
    let names = ["after.0.weight", "after.0.bias", "after.2.weight", "after.4.weight", "after.4.bias"]
    #expect(parameters.count == names.count)
    for ((_, value), name) in zip(parameters, names) {
      expectClose(value.scalars(), try file.doubles(named: name), within: tolerance)
    }
  }

  /// The first step has length α in every coordinate, whatever the gradient's scale (section 2.1 of the paper).
  @Test(arguments: [1e-12, 1, 1e12])
  func theFirstStepHasLengthAlpha(_ scale: Double) {
    var model = Linear(weight: Tensor([1.0, -2, 3], shape: [1, 3]))
    let gradients = Gradients([("weight", Tensor([3.0, -5, 1], shape: [1, 3]) * scale)])
    var optimizer = Adam(learningRate: 0.1, epsilon: 1e-30)
    optimizer.update(&model, along: gradients)
    expectClose(model.weight.scalars(), [0.9, -1.9, 2.9], within: 1e-9)
  }

  /// A parameter that was frozen at first starts as the others did.
  @Test func eachParameterCountsItsOwnSteps() {
    var model = Linear(weight: Tensor([1.0], shape: [1, 1]), bias: Tensor([1.0]))
    let both = Gradients([("weight", Tensor([2.0], shape: [1, 1])), ("bias", Tensor([2.0]))])
    var frozen = both
    frozen["bias"] = nil
    var optimizer = Adam(learningRate: 0.1, epsilon: 1e-30)
    for gradients in [frozen, frozen, both] { optimizer.update(&model, along: gradients) }
    // A gradient that stays the same moves a parameter by α in each step.
    expectClose(model.weight.scalars(), [0.7], within: 1e-12)
    expectClose(model.bias?.scalars() ?? [], [0.9], within: 1e-12)
    #expect(optimizer.stepCount == 3)
  }

  @Test func aParameterOfAnotherShapeOrTypeStartsAnew() {
    var optimizer = Adam(learningRate: 0.1, epsilon: 1e-30)
    for (shape, dtype) in [([1, 2], DType.float32), ([3, 4], .float32), ([3, 4], .float64)] {
      var model = Linear(weight: Tensor(ones: shape, dtype: dtype))
      optimizer.update(&model, along: Gradients([("weight", Tensor(ones: shape, dtype: dtype))]))
      let expected = [Double](repeating: 0.9, count: model.weight.count)
      expectClose(model.weight.scalars(), expected, within: 1e-7)
    }
  }

  /// Pieces for the threads end where they end: an element's bits are those of a small parameter's.
  @Test(arguments: [DType.float32, .float64]) func everyElementIsSteppedAlike(_ dtype: DType) {
    let values = (0..<7).map { 0.1 + Double($0) * 0.37 }
    func trained(_ count: Int) -> [Double] {
      var model = Linear(weight: Tensor((0..<count).map { values[$0 % 7] }, shape: [1, count], dtype: dtype))
      let gradient = Tensor((0..<count).map { values[$0 % 7] - 1 }, shape: [1, count], dtype: dtype)
      var optimizer = Adam(learningRate: 0.013)
      for step in 1...3 {
        optimizer.update(&model, along: Gradients([("weight", gradient * Double(step) * 0.7)]))
      }
      return model.weight.scalars()
    }
    let few = trained(7)
    let many = trained(784_003)
    #expect(many.indices.allSatisfy { many[$0] == few[$0 % 7] })
  }

  @Test func bfloat16ParametersKeepTheirType() {
    var model = Linear(weight: Tensor([1.0, -2], shape: [1, 2], dtype: .bfloat16))
    let gradients = Gradients([("weight", Tensor([1.0, -1], shape: [1, 2], dtype: .bfloat16))])
    var optimizer = Adam(learningRate: 0.25)
    optimizer.update(&model, along: gradients)
    #expect(model.weight.dtype == .bfloat16)
    #expect(model.weight.scalars(as: Double.self) == [0.75, -1.75])
  }
}

private let adamReference = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../References/Networks/adam.safetensors").standardized.path

func expectClose(_ values: [Double], _ expected: [Double], within tolerance: Double) {
  #expect(values.count == expected.count)
  for (value, wanted) in zip(values, expected) {
    #expect(abs(value - wanted) <= tolerance * max(1, abs(wanted)), "\(value) against \(wanted)")
  }
}
