import SurprisalTensors
import Testing

/// Softmax and its logarithm where numbers end.
struct SoftmaxTests {
  private let infinity = Double.infinity

  @Test(arguments: [DType.float64, .float32]) func largeLogitsNeitherOverflowNorVanish(_ dtype: DType) {
    let x = Tensor([1e4, -1e4, 0, 1e4, 1e4, 1e4 - 1, -1e4, -1e4, -1e4], shape: [3, 3], dtype: dtype)
    let tolerance = dtype == .float64 ? 1e-15 : 1e-7
    let q = 1 / (2 + 0.36787944117144233)
    let (rest, third) = (1 - 2 * q, 1.0 / 3)
    expectNear(x.softmax(), [1, 0, 0, q, q, rest, third, third, third], within: 2 * tolerance)
    let logarithms = x.logSoftmax().scalars(as: Double.self)
    #expect(logarithms[0...2] == [0, -2e4, -1e4])
    #expect(abs(logarithms[3] + 0.8619948040582512) <= 2 * tolerance)
  }

  @Test(arguments: [0, 1]) func aRowOfMinusInfinityIsNothing(_ axis: Int) {
    let row = [-infinity, -infinity, -infinity, 0, 0, -infinity]
    var x = Tensor(row, shape: [2, 3])
    if axis == 0 { x = x.transposed() }
    let place = { (values: Tensor) in (axis == 0 ? values.transposed() : values).scalars(as: Double.self) }
    #expect(place(x.softmax(alongAxis: axis)) == [0, 0, 0, 0.5, 0.5, 0])
    let logarithms = place(x.logSoftmax(alongAxis: axis))
    #expect(logarithms[0...2].allSatisfy { $0 == -infinity } && logarithms[5] == -infinity)
    #expect(abs(logarithms[3] + 0.6931471805599453) < 1e-15)
    var g = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    if axis == 0 { g = g.transposed() }
    let (_, pull) = pullback(of: x) { $0.softmax(alongAxis: axis) }
    #expect(place(pull(g)) == [0, 0, 0, -0.25, 0.25, 0])
    let (_, pullLogarithm) = pullback(of: x) { $0.logSoftmax(alongAxis: axis) }
    expectNear(axis == 0 ? pullLogarithm(g).transposed() : pullLogarithm(g), [0, 0, 0, -3.5, -2.5, 6])
  }

  /// The rule in tensor operations, which a second derivative uses, gives what the compiled one gives.
  @Test func theComposedRuleAgreesAtTheEdges() {
    let rows: [Double] = [-infinity, -infinity, -infinity, 0, 1, -infinity, 1e4, -1e4, 3]
    let x = Tensor(rows, shape: [3, 3])
    let g = Tensor([1.0, 2, 3, 4, 5, 6, 7, 8, 9], shape: [3, 3])
    for operation in [{ (x: Tensor) in x.softmax() }, { $0.logSoftmax() }] {
      let (_, pull) = pullback(of: x, operation)
      expectNear(composedCotangent(of: x, g, operation), pull(g).scalars(as: Double.self))
    }
  }

  @Test func infinityAndNaNShow() {
    #expect(Tensor([1.0, .infinity]).softmax().scalars(as: Double.self).contains { $0.isNaN })
    #expect(Tensor([1.0, .nan]).logSoftmax().scalars(as: Double.self).allSatisfy { $0.isNaN })
  }

  @Test func shapesAndTypes() {
    #expect(Tensor(zeros: [0, 3]).softmax().shape == [0, 3])
    #expect(Tensor(zeros: [3, 0]).logSoftmax().shape == [3, 0])
    let whole = Tensor([0, 0] as [Int]).softmax()
    #expect(whole.dtype == .float32 && whole.scalars(as: Float.self) == [0.5, 0.5])
  }
}

/// The cotangent of x by the rule in tensor operations: a derivative further out follows x.
func composedCotangent(of x: Tensor, _ g: Tensor, _ operation: (Tensor) -> Tensor) -> Tensor {
  var result = x
  _ = valueAndGradient(of: x) { x in
    let (_, pull) = pullback(of: x, operation)
    let cotangent = pull(g)
    result = cotangent.withoutDerivative()
    return cotangent.sum()
  }
  return result
}
