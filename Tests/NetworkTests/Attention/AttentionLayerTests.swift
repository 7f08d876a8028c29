import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Attention layers against torch, and what no other system says.
struct AttentionLayerTests {
  private var generator = RandomGenerator(seed: 8)

  private mutating func normal(_ shape: [Int], _ dtype: DType = .float64) -> Tensor {
    .normal(shape: shape, dtype: dtype, using: &generator)
  }

  private func difference(_ a: Tensor, _ b: Tensor) -> Double {
    #expect(a.shape == b.shape)
    return a.shape == b.shape && a.count > 0 ? (a - b).abs().max().item : 0
  }

  @Test func thereAreCasesOfEveryKind() {
    #expect(AttentionCase.all.count == 25)
    #expect(Set(AttentionCase.all.map(\.kind)).count == 7)
  }

  @Test(arguments: AttentionCase.all.filter { !$0.kind.hasSuffix("Positions") }, [DType.float64, .float32])
  func equalsTorch(_ reference: AttentionCase, _ dtype: DType) throws {
    try check(reference.model(dtype), reference, dtype)
  }

  private func check<Model: AttentionTestModel>(
    _ model: Model, _ reference: AttentionCase, _ dtype: DType
  ) throws {
    var model = model
    try model.load(from: AttentionCase.file.get(), prefix: "\(reference.name)/w/")
    let inputs = try reference.inputs(dtype)
    let g = try reference.tensor("g").converted(to: dtype)
    let tolerance = dtype == .float64 ? 1e-11 : 3e-5
    let constant = model
    @Sendable func output(_ inputs: [Tensor]) -> Tensor {
      var model = constant
      var pass = Pass.inference
      return model.output(inputs, reference, &pass)
    }
    expectNear(output(inputs), try reference.tensor("y0"), within: tolerance, "value")
    if try reference.has("y1") {
      expectNear(model.weights(inputs, reference), try reference.tensor("y1"), within: tolerance, "weights")
    }
    let (_, byInputs) = valueAndGradient(of: inputs) { (output($0) * g).sum() }
    for (index, gradient) in byInputs.enumerated() {
      expectNear(gradient, try reference.tensor("dx\(index)"), within: tolerance, "by x\(index)")
    }
    let names = try Inventory(model).parameters.map(\.name)
    let (_, gradients) = valueAndGradient(of: &model) { model in
      var pass = Pass.training(using: RandomGenerator(seed: 1))
      return (model.output(inputs, reference, &pass) * g).sum()
    }
    #expect(gradients.paths == names)
    for (name, gradient) in gradients.entries {
      expectNear(gradient, try reference.tensor("d/\(name)"), within: tolerance, "by \(name)")
    }
  }

  @Test func positionsEqualTorch() throws {
    for reference in AttentionCase.all where reference.kind.hasSuffix("Positions") {
      let x = try reference.inputs(.float64)[0]
      let g = try reference.tensor("g")
      let offset = try #require(reference.int("offset"))
      @Sendable func value(_ x: Tensor) -> Tensor {
        if let pairing = reference.pairing { return RotaryPositions(pairing: pairing)(x, offset: offset) }
        var layer = SinusoidalPositions(features: x.shape[2])
        layer.offset = offset
        return layer(x)
      }
      expectNear(value(x), try reference.tensor("y0"), within: 1e-12, reference.name)
      let (_, gradient) = valueAndGradient(of: x) { (value($0) * g).sum() }
      expectNear(gradient, try reference.tensor("dx0"), within: 1e-12, reference.name)
    }
  }

  /// Scores of turned queries and keys depend on the distance of their steps alone.
  @Test(arguments: [RotaryPositions.Pairing.halves, .neighbors])
  func rotationsKeepDistances(_ pairing: RotaryPositions.Pairing) {
    var generator = RandomGenerator(seed: 8)
    let x = Tensor.normal(shape: [2, 1, 8], dtype: .float64, using: &generator)
    let turn = RotaryPositions(pairing: pairing)
    func score(_ query: Int, _ key: Int) -> Double {
      (turn(x[0], offset: query) * turn(x[1], offset: key)).sum().item
    }
    #expect(abs(score(9, 4) - score(105, 100)) < 1e-11)
    #expect(abs(score(9, 4) - score(9, 5)) > 1e-3)
  }

  @Test mutating func learnedPositionsAreRows() throws {
    var layer = LearnedPositions(positions: 6, features: 3, dtype: .float64, using: &generator)
    layer.offset = 2
    let x = normal([2, 4, 3])
    #expect(difference(layer(x) - x, Tensor(stacking: [layer.weight[2...], layer.weight[2...]])) < 1e-15)
    let (_, gradients) = valueAndGradient(of: &layer) { $0(x).sum() }
    #expect(gradients["weight"]?.scalars(as: Double.self) == [0, 0, 2, 2, 2, 2].flatMap { [$0, $0, $0] })
    #expect(throws: SurprisalError.self) { try layer.outputShape(for: [2, 5, 3]) }
    #expect(throws: SurprisalError.self) { try layer.outputShape(for: [2, 4, 2]) }
    #expect(throws: SurprisalError.self) { try SinusoidalPositions(features: 4).outputShape(for: [4]) }
    #expect(try layer.outputShape(for: [2, 4, 3]) == [2, 4, 3])
  }

