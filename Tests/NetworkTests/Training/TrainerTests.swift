import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// The course of a training: orders, batches, validation, early stopping, averages and what is reported.
struct TrainerTests {
  /// All data once an epoch, in orders that differ between epochs and seeds and are otherwise fixed.
  @Test func everyEpochSeesEveryDatumOnce() throws {
    func orders(_ seed: UInt64, shuffles: Bool = true, drops: Bool = false) throws -> [[Int]] {
      let task = IndexRecorder(count: 23)
      var options = TrainingConfiguration(epochs: 2, batchSize: 5, seed: seed)
      (options.shuffles, options.dropsLastBatch) = (shuffles, drops)
      var trainer = try SurprisalNetworks.Trainer<IndexRecorder, Momentum>(
        task, network: Perceptron([1, 1]), optimizer: Momentum(learningRate: 0.1), configuration: options)
      try trainer.run()
      #expect(task.batches.values.map(\.count) == (drops ? [5, 5, 5, 5, 5, 5, 5, 5] : [5, 5, 5, 5, 3, 5, 5, 5, 5, 3]))
      let all = task.batches.values.flatMap { $0 }
      return [Array(all.prefix(all.count / 2)), Array(all.suffix(all.count / 2))]
    }
    let first = try orders(1)
    #expect(first.allSatisfy { $0.sorted() == Array(0..<23) } && first[0] != first[1])
    #expect(try orders(1) == first)
    #expect(try orders(2) != first)
    #expect(try orders(1, shuffles: false) == [Array(0..<23), Array(0..<23)])
    let dropped = try orders(1, drops: true)
    #expect(dropped == first.map { Array($0.prefix(20)) })
  }

  /// A step over three batches is one over all their data, up to rounding.
  @Test func accumulatedBatchesAreOneBatch() throws {
    func weights(_ batch: Int, _ accumulation: Int) throws -> [Float] {
      var trainer = try sampleTrainer { options in
        (options.batchSize, options.accumulation, options.shuffles) = (batch, accumulation, false)
      }
      let step = try trainer.step()
      #expect(step.count == 23 && step.position == 23)
      return try Inventory(trainer.network).parameters.flatMap { $0.tensor.scalars(as: Float.self) }
    }
    // The sample's noise depends on how data are drawn: here it is the same for one batch and for many in row order.
    let (one, many) = (try weights(23, 1), try weights(8, 3))
    #expect(zip(one, many).allSatisfy { abs($0 - $1) < 2e-3 })
  }

  /// Steps, validations and checkpoints leave parameters where they lie in memory: nothing holds a second reference.
  @Test func parametersAreChangedInPlace() throws {
    func addresses(_ network: Perceptron) throws -> [UnsafeRawPointer?] {
      try Inventory(network).parameters.map { $0.tensor.withUnsafeBytes { UnsafeRawPointer($0.baseAddress) } }
    }
    try withRunPath { path in
      var configuration = TrainingConfiguration(epochs: 2, batchSize: 5)
      configuration.checkpointSteps = 1
      var trainer = try SurprisalNetworks.Trainer<NoisyRegression, Adam>(
        NoisyRegression(), network: Perceptron([3, 5, 1]), optimizer: Adam(), configuration: configuration)
      _ = try trainer.step()
      let before = try addresses(trainer.network)
      try trainer.run(in: try RunFolder(path))
      #expect(try addresses(trainer.network) == before)
    }
  }

  /// Each forward pass draws numbers of its own.
  @Test func passesDrawOnFromEachOther() throws {
    let task = IndexRecorder(count: 6)
    var trainer = try SurprisalNetworks.Trainer<IndexRecorder, Momentum>(
      task, network: Perceptron([1, 1]), optimizer: Momentum(learningRate: 0.1),
      configuration: TrainingConfiguration(epochs: 2, batchSize: 2))
    try trainer.run()
    #expect(Set(task.batches.draws).count == 6)
  }

  @Test func patienceEndsTheTraining() throws {
    var task = NoisyRegression()
    task.scriptedFigures = [.nan, 4, 4.5, 3.9995, 5, 3, 3]
    var trainer = try sampleTrainer(task) { options in
      (options.epochs, options.patience, options.minimumImprovement) = (20, 3, 1e-3)
    }
    var events: [TrainingValidation] = []
    let outcome = try trainer.run { if case .validated(let validation) = $0 { events.append(validation) } }
    // NaN is no best, and the fourth figure is better by less than an improvement: three in a row are none.
    #expect(events.map(\.isBest) == [false, true, false, false, false])
    #expect(outcome.reason == .stoppedEarly && outcome.progress.epoch == 5)
    let best = try #require(outcome.progress.best)
    #expect(best.metric == Metric("loss", 4) && best.step == 10 && best.epoch == 2)
    #expect(trainer.ending == .stoppedEarly)
  }

  /// Without a folder the best network is kept in memory, with one in its file.
  @Test func theBestNetworkIsKept() throws {
    try withRunPath { path in
      for folder in [nil, path] {
        var task = NoisyRegression()
        task.scriptedFigures = [5, 4, 6]
        task.script.next = 0
        var trainer = try sampleTrainer(task)
        let run = try folder.map { try RunFolder($0) }
        var afterTwo: [String: [UInt8]] = [:]
        var probe = try sampleTrainer(task)
        for _ in 0..<10 { _ = try probe.step() }
        afterTwo = try probe.network.bits()
        try trainer.run(in: run)
        #expect(try trainer.bestNetwork(in: run).bits() == afterTwo)
        #expect(try trainer.network.bits() != afterTwo)
      }
    }
  }

