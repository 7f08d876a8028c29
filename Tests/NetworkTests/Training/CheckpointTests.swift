import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Fails a test that runs in a process of its own.
private func require(_ condition: Bool, line: Int = #line) throws {
  struct Failed: Error { let line: Int }
  if !condition { throw Failed(line: line) }
}

/// What checkpoints refuse, what survives a fault, and who may write.
struct CheckpointTests {
  /// Runs the sample in `path` until step `stop`.
  private func run(_ path: String, until stop: Int, _ task: NoisyRegression = NoisyRegression()) throws {
    var trainer = try sampleTrainer(task) { $0.checkpointSteps = 1 }
    var steps = 0
    let folder = try RunFolder(path)
    do {
      try trainer.run(in: folder) {
        if case .stepped = $0 { steps += 1 }
      } isCancelled: {
        steps >= stop
      }
    } catch is CancellationError {}
  }

  private func resume(_ trainer: inout SampleTrainer, _ path: String, allowsDataChange: Bool = false) throws {
    let checkpoint = try #require(try RunFolder.latestCheckpoint(in: path))
    try trainer.resume(from: checkpoint, allowsDataChange: allowsDataChange)
  }

  /// A36.
  @Test func otherDataAreRefusedUnlessAllowed() throws {
    try withRunPath { path in
      try run(path, until: 2)
      var task = NoisyRegression()
      task.fingerprint = "other"
      var trainer = try sampleTrainer(task)
      let before = try trainer.network.bits()
      let error = try #require(failure { try resume(&trainer, path) })
      #expect(error.category == .data && error.message.contains("other") && error.message.contains("sample"))
      #expect(try trainer.network.bits() == before)
      try resume(&trainer, path, allowsDataChange: true)
      #expect(trainer.progress.step == 2)
    }
  }

