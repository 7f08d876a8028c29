import Foundation
import SurprisalTensors
import Testing

/// Long chains, shared values and tasks; what tapes hold in memory is in `TapeMemoryTests`.
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
