import SurprisalNetworks
import SurprisalTensors
import Testing

/// Optimizers against torch (Tests/References/Networks/optimizers.py) over a grid of options.
struct OptimizerTests {
  static let rules: [(name: String, rule: any Optimizer)] = [
    ("sgd", SGD(learningRate: 0.1)),
    ("sgd-decay", SGD(learningRate: 0.1, weightDecay: 0.05)),
    ("sgd-momentum", SGD(learningRate: 0.1, momentum: 0.9)),
    ("sgd-dampening", SGD(learningRate: 0.1, momentum: 0.8, dampening: 0.3, weightDecay: 0.02)),
    ("sgd-nesterov", SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true, weightDecay: 0.01)),
    ("adagrad", AdaGrad(learningRate: 0.1)),
    ("adagrad-options", AdaGrad(learningRate: 0.1, epsilon: 1e-6, initialSum: 0.2, rateDecay: 0.1, weightDecay: 0.03)),
    ("rmsprop", RMSProp(learningRate: 0.01)),
    ("rmsprop-momentum", RMSProp(learningRate: 0.01, decay: 0.9, momentum: 0.7, weightDecay: 0.01)),
    ("rmsprop-centered", RMSProp(learningRate: 0.01, decay: 0.8, epsilon: 1e-3, isCentered: true)),
    (
      "rmsprop-centered-momentum",
      RMSProp(learningRate: 0.01, decay: 0.8, epsilon: 1e-3, momentum: 0.5, isCentered: true)
    ),
    ("adadelta", AdaDelta()),
    ("adadelta-options", AdaDelta(learningRate: 0.7, decay: 0.8, epsilon: 1e-4, weightDecay: 0.02)),
    ("adam", Adam(learningRate: 0.01)),
    ("adam-options", Adam(learningRate: 0.02, beta1: 0.7, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.05)),
    ("adamw", AdamW(learningRate: 0.01)),
    ("adamw-options", AdamW(learningRate: 0.02, beta1: 0.7, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.5)),
    ("lbfgs-steps", LBFGS(learningRate: 0.5, history: 3)),
    (
      "groups",
      AdamW(
        learningRate: 0.01, weightDecay: 0.3,
        groups: [.vectors(weightDecay: 0), ParameterGroup(matching: "layers.2", learningRateFactor: 3)])
    ),
  ]

  @Test(arguments: [(DType.float64, 1e-12), (.float32, 1e-5)])
  func tenStepsEqualTorch(_ dtype: DType, _ tolerance: Double) throws {
    for (name, rule) in OptimizerTests.rules {
      var (run, optimizer) = (try ReferenceRun(dtype: dtype), rule)
      for _ in 0..<10 { run.step(&optimizer) }
      #expect(optimizer.stepCount == 10)
      try run.compare(with: name, within: tolerance)
    }
  }

  @Test(arguments: [(DType.float64, 1e-12), (.float32, 1e-5)])
  func clippingEqualsTorch(_ dtype: DType, _ tolerance: Double) throws {
    for (name, transform) in [("clip-norm", GradientTransform.clipNorm(0.2)), ("clip-value", .clipValue(0.03))] {
      var (run, optimizer) = (try ReferenceRun(dtype: dtype), SGD(learningRate: 0.3))
      for _ in 0..<10 { run.step(&optimizer, [transform]) }
      try run.compare(with: name, within: tolerance)
    }
  }

  /// Several directions in one update, with and without a search along each; rounding grows with the curvature.
  @Test(arguments: [(DType.float64, 1e-9), (.float32, 1e-2)])
  func updatesWithALossEqualTorch(_ dtype: DType, _ tolerance: Double) throws {
    let plain = LBFGS(
      learningRate: 0.8, history: 3, maximumIterations: 4, maximumEvaluations: 4, searchesLine: false)
    let wolfe = LBFGS(history: 4, maximumIterations: 3, maximumEvaluations: 30)
    for (name, rule) in [("lbfgs", plain), ("lbfgs-wolfe", wolfe)] {
      var (run, optimizer) = (try ReferenceRun(dtype: dtype), rule)
      for _ in 0..<10 { run.update(&optimizer) }
      try run.compare(with: name, within: tolerance)
    }
  }

  /// Stored after five steps and loaded into a new optimizer: the other five end at the same bits.
  @Test func stateThatIsStoredGoesOnWithTheSameBits() throws {
    try withTemporaryFile { file in
      for (name, rule) in OptimizerTests.rules {
        var (unbroken, optimizer) = (try ReferenceRun(dtype: .float32), rule)
        for _ in 0..<5 { unbroken.step(&optimizer) }
        try optimizer.save(to: file)
        var (resumed, loaded) = (unbroken, rule)
        loaded.prepare(for: &resumed.model)
        try loaded.load(from: file)
        for _ in 0..<5 {
          unbroken.step(&optimizer)
          resumed.step(&loaded)
        }
        #expect(try resumed.bits() == unbroken.bits(), "\(name)")
        #expect(loaded.stepCount == 10)
      }
    }
  }

  /// Preparing changes no result, and shows each state by kind and path.
  @Test func preparedStateIsThatBeforeTheFirstStep() throws {
    for (name, rule) in OptimizerTests.rules {
      var (plain, optimizer) = (try ReferenceRun(dtype: .float32), rule)
      var (run, prepared) = (plain, rule)
      prepared.prepare(for: &run.model)
      for _ in 0..<3 {
        plain.step(&optimizer)
        run.step(&prepared)
      }
      #expect(try run.bits() == plain.bits(), "\(name)")
    }
    var run = try ReferenceRun(dtype: .float64)
    var optimizer = Adam()
    optimizer.prepare(for: &run.model)
    let buffers = try Inventory(optimizer).buffers
    #expect(
      buffers.prefix(4).map(\.name) == [
        "stepCount", "steps.layers.0.weight", "first.layers.0.weight", "second.layers.0.weight",
      ])
    #expect(buffers.count == 16 && buffers[2].tensor.shape == [7, 5] && buffers[2].tensor.dtype == .float64)
  }

  /// Every element alike, whether it is in a vector, in the last one, or in another thread's piece.
  @Test func everyElementIsSteppedAlike() {
    let values = (0..<7).map { 0.1 + Double($0) * 0.37 }
    for (name, rule) in OptimizerTests.rules where !(rule is LBFGS) {
      for dtype in [DType.float32, .float64] {
        func trained(_ count: Int) -> [Double] {
          var model = Linear(weight: Tensor((0..<count).map { values[$0 % 7] }, shape: [1, count], dtype: dtype))
          let gradient = Tensor((0..<count).map { values[$0 % 7] - 1 }, shape: [1, count], dtype: dtype)
          var optimizer = rule
          for step in 1...2 { optimizer.update(&model, along: Gradients([("weight", gradient * Double(step))])) }
          return model.weight.scalars()
        }
        let (few, many) = (trained(7), trained(98_003))
        #expect(many.indices.allSatisfy { many[$0] == few[$0 % 7] }, "\(name) \(dtype)")
      }
    }
  }

  /// The walk, groups and checkpoints for a rule that is not of the library.
  @Test func aRuleOfOnesOwnIsAFewLines() throws {
    var (run, optimizer) = (try ReferenceRun(dtype: .float64), SignDescent(learningRate: 0.125))
    let before = try Inventory(run.model).parameters
    for _ in 0..<2 { run.step(&optimizer) }
    for (old, new) in zip(before, try Inventory(run.model).parameters) {
      let moves: [Double] = (new.tensor - old.tensor).abs().scalars()
      #expect(moves.allSatisfy { abs($0 - 0.25) < 1e-12 || $0 < 1e-12 }, "\(new.name)")
    }
    #expect(run.losses[1] < run.losses[0])
    #expect(try Inventory(optimizer).buffers.contains { $0.name == "average.layers.2.bias" })
  }

  @Test func aGradientOfNoParameterStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var (model, optimizer) = (Perceptron([2, 2]), SGD(learningRate: 0.1))
      optimizer.update(&model, along: Gradients([("layers.1.weight", Tensor(zeros: [2, 2]))]))
    }
  }
}

/// Steps of one length along the sign of an averaged gradient.
private struct SignDescent: ParameterwiseOptimizer {
  var learningRate: Double
  var weightDecay = 0.0
  var states = ParameterStates()
  var stateKinds: KeyValuePairs<String, Double> { ["average": 0] }

  init(learningRate: Double) { self.learningRate = learningRate }

  func step(
    _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
  ) {
    state.tensors[0] = 0.9 * state.tensors[0] + 0.1 * gradient
    parameter -= rates.learningRate * state.tensors[0].sign()
  }
}
