import SurprisalCore
import SurprisalTensors
import Testing

/// The kernel of a whole sequence against the same steps in tensor operations.
struct RecurrenceTests {
  /// Random tensors of a recurrence of `cell`.
  private func inputs(
    _ cell: RecurrentCell, steps: Int, batch: Int, hidden: Int, _ dtype: DType, seed: UInt64 = 1
  ) -> [Tensor] {
    var generator = RandomGenerator(seed: seed)
    func normal(_ shape: [Int]) -> Tensor { .normal(shape: shape, dtype: dtype, using: &generator) }
    let rows = cell.gateCount * hidden
    let scale = 1 / Double(hidden).squareRoot()
    return [normal([steps, batch, rows]), normal([rows, hidden]) * scale, normal([batch, hidden])]
      + (cell == .lstm ? [normal([batch, hidden])] : []) + (cell == .gru ? [normal([hidden])] : [])
  }

  /// Outputs, last state and last memory.
  private func run(_ recurrence: Recurrence, _ tensors: [Tensor], isFused: Bool) -> [Tensor] {
    let inputs = Recurrence.Inputs(
      projections: tensors[0], weight: tensors[1], candidateBias: recurrence.cell == .gru ? tensors[3] : nil,
      state: tensors[2], memory: recurrence.cell == .lstm ? tensors[3] : nil)
    let (outputs, state, memory) = isFused ? recurrence.apply(inputs) : recurrence.applyStepByStep(inputs)
    return [outputs, state] + [memory].compactMap { $0 }
  }

  /// A smooth function of all results.
  private func loss(_ recurrence: Recurrence, _ tensors: [Tensor], isFused: Bool = true) -> Tensor {
    let results = run(recurrence, tensors, isFused: isFused)
    var generator = RandomGenerator(seed: 9)
    return results.map { y in
      let weights = Tensor.normal(shape: y.shape, dtype: y.dtype, using: &generator)
      return (y * weights + y * y * 0.5).sum()
    }.reduce(Tensor(0, dtype: tensors[0].dtype), +)
  }

  private func expectClose(_ a: Tensor, _ b: Tensor, _ tolerance: Double, _ what: String) {
    #expect(a.shape == b.shape && a.dtype == b.dtype, "\(what)")
    if a.count == 0 { return }
    let difference = (a - b).abs().max().item / Swift.max(1, b.abs().max().item)
    #expect(difference <= tolerance, "\(what): \(difference)")
  }

  /// Units and rows that fill vectors, tiles and blocks of rows and that do not, split over threads and not.
  @Test(arguments: RecurrentCell.allCases, [DType.float32, .float64])
  func equalsTheLoop(_ cell: RecurrentCell, _ dtype: DType) {
    let tolerance = dtype == .float64 ? 1e-12 : 2e-5
    let sizes = [(1, 1, 1), (3, 1, 7), (2, 5, 16), (3, 13, 33), (2, 3, 40), (4, 2, 64), (3, 49, 80), (2, 100, 129)]
    for (steps, batch, hidden) in sizes {
      let tensors = inputs(cell, steps: steps, batch: batch, hidden: hidden, dtype)
      let lengths = (0..<batch).map { 1 + ($0 * 7 + 1) % steps }
      for recurrence in [
        Recurrence(cell), Recurrence(cell, isReversed: true), Recurrence(cell, lengths: lengths),
        Recurrence(cell, isReversed: true, lengths: lengths),
      ] {
        let what = "\(recurrence) \(steps)×\(batch)×\(hidden)"
        for (fused, plain) in zip(
          run(recurrence, tensors, isFused: true), run(recurrence, tensors, isFused: false))
        {
          expectClose(fused, plain, tolerance, what)
        }
        let (_, fused) = valueAndGradient(of: tensors) { loss(recurrence, $0) }
        let (_, plain) = valueAndGradient(of: tensors) { loss(recurrence, $0, isFused: false) }
        for (index, pair) in zip(fused, plain).enumerated() {
          expectClose(pair.0, pair.1, 10 * tolerance, "\(what), gradient \(index)")
        }
      }
    }
  }

  /// The gradient in one random direction against central differences, and the second derivative against the loop's.
  @Test(arguments: RecurrentCell.allCases, [false, true])
  func derivativesOfBothOrders(_ cell: RecurrentCell, _ isReversed: Bool) {
    let recurrence = Recurrence(cell, isReversed: isReversed, lengths: [3, 1, 2])
    let tensors = inputs(cell, steps: 3, batch: 3, hidden: 4, .float64)
    let directions = inputs(cell, steps: 3, batch: 3, hidden: 4, .float64, seed: 2)
    let (_, gradients) = valueAndGradient(of: tensors) { loss(recurrence, $0) }
    let exact = zip(gradients, directions).reduce(0.0) { $0 + ($1.0 * $1.1).sum().item }
    let h = 1e-6
    func moved(_ sign: Double) -> Double {
      loss(recurrence, zip(tensors, directions).map { $0 + $1 * (sign * h) }).item
    }
    #expect(abs((moved(1) - moved(-1)) / (2 * h) - exact) <= 1e-7 * max(1, abs(exact)))
    func curvature(isFused: Bool) -> [Tensor] {
      valueAndGradient(of: tensors) { outer in
        let (_, gradients) = valueAndGradient(of: outer) { loss(recurrence, $0, isFused: isFused) }
        return zip(gradients, directions).map { ($0 * $1).sum() }.reduce(Tensor(0, dtype: .float64), +)
      }.gradients
    }
    for (fused, plain) in zip(curvature(isFused: true), curvature(isFused: false)) {
      expectClose(fused, plain, 1e-12, "\(recurrence)")
      #expect(plain.abs().max().item > 0)
    }
  }

  /// bfloat16 is computed in float32 and rounded; an empty batch gives empty results and gradients of 0.
  @Test(arguments: RecurrentCell.allCases) func otherTypesAndNoRows(_ cell: RecurrentCell) {
    let narrow = inputs(cell, steps: 3, batch: 2, hidden: 5, .float32).map { $0.converted(to: .bfloat16) }
    let wide = run(Recurrence(cell), narrow.map { $0.converted(to: .float32) }, isFused: true)
    for (y, z) in zip(run(Recurrence(cell), narrow, isFused: true), wide) {
      #expect(y.scalars(as: Float.self) == z.converted(to: .bfloat16).scalars(as: Float.self))
    }
    let empty = inputs(cell, steps: 2, batch: 0, hidden: 3, .float32)
    #expect(run(Recurrence(cell), empty, isFused: true)[0].shape == [2, 0, 3])
    let (_, gradients) = valueAndGradient(of: empty) { loss(Recurrence(cell), $0) }
    #expect(gradients[1].scalars(as: Double.self).allSatisfy { $0 == 0 })
  }
}
