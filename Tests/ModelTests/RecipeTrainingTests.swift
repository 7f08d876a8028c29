import Foundation
import SurprisalCore
import SurprisalModels
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What a training by a recipe does with data, seeds and settings.
@Suite struct RecipeTrainingTests {
  /// A perceptron of few units, without dropout.
  private func settings(epochs: Int = 1, hidden: [Int] = [8]) -> RecipeConfiguration {
    var recipe = PerceptronRecipe()
    (recipe.hidden, recipe.dropout) = (hidden, 0)
    var configuration = RecipeConfiguration(for: recipe)
    (configuration.training.epochs, configuration.training.batchSize) = (epochs, 16)
    return configuration
  }

  /// Three classes that have nothing to do with the inputs.
  private func noise(_ counts: [Int]) throws -> SupervisedData {
    var generator = RandomGenerator(seed: 21)
    let count = counts.reduce(0, +)
    return try SupervisedData(
      inputs: Tensor.normal(shape: [count, 10], dtype: .float64, using: &generator),
      targets: Tensor(counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }),
      classNames: counts.indices.map { "c\($0)" })
  }

  /// Means and deviations are those of the training part; the validation part has the same.
  @Test func onlyTheTrainingPartIsMeasured() throws {
    let x = Tensor((0..<80).map { Double($0 * $0 % 37) }, shape: [40, 2])
    let whole = try SupervisedData(inputs: x, targets: Tensor((0..<40).map { Double($0 % 11) }, shape: [40, 1]))
    let task = try RecipeTraining(settings(), data: whole).task
    let validation = try #require(task.validation)
    #expect(task.training.count == 36 && validation.count == 4)
    #expect(task.training.inputStandardization == Standardization(of: task.training.inputs))
    #expect(task.training.targetStandardization == Standardization(of: task.training.targets))
    #expect(task.training.inputStandardization != Standardization(of: whole.inputs))
    #expect(task.training.targetStandardization != Standardization(of: whole.targets))
    #expect(validation.inputStandardization == task.training.inputStandardization)
    #expect(validation.targetStandardization == task.training.targetStandardization)
    var raw = settings()
    raw.data.standardizes = false
    let plain = try RecipeTraining(raw, data: whole).task
    #expect(plain.training.inputStandardization == nil && plain.validation?.targetStandardization == nil)
  }

  /// Each class keeps its share, and the seed says which data it is.
  @Test func theValidationPartHasTheSharesOfTheWhole() throws {
    let whole = try noise([120, 60, 20])
    var parts: Set<[Double]> = []
    for seed in UInt64(0)..<4 {
      var configuration = settings()
      configuration.training.seed = seed
      let validation = try #require(try RecipeTraining(configuration, data: whole).task.validation)
      let classes = validation.targets.scalars(as: Int.self)
      #expect((0..<3).map { label in classes.count { $0 == label } } == [12, 6, 2])
      parts.insert(validation.inputs.scalars(as: Double.self))
    }
    #expect(parts.count == 4)
    var configuration = settings()
    configuration.data.validation = 0
    #expect(try RecipeTraining(configuration, data: whole).task.validation == nil)
    #expect(try RecipeTraining(configuration, data: whole, validation: whole.prefix(7)).task.validation?.count == 7)
  }

  /// Weights are drawn from the seed.
  @Test func weightsAreOfTheSeed() throws {
    let whole = try noise([10, 10])
    func weights(_ seed: UInt64) throws -> [Float] {
      var configuration = settings()
      configuration.training.seed = seed
      let network = try RecipeTraining(configuration, data: whole).untrained.network.network
      return try #require((network as? Sequential)?.layers[1] as? Linear).weight.scalars(as: Float.self)
    }
    #expect(try weights(1) == weights(1) && weights(1) != weights(2))
  }

  /// Noise is learned by heart, which validation data notice: the network from before that is kept.
  @Test func theBestNetworkIsTheModel() throws {
    var configuration = settings(epochs: 40, hidden: [64])
    configuration.data.validation = 0.3
    configuration.optimizer.learningRate = 0.01
    configuration.schedule = ScheduleConfiguration(.constant)
    let result = try RecipeTraining(configuration, data: try noise([40, 40])).run()
    let best = try #require(result.outcome.progress.best)
    let last = try #require(result.outcome.progress.metrics.first)
    #expect(best.epoch < 40 && last.value > best.metric.value + 0.01)
    #expect(abs((result.validation?.loss ?? .nan) - best.metric.value) < 1e-9)
  }

  /// The rate falls by the rule of the settings, as the figures of the validation say.
  @Test func plateausHaveTheirPatience() throws {
    var configuration = settings(epochs: 30, hidden: [64])
    configuration.data.validation = 0.3
    configuration.optimizer.learningRate = 0.01
    configuration.schedule = ScheduleConfiguration(.plateau, patience: 2)
    var (rates, expected, rule) = ([Double](), [0.01], Plateau(patience: 2))
    _ = try RecipeTraining(configuration, data: try noise([40, 40])).run(report: { event in
      switch event {
      case .stepped(let step) where step.step % 4 == 0: rates.append(step.learningRate)
      case .validated(let validation): expected.append(0.01 * rule.factor(after: validation.metrics[0].value))
      default: break
      }
    })
    // 56 data make four steps an epoch.
    #expect(rates.count == 30 && zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect((rates.last ?? 1) < 0.0011)
  }

  /// A part of the image is all that the network sees.
  @Test func cropsMakeTheNetworkSmaller() throws {
    var configuration = settings()
    configuration.data.augmentation = Augmentation([.crop(height: 6, width: 5, padding: 0)])
    let digits = try SupervisedData.builtIn("digits").prefix(120)
    let result = try RecipeTraining(configuration, data: digits).run()
    #expect(result.model.network.parameterCount == 30 * 8 + 8 + 8 * 10 + 10)
    #expect(try result.model.outputs(for: digits).shape == [120, 10])
    #expect(result.model.interface.inputShape == [1, 8, 8])
  }

  /// Probabilities are those that the loss is of, whatever the data were standardized by.
  @Test func outputsAreThoseOfTheEvaluation() throws {
    let digits = try SupervisedData.builtIn("digits").prefix(200)
    let model = try RecipeTraining(settings(epochs: 3), data: digits).run().model
    let probabilities = try model.outputs(for: digits).scalars(as: Double.self)
    let classes = digits.targets.scalars(as: Int.self)
    let loss = classes.indices.reduce(0) { $0 - log(probabilities[$1 * 10 + classes[$1]]) } / 200
    #expect(try abs(model.evaluation(on: digits).loss - loss) < 1e-5)
  }

  /// Data whose classes are others or in another order are numbered as the network knows them.
  @Test func classesAreThoseOfTheNetwork() throws {
    let model = try RecipeTraining(settings(), data: try noise([20, 20, 20])).untrained
    var other = try noise([1, 2])
    other.classNames = ["c2", "c0"]
    let prepared = try model.prepared(other)
    #expect(prepared.targets.scalars(as: Int.self) == [2, 0, 0] && prepared.classNames == ["c0", "c1", "c2"])
    #expect(prepared.inputStandardization == model.interface.inputStandardization)
    other.classNames = ["c2", "c7"]
    let error = #expect(throws: SurprisalError.self) { try model.prepared(other) }
    #expect(error?.message.contains("`c7`") == true)
  }

  /// A resumed training tells which settings were others.
  @Test func changedSettingsAreTold() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let whole = try noise([30, 30])
    func run(_ configuration: RecipeConfiguration, resumes: Bool) throws -> [String] {
      var notes: [String] = []
      _ = try RecipeTraining(configuration, data: whole).run(
        in: try RunFolder(folder), resumes: resumes, note: { notes.append($0) })
      return notes
    }
    #expect(try run(settings(), resumes: false).isEmpty)
    var configuration = settings(epochs: 2)
    configuration.data.labelSmoothing = 0.125
    configuration.optimizer.weightDecay = 0.5
    let notes = try run(configuration, resumes: true)
    #expect(notes.contains { $0.hasPrefix("labelSmoothing was 0") && $0.hasSuffix(", is 0.125") }, "\(notes)")
    #expect(notes.contains("weightDecay was 0.01, is 0.5"), "\(notes)")
    configuration.network = PerceptronRecipe()
    #expect(throws: SurprisalError.self) { try run(configuration, resumes: true) }
  }
}
