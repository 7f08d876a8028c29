import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// L-BFGS where it must arrive, and where there is nowhere to go.
struct LBFGSTests {
  /// Rosenbrock's valley, from its usual start to its minimum at (1, 1).
  @Test func rosenbrocksValleyIsFollowedToItsEnd() {
    var model = Linear(weight: Tensor([-1.2, 1], shape: [1, 2]))
    var optimizer = LBFGS(gradientTolerance: 1e-10, changeTolerance: 1e-18)
    for _ in 0..<4 { optimizer.update(&model) { rosenbrock($0.weight) } }
    expectClose(model.weight.scalars(), [1, 1], within: 1e-8)
    #expect(optimizer.stepCount == 4)
  }

  /// What is only tried leaves no trace: running averages are those of the first evaluation.
  @Test func searchesLeaveBuffersAlone() {
    struct Counting: Module {
      var weight = Tensor([3.0, -2], shape: [2])
      var calls = Tensor([0.0], shape: [1])

      mutating func fields(_ visitor: inout some FieldVisitor) throws {
        try visitor.parameter("weight", &weight)
        try visitor.buffer("calls", &calls)
      }
    }
    var model = Counting()
    var optimizer = LBFGS(maximumIterations: 3)
    var evaluations = 0
    optimizer.update(&model) { model in
      evaluations += 1
      model.calls = model.calls + 1
      return (model.weight - 1).square().square().sum()
    }
    #expect(evaluations > 2 && model.calls.item == 1)
  }

  /// The loss never rises from one update to the next: the conditions ask for a fall.
  @Test func eachUpdateLowersTheLoss() {
    var model = Linear(weight: Tensor([-1.2, 1], shape: [1, 2]))
    var optimizer = LBFGS(maximumIterations: 1, maximumEvaluations: 20)
    var losses = (0..<20).map { _ in optimizer.update(&model) { rosenbrock($0.weight) } }
    losses.append(rosenbrock(model.weight).item)
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 < $0 })
  }

  /// A minimum, a loss that is no number, one that ends behind a cliff: the parameters stay finite.
  @Test func nothingIsDoneWhereNothingCanBe() {
    var model = Linear(weight: Tensor([1.0, 1], shape: [1, 2]))
    var optimizer = LBFGS()
    #expect(optimizer.update(&model) { rosenbrock($0.weight) } == 0)
    #expect(model.weight.scalars(as: Double.self) == [1, 1])
    #expect(optimizer.update(&model) { ($0.weight - 2).log().sum() }.isNaN)
    #expect(model.weight.scalars(as: Double.self) == [1, 1])
    // −√w + w: the first trials may fall off at 0, where the loss is no number.
    model = Linear(weight: Tensor([0.01, 0.3], shape: [1, 2]))
    optimizer = LBFGS(learningRate: 1000)
    for _ in 0..<5 { optimizer.update(&model) { ($0.weight - $0.weight.squareRoot()).sum() } }
    expectClose(model.weight.scalars(), [0.25, 0.25], within: 1e-6)
  }

  /// A parameter that has no gradient any more starts the memory anew.
  @Test func otherParametersStartAnew() {
    var model = Linear(weight: Tensor([1.0], shape: [1, 1]), bias: Tensor([1.0]))
    var optimizer = LBFGS(learningRate: 0.5)
    let both = Gradients([("weight", Tensor([4.0], shape: [1, 1])), ("bias", Tensor([4.0]))])
    optimizer.update(&model, along: both)
    // min(1, 1 / 8) · 0.5 · 4
    #expect(model.weight.item == 0.75 && model.bias?.item == 0.75)
    var frozen = both
    frozen["bias"] = nil
    optimizer.update(&model, along: frozen)
    #expect(model.weight.item == 0.25 && model.bias?.item == 0.75)
  }

  /// In a trainer: all evaluations of a step draw the same numbers, the next step goes on behind them, and a checkpoint
  /// in the middle changes no bit.
  @Test func aTrainerSearches() throws {
    func trainer() throws -> SurprisalNetworks.Trainer<NoisyRegression, LBFGS> {
      var configuration = TrainingConfiguration(steps: 8, batchSize: 5, seed: 3)
      (configuration.epochs, configuration.accumulation, configuration.shuffles) = (nil, 5, false)
      return try .init(
        NoisyRegression(), network: Perceptron([3, 5, 1], shift: true, seed: 5),
        optimizer: LBFGS(maximumIterations: 1, maximumEvaluations: 25), configuration: configuration)
    }
    var unbroken = try trainer()
    var plain = try sampleTrainer { options in
      (options.epochs, options.steps, options.accumulation, options.shuffles) = (nil, 8, 5, false)
    }
    var losses: [Double] = []
    for _ in 0..<8 {
      losses.append(try unbroken.step().loss)
      _ = try plain.step()
    }
    #expect(unbroken.progress.generator == plain.progress.generator)
    #expect(losses[7] < losses[0])
    #expect(unbroken.optimizer.stepCount == 8)
    try withTemporaryFile { file in
      var first = try trainer()
      for _ in 0..<4 { _ = try first.step() }
      try first.saveCheckpoint(to: file)
      var second = try trainer()
      try second.resume(from: TrainingCheckpoint(path: file))
      for _ in 0..<4 { _ = try second.step() }
      #expect(try second.network.bits() == unbroken.network.bits())
    }
  }

  private func rosenbrock(_ w: Tensor) -> Tensor {
    let (x, y) = (w[0, 0], w[0, 1])
    return 100 * (y - x * x).square() + (1 - x).square()
  }
}
