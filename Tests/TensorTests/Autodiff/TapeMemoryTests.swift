import SurprisalTensors
import Synchronization
import Testing

/// What a tape holds and when it lets go, in bytes of tensors. Each test runs in a process of its own, where no other
/// test allocates, and its counts are exact.
struct TapeMemoryTests {
  /// 5 blocks of 20 steps, of which each keeps three tensors: its input, the angle and the exponential.
  @Test func checkpointsGiveTheSameDerivativesWithOneBlockInMemory() async {
    await #expect(processExitsWith: .success) {
      let plain = blocks(checkpoints: false)
      let saving = blocks(checkpoints: true)
      try require(plain.value.item == saving.value.item, "the values differ")
      try require(
        plain.gradients.0.scalars(as: Double.self) == saving.gradients.0.scalars(as: Double.self)
          && plain.gradients.1.item == saving.gradients.1.item, "the gradients differ")
      let tensor = 50_000 * 8
      try require(plain.peak == 5 * 20 * 3 * tensor, "\(plain.peak) bytes at the peak of the whole graph")
      // One block, the results of those before it and the cotangent that reaches it; a few single numbers.
      let most = (20 * 3 + 4 + 1) * tensor + 1024
      try require(saving.peak <= most, "\(saving.peak) bytes at the peak of a block, \(most) expected")
      try require(saving.peak >= 20 * 3 * tensor, "\(saving.peak) bytes are less than a block has")
    }
  }

  /// After the derivative of a million operations nothing is left but its two numbers.
  @Test func aChainIsReleasedOnceItsDerivativeIsTaken() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor(1.0, dtype: .float64)
      let before = TensorMemory.bytesInUse
      let (value, slope) = valueAndGradient(of: x) { x in
        var y = x
        for _ in 0..<1_000_000 { y = y + 1e-6 * x }
        return y
      }
      let after = TensorMemory.bytesInUse
      try require(after - before == 2 * 8, "\(after - before) bytes are left of value \(value) and slope \(slope)")
    }
  }

  /// A tensor that leaves the closure keeps its own memory alone, not the tape's: neither what the loss did not
  /// depend on, which no sweep passes, nor anything where there is no sweep because the loss throws.
  @Test func aTensorThatLeavesHoldsNoTape() async {
    await #expect(processExitsWith: .success) {
      struct Stop: Error {}
      let x = Tensor(ones: [1000], dtype: .float64)
      for isThrowing in [false, true] {
        var kept: Tensor?
        let before = TensorMemory.bytesInUse
        _ = try? valueAndGradient(of: x) { x in
          let loss = x.sum()
          var y = x
          for _ in 0..<100 { y = y.exp() * x }
          kept = y
          if isThrowing { throw Stop() }
          return loss
        }
        let held = TensorMemory.bytesInUse - before
        try require(kept != nil && held == 8000, "\(held) bytes are held by one tensor of 8,000")
      }
    }
  }

  /// A pullback holds what it needs as long as it lives, whether it is called or not, and no longer. Releasing it must
  /// not recurse: 200,000 operations would overflow the stack.
  @Test(arguments: [0, 1, 2]) func aPullbackIsReleasedWithItsChain(_ calls: Int) async {
    await #expect(processExitsWith: .success) { [calls] in
      let x = Tensor(1.0, dtype: .float64)
      let one = Tensor(1, dtype: .float64)
      let before = TensorMemory.bytesInUse
      func run() throws {
        let (_, pull) = pullback(of: x) { x in
          var y = x
          for _ in 0..<200_000 { y = y * x }
          return y
        }
        let held = TensorMemory.bytesInUse - before
        try require(held == 200_000 * 8, "\(held) bytes are held by 200,000 products")
        for _ in 0..<calls {
          try require(pull(one).item == 200_001, "the derivative is \(pull(one).item)")
        }
        try require(TensorMemory.bytesInUse - before == held, "a call changed what is held")
      }
      try run()
      let after = TensorMemory.bytesInUse
      try require(after == before, "\(after - before) bytes are left")
    }
  }
}

/// The derivative of 5 blocks, and the most bytes that were in use at the end of one, in the first run or the second.
private func blocks(checkpoints: Bool) -> (value: Tensor, gradients: (Tensor, Tensor), peak: Int) {
  let x = Tensor((0..<50_000).map { Double($0) / 50_000 })
  let scale = Tensor(0.7, dtype: .float64)
  let before = TensorMemory.bytesInUse
  let most = Most()
  @Sendable func block(_ x: Tensor, _ scale: Tensor) -> Tensor {
    var y = x
    for _ in 0..<20 { y = (y * scale).sin() + y.exp() * 1e-3 }
    most.add(TensorMemory.bytesInUse - before)
    return y
  }
  let (value, gradients) = valueAndGradient(of: x, scale) { x, scale in
    var y = x
    for _ in 0..<5 {
      // `scale` is captured: its derivative must come out too.
      y = checkpoints ? checkpointed(y) { block($0, scale) } : block(y, scale)
    }
    return y.sum()
  }
  return (value, gradients, most.value)
}

/// The largest of some numbers.
private final class Most: Sendable {
  private let most = Mutex(0)
  var value: Int { most.withLock { $0 } }
  func add(_ number: Int) { most.withLock { $0 = max($0, number) } }
}

private struct Failure: Error, CustomStringConvertible {
  let description: String
}

private func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw Failure(description: message()) }
}