  /// A37: another network, another optimizer's state, another seed, a newer version.
  @Test func whatDoesNotFitIsRefused() throws {
    try withRunPath { path in
      try run(path, until: 2)
      var deeper = try sampleTrainer(extents: [3, 4, 5, 1])
      var error = try #require(failure { try resume(&deeper, path) })
      #expect(error.category == .data)
      for words in ["'model.layers.0.weight' is [5, 3], not [4, 3]", "missing: 'model.layers.2.weight' [1, 5]"] {
        #expect(error.message.contains(words), "\(error)")
      }
      var seeded = try sampleTrainer { $0.seed = 4 }
      error = try #require(failure { try resume(&seeded, path) })
      #expect(error.category == .usage && error.message.contains("seed 3"))

      let checkpoint = path + "/checkpoint-00000002.safetensors"
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: checkpoint)))
      // Every flipped bit is refused: one in a tensor, one in the metadata.
      for place in [bytes.count - 1, 200] {
        bytes[place] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: checkpoint))
        error = try #require(failure { _ = try RunFolder.latestCheckpoint(in: path) })
        #expect(error.category == .data && error.message.contains("checksum"))
        bytes[place] ^= 1
      }
      for (text, words) in [
        ("{\"version\":2}", "version 2"), ("{\"version\":1}", "not complete"), ("{}", "not complete"),
      ] {
        var writer = SafetensorsWriter(
          kind: TrainingCheckpoint.kind, configuration: .null, units: "none", kernelVariant: "none")
        try writer.addMetadata("surprisal.training", text)
        try writer.write(to: checkpoint)
        error = try #require(failure { _ = try RunFolder.latestCheckpoint(in: path) })
        #expect(error.category == .data && error.message.contains(words), "\(error)")
      }
      try Perceptron([3, 1]).save(to: checkpoint)
      error = try #require(failure { _ = try RunFolder.latestCheckpoint(in: path) })
      #expect(error.message.contains("holds a module"))
    }
  }

  /// A32: the step, the rate and the parameter are named, and the last checkpoint can be loaded.
  @Test(arguments: [
    (1e30, ["step 2", "the largest gradient is that of"]), (1e300, ["is not finite after step 1", "element 0 of"]),
  ]) func aLossThatIsNotFiniteLeavesTheLastCheckpoint(rate: Double, words: [String]) throws {
    try withRunPath { path in
      var trainer = try sampleTrainer(rate: rate) { $0.checkpointSteps = 1 }
      let error: SurprisalError?
      do {
        let folder = try RunFolder(path)
        error = failure { try trainer.run(in: folder) }
      }
      let found = try #require(error)
      #expect(found.category == .data && found.remedy?.contains("learning rate") == true)
      for word in words + ["\(rate)"] { #expect(found.message.contains(word), "\(found)") }
      var again = try sampleTrainer(rate: rate)
      try resume(&again, path)
      #expect(again.progress.step == (rate == 1e30 ? 1 : 0))
      let finite = try Inventory(again.network).parameters.allSatisfy {
        $0.tensor.scalars(as: Float.self).allSatisfy(\.isFinite)
      }
      #expect(finite)
    }
  }

  /// A33.
  @Test func aWeightThatIsNoNumberIsRefused() throws {
    try withRunPath { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      var trainer = try sampleTrainer()
      let file = path + "/checkpoint-00000000.safetensors"
      try trainer.saveCheckpoint(to: file)
      var network = Perceptron([3, 5, 1], shift: true)
      network.layers[0] = Linear(weight: Tensor(zeros: [5, 3]), bias: Tensor([0, Float.nan, 0, 0, 0]))
      let poisoned = try sampleTrainer(network: network)
      let error = try #require(failure { try poisoned.saveCheckpoint(to: path + "/other.safetensors") })
      #expect(error.message.contains("element 1 of layers.0.bias"), "\(error)")
      #expect(!FileManager.default.fileExists(atPath: path + "/other.safetensors"))
      try Self.poison(file)
      let refusal = try #require(failure { try resume(&trainer, path) })
      #expect(refusal.category == .data && refusal.message.contains("NaN in tensor 'model.layers.0.bias' at [1]"))
    }
  }

  /// Writes the file anew with NaN in one element.
  private static func poison(_ path: String) throws {
    let file = try SafetensorsFile(path: path)
    var writer = SafetensorsWriter(
      kind: try #require(file.kind), configuration: try file.configuration(), units: "none", kernelVariant: "none")
    try writer.addMetadata("surprisal.training", try #require(file.metadata("surprisal.training")))
    for entry in file.tensors {
      var tensor = try Tensor(entry.name, of: file)
      if entry.name == "model.layers.0.bias" {
        var values = tensor.scalars(as: Float.self)
        values[1] = .nan
        tensor = Tensor(values, shape: tensor.shape)
      }
      try writer.add(entry.name, tensor)
    }
    try writer.write(to: path)
  }

  /// A38: one writer a folder; what a dead one left stops nobody.
  @Test func oneProcessHoldsAFolder() throws {
    try withRunPath { path in
      do {
        let holder = try RunFolder(path)
        let error = try #require(failure { _ = try RunFolder(path) })
        #expect(error.category == .cannotCreate)
        #expect(error.message.contains("process \(ProcessInfo.processInfo.processIdentifier) "))
        withExtendedLifetime(holder) {}
      }
      #expect(!FileManager.default.fileExists(atPath: path + "/lock"))
      // Process numbers end below 2²², so that this one is dead.
      try Data("4194305\n".utf8).write(to: URL(fileURLWithPath: path + "/lock"))
      _ = try RunFolder(path)
      try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/file"))
      #expect(failure { _ = try RunFolder(path + "/file") }?.category == .cannotCreate)
      #expect(failure { _ = try RunFolder(path + "/none/run") }?.category == .cannotCreate)
    }
  }

  /// A26: temporaries of killed writers go at the next start, whatever checkpoint they were of.
  @Test func staleTemporariesAreRemoved() throws {
    try withRunPath { path in
      try run(path, until: 2)
      for name in ["checkpoint-00000009.safetensors.tmp.4194305", "best.safetensors.tmp.4194305.2"] {
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + "/" + name))
      }
      try Data("mine".utf8).write(to: URL(fileURLWithPath: path + "/notes.tmp.txt"))
      _ = try RunFolder(path)
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(!names.contains { $0.contains(".tmp.4") } && names.contains("notes.tmp.txt"))
    }
  }

  /// A29: a full device stops the training with 74, or lets it wait until there is room or it is cancelled, with 75.
  /// Here the device is full because no file of the process may grow.
  @Test func aFullDeviceLeavesTheOldCheckpoint() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      func limit(_ bytes: rlim_t) {
        var limit = rlimit(rlim_cur: bytes, rlim_max: .max)
        setrlimit(__rlimit_resource_t(1), &limit)
      }
      var unbroken = try sampleTrainer { $0.checkpointSteps = 1 }
      try unbroken.run()
      for (policy, isPatient) in [(SaveFailurePolicy.stop, false), (.wait, false), (.wait, true)] {
        try withRunPath { path in
          var trainer = try sampleTrainer { $0.checkpointSteps = 1 }
          let folder = try RunFolder(path)
          var before: [String: Data] = [:]
          var waits = 0
          let error = failure {
            try trainer.run(in: folder, onSaveFailure: policy) { event in
              switch event {
              case .saved(path: _, step: 3):
                before = (try? contents(of: path)) ?? [:]
                limit(10)
              case .waiting:
                waits += 1
                if isPatient { limit(.max) }
              default: break
              }
            } isCancelled: {
              waits > 0 && !isPatient
            }
          }
          limit(.max)
          if isPatient {
            try require(error == nil && waits == 1)
            try require(try trainer.network.bits() == unbroken.network.bits())
            return
          }
          try require(error?.category == (policy == .stop ? .inputOutput : .tryAgain))
          let after = try contents(of: path)
          try require(before.count == 3 && after == before)
        }
      }
    }
  }

  /// A folder with a longer training is not written over by one that starts anew.
  @Test func aLongerTrainingIsNotOverwritten() throws {
    try withRunPath { path in
      try run(path, until: 4)
      var fresh = try sampleTrainer()
      let folder = try RunFolder(path)
      let error = try #require(failure { try fresh.run(in: folder) })
      #expect(error.category == .cannotCreate && error.message.contains("up to step 4"))
      #expect(folder.checkpointSteps == [3, 4])
    }
  }
}
