import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Every layer against torch: the same weights in, the same values, gradients and running averages out.
struct LayerTests {
  @Test func thereAreCasesOfEveryKind() {
    #expect(LayerCase.all.count == 98)
    #expect(Set(LayerCase.all.map(\.kind)).count == 35)
  }

  @Test(arguments: LayerCase.all.filter { $0.kind != "Bilinear" }, [DType.float64, .float32])
  func equalsTorch(_ reference: LayerCase, _ dtype: DType) throws {
    var layer = try reference.layer(dtype)
    try take(reference, into: &layer, dtype)
    let x = try reference.tensor("x0")
    let shape = try layer.outputShape(for: x.shape)
    let (y, g) = (try reference.tensor("y"), try reference.tensor("g"))
    #expect(shape == y.shape)
    var model = Probe(layer: layer, x: x.dtype == .int64 ? nil : x.converted(to: dtype))
    let mode = reference.bool("training", true)
    func pass() -> Pass { mode ? .training(using: RandomGenerator(seed: 1)) : .inference }
    for _ in 1..<max(1, reference.int("passes", 1)) { _ = model.value(x, pass()) }
    // After training the value in inference differs: it is taken within the loss.
    nonisolated(unsafe) var found = Tensor(0)
    let (_, gradients) = valueAndGradient(of: &model) { model in
      found = model.value(x, pass())
      return (found * g.converted(to: dtype)).sum()
    }
    let tolerance = dtype == .float64 ? 1e-11 : 3e-5
    // torch's softplus is x itself above 20, and its derivative's exponent is rounded.
    expectNear(found, y, within: reference.kind == "Softplus" ? max(tolerance, 1e-8) : tolerance, "value")
    if x.dtype != .int64 {
      expectNear(try #require(gradients["x"]), try reference.tensor("dx0"), within: tolerance, "by x")
    }
    let expected = try reference.tensors("d/")
    #expect(gradients.entries.count == expected.count + (x.dtype == .int64 ? 0 : 1))
    for (name, wanted) in expected {
      expectNear(try #require(gradients["layer.\(name)"]), wanted, within: tolerance, "by \(name)")
    }
    let buffers = try Inventory(model).buffers
    for (name, wanted) in try reference.tensors("after/") {
      let buffer = try #require(buffers.first { $0.name == "layer.\(name)" })
      expectNear(buffer.tensor, wanted, within: tolerance, name)
    }
    #expect(buffers.count == (try reference.tensors("after/")).count)
  }

  @Test(arguments: LayerCase.all.filter { $0.kind == "Bilinear" }, [DType.float64, .float32])
  func bilinearEqualsTorch(_ reference: LayerCase, _ dtype: DType) throws {
    var generator = RandomGenerator(seed: 1)
    var model = Bilinear(
      inputs: 5, 3, outputs: 4, bias: reference.bool("bias", true), dtype: dtype, using: &generator)
    try take(reference, into: &model, dtype)
    let inputs = try ["x0", "x1"].map { try reference.tensor($0).converted(to: dtype) }
    let (y, g) = (try reference.tensor("y"), try reference.tensor("g").converted(to: dtype))
    #expect(try model.outputShape(for: inputs[0].shape, inputs[1].shape) == y.shape)
    let tolerance = dtype == .float64 ? 1e-11 : 3e-5
    expectNear(model(inputs[0], inputs[1]), y, within: tolerance, "value")
    let (_, byInputs) = valueAndGradient(of: inputs) { (model($0[0], $0[1]) * g).sum() }
    for (index, gradient) in byInputs.enumerated() {
      expectNear(gradient, try reference.tensor("dx\(index)"), within: tolerance, "by x\(index)")
    }
    let (_, gradients) = valueAndGradient(of: &model) { ($0(inputs[0], inputs[1]) * g).sum() }
    for (name, wanted) in try reference.tensors("d/") {
      expectNear(try #require(gradients[name]), wanted, within: tolerance, "by \(name)")
    }
    #expect(throws: SurprisalError.self) { try model.outputShape(for: [2, 5], [3, 3]) }
  }

  /// torch's weights by their names, as from a file.
  private func take(_ reference: LayerCase, into model: inout some Module, _ dtype: DType) throws {
    try model.load(from: LayerCase.file.get(), prefix: "\(reference.name)/w/")
  }

  private func take(_ reference: LayerCase, into layer: inout any Layer, _ dtype: DType) throws {
    try layer.load(from: LayerCase.file.get(), prefix: "\(reference.name)/w/")
  }
}

/// A layer and its input, both of which are differentiated by.
private struct Probe: Module {
  var layer: any Layer
  var x: Tensor?

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("layer", &layer)
    try visitor.parameter("x", &x)
  }

  mutating func value(_ input: Tensor, _ pass: Pass) -> Tensor {
    var pass = pass
    return layer.forward(x ?? input, &pass)
  }
}

/// Each element to within `tolerance` of the largest one.
func expectNear(_ found: Tensor, _ expected: Tensor, within tolerance: Double, _ what: String) {
  #expect(found.shape == expected.shape, "\(what)")
  let (values, wanted) = (found.scalars(as: Double.self), expected.scalars(as: Double.self))
  guard values.count == wanted.count else { return }
  let scale = wanted.reduce(1) { max($0, abs($1)) }
  let worst = zip(values, wanted).map { abs($0 - $1) }.max() ?? 0
  #expect(worst <= tolerance * scale, "\(what): off by \(worst) of \(scale)")
}