  /// A sequence in pieces with a cache is the sequence at once.
  @Test(arguments: [nil, RotaryPositions()])
  func cachedStepsEqualTheWhole(_ rotary: RotaryPositions?) {
    var generator = RandomGenerator(seed: 9)
    let layer = MultiHeadAttention(features: 12, heads: 6, keyHeads: 2, rotary: rotary, using: &generator)
    let x = Tensor.normal(shape: [2, 45, 12], using: &generator)
    let whole = layer(x, isCausal: true)
    var cache = KeyValueCache()
    var parts: [Tensor] = []
    for (start, end) in [(0, 7), (7, 8), (8, 9), (9, 30), (30, 31), (31, 45)] {
      parts.append(layer(x.sliced(start..<end, alongAxis: 1), cache: &cache))
      #expect(cache.count == end)
    }
    #expect(difference(Tensor(concatenating: parts, alongAxis: 1), whole) < 1e-5)
    // Copies are values, and a cache goes back to an earlier step.
    var copy = cache
    _ = layer(x.sliced(0..<3, alongAxis: 1), cache: &copy)
    cache.truncate(to: 31)
    #expect(difference(layer(x.sliced(31..<45, alongAxis: 1), cache: &cache), parts[5]) < 1e-6)
    let second = cache.selecting([1, 1])
    #expect(second.keys.map { difference($0[0], $0[1]) } == 0 && second.count == 45)
    #expect(difference(second.values?[0] ?? x, cache.values?[1] ?? x) == 0)
  }

  @Test mutating func lengthsMaskTheSoftmax() {
    let x = normal([2, 3, 4])
    let byBatch = x.maskedSoftmax(lengths: [3, 0])
    #expect(difference(byBatch[0, 0..., ..<3], x[0, 0..., ..<3].softmax()) < 1e-15)
    #expect(byBatch[0, 0..., 3].abs().max().item == 0 && byBatch[1].abs().max().item == 0)
    let byRow = x.maskedSoftmax(rowLengths: [1, 2, 3, 4, 0, 4])
    #expect(difference(byRow[0, 1, ..<2], x[0, 1, ..<2].softmax()) < 1e-15)
    #expect(byRow[0, 0].scalars(as: Double.self) == [1, 0, 0, 0] && byRow[1, 1].abs().max().item == 0)
    let poisoned = x.filled(with: .nan, where: Tensor(range: 0..<4) .> 1)
    #expect(difference(poisoned.maskedSoftmax(lengths: [2, 2]), x.maskedSoftmax(lengths: [2, 2])) == 0)
    let (_, gradient) = valueAndGradient(of: x) { ($0.maskedSoftmax(lengths: [3, 0]).square()).sum() }
    #expect(gradient[1].abs().max().item == 0 && gradient[0, 0..., 3].abs().max().item == 0)
  }

  /// Dropped weights are 0 and the others divided by the probability to stay, in training alone. Kept are 0.75 of
  /// 16,000 to 4.5 standard errors (false failures below 1e-5).
  @Test mutating func weightsAreDroppedInTraining() {
    var layer = DotProductAttention(dropout: 0.25)
    let zeros = Tensor(zeros: [4, 40, 2])
    let identity = Tensor(identity: 100).broadcast(to: [4, 100, 100])
    let keys = Tensor(zeros: [4, 100, 2])
    var pass = Pass.training(using: generator)
    let weights = layer.forward(zeros, keys, identity, lengths: nil, mask: nil, &pass).scalars(as: Double.self)
    #expect(weights.allSatisfy { $0 == 0 || abs($0 - 0.01 / 0.75) < 1e-8 })
    let kept = Double(weights.count { $0 > 0 }) / 16000
    #expect(abs(kept - 0.75) < 4.5 * (0.75 * 0.25 / 16000).squareRoot())
    #expect(layer(zeros, keys, identity).scalars(as: Double.self).allSatisfy { abs($0 - 0.01) < 1e-8 })
    let several = MultiHeadAttention(features: 4, heads: 2, dropout: 0.5, using: &generator)
    var model = several
    let x = normal([1, 6, 4], .float32)
    #expect(difference(model.forward(x, isCausal: true, &pass), several(x, isCausal: true)) > 1e-3)
  }

  @Test mutating func noFieldIsForgotten() throws {
    let modules: [any Module] = [
      MultiHeadAttention(features: 4, heads: 2, using: &generator),
      MultiHeadAttention(features: 4, heads: 2, keyFeatures: 3, bias: false, using: &generator),
      AdditiveAttention(queries: 2, keys: 3, hidden: 4, using: &generator),
      BilinearAttention(queries: 2, keys: 3, using: &generator), DotProductAttention(),
      SinusoidalPositions(features: 4), LearnedPositions(positions: 3, features: 4, using: &generator),
    ]
    for module in modules { #expect(try Inventory(module).parameters.count == tensorCount(in: module)) }
    #expect(
      modules.map(\.summaryLine) == [
        "MultiHeadAttention(features: 4, heads: 2)", "MultiHeadAttention(features: 4, heads: 2, bias: false)",
        "AdditiveAttention(queries: 2, keys: 3, hidden: 4)", "BilinearAttention(queries: 2, keys: 3)",
        "DotProductAttention", "SinusoidalPositions(features: 4)", "LearnedPositions(positions: 3, features: 4)",
      ])
    let names = try Inventory(modules[0]).parameters.map(\.name)
    #expect(names == ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"])
  }
}
