import SurprisalCore
import SurprisalTensors
import Testing

/// Matrix products of all layouts and types.
struct ProductTests {
  /// 150 random shapes, batches, strides and types against the sum that defines them, and their gradients against
  /// products of transposed operands.
  @Test(arguments: 0..<150) func agreesWithTheDefinition(_ seed: Int) {
    var generator = RandomGenerator(seed: UInt64(seed), stream: 0xA0)
    let large = seed % 10 == 0 ? 70 : 9
    let (m, n, k) = (
      generator.nextInteger(below: large) + 1, generator.nextInteger(below: large) + 1,
      generator.nextInteger(below: large)
    )
    let batch = [[], [3], [2, 3], [2, 1], [1, 3]]
    let left = batch[generator.nextInteger(below: batch.count)]
    let right = batch[generator.nextInteger(below: batch.count)]
    let a = operand(left, m, k, &generator)
    let b = operand(right, k, n, &generator)
    let y = a.matmul(b)
    // The batch's shape is that of a sum of two numbers per matrix.
    let shape = (Tensor(zeros: left) + Tensor(zeros: right)).shape
    #expect(y.shape == shape + [m, n])
    let product = { (a: Tensor, b: Tensor) in
      (a.reshaped(to: a.shape + [1]) * b.reshaped(to: b.shape.dropLast(2) + [1] + b.shape.suffix(2)))
        .sum(alongAxes: [-2])
    }
    expectNear(y, product(a, b).scalars(), within: 1e-14)
    let narrow = a.converted(to: .float32).matmul(b.converted(to: .float32))
    expectNear(narrow, product(a, b).scalars(), within: 2e-6)
    let g = Tensor.random(y.shape, using: &generator)
    let own = valueAndGradient(of: a, b) { ($0.matmul($1) * g).sum() }.gradients
    let composed = valueAndGradient(of: a, b) { (product($0, $1) * g).sum() }.gradients
    expectNear(own.0, composed.0.scalars(), within: 1e-13)
    expectNear(own.1, composed.1.scalars(), within: 1e-13)
    #expect(own.0.shape == a.shape && own.1.shape == b.shape)
    let whole = (a * 9).converted(to: .int32).matmul((b * 9).converted(to: .int32))
    #expect(whole.dtype == .int32)
    let exact = product((a * 9).converted(to: .int32), (b * 9).converted(to: .int32))
    #expect(whole.scalars(as: Int.self) == exact.scalars(as: Int.self))
  }

  /// [batch, rows, columns] as one of several layouts: as it is, transposed, reversed, or repeated.
  private func operand(
    _ batch: [Int], _ rows: Int, _ columns: Int, _ generator: inout RandomGenerator
  ) -> Tensor {
    switch generator.nextInteger(below: 4) {
    case 0: Tensor.random(batch + [rows, columns], using: &generator)
    case 1: Tensor.random(batch + [columns, rows], using: &generator).transposed()
    case 2: Tensor.random(batch + [rows, columns], using: &generator).flipped(alongAxes: [-1, -2])
    default: Tensor.random(batch + [1, columns], using: &generator).broadcast(to: batch + [rows, columns])
    }
  }

  @Test func wholeNumbersWrapAround() {
    let bytes = Tensor([200, 100] as [UInt8], shape: [1, 2])
    let y = bytes.matmul(Tensor([2, 1] as [UInt8], shape: [2, 1]))
    #expect(y.dtype == .uint8 && y.item == 244)
    let big = Tensor([Int64.max, 1], shape: [1, 2]).matmul(Tensor([1, 1] as [Int64], shape: [2, 1]))
    #expect(big.scalars() == [Int64.min])
    let bools = Tensor([true, true]).dot(Tensor([true, true]))
    #expect(bools.dtype == .uint8 && bools.item == 2)
    let mixed = Tensor([1, 2] as [Int32]).dot(Tensor([0.5, 0.25]))
    #expect(mixed.dtype == .float64 && mixed.item == 1)
  }

  @Test func bfloat16IsRoundedOnce() {
    let a = Tensor([1, 0x1p-8, 0x1p-8], shape: [1, 3]).converted(to: .bfloat16)
    let y = a.matmul(Tensor(ones: [3, 1], dtype: .bfloat16))
    #expect(y.dtype == .bfloat16 && y.item == 1 + 0x1p-7)
  }

  @Test func nothingToSumIsZeroAndTheBias() {
    #expect(Tensor(zeros: [2, 0]).matmul(Tensor(zeros: [0, 3])).scalars(as: Float.self) == [0, 0, 0, 0, 0, 0])
    let y = Tensor(zeros: [2, 0]).linear(weight: Tensor(zeros: [2, 0]), bias: Tensor([1, 2] as [Float]))
    #expect(y.scalars(as: Float.self) == [1, 2, 1, 2])
    #expect(Tensor(zeros: [0]).dot(Tensor(zeros: [0])).item == 0)
  }

  @Test func onlyTheDerivativesAskedForAreComputed() {
    var generator = RandomGenerator(seed: 1)
    let x = Tensor.random([4, 3], using: &generator)
    let weight = Tensor.random([2, 3], using: &generator)
    let bias = Tensor.random([2], using: &generator)
    let whole = valueAndGradient(of: [x, weight, bias]) { $0[0].linear(weight: $0[1], bias: $0[2]).square().sum() }
    for place in 0..<3 {
      let one = gradient(of: [x, weight, bias][place]) { variable in
        var inputs = [x, weight, bias]
        inputs[place] = variable
        return inputs[0].linear(weight: inputs[1], bias: inputs[2]).square().sum()
      }
      #expect(one.scalars(as: Double.self) == whole.gradients[place].scalars(as: Double.self))
    }
  }

  @Test func secondDerivativesOfALinearMap() {
    var generator = RandomGenerator(seed: 2)
    let (x, weight) = (Tensor.random([5, 3], using: &generator), Tensor.random([2, 3], using: &generator))
    let direction = Tensor.random([2, 3], using: &generator)
    // The Hessian of ½ Σ (x Wᵀ)² by W maps V to V xᵀx.
    let product = hessianVectorProduct(of: weight, along: direction) { x.linear(weight: $0).square().sum() * 0.5 }
    expectNear(product, direction.matmul(x.transposed().matmul(x)).scalars(), within: 1e-13)
  }
}

/// Expects numbers within `tolerance` of `expected`, relative to those above 1; one issue tells the first that is not.
func expectNear(
  _ tensor: Tensor, _ expected: [Double], within tolerance: Double = 1e-12,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let values = tensor.scalars(as: Double.self)
  #expect(values.count == expected.count, sourceLocation: sourceLocation)
  for (index, (value, wanted)) in zip(values, expected).enumerated()
  where !(abs(value - wanted) <= tolerance * max(1, abs(wanted))) {
    Issue.record("element \(index): \(value), not \(wanted)", sourceLocation: sourceLocation)
    return
  }
}
