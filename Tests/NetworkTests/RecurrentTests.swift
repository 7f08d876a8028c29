import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Recurrent cells and stacks against torch (Tests/References/Networks/recurrent.py).
struct RecurrentTests {
  @Test(arguments: [(DType.float64, 1e-10), (.float32, 1e-5)])
  func valuesAndGradientsEqualTorch(_ dtype: DType, _ tolerance: Double) throws {
    let cases = try RecurrentCase.all()
    #expect(cases.count == 48)
    for reference in cases { try check(reference.model(dtype), reference, dtype, tolerance) }
  }

  private func check<Model: RecurrentTestModel>(
    _ model: Model, _ reference: RecurrentCase, _ dtype: DType, _ tolerance: Double
  ) throws {
    let inputs = try reference.tensors("x", dtype)
    let cotangents = try reference.tensors("g", dtype)
    var model = model
    func loss(_ model: inout Model, _ inputs: [Tensor]) -> Tensor {
      var pass = Pass.training(using: RandomGenerator(seed: 1))
      let results = model.run(inputs, lengths: reference.lengths, &pass)
      return zip(results, cotangents).map { ($0 * $1).sum() }.reduce(Tensor(0, dtype: dtype), +)
    }
    func expect(_ value: Tensor, _ ending: String) throws {
      let expected = try reference.tensor(ending, .float64)
      #expect(value.shape == expected.shape && value.dtype == dtype, "\(reference.name)/\(ending)")
      let difference = (value.converted(to: .float64) - expected).abs()
      let scale = Tensor.maximum(expected.abs(), 1)
      #expect((difference / scale).max().item <= tolerance, "\(reference.name)/\(ending): \(value), not \(expected)")
    }
    var pass = Pass.inference
    for (index, value) in model.run(inputs, lengths: reference.lengths, &pass).enumerated() {
      try expect(value, "y\(index)")
    }
    let (_, gradients) = valueAndGradient(of: &model) { loss(&$0, inputs) }
    for (path, gradient) in gradients.entries { try expect(gradient, "gradient.\(path)") }
    #expect(try gradients.paths == Inventory(model).parameters.map(\.name))
    let constant = model
    let (_, derivatives) = valueAndGradient(of: inputs) { inputs in
      var model = constant
      return loss(&model, inputs)
    }
    for (index, derivative) in derivatives.enumerated() { try expect(derivative, "d\(index)") }
  }
}
