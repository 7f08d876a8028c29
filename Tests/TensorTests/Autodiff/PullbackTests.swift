import Foundation
import SurprisalTensors
import Testing

/// Derivatives that outlive their function, checkpoints that run again, tensors that leave their derivative.
struct PullbackTests {
  @Test func aCotangentOfAnotherTypeIsConverted() {
    let (_, pull) = pullback(of: Tensor([1.0, 2.0, 3.0])) { $0.square() }
    for dtype in [DType.float32, .int64, .bfloat16, .bool] {
      let slope = pull(Tensor(ones: [3], dtype: dtype))
      #expect(slope.dtype == .float64 && slope.scalars(as: Double.self) == [2, 4, 6])
    }
  }

  /// Entries of a second run must not pile up, nor the runs of two threads mix.
  @Test func threadsMayPullThroughOneCheckpoint() {
    let x = Tensor((0..<100).map { Double($0) / 100 })
    @Sendable func block(_ x: Tensor) -> Tensor {
      checkpointed(x) { x in checkpointed((x * 0.5).sin()) { $0 * $0.exp() } }
    }
    let (_, pull) = pullback(of: x) { block(block($0)) }
    let seed = Tensor(ones: [100], dtype: .float64)
    let expected = gradient(of: x) { block(block($0)).sum() }.scalars(as: Double.self)
    let wrong = WrongAnswers()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 where pull(seed).scalars(as: Double.self) != expected { wrong.add() }
    }
    #expect(wrong.count == 0)
  }

  @Test func aRerunLeavesTheTapeAsItWas() {
    let x = Tensor([0.3, -0.4])
    let seed = Tensor(ones: [2], dtype: .float64)
    var counts: [Int] = []
    _ = withTape { tape in
      let variable = tape.variable(x)
      let y = checkpointed(variable) { checkpointed($0.sin()) { $0.exp() } }
      for _ in 0..<3 {
        counts.append(tape.count)
        let slope = tape.gradients(of: y, by: [variable], seed: seed, consuming: false)[0]
        expectClose(slope, [0.3, -0.4].map { cos($0) * exp(sin($0)) })
      }
      return (y, ())
    }
    #expect(Set(counts).count == 1)
  }

  /// The rule of a checkpoint holds tensors that stand on the tape which holds the rule.
  @Test func aMapThatIsGoneReleasesWhatItsCheckpointsHeld() {
    weak var kept: Token?
    do {
      let token = Token()
      kept = token
      let (_, pull) = pullback(of: Tensor([1.0])) { x in checkpointed(x) { token.scaled($0) } }
      #expect(pull(Tensor([1.0])).item == 2)
    }
    #expect(kept == nil)
  }

  @Test func aCheckpointInsideAnotherDerivativeThanItsInputs() {
    let (x, z) = (Tensor([0.5, -1.5]), Tensor([2.0, 3.0]))
    // ∂/∂x ∂/∂z (x z)² = 4 x z.
    let mixed = gradient(of: x) { x in
      gradient(of: z) { z in checkpointed(x) { ($0 * z).square() }.sum() }.sum()
    }
    #expect(mixed.scalars(as: Double.self) == [4, -18])
  }

  @Test func aVariableThatLeftItsDerivativeIsStillFollowedByTheOuterOne() {
    let (value, slope) = valueAndGradient(of: Tensor(3.0)) { x in
      var escaped = x
      _ = valueAndGradient(of: x) { y in
        escaped = y
        return y * 2
      }
      return escaped
    }
    #expect(value.item == 3 && !value.isTracked)
    #expect(slope.item == 1)
  }
}

private final class Token: Sendable {
  func scaled(_ x: Tensor) -> Tensor { x * 2 }
}

private final class WrongAnswers: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var count = 0

  func add() { lock.withLock { count += 1 } }
}
