import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// A training that was stopped and resumed leaves the bits of one that never stopped.
struct ResumeTests {
  /// Every option whose state a checkpoint must hold: partial batches, accumulation, averages, clipping, plateaus.
  private static func trainer(_ kind: Int) throws -> SampleTrainer {
    try sampleTrainer(plateau: kind == 2 ? Plateau(reduction: 0.5, patience: 0, threshold: 0.9) : nil) { options in
      switch kind {
      case 1:
        options.accumulation = 2
        options.averageDecay = 0.8
        options.checkpointSteps = 2
      case 2:
        options.dropsLastBatch = true
        options.clipNorm = 0.5
        options.clipValue = 0.4
        options.validationSteps = 3
        options.minimumImprovement = 1e-4
      default:
        break
      }
    }
  }

  /// Runs until `isCancelled` says so at step `stop`; nil if it came to its end before.
  private static func run(
    _ trainer: inout SampleTrainer, in path: String, until stop: Int = .max
  ) throws -> TrainingOutcome? {
    let folder = try RunFolder(path)
    if let checkpoint = try folder.latestCheckpoint() {
      let differences = try trainer.resume(from: checkpoint)
      #expect(differences.isEmpty)
    }
    var steps = trainer.progress.step
    do {
      return try trainer.run(in: folder) { event in
        if case .stepped(let step) = event { steps = step.step }
      } isCancelled: {
        steps >= stop
      }
    } catch is CancellationError {
      return nil
    }
  }

  @Test(arguments: 0..<3) func stoppingAnywhereChangesNoBit(kind: Int) throws {
    try withRunPath { whole in
      var unbroken = try Self.trainer(kind)
      let outcome = try #require(try Self.run(&unbroken, in: whole))
      let bits = try unbroken.network.bits()
      let files = try contents(of: whole)
      #expect(files.keys.contains("best.safetensors") && files.keys.contains("metrics.jsonl"))
      for stop in 0..<outcome.progress.step {
        try withRunPath { path in
          var first = try Self.trainer(kind)
          #expect(try Self.run(&first, in: path, until: stop) == nil)
          var second = try Self.trainer(kind)
          let resumed = try #require(try Self.run(&second, in: path))
          #expect(resumed.progress == outcome.progress, "stopped after step \(stop)")
          #expect(try second.network.bits() == bits)
          #expect(try second.result.bits() == unbroken.result.bits())
          let after = try contents(of: path)
          for name in files.keys where !name.hasPrefix("checkpoint-") || after[name] != nil {
            #expect(after[name] == files[name], "\(name), stopped after step \(stop)")
          }
        }
      }
    }
  }

  /// Stopping at every step, so that each run takes one.
  @Test func stoppingAtEveryStepChangesNoBit() throws {
    try withRunPath { path in
      var unbroken = try Self.trainer(1)
      try unbroken.run()
      var runs = 0
      while true {
        var trainer = try Self.trainer(1)
        runs += 1
        if try Self.run(&trainer, in: path, until: runs) == nil { continue }
        #expect(try trainer.network.bits() == unbroken.network.bits())
        #expect(trainer.progress == unbroken.progress)
        break
      }
      #expect(runs == unbroken.progress.step)
    }
  }

  /// What is written behind a checkpoint is lost when the process is killed: lines of later steps and a torn line go.
  @Test func theLogContinuesWithoutGapOrRepeat() throws {
    try withRunPath { whole in
      var unbroken = try Self.trainer(1)
      _ = try Self.run(&unbroken, in: whole)
      let log = try Data(contentsOf: URL(fileURLWithPath: whole + "/metrics.jsonl"))
      try withRunPath { path in
        var first = try Self.trainer(1)
        _ = try Self.run(&first, in: path, until: 4)
        let url = URL(fileURLWithPath: path + "/metrics.jsonl")
        for extra in [
          "{\"step\":5,\"epoch\":9,\"loss\":1,\"learningRate\":1}\n{\"step\":7,\"ep", "{\"st", "\n\n", "\u{0}\n",
        ] {
          let kept = try Data(contentsOf: url)
          try (kept + Data(extra.utf8)).write(to: url)
          let folder = try RunFolder(path)
          var again = try Self.trainer(1)
          try again.resume(from: try #require(try folder.latestCheckpoint()))
          #expect(throws: CancellationError.self) { try again.run(in: folder, isCancelled: { true }) }
          #expect(try Data(contentsOf: url) == kept)
        }
        var second = try Self.trainer(1)
        _ = try Self.run(&second, in: path)
        #expect(try Data(contentsOf: url) == log)
      }
      let lines = try MetricsLog.lines(of: whole + "/metrics.jsonl")
      let validations = lines.filter { if case .validation = $0.kind { true } else { false } }
      #expect(validations.map(\.step) == [3, 6, 9] && validations.map(\.epoch) == [1, 2, 3])
    }
  }

  /// The same seed gives the same bits, and another one others.
  @Test func theSeedDecides() throws {
    func bits(_ seed: UInt64) throws -> [String: [UInt8]] {
      var trainer = try sampleTrainer { $0.seed = seed }
      try trainer.run()
      return try trainer.network.bits()
    }
    let first = try bits(1)
    #expect(try bits(1) == first)
    #expect(try bits(2) != first)
  }
}