  @Test func averagesFollowTheWeights() throws {
    var trainer = try sampleTrainer { $0.averageDecay = 0.75 }
    var expected = try Inventory(trainer.network).parameters.map { $0.tensor.scalars(as: Float.self) }
    for _ in 0..<4 {
      _ = try trainer.step()
      let now = try Inventory(trainer.network).parameters.map { $0.tensor.scalars(as: Float.self) }
      expected = zip(expected, now).map { average, now in zip(average, now).map { 0.75 * $0 + 0.25 * $1 } }
    }
    for (found, expected) in zip(try Inventory(trainer.result).parameters, expected) {
      #expect(zip(found.tensor.scalars(as: Float.self), expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test func ratesFollowScheduleAndPlateau() throws {
    var task = NoisyRegression()
    task.scriptedFigures = [1]
    var configuration = TrainingConfiguration(epochs: 4, batchSize: 12, seed: 1)
    configuration.validationSteps = nil
    var trainer = try SampleTrainer(
      task, network: Perceptron([3, 1]), optimizer: Momentum(learningRate: 0.5),
      schedule: .step(every: 2, factor: 0.5), plateau: Plateau(reduction: 0.1, patience: 0),
      configuration: configuration)
    var rates: [Double] = []
    try trainer.run { if case .stepped(let step) = $0 { rates.append(step.learningRate) } }
    let expected = [0.5, 0.5, 0.25, 0.25, 0.0125, 0.0125, 0.000_625, 0.000_625]
    #expect(rates.count == 8 && zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(rates)")
  }

  @Test func clippingBoundsAStep() throws {
    func change(_ clip: (inout TrainingConfiguration) -> Void) throws -> [Double] {
      var trainer = try sampleTrainer(rate: 1, clip)
      let before = try Inventory(trainer.network).parameters.flatMap { $0.tensor.scalars(as: Double.self) }
      _ = try trainer.step()
      let after = try Inventory(trainer.network).parameters.flatMap { $0.tensor.scalars(as: Double.self) }
      return zip(before, after).map { $1 - $0 }
    }
    let norm = try change { $0.clipNorm = 1e-2 }.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - 1e-2) < 1e-6)
    #expect(try change { $0.clipValue = 1e-3 }.allSatisfy { $0.magnitude < 1e-3 + 1e-7 })
    #expect(try change { _ in }.contains { $0.magnitude > 2e-3 })
  }

  @Test func eventsTellTheWholeCourse() throws {
    try withRunPath { path in
      var trainer = try sampleTrainer { options in
        (options.epochs, options.batchSize, options.checkpointSteps, options.keptCheckpoints) = (2, 12, 1, 2)
      }
      var names: [String] = []
      try trainer.run(in: try RunFolder(path)) { event in
        switch event {
        case .started(let progress): names.append("start \(progress.step)")
        case .stepped(let step): names.append("step \(step.step) of epoch \(step.epoch) at \(step.position)")
        case .finishedEpoch(let epoch): names.append("epoch \(epoch.epoch)")
        case .validated(let validation): names.append("validation \(validation.metrics.map(\.name))")
        case .saved(_, let step): names.append("saved \(step)")
        case .waiting: names.append("waiting")
        case .finished(let outcome): names.append("\(outcome.reason)")
        }
      }
      #expect(
        names == [
          "start 0", "saved 0", "step 1 of epoch 1 at 12", "saved 1", "step 2 of epoch 1 at 23", "epoch 1",
          "validation [\"loss\", \"closeness\"]", "saved 2", "step 3 of epoch 2 at 12", "saved 3",
          "step 4 of epoch 2 at 23", "epoch 2", "validation [\"loss\", \"closeness\"]", "saved 4", "completed",
        ])
      #expect(try RunFolder(path).checkpointSteps == [2, 3, 4])
      let line = try MetricsLog.lines(of: path + "/metrics.jsonl")[0]
      guard case .steps(let loss, let rate) = line.kind else {
        Issue.record("\(line)")
        return
      }
      #expect(line.step == 2 && line.epoch == 1 && rate == 0.05 && loss.isFinite)
    }
  }

  /// A step limit ends within an epoch; a later limit goes on from there.
  @Test func stepsLimitATraining() throws {
    var short = try sampleTrainer { ($0.epochs, $0.steps) = (nil, 7) }
    #expect(short.stepLimit == 7 && short.stepsPerEpoch == 5)
    #expect(try short.run().progress.step == 7)
    // What ends within an epoch is measured at its end.
    #expect(short.progress.validatedStep == 7)
    try withRunPath { path in
      do {
        var first = try sampleTrainer { ($0.epochs, $0.steps) = (nil, 7) }
        try first.run(in: try RunFolder(path))
      }
      var second = try sampleTrainer { ($0.epochs, $0.steps) = (nil, 15) }
      let folder = try RunFolder(path)
      let differences = try second.resume(from: try #require(try folder.latestCheckpoint()))
      #expect(differences.isEmpty)
      try second.run(in: folder)
      var whole = try sampleTrainer { ($0.epochs, $0.steps) = (nil, 15) }
      try whole.run()
      #expect(try second.network.bits() == whole.network.bits())
    }
  }
}

/// Records which data each batch holds.
private struct IndexRecorder: LearningTask {
  final class Batches: @unchecked Sendable {
    // Invariant: used by one trainer at a time.
    var values: [[Int]] = []
    var draws: [UInt64] = []
  }

  let count: Int
  let fingerprint = "indices"
  let batches = Batches()

  init(count: Int) { self.count = count }

  func loss(of network: inout Perceptron, at indices: [Int], _ pass: inout Pass) throws -> Tensor {
    batches.values.append(indices)
    batches.draws.append(pass.generator.next())
    return network.forward(Tensor(ones: [1, 1]), &pass).mean()
  }

  func validation(of network: Perceptron) throws -> [Metric] { [] }
}
