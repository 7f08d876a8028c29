import CSurprisalKernels
import SurprisalCore
import SurprisalTensors
import Testing

/// The fused kernel against the composed form, at sizes that no reference file holds.
struct AttentionTests {
  /// Queries, keys and values over several tiles, whose ends no tile divides, and a cotangent.
  struct Case: Sendable, CustomTestStringConvertible {
    var queries: [Int], keys: [Int], valueWidth: Int
    var rule = Attention()
    var testDescription: String { "\(queries) \(keys) \(valueWidth)" }

    func tensors(_ dtype: DType) -> [Tensor] {
      var generator = RandomGenerator(seed: 31)
      let shapes = [queries, keys, keys.dropLast() + [valueWidth], queries.dropLast() + [valueWidth]]
      return shapes.map { .normal(shape: $0, dtype: dtype, using: &generator) }
    }
  }

  static let cases = [
    Case(queries: [2, 3, 131, 20], keys: [2, 3, 131, 20], valueWidth: 20, rule: Attention(causalOffset: 0)),
    Case(queries: [1, 4, 100, 64], keys: [1, 2, 300, 64], valueWidth: 64, rule: Attention(causalOffset: 200)),
    Case(queries: [2, 2, 97, 9], keys: [2, 1, 70, 9], valueWidth: 33, rule: Attention(lengths: [70, 65])),
    Case(
      queries: [2, 2, 70, 8], keys: [2, 2, 65, 8], valueWidth: 3,
      rule: Attention(lengths: [0, 64], causalOffset: -5)),
    Case(queries: [1, 6, 1, 64], keys: [1, 6, 129, 64], valueWidth: 64, rule: Attention(scale: 1)),
    Case(queries: [1, 1, 700, 16], keys: [1, 1, 700, 16], valueWidth: 16, rule: Attention(causalOffset: 0)),
    Case(
      queries: [2, 2, 66, 16], keys: [2, 2, 130, 16], valueWidth: 16,
      rule: Attention(mask: Tensor((0..<66 * 130).map { $0 * 7919 % 5 > 0 && $0 / 130 != 40 }, shape: [66, 130]))),
  ]

  @Test(arguments: cases, [(DType.float64, 1e-13), (.float32, 5e-5)])
  func theKernelAgreesWithTheComposedForm(_ reference: Case, _ precision: (DType, Double)) {
    let x = reference.tensors(precision.0)
    let fused = valueAndGradient(of: Array(x[..<3])) { (reference.rule.apply($0[0], $0[1], $0[2]) * x[3]).sum() }
    let wide = reference.tensors(precision.0).map { $0.converted(to: .float64) }
    let composed = valueAndGradient(of: Array(wide[..<3])) {
      (reference.rule.compose($0[0], $0[1], $0[2]) * wide[3]).sum()
    }
    let y = (reference.rule.apply(x[0], x[1], x[2]), reference.rule.compose(wide[0], wide[1], wide[2]))
    for (found, expected) in zip([y.0] + fused.gradients, [y.1] + composed.gradients) {
      #expect(found.shape == expected.shape && found.dtype == precision.0)
      let worst = (found.converted(to: .float64) - expected).abs().max().item
      #expect(worst <= precision.1 * max(1, expected.abs().max().item))
    }
  }

  /// Queries and values of heads that are parts of longer rows give results that lie likewise, with equal bits.
  @Test func headsWithinRowsCopyNothing() {
    var generator = RandomGenerator(seed: 32)
    let rows = Tensor.normal(shape: [2, 50, 3 * 4 * 8], using: &generator)
    let parts = rows.split(count: 3, alongAxis: -1).map { $0.reshaped(to: [2, 50, 4, 8]).transposed(axes: 1, 2) }
    let y = Attention(causalOffset: 0).apply(parts[0], parts[1], parts[2])
    #expect(y.transposed(axes: 1, 2).isContiguous)
    let plain = parts.map { $0.contiguous() }
    let other = Attention(causalOffset: 0).apply(plain[0], plain[1], plain[2])
    #expect(other.isContiguous && (y .== other).all().item == 1)
  }

  /// The same bits on one thread and on several.
  @Test func threadsDoNotMatter() {
    defer { surprisal_set_thread_count(0) }
    for reference in AttentionTests.cases {
      let x = reference.tensors(.float32)
      let bits = [1, 2, 5].map { threads in
        surprisal_set_thread_count(Int32(threads))
        let y = reference.rule.apply(x[0], x[1], x[2])
        let (_, gradients) = valueAndGradient(of: Array(x[..<3])) {
          (reference.rule.apply($0[0], $0[1], $0[2]) * x[3]).sum()
        }
        return ([y] + gradients).flatMap { $0.scalars(as: Float.self).map(\.bitPattern) }
      }
      #expect(bits[0] == bits[1] && bits[0] == bits[2], "\(reference)")
    }
  }

  /// What stands behind the lengths, NaN too, is not looked at.
  @Test func paddingIsNotLookedAt() {
    let reference = AttentionTests.cases[2]
    let x = reference.tensors(.float32)
    let isPadding = Tensor(range: 0..<70) .>= Tensor([70, 65], shape: [2, 1, 1])
    func results(_ fill: Double) -> [Float] {
      let padded = x.enumerated().map { index, tensor in
        index == 1 || index == 2 ? tensor.filled(with: fill, where: isPadding.expandingAxis(-1)) : tensor
      }
      let y = reference.rule.apply(padded[0], padded[1], padded[2])
      let (_, gradients) = valueAndGradient(of: Array(padded[..<3])) {
        (reference.rule.apply($0[0], $0[1], $0[2]) * x[3]).sum()
      }
      return ([y] + gradients).flatMap { $0.scalars(as: Float.self) }
    }
    #expect(results(0) == results(.nan))
  }

  /// Scores of 10⁴ neither overflow nor vanish, and one that is NaN shows.
  @Test func extremeScores() {
    let q = Tensor([100.0, 100], shape: [1, 1, 1, 2])
    let k = Tensor([100.0, 100, -100, -100, 100, 99.99], shape: [1, 1, 3, 2])
    let v = Tensor([1.0, 2, 4], shape: [1, 1, 3, 1])
    let y = Attention(scale: 1).apply(q, k, v).item
    let p = 1 / (1 + 0.36787944117144233)
    #expect(abs(y - (p + 4 * (1 - p))) < 1e-9)
    #expect(Attention().apply(q * Double.nan, k, v).item.isNaN)
  }

  /// The weights of 3,000 queries and keys would take 288 MB; the kernel holds some megabytes, also for the derivative.
  @Test func memoryIsLinear() {
    var generator = RandomGenerator(seed: 33)
    let x = (0..<3).map { _ in Tensor.normal(shape: [1, 8, 3000, 8], using: &generator) }
    surprisal_tensor_release_cache()
    let before = TensorMemory.bytesInUse
    let (_, pull) = pullback(of: x[0]) { Attention(causalOffset: 0).apply($0, x[1], x[2]) }
    #expect(TensorMemory.bytesInUse - before < 8 << 20)
    #expect(pull(x[2]).shape == x[0].shape)
  }
}
