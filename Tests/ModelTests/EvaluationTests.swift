import Foundation
import SurprisalCore
import SurprisalModels
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Figures of evaluations and the losses of tasks, by hand: the network gives its inputs back.
@Suite struct EvaluationTests {
  private let echo = Linear(weight: Tensor([1.0, 0, 0, 1], shape: [2, 2], dtype: .float32))

  /// Odds of 1, 3, 3 and 7 for one of two classes.
  private func classes() throws -> SupervisedData {
    try SupervisedData(
      inputs: Tensor([0, 0, 0, log(3.0), log(3.0), 0, 0, log(7.0)], shape: [4, 2]), targets: Tensor([0, 0, 0, 1]),
      classNames: ["a", "b"])
  }

  @Test(arguments: [1, 3, 512]) func classesAreSurprisals(batchSize: Int) throws {
    let evaluation = try Evaluation(of: echo, on: classes(), batchSize: batchSize)
    let losses = [log(2.0), log(4), log(4.0 / 3), log(8.0 / 7)]
    let mean = losses.reduce(0, +) / 4
    #expect(evaluation.count == 4 && abs(evaluation.loss - mean) < 1e-6)
    let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
    #expect(abs(evaluation.lossStandardError - (variance / 4).squareRoot()) < 1e-6)
    // Of equal logits the first is taken.
    #expect(evaluation.confusion == [[2, 1], [0, 1]] && evaluation.accuracy == 0.75)
    #expect(evaluation.determination == nil && evaluation.rootMeanSquaredError == nil)
    #expect(evaluation.metrics.map(\.name) == ["loss", "accuracy"])
    #expect(evaluation.metrics.map(\.isHigherBetter) == [false, true])
  }

  /// Standardized they are (1.5, 0), (−0.5, 2), (0.5, −2); the errors are (0, 1), (1, 0), (1, 0).
  private func numbers() throws -> SupervisedData {
    try SupervisedData(
      inputs: Tensor([1.5, 1, 0.5, 2, 1.5, -2], shape: [3, 2]),
      targets: Tensor([12.0, -5, 8, -4, 10, -6], shape: [3, 2]),
      targetStandardization: Standardization(means: [9, -5], standardDeviations: [2, 0.5]))
  }

  @Test(arguments: [1, 2, 512]) func numbersHaveTheirUnits(batchSize: Int) throws {
    let evaluation = try Evaluation(of: echo, on: numbers(), batchSize: batchSize)
    #expect(evaluation.loss == 0.5 && evaluation.lossStandardError == 0)
    // 2 squares of the unit 2 and 1 of the unit ½, over six numbers.
    #expect(abs((evaluation.rootMeanSquaredError ?? 0) - (8.25 / 6).squareRoot()) < 1e-12)
    // Around their means the targets have 2 + 8.
    #expect(abs((evaluation.determination ?? 0) - 0.7) < 1e-12)
    #expect(evaluation.accuracy == nil && evaluation.confusion.isEmpty)
    #expect(evaluation.metrics.map(\.name) == ["loss", "rootMeanSquaredError"])
    var still = try numbers()
    still.targets = Tensor([Double](repeating: 4, count: 6), shape: [3, 2])
    #expect(try Evaluation(of: echo, on: still).determination == nil)
    #expect(throws: SurprisalError.self) { try Evaluation(of: echo, on: still.prefix(0)) }
  }

  private func loss(_ task: SupervisedTask, _ network: some Layer, _ indices: [Int]) throws -> Double {
    var box = NetworkBox(network)
    var pass = Pass.training(using: RandomGenerator(seed: 1))
    return try task.loss(of: &box, at: indices, &pass).item
  }

  /// What training lowers is what evaluations show, but for smoothed labels and changed images.
  @Test func lossesAreThoseOfEvaluations() throws {
    let task = try SupervisedTask(training: classes())
    #expect(try abs(loss(task, echo, [2, 3]) - (log(4.0 / 3) + log(8.0 / 7)) / 2) < 1e-6)
    let smoothed = try SupervisedTask(training: classes(), labelSmoothing: 0.2)
    let even = (log(4.0 / 3) + log(4.0)) / 2
    #expect(try abs(loss(smoothed, echo, [2]) - (0.8 * log(4.0 / 3) + 0.2 * even)) < 1e-6)
    #expect(throws: SurprisalError.self) { try SupervisedTask(training: classes(), labelSmoothing: 1) }
    let regression = try SupervisedTask(training: numbers())
    #expect(try loss(regression, echo, [0, 1, 2]) == 0.5 && loss(regression, echo, [1]) == 0.5)
    #expect(try regression.validation(of: NetworkBox(echo)).isEmpty)
  }

  /// Training images are changed, those of the validation are not.
  @Test func onlyTrainingImagesAreChanged() throws {
    let image = try SupervisedData(
      inputs: Tensor([3.0, 8], shape: [1, 1, 1, 2]), targets: Tensor([0.0], shape: [1, 1]))
    // The pixel at the left.
    let left = Sequential(Flatten(), Linear(weight: Tensor([1.0, 0], shape: [1, 2], dtype: .float32)))
    let plain = try SupervisedTask(training: image, validation: image)
    let flipped = try SupervisedTask(
      training: image, validation: image, augmentation: Augmentation([.horizontalFlip(probability: 1)]))
    #expect(try loss(plain, left, [0]) == 4.5 && loss(flipped, left, [0]) == 32)
    for task in [plain, flipped] {
      #expect(try task.validation(of: NetworkBox(left)).map(\.value) == [4.5, 3])
    }
    #expect(throws: SurprisalError.self) {
      try SupervisedTask(training: image, augmentation: Augmentation([.crop(height: 2, width: 2, padding: 0)]))
    }
  }
}
