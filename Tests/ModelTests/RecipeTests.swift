import Foundation
import SurprisalCore
import SurprisalModels
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Recipes: networks of the right shape, trainings that learn, settings and files that come back.
@Suite struct RecipeTests {
  private func configuration(_ recipe: String, epochs: Int) throws -> RecipeConfiguration {
    var configuration = try RecipeConfiguration(recipe: recipe)
    configuration.training.epochs = epochs
    configuration.training.batchSize = 32
    if var network = configuration.network as? ResNetRecipe {
      network.width = 8
      configuration.network = network
    }
    if var network = configuration.network as? ResNeXtRecipe {
      network.groups = 2
      configuration.network = network
    }
    return configuration
  }

  /// Test accuracies that scikit-learn's logistic regression (.96) and small networks reach on these digits.
  @Test(arguments: [("softmax", 15, 0.93), ("mlp", 15, 0.94), ("resnet", 4, 0.95), ("resnext", 4, 0.94)])
  func recipesLearnDigits(recipe: String, epochs: Int, accuracy: Double) throws {
    let (training, test) = try SupervisedData.builtIn("digits").split(validation: 0.25, seed: 3, isStratified: true)
    let run = try RecipeTraining(configuration(recipe, epochs: epochs), data: training)
    let result = try run.run()
    let evaluation = try result.model.evaluation(on: test)
    #expect((evaluation.accuracy ?? 0) > accuracy)
    #expect(evaluation.confusion.joined().reduce(0, +) == test.count)
    // In inference each row of probabilities sums to 1, whatever the size of a batch.
    let outputs = try result.model.outputs(for: test.prefix(50), batchSize: 7)
    #expect(outputs.sum(alongAxes: [1]).scalars(as: Double.self).allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(
      try result.model.outputs(for: test.prefix(50)).scalars(as: Double.self).elementsEqual(
        outputs.scalars(as: Double.self)
      ) { abs($0 - $1) < 1e-5 })
  }

  /// The shapes inside blocks are those of torchvision's ResNet with the same strides; shortcuts take the block's input.
  @Test func shapesAreFollowedThroughResidualBlocks() throws {
    var generator = RandomGenerator(seed: 1)
    let basic = try ResidualNetwork<ResidualBlock>(
      channels: 1, outputs: 10, stages: [1, 1], width: 4, using: &generator
    ).summary(inputShape: [1, 1, 8, 8])
    let shapes = Dictionary(uniqueKeysWithValues: basic.entries.map { ($0.path, $0.outputShape ?? []) })
    #expect(shapes["layer1.0.bn2"] == [1, 4, 8, 8])
    #expect(shapes["layer2.0.conv1"] == [1, 8, 4, 4])
    #expect(shapes["layer2.0.downsample.0"] == [1, 8, 4, 4])
    #expect(shapes["fc"] == [1, 10])
    #expect(basic.entries.allSatisfy { $0.outputShape != nil })
    // The stem, a block of four, one of four at half the size with a shortcut of two, the mean and the logits.
    let elements: [Double] = [2 * 256, 4 * 256, 6 * 128, 8, 10]
    #expect(basic.resultCounts.reduce(0, +) == elements.reduce(0, +))
    let grouped = try ResidualNetwork<ResNeXtBlock>(
      channels: 1, outputs: 10, stages: [1, 1], groups: 2, groupWidth: 2, using: &generator
    ).summary(inputShape: [1, 1, 8, 8])
    #expect(grouped.entries.allSatisfy { $0.outputShape != nil })
    let wrong = #expect(throws: SurprisalError.self) {
      try ResidualNetwork<ResidualBlock>(channels: 1, outputs: 10, stages: [1], width: 4, using: &generator)
        .outputShape(for: [1, 3, 8, 8])
    }
    #expect(wrong?.message.hasPrefix("in layer conv1: ") == true)
  }

  @Test func settingsComeBack() throws {
    for type in RecipeConfiguration.recipes {
      var configuration = try RecipeConfiguration(recipe: type.name)
      configuration.data.augmentation = Augmentation([.shift(down: 1, right: 2), .horizontalFlip(probability: 0.5)])
      configuration.schedule = ScheduleConfiguration(.oneCycle, warmUp: 0.25)
      configuration.training.seed = 9
      let json = try JSONValue(parsing: try configuration.json.text(pretty: true))
      #expect(try RecipeConfiguration(json).json == json)
    }
  }

  @Test(arguments: [
    ("{\"optimizer\": {\"learningrate\": 1}}", "optimizer: `learningrate` is not known"),
    ("{\"network\": {\"hidden\": [1.5]}}", "network: `hidden.0`: a whole number is needed here"),
    ("{\"epochs\": 3}", "`epochs` is not known"),
    ("{\"recipe\": \"lenet\"}", "the configuration is one of `lenet`, not of `mlp`"),
    ("[]", "a configuration is a JSON object"),
  ])
  func faultsOfSettingsAreNamed(text: String, message: String) throws {
    let error = #expect(throws: SurprisalError.self) {
      try RecipeConfiguration(try JSONValue(parsing: text), recipe: "mlp")
    }
    #expect(error?.message == message)
  }

  @Test func aNetworkComesBackFromItsFile() throws {
    let digits = try SupervisedData.builtIn("digits").prefix(100)
    let result = try RecipeTraining(configuration("resnet", epochs: 1), data: digits).run()
    let path = FileManager.default.temporaryDirectory.appending(path: "network-\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try result.model.save(to: path)
    let read = try TrainedNetwork(contentsOf: path)
    #expect(read.interface == result.model.interface)
    #expect(
      try read.outputs(for: digits).scalars(as: Float.self) == result.model.outputs(for: digits).scalars(as: Float.self)
    )
  }

  /// The names of torchvision's `resnet18` for 32 × 32 images, so that its files load.
  @Test func residualNetworksHaveTorchvisionsNames() throws {
    var generator = RandomGenerator(seed: 0)
    let network = ResidualNetwork<ResidualBlock>(channels: 3, outputs: 10, using: &generator)
    let text = "\(network.summary())"
    #expect(network.parameterCount == 11_173_962)
    for name in ["conv1", "bn1", "layer1", "layer4", "fc"] { #expect(text.contains(name)) }
    #expect(try network.outputShape(for: [5, 3, 32, 32]) == [5, 10])
    let small = ResidualNetwork<ResNeXtBlock>(channels: 1, outputs: 10, stages: [2, 1, 1], using: &generator)
    #expect(try small.outputShape(for: [5, 1, 28, 28]) == [5, 10])
    #expect(small(Tensor(zeros: [2, 1, 28, 28])).shape == [2, 10])
  }

  @Test func leNetNeedsImages() throws {
    var generator = RandomGenerator(seed: 0)
    for isClassic in [true, false] {
      let network = try Sequential.leNet(image: [1, 28, 28], outputs: 10, isClassic: isClassic, using: &generator)
      #expect(network.parameterCount == 61_706)
      #expect(network(Tensor(zeros: [3, 1, 28, 28])).shape == [3, 10])
    }
    let table = try SupervisedData(
      inputs: Tensor(zeros: [4, 3]), targets: Tensor([0, 1, 0, 1]), classNames: ["a", "b"])
    #expect(throws: SurprisalError.self) { try RecipeTraining(configuration("lenet", epochs: 1), data: table) }
  }

  @Test func evaluationsAreExact() throws {
    // Logits that tell class 0 always, with the loss log 2.
    struct Even: Layer {
      mutating func fields(_ visitor: inout some FieldVisitor) throws {}
      mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { Tensor(zeros: [x.shape[0], 2]) }
      func outputShape(for shape: [Int]) throws -> [Int] { [shape[0], 2] }
    }
    let data = try SupervisedData(
      inputs: Tensor(zeros: [10, 1]), targets: Tensor([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]), classNames: ["a", "b"])
    let evaluation = try Evaluation(of: Even(), on: data, batchSize: 3)
    #expect(abs(evaluation.loss - log(2)) < 1e-6 && evaluation.lossStandardError < 1e-6)
    #expect(evaluation.accuracy == 0.7 && evaluation.confusion == [[7, 0], [3, 0]])
    // Wilson's interval for 7 of 10 by scipy 1.17's `binomtest`.
    let interval = try #require(evaluation.accuracyInterval)
    #expect(abs(interval.lowerBound - 0.3967781) < 1e-6 && abs(interval.upperBound - 0.8922087) < 1e-6)
  }

  /// 256 points of a plane with noise.
  private func plane() -> (x: Tensor, y: Tensor) {
    var generator = RandomGenerator(seed: 5)
    let x = Tensor.normal(shape: [256, 3], dtype: .float64, using: &generator)
    let noise = Tensor.normal(shape: [256, 1], dtype: .float64, using: &generator) * 0.1
    return (x, x.matmul(Tensor([2.0, -3.4, 0.5], shape: [3, 1])) + 4.2 + noise)
  }

  private func expectClosedForm(
    _ model: TrainedNetwork, _ data: (x: Tensor, y: Tensor), decay: Double, within tolerance: Double
  ) throws {
    let exact = try LinearRegression(fitting: data.x, to: data.y, decay: decay)
    let linear = try #require((model.network.network as? Sequential)?.layers.last as? Linear)
    let (weights, expected) = (linear.weight.scalars(as: Double.self), exact.weights.scalars(as: Double.self))
    #expect(zip(weights, expected).allSatisfy { abs($0 - $1) < tolerance })
    #expect(abs((linear.bias?.item ?? 0) - exact.intercept.item) < tolerance)
  }

  /// L-BFGS on all data, added up from batches of 100, arrives in a few steps; each is one epoch.
  @Test func searchReachesTheClosedForm() throws {
    let (x, y) = plane()
    var configuration = RecipeConfiguration(for: LinearRecipe())
    configuration.choose(.lbfgs)
    configuration.data.validation = 0
    configuration.data.standardizes = false
    configuration.training.epochs = 20
    configuration.training.batchSize = 100
    let training = try RecipeTraining(configuration, data: SupervisedData(inputs: x, targets: y))
    #expect(try training.stepCount == 20)
    let result = try training.run()
    #expect(result.outcome.progress.step == 20)
    try expectClosedForm(result.model, (x, y), decay: 0, within: 1e-3)
  }

  /// By the formulas, from the step behind the warm-up on.
  @Test func schedulesFollowTheirSettings() throws {
    func factors(_ configuration: ScheduleConfiguration) throws -> [Double] {
      let schedule = try configuration.schedule(steps: 40, stepsPerEpoch: 5)
      return (0..<40).map { schedule.factor(at: $0) }
    }
    let exponential = try factors(.init(.exponential, end: 0.2, factor: 0.5))
    let polynomial = try factors(.init(.polynomial, warmUp: 0.25, end: 0.1, power: 3))
    let root = try factors(.init(.inverseSquareRoot))
    for step in 0..<40 {
      #expect(abs(exponential[step] - max(0.2, pow(0.5, Double(step) / 5))) < 1e-12)
      #expect(abs(root[step] - 1 / Double(step + 1).squareRoot()) < 1e-12)
      guard step >= 10 else { continue }
      #expect(abs(polynomial[step] - (0.1 + 0.9 * pow(1 - Double(step - 10) / 30, 3))) < 1e-12)
    }
    #expect(polynomial[0] > 0 && polynomial[0] < polynomial[5])
    for (configuration, name) in [
      (ScheduleConfiguration(.exponential, factor: 1.1), "factor"),
      (ScheduleConfiguration(.polynomial, power: 0), "power"),
      (ScheduleConfiguration(.cosine, warmUp: 1), "warmUp"), (ScheduleConfiguration(.linear, end: 2), "end"),
    ] {
      let error = #expect(throws: SurprisalError.self) { try factors(configuration) }
      #expect(error?.message == "schedule: `\(name)` is out of range")
    }
  }

  @Test func decayIsDecoupledWhereItCanBe() throws {
    for name in [OptimizerConfiguration.Name.sgd, .nesterov] {
      for decoupled in [true, false] {
        let settings = OptimizerConfiguration(
          name, learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, decoupled: decoupled)
        let rule = try #require(try settings.optimizer() as? SGD)
        #expect(rule.isDecayDecoupled == decoupled && rule.isNesterov == (name == .nesterov))
        #expect(settings.hasDecayInLoss != decoupled)
      }
    }
    #expect(throws: SurprisalError.self) {
      try OptimizerConfiguration(.rmsprop, learningRate: 0.1, decoupled: true).optimizer()
    }
  }

  /// Gradient descent with decay tends to ridge's closed form.
  @Test func descentReachesTheClosedForm() throws {
    let (x, y) = plane()
    var configuration = RecipeConfiguration(for: LinearRecipe())
    configuration.data.validation = 0
    configuration.data.standardizes = false
    configuration.optimizer = OptimizerConfiguration(.sgd, learningRate: 0.3, momentum: 0.5, weightDecay: 0.05)
    configuration.schedule = ScheduleConfiguration(.constant)
    configuration.training.epochs = 200
    configuration.training.batchSize = 256
    let data = try SupervisedData(inputs: x, targets: y)
    let model = try RecipeTraining(configuration, data: data).run().model
    try expectClosedForm(model, (x, y), decay: 0.05, within: 1e-5)
  }
}
