import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// One trained model, many tasks.
struct ConcurrencyTests {
  /// 64 tasks at once: the same bits as a lone call, and no thread beyond the tasks' own pool and one team of ours.
  @Test func sixtyFourTasksShareOneModelAndOneTeam() async {
    await #expect(processExitsWith: .success) {
      let model = Perceptron([256, 512, 512, 10])
      let inputs = (0..<64).map { index in Tensor(repeating: Double(index) / 64, shape: [64, 256]) }
      let alone = inputs.map { model($0).scalars(as: Float.self) }
      let atRest = try threadCount()
      let most = try await withThrowingTaskGroup(of: Int.self) { group in
        for (input, expected) in zip(inputs, alone) {
          group.addTask {
            var most = 0
            for _ in 0..<20 {
              if model(input).scalars(as: Float.self) != expected { throw Unequal() }
              most = max(most, try threadCount())
            }
            return most
          }
        }
        return try await group.reduce(0) { max($0, $1) }
      }
      // The pool of Swift's tasks has a thread for each processor, and one may be starting.
      let budget = atRest + Threads.available + 1
      if most > budget { throw TooMany(threads: most, budget: budget) }
    }
  }

  /// Whoever calls, the team is the process's: 64 threads that call one after another leave no team of their own behind.
  @Test func aTeamDoesNotBelongToItsCaller() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor(repeating: 0.5, shape: [512, 512])
      let atRest = try threadCount()
      let turn = NSCondition()
      nonisolated(unsafe) var next = 0
      nonisolated(unsafe) var mayEnd = false
      for index in 0..<64 {
        Thread.detachNewThread {
          turn.withLock { while next != index { turn.wait() } }
          _ = x.matmul(x)
          turn.withLock {
            next += 1
            turn.broadcast()
            while !mayEnd { turn.wait() }
          }
        }
      }
      let most = try turn.withLock {
        while next < 64 { turn.wait() }
        defer {
          mayEnd = true
          turn.broadcast()
        }
        return try threadCount()
      }
      let budget = atRest + 64 + Threads.available - 1
      if most > budget { throw TooMany(threads: most, budget: budget) }
    }
  }

  /// Training in several tasks, each its own copy: values do not leak from one to another.
  @Test func copiesTrainApart() async throws {
    var alone = Trainer()
    for _ in 0..<20 { alone.step() }
    let expected = try Inventory(alone.model).parameters.map { $0.tensor.scalars(as: Float.self) }
    let start = Trainer()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var trainer = start
          for _ in 0..<20 { trainer.step() }
          let found = try Inventory(trainer.model).parameters.map { $0.tensor.scalars(as: Float.self) }
          #expect(found == expected)
        }
      }
      try await group.waitForAll()
    }
  }

  /// Run under the thread sanitizer by `make test-thread-sanitizer`.
  @Test func eightTasksRunInferenceOnOneModel() async {
    let model = Perceptron([64, 128, 10])
    let x = Tensor(repeating: 0.5, shape: [300, 64])
    let expected = model(x).scalars(as: Float.self)
    await withTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var last: [Float] = []
          for _ in 0..<25 { last = model(x).scalars(as: Float.self) }
          return last
        }
      }
      for await found in group { #expect(found == expected) }
    }
  }
}

private struct Unequal: Error {}
private struct TooMany: Error { let threads, budget: Int }

/// The threads of this process.
private func threadCount() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
}
