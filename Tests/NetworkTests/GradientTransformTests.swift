import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Clipping, freezing, adding up; groups of parameters; averages of weights.
struct GradientTransformTests {
  private let gradients = Gradients([
    ("layers.0.weight", Tensor([3.0, 0], shape: [1, 2])), ("layers.0.bias", Tensor([-4.0])),
    ("bias.scale", Tensor([12.0])),
  ])

  @Test func theNormOverAllParametersIsClipped() {
    #expect(gradients.norm() == 13)
    let clipped = gradients.clipped(toNorm: 6.5)
    #expect(clipped.entries.map { $0.gradient.scalars(as: Double.self) } == [[1.5, 0], [-2], [6]])
    #expect(gradients.clipped(toNorm: 13).norm() == 13)
    let byValue = gradients.clipped(toValue: 3.5)
    #expect(byValue.entries.map { $0.gradient.scalars(as: Double.self) } == [[3, 0], [-3.5], [3.5]])
    let infinite = Gradients([("w", Tensor([1.0, .infinity]))])
    #expect(infinite.clipped(toNorm: 1)["w"]?.scalars(as: Double.self) == [1, .infinity])
    // Neither squares of large elements nor those of small ones are lost.
    expectClose([Gradients([("w", Tensor([Float(3e30), 4e30]))]).norm() / 5e30], [1], within: 1e-6)
    expectClose([Gradients([("w", Tensor([Float(3e-30), 4e-30]))]).norm() / 5e-30], [1], within: 1e-6)
    // Nor is a sum rounded to the elements' type.
    let long = Gradients([("w", Tensor(ones: [257], dtype: .bfloat16))])
    expectClose([long.norm() * long.norm()], [257], within: 1e-12)
    #expect(Gradients().norm() == 0)
  }

  @Test(arguments: [
    ("bias", ["layers.0.weight"]), ("layers", ["bias.scale"]), ("layers.0.weight", ["layers.0.bias", "bias.scale"]),
    ("*.weight", ["layers.0.bias", "bias.scale"]), ("layers.*.bias", ["layers.0.weight", "bias.scale"]),
    ("ias", ["layers.0.weight", "layers.0.bias", "bias.scale"]),
    ("", ["layers.0.weight", "layers.0.bias", "bias.scale"]),
    ("a.b.c.d", ["layers.0.weight", "layers.0.bias", "bias.scale"]),
  ])
  func pathsAreFrozenByWholeNames(_ pattern: String, _ left: [String]) {
    #expect(gradients.applying([.freeze(pattern)]).paths == left)
  }

  @Test func partsOfABatchAddUpToTheWhole() throws {
    var model = Perceptron([10, 8, 2], dtype: .float64)
    let trainer = Trainer()
    let (x, targets) = (trainer.x.converted(to: .float64), trainer.targets.converted(to: .float64))
    func gradients(_ rows: Range<Int>) -> Gradients {
      let rows = Tensor(range: rows)
      return valueAndGradient(of: &model) { squaredError(&$0, x.rows(at: rows), targets.rows(at: rows)) }.gradients
    }
    var total = Gradients()
    for rows in [0..<20, 20..<32] { total.accumulate(gradients(rows), weight: Double(rows.count) / 32) }
    let whole = gradients(0..<32)
    #expect(total.paths == whole.paths)
    for (part, all) in zip(total.entries, whole.entries) {
      expectClose(part.gradient.scalars(), all.gradient.scalars(), within: 1e-14)
    }
    var sum = Gradients([("a", Tensor([1.0]))])
    sum += Gradients([("b", Tensor([2.0])), ("a", Tensor([5.0]))])
    #expect(sum.paths == ["a", "b"] && sum["a"]?.item == 6 && sum["b"]?.item == 2)
  }

  @Test func theFirstGroupThatAParameterIsInCounts() {
    var model = Linear(weight: Tensor([1.0], shape: [1, 1]), bias: Tensor([1.0]))
    let gradients = Gradients([("weight", Tensor([1.0], shape: [1, 1])), ("bias", Tensor([1.0]))])
    var optimizer = SGD(
      learningRate: 0.5, weightDecay: 1,
      groups: [ParameterGroup(matching: "bias", learningRateFactor: 0.5), .vectors(learningRateFactor: 100)])
    optimizer.update(&model, along: gradients)
    #expect(model.weight.item == 0 && model.bias?.item == 0.5)
    // Groups may change while the training goes on.
    optimizer.groups = [.vectors(weightDecay: 0)]
    optimizer.update(&model, along: gradients)
    #expect(model.weight.item == -0.5 && model.bias?.item == 0)
  }

