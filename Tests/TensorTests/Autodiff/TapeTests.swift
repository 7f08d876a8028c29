import Foundation
import SurprisalTensors
import Testing

/// Long chains, checkpoints and shared values.
struct TapeTests {
  /// A graph freed or walked by recursion overflows the stack near 30,000 operations.
  @Test func aMillionChainedOperations() {
    let x = Tensor(1.0, dtype: .float64)
    let (value, slope) = valueAndGradient(of: x) { x in
      var y = x
      for _ in 0..<1_000_000 { y = y + 1e-6 * x }
      return y
    }
    #expect(abs(value.item - 2) < 1e-9)
    #expect(abs(slope.item - 2) < 1e-9)
  }

  @Test func aChainThatIsNeverDifferentiatedIsReleased() {
    let (_, pull) = pullback(of: Tensor(1.0, dtype: .float64)) { x in
      var y = x
      for _ in 0..<200_000 { y = y * x }
      return y
    }
    #expect(pull(Tensor(1, dtype: .float64)).item == 200_001)
  }

  @Test func aValueUsedManyTimesSumsItsDerivatives() {
    let x = Tensor([1.0, 2.0])
    let slope = gradient(of: x) { x in
      var sum = x
      for _ in 0..<10 { sum = sum + x * x }
      return sum.sum()
    }
    #expect(slope.scalars(as: Double.self) == [21, 41])
  }

  @Test func adjointsOfSharedCotangentsAreNotMixed() {
    // y + y passes one cotangent to both operands; adding to it in place would count it twice elsewhere.
    let x = Tensor([1.0, 2.0])
    let slope = gradient(of: x) { x in
      let y = x.exp()
      let z = y + y
      return (z + y + z * z).sum()
    }
    // d/dx (3 eˣ + 4 e²ˣ) = 3 eˣ + 8 e²ˣ.
    expectClose(slope, [1.0, 2.0].map { 3 * exp($0) + 8 * exp(2 * $0) })
  }

  @Test func checkpointsGiveTheSameDerivativesWithLessMemory() {
    let x = Tensor((0..<50_000).map { Double($0) / 50_000 })
    let scale = Tensor(0.7, dtype: .float64)
    @Sendable func block(_ x: Tensor, _ scale: Tensor) -> Tensor {
      var y = x
      for _ in 0..<20 { y = (y * scale).sin() + y.exp() * 1e-3 }
      return y
    }
    func run(_ checkpoints: Bool) -> (value: Tensor, gradients: (Tensor, Tensor), peak: Int) {
      var peak = 0
      let before = TensorMemory.bytesInUse
      let (value, gradients) = valueAndGradient(of: x, scale) { x, scale in
        var y = x
        for _ in 0..<5 {
          // `scale` is captured: its derivative must come out too.
          y = checkpoints ? checkpointed(y) { block($0, scale) } : block(y, scale)
          peak = max(peak, TensorMemory.bytesInUse - before)
        }
        return y.sum()
      }
      return (value, gradients, peak)
    }
    let plain = run(false)
    let saving = run(true)
    #expect(plain.value.item == saving.value.item)
    #expect(plain.gradients.0.scalars(as: Double.self) == saving.gradients.0.scalars(as: Double.self))
    #expect(plain.gradients.1.item == saving.gradients.1.item)
  }

  @Test func theSecondDerivativeThroughACheckpoint() {
    let x = Tensor([0.2, -0.7])
    let plain = gradient(of: x) { x in gradient(of: x) { ($0.sin() * $0.exp()).sum() }.sum() }
    let saving = gradient(of: x) { x in
      gradient(of: x) { x in checkpointed(x) { $0.sin() * $0.exp() }.sum() }.sum()
    }
    expectClose(saving, plain.scalars())
  }

  @Test func tasksMayRecordOnOneTape() async {
    let x = Tensor([1.0, 2.0, 3.0])
    let (_, pull) = pullback(of: x) { x in
      let parts = Parts()
      DispatchQueue.concurrentPerform(iterations: 16) { index in
        var y = x
        for _ in 0..<100 { y = y + 0.01 * x }
        parts.add(y * Double(index), at: index)
      }
      return parts.sum()
    }
    // Each part is 2 x · index.
    expectClose(pull(Tensor(ones: [3], dtype: .float64)), [240, 240, 240], within: 1e-9)
  }
}

/// Collects the results of threads.
private final class Parts: @unchecked Sendable {
  private let lock = NSLock()
  private var parts: [Int: Tensor] = [:]

  func add(_ tensor: Tensor, at index: Int) { lock.withLock { parts[index] = tensor } }

  func sum() -> Tensor {
    var sum = Tensor(zeros: [3], dtype: .float64)
    for index in parts.keys.sorted() { sum = sum + (parts[index] ?? sum) }
    return sum
  }
}
