import SurprisalTensors
import Testing

/// Cross-entropies and embeddings where numbers end.
struct LossTests {
  private let infinity = Double.infinity

  @Test(arguments: [DType.float64, .float32]) func largeLogitsAreExact(_ dtype: DType) {
    let x = Tensor([1e4, -1e4, 0, 1e4, 1e4, 1e4 - 1, -1e4, -1e4, -1e4], shape: [3, 3], dtype: dtype)
    let tolerance = dtype == .float64 ? 1e-15 : 1e-7
    let (_, pull) = pullback(of: x) { $0.crossEntropy(with: Tensor([1, 2, 0])) }
    expectNear(
      x.crossEntropy(with: Tensor([1, 2, 0])), [2e4, 1.8619948040582512, 1.0986122886681098], within: 2 * tolerance)
    let q = 1 / (2 + 0.36787944117144233)
    let gradient = pull(Tensor(ones: [3], dtype: dtype))
    let (rest, third) = (-2 * q, 1.0 / 3)
    expectNear(gradient, [1, -1, 0, q, q, rest, -2 * third, third, third], within: 2 * tolerance)
  }

  @Test(arguments: [DType.float64, .float32]) func anImpossibleTargetCostsInfinity(_ dtype: DType) {
    let rows = [-infinity, 0, 0, -infinity, -infinity, -infinity]
    let x = Tensor(rows, shape: [2, 3], dtype: dtype)
    let targets = Tensor([0, 1])
    #expect(x.crossEntropy(with: targets).scalars(as: Double.self) == [infinity, infinity])
    let g = Tensor(ones: [2], dtype: dtype)
    let expected = [-1, 0.5, 0.5, 0, -1, 0]
    let (_, pull) = pullback(of: x) { $0.crossEntropy(with: targets) }
    expectNear(pull(g), expected, within: 1e-7)
    expectNear(composedCotangent(of: x, g) { $0.crossEntropy(with: targets) }, expected, within: 1e-7)
    #expect(x.crossEntropy(with: Tensor([2, -1]), ignoring: -1).scalars(as: Double.self)[1] == 0)
  }

