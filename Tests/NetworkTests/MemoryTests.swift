import CSurprisalKernels
import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What a training step allocates and what it leaves behind. Each runs in a process of its own, where no other test
/// allocates.
struct MemoryTests {
  /// A step that copied a parameter, kept a graph or grew a cache would change one of these counts.
  @Test func everyStepAllocatesTheSameAndUpdatesInPlace() async {
    await #expect(processExitsWith: .success) {
      var trainer = Trainer()
      for _ in 0..<5 { trainer.step() }
      let places = try trainer.places()
      let before = TensorMemory.bytesInUse
      var counts: Set<Int> = []
      for _ in 0..<10 {
        let start = TensorMemory.allocationCount
        trainer.step()
        counts.insert(TensorMemory.allocationCount - start)
      }
      try require(TensorMemory.bytesInUse == before, "\(TensorMemory.bytesInUse) bytes in use, \(before) before")
      try require(try trainer.places() == places, "a parameter or a moment was copied")
      // 24 results; where vectors are short, a workspace for each of the 8 products at most.
      let workspaces = surprisal_current_instruction_set() == SURPRISAL_V4 ? 0 : 8
      try require(counts.count == 1 && counts.isSubset(of: 24...24 + workspaces), "\(counts) allocations in a step")
    }
  }

  /// A step of an optimizer changes parameters and states where they are, and makes no tensor.
  @Test func optimizersAllocateNothing() async {
    await #expect(processExitsWith: .success) {
      for (name, rule) in OptimizerTests.rules where !(rule is LBFGS) {
        var trainer = Trainer()
        let (_, gradients) = valueAndGradient(of: &trainer.model) { [trainer] in
          squaredError(&$0, trainer.x, trainer.targets)
        }
        var optimizer = rule
        optimizer.prepare(for: &trainer.model)
        let places = try trainer.places() + optimizer.places()
        let before = TensorMemory.allocationCount
        for _ in 0..<5 { optimizer.update(&trainer.model, along: gradients) }
        try require(TensorMemory.allocationCount == before, "\(name): a step allocates")
        try require(try trainer.places() + optimizer.places() == places, "\(name): something was copied")
      }
    }
  }

  /// Resident memory after 10,000 steps is that after 100, to within 1 MiB.
  @Test func tenThousandStepsLeaveNothingBehind() async {
    await #expect(processExitsWith: .success) {
      var trainer = Trainer()
      for _ in 0..<100 { trainer.step() }
      let before = try residentBytes()
      for _ in 100..<10_000 { trainer.step() }
      let after = try residentBytes()
      try require(after <= before + 1 << 20, "\(after) bytes resident, \(before) before")
    }
  }
}

/// A perceptron, its optimizer and one batch.
struct Trainer {
  var model = Perceptron([10, 64, 64, 2])
  var optimizer = Adam()
  let x: Tensor
  let targets: Tensor

  init() {
    var generator = RandomGenerator(seed: 5)
    x = Tensor((0..<320).map { _ in Float(generator.nextUniform()) }, shape: [32, 10])
    targets = Tensor((0..<64).map { _ in Float(generator.nextUniform()) }, shape: [32, 2])
  }

  mutating func step() {
    let (_, gradients) = valueAndGradient(of: &model) { [x, targets] in squaredError(&$0, x, targets) }
    optimizer.update(&model, along: gradients)
  }

  /// Where the parameters are in memory.
  func places() throws -> [UInt] {
    try Inventory(model).parameters.map { $0.tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
  }
}

extension Optimizer {
  /// Where the state is in memory, its counts apart.
  fileprivate func places() throws -> [UInt] {
    try Inventory(self).buffers.filter { $0.tensor.rank > 0 }
      .map { $0.tensor.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
  }
}

private struct Failure: Error, CustomStringConvertible {
  let description: String
}

private func require(_ condition: Bool, _ message: String) throws {
  if !condition { throw Failure(description: message) }
}

private func residentBytes() throws -> Int {
  let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  guard let pages else { throw Failure(description: "statm says \(text)") }
  return pages * sysconf(Int32(_SC_PAGESIZE))
}