  @Test(arguments: [
    ("layer.0", "`layer.0`", "did you mean `layers.0`?"), ("wieght", "`wieght`", "did you mean `weight`?"),
    ("transformer", "`transformer`", "parameters are `layers.0.weight`, `layers.0.bias`, `layers.1.weight`"),
  ])
  func aGroupWithoutParametersIsAnError(pattern: String, name: String, remedy: String) throws {
    let model = Perceptron([2, 3, 1])
    let rule = SGD(learningRate: 0.1, groups: [ParameterGroup(matching: pattern, learningRateFactor: 2)])
    let error = #expect(throws: SurprisalError.self) { try rule.checkGroups(for: model) }
    #expect(error?.category == .usage && error?.message.contains(name) == true)
    #expect(error?.remedy?.hasPrefix(remedy) == true, "\(error?.remedy ?? "")")
    #expect(throws: SurprisalError.self) {
      _ = try SurprisalNetworks.Trainer(NoisyRegression(), network: Perceptron([3, 5, 1]), optimizer: rule)
    }
    for sound in ["weight", "layers.*.bias", "1"] {
      try SGD(learningRate: 0.1, groups: [ParameterGroup(matching: sound)]).checkGroups(for: model)
    }
    try SGD(learningRate: 0.1, groups: [.vectors()]).checkGroups(for: model)
  }

  /// The notes' form θ ← (1 − η λ) θ − η g, whether the decay is in the gradient or apart, if there is no momentum.
  @Test func bothFormsOfDecayAgreeWithoutMomentum() {
    for isDecoupled in [false, true] {
      var model = Linear(weight: Tensor([4.0], shape: [1, 1]))
      var optimizer = SGD(learningRate: 0.5, weightDecay: 0.25, isDecayDecoupled: isDecoupled)
      optimizer.update(&model, along: Gradients([("weight", Tensor([2.0], shape: [1, 1]))]))
      #expect(model.weight.item == 2.5)
    }
    // With momentum they differ: decay that is apart leaves the velocity alone.
    var model = Linear(weight: Tensor([4.0], shape: [1, 1]))
    var optimizer = SGD(learningRate: 0.5, momentum: 0.5, weightDecay: 0.25, isDecayDecoupled: true)
    let gradient = Gradients([("weight", Tensor([2.0], shape: [1, 1]))])
    for _ in 0..<2 { optimizer.update(&model, along: gradient) }
    #expect(model.weight.item == 0.875 * 2.5 - 0.5 * 3)
  }

  @Test func averagesOfWeightsFollowTheirFormulas() throws {
    var model = Perceptron([1, 1], dtype: .float64)
    func set(_ value: Double) {
      model.layers[0] = Linear(weight: Tensor([value], shape: [1, 1]), bias: Tensor([-value]))
      model.passes = Tensor([Int64(value)], shape: [])
    }
    set(1)
    var exponential = MovingAverage(of: model, decay: 0.75)
    var mean = MovingAverage(of: model, decay: nil)
    for value in [2.0, 4, 9] {
      set(value)
      exponential.update(with: &model)
      mean.update(with: &model)
    }
    let values = try Inventory(exponential.model).parameters.map(\.tensor.item)
    let expected = 0.75 * (0.75 * (0.75 * 1 + 0.25 * 2) + 0.25 * 4) + 0.25 * 9
    expectClose(values, [expected, -expected], within: 1e-15)
    expectClose(try Inventory(mean.model).parameters.map(\.tensor.item), [5, -5], within: 1e-15)
    #expect(mean.model.passes.item == 9 && mean.count == 3)
    try withTemporaryFile { file in
      try exponential.save(to: file)
      var loaded = MovingAverage(of: model, decay: 0.75)
      try loaded.load(from: file)
      #expect(try Inventory(loaded.model).parameters.map(\.tensor.item) == values && loaded.count == 3)
    }
  }
}