  @Test func ignoredTargetsCostNothing() {
    let x = Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2])
    let targets = Tensor([-100, 1, -100] as [Int32])
    let loss = { (x: Tensor) in x.crossEntropy(with: targets, ignoring: -100) }
    let values = loss(x).scalars(as: Double.self)
    #expect(values[0] == 0 && values[2] == 0 && abs(values[1] - 0.31326168751822286) < 1e-15)
    let g = Tensor(ones: [3], dtype: .float64)
    let expected = [0, 0, 0.2689414213699951, -0.2689414213699951, 0, 0]
    expectNear(pullback(of: x, loss).pullback(g), expected)
    expectNear(composedCotangent(of: x, g, loss), expected)
    // A class may be the ignored one.
    #expect(x.crossEntropy(with: Tensor([1, 1, 0]), ignoring: 1).scalars(as: Double.self)[0...1] == [0, 0])
  }

  /// Whatever an ignored row and its cotangent hold.
  @Test(arguments: [DType.float64, .float32]) func ignoredRowsHaveTheDerivativeZero(_ dtype: DType) {
    let x = Tensor([.nan, 1, infinity, 0, 0, 0, -infinity, infinity], shape: [4, 2], dtype: dtype)
    let loss = { (x: Tensor) in x.crossEntropy(with: Tensor([-1, -1, 0, -1]), ignoring: -1) }
    let g = Tensor([1, 1, 1, infinity], dtype: dtype)
    let expected = [0, 0, 0, 0, -0.5, 0.5, 0, 0]
    #expect(pullback(of: x, loss).pullback(g).doubles == expected)
    #expect(composedCotangent(of: x, g, loss).doubles == expected)
    let second = gradient(of: x) { x in gradient(of: x) { loss($0).sum() }.square().sum() }
    #expect(second.doubles == [0, 0, 0, 0, -0.5, 0.5, 0, 0])
  }

  /// Without classes every target is ignored, or a mistake.
  @Test(arguments: [DType.float64, .float32, .bfloat16]) func noClasses(_ dtype: DType) async {
    let loss = { (x: Tensor) in x.crossEntropy(with: Tensor([-1, -1]), ignoring: -1) }
    let x = Tensor(zeros: [2, 0], dtype: dtype)
    // Freed memory that is not 0.
    for _ in 0..<4 { _ = Tensor([7.0, 7], dtype: dtype) }
    #expect(loss(x).scalars() == [0.0, 0])
    let g = Tensor(ones: [2], dtype: dtype)
    #expect(pullback(of: x, loss).pullback(g).shape == [2, 0])
    #expect(composedCotangent(of: x, g, loss).shape == [2, 0])
    let none = Tensor(zeros: [0, 0], dtype: dtype).crossEntropy(with: Tensor(zeros: [0], dtype: .int64))
    #expect(none.shape == [0] && none.dtype == dtype)
    #expect(x.crossEntropy(withProbabilities: x).scalars() == [0.0, 0])
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 0]).crossEntropy(with: Tensor([0, 0])) }
  }

  @Test func probabilitiesOfZeroCostNothing() {
    let x = Tensor([-infinity, 0, 1, -infinity, 0, 1], shape: [2, 3])
    let q = Tensor([0, 0.5, 0.5, 0.5, 0.5, 0], shape: [2, 3])
    let losses = x.crossEntropy(withProbabilities: q).scalars(as: Double.self)
    #expect(abs(losses[0] - 0.8132616875182228) < 1e-15 && losses[1] == infinity)
    let (_, pull) = pullback(of: x[0..<1]) { $0.crossEntropy(withProbabilities: q[0..<1]) }
    expectNear(pull(Tensor(ones: [1], dtype: .float64)), [0, -0.2310585786300049, 0.2310585786300049])
    let (_, byTarget) = pullback(of: q[0..<1]) { x[0..<1].crossEntropy(withProbabilities: $0) }
    expectNear(byTarget(Tensor(ones: [1], dtype: .float64)), [0, 1.3132616875182228, 0.3132616875182228])
    // Probabilities shared by all rows are broadcast.
    let shared = Tensor([0.25, 0.75], dtype: .float64)
    #expect(Tensor(zeros: [4, 2]).crossEntropy(withProbabilities: shared).shape == [4])
  }

  @Test func binaryCrossEntropyKeepsItsDigits() {
    let x = Tensor([1e4, -1e4, 1e4, -1e4, 40, -40, 0])
    let t = Tensor([1.0, 0, 0, 1, 1, 0, 0.25])
    let values = x.binaryCrossEntropy(with: t).scalars(as: Double.self)
    let small = 4.248354255291589e-18
    for (value, wanted) in zip(values, [0, 0, 1e4, 1e4, small, small, 0.6931471805599453]) {
      #expect(abs(value - wanted) <= 4e-16 * wanted)
    }
    let (_, gradients) = valueAndGradient(of: x, t) { $0.binaryCrossEntropy(with: $1).sum() }
    expectNear(gradients.0, [0, 0, 1, -1, 0, 0, 0.25])
    #expect(gradients.1.scalars() == [-1e4, 1e4, -1e4, 1e4, -40.0, 40, 0])
    let column = Tensor(zeros: [2, 1]).binaryCrossEntropy(with: Tensor(ones: [3]))
    #expect(column.shape == [2, 3])
  }

  @Test func equalIndicesOfAnEmbeddingAddUp() {
    let table = Tensor([1.0, 2, 3, 4, 5, 6], shape: [3, 2])
    let indices = Tensor([2, 0, 2, 2] as [Int32], shape: [2, 2])
    #expect(table.embedding(at: indices).scalars() == [5.0, 6, 1, 2, 5, 6, 5, 6])
    let (_, gradient) = valueAndGradient(of: table) { $0.embedding(at: indices).sum() }
    #expect(gradient.scalars() == [1.0, 1, 0, 0, 3, 3])
    // One of bfloat16 is summed in float32: 256 ones and one more would stay at 256.
    let narrow = Tensor(ones: [1, 1], dtype: .bfloat16)
    let (_, many) = valueAndGradient(of: narrow) {
      $0.embedding(at: Tensor([Int](repeating: 0, count: 300))).converted(to: .float32).sum()
    }
    #expect(many.item == 300)
  }
}
