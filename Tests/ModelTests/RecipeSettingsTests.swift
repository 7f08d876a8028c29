import SurprisalCore
import SurprisalModels
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What settings become: schedules, optimizers and layers.
@Suite struct RecipeSettingsTests {
  /// The course takes the steps that the warm-up leaves, whose first step has a rate above 0.
  @Test func schedulesFillTheTraining() throws {
    func schedule(_ name: ScheduleConfiguration.Name, warmUp: Double = 0, end: Double = 0) throws -> Schedule {
      try ScheduleConfiguration(name, warmUp: warmUp, end: end).schedule(steps: 50, stepsPerEpoch: 5)
    }
    #expect(try schedule(.constant) == .constant && schedule(.plateau) == .constant)
    #expect(try schedule(.cosine, end: 0.25) == .cosine(steps: 50, end: 0.25))
    #expect(try schedule(.linear, end: 0.5) == .polynomial(steps: 50, end: 0.5))
    #expect(try schedule(.oneCycle) == .oneCycle(steps: 50))
    #expect(try schedule(.step) == .milestones([25, 37], factor: 0.1))
    for (name, course) in [
      (.cosine, .cosine(steps: 40, end: 0.25)), (.linear, .polynomial(steps: 40, end: 0.25)),
      (.oneCycle, .oneCycle(steps: 40)), (.step, .milestones([20, 30], factor: 0.1)), (.constant, .constant),
    ] as [(ScheduleConfiguration.Name, Schedule)] {
      let warmed = try schedule(name, warmUp: 0.2, end: 0.25)
      #expect(warmed == .warmUp(steps: 10, start: 1 / 11, then: course))
      // Rates rise by equal steps up to the course's first.
      #expect((0..<10).allSatisfy { abs(warmed.factor(at: $0) - Double($0 + 1) / 11) < 1e-12 })
    }
    #expect(try schedule(.cosine, warmUp: 0.2, end: 0.25).factor(at: 50) == 0.25)
    for (warmUp, end, patience) in [(1, 0, 1), (-0.1, 0, 1), (0, 1.5, 1), (0, 0, -1), (.nan, 0, 1)]
      as [(Double, Double, Int)]
    {
      #expect(throws: SurprisalError.self) {
        try ScheduleConfiguration(.cosine, warmUp: warmUp, end: end, patience: patience).schedule(
          steps: 50, stepsPerEpoch: 5)
      }
    }
  }

  private func optimizer<Rule: Optimizer>(
    _ name: OptimizerConfiguration.Name, decaysVectors: Bool = false, momentum: Double = 0.7, as type: Rule.Type
  ) throws -> Rule {
    let settings = OptimizerConfiguration(
      name, learningRate: 0.3, momentum: momentum, weightDecay: 0.02, decaysVectors: decaysVectors)
    let found = try settings.optimizer()
    let rule = try #require(found as? Rule, "\(name) is \(found)")
    #expect(rule.learningRate == 0.3)
    return rule
  }

  /// Every number arrives; vectors do not decay unless asked.
  @Test func optimizersHaveTheirNumbers() throws {
    let vectors = [ParameterGroup.vectors(weightDecay: 0)]
    let sgd = try optimizer(.sgd, as: SGD.self)
    #expect(sgd.momentum == 0.7 && !sgd.isNesterov && sgd.weightDecay == 0.02 && !sgd.isDecayDecoupled)
    #expect(sgd.groups == vectors && sgd.dampening == 0)
    let nesterov = try optimizer(.nesterov, as: SGD.self)
    #expect(nesterov.momentum == 0.7 && nesterov.isNesterov && nesterov.weightDecay == 0.02)
    #expect(nesterov.groups == vectors)
    let resting = try optimizer(.nesterov, momentum: 0, as: SGD.self)
    #expect(!resting.isNesterov && resting.momentum == 0)
    let rmsprop = try optimizer(.rmsprop, as: RMSProp.self)
    #expect(rmsprop.momentum == 0.7 && rmsprop.weightDecay == 0.02 && rmsprop.groups == vectors)
    let adagrad = try optimizer(.adagrad, as: AdaGrad.self)
    #expect(adagrad.weightDecay == 0.02 && adagrad.groups == vectors)
    let adadelta = try optimizer(.adadelta, as: AdaDelta.self)
    #expect(adadelta.weightDecay == 0.02 && adadelta.groups == vectors)
    let adam = try optimizer(.adam, as: Adam.self)
    #expect(adam.weightDecay == 0.02 && adam.groups == vectors)
    let adamw = try optimizer(.adamw, as: AdamW.self)
    #expect(adamw.weightDecay == 0.02 && adamw.groups == vectors)
    #expect(try optimizer(.adamw, decaysVectors: true, as: AdamW.self).groups.isEmpty)
    #expect(OptimizerConfiguration.Name.allCases.count == 8)
    for (rate, momentum, decay) in [(0, 0, 0), (.nan, 0, 0), (1, 1, 0), (1, -0.1, 0), (1, 0, -1)]
      as [(Double, Double, Double)]
    {
      #expect(throws: SurprisalError.self) {
        try OptimizerConfiguration(.sgd, learningRate: rate, momentum: momentum, weightDecay: decay).optimizer()
      }
    }
  }

  private func lines(_ recipe: some NetworkRecipe, shape: [Int] = [1, 2, 2]) throws -> [String] {
    var generator = RandomGenerator(seed: 1)
    let network = try recipe.network(for: shape, outputs: 3, using: &generator)
    return try #require(network as? Sequential).layers.map(\.summaryLine)
  }

  /// Layers one after another, as settings say.
  @Test func recipesHaveTheirLayers() throws {
    var perceptron = PerceptronRecipe()
    (perceptron.hidden, perceptron.dropout) = ([5, 6], 0.25)
    for (activation, line) in [
      (.relu, "ReLU"), (.sigmoid, "Sigmoid"), (.tanh, "Tanh"), (.gelu, "GELU"), (.silu, "SiLU"),
    ] as [(PerceptronRecipe.Activation, String)] {
      perceptron.activation = activation
      #expect(
        try lines(perceptron) == [
          "Flatten", "Linear(inputs: 4, outputs: 5)", line, "Dropout(probability: 0.25)",
          "Linear(inputs: 5, outputs: 6)", line, "Dropout(probability: 0.25)", "Linear(inputs: 6, outputs: 3)",
        ])
    }
    (perceptron.hidden, perceptron.dropout, perceptron.batchNormalization) = ([5], 0, true)
    #expect(
      try lines(perceptron).map { $0.prefix { $0 != "(" } } == ["Flatten", "Linear", "BatchNorm", "SiLU", "Linear"])
    #expect(try lines(perceptron)[1].contains("bias: false"))
    var lenet = LeNetRecipe()
    (lenet.classic, lenet.batchNormalization) = (true, false)
    #expect(try lines(lenet, shape: [1, 12, 12])[1...2] == ["Sigmoid", "AveragePool2d(kernel: 2)"])
    var line = LinearRecipe()
    #expect(try lines(line).map { $0.prefix { $0 != "(" } } == ["Flatten", "Linear"])
    line.degree = 3
    let powers = try lines(line)
    #expect(powers.count == 3 && powers[1].hasPrefix("Powers") && powers[2].hasPrefix("Linear(inputs: 12, outputs: 3"))
  }

  /// Counts of weights tell stages, widths and groups.
  @Test func residualRecipesHaveTheirExtents() throws {
    func count(_ recipe: some NetworkRecipe) throws -> Int {
      var generator = RandomGenerator(seed: 1)
      return try recipe.network(for: [3, 8, 8], outputs: 5, using: &generator).parameterCount
    }
    var generator = RandomGenerator(seed: 1)
    var resnet = ResNetRecipe()
    (resnet.stages, resnet.width) = ([1, 2], 6)
    #expect(
      try count(resnet)
        == ResidualNetwork<ResidualBlock>(channels: 3, outputs: 5, stages: [1, 2], width: 6, using: &generator)
        .parameterCount)
    var resnext = ResNeXtRecipe()
    (resnext.stages, resnext.groups, resnext.groupWidth) = ([1, 1], 2, 4)
    #expect(try count(resnext) == 3_725)
    (resnext.groups, resnext.groupWidth) = (4, 2)
    #expect(try count(resnext) < 3_725)
  }
}
