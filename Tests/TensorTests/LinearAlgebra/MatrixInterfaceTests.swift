import SurprisalTensors
import Testing

/// Batches, vectors as right sides, float32, and derivatives where the reference cases do not reach.
struct MatrixInterfaceTests {
  @Test func batchesAreBroadcast() throws {
    let a = Matrices.normal([2, 1, 4, 4])
    let b = Matrices.normal([3, 4, 2], seed: 1)
    let x = try a.solve(b)
    #expect(x.shape == [2, 3, 4, 2])
    #expect(Matrices.distance(a.matmul(x), b.broadcast(to: [2, 3, 4, 2])) <= 1000)
    let vector = Matrices.normal([4], seed: 2)
    #expect(try a.solve(vector).shape == [2, 1, 4])
    #expect(try a.leastSquares(vector).shape == [2, 1, 4])
    #expect(a.triangularSolve(vector).shape == [2, 1, 4])
    // The gradient of what was broadcast is a sum.
    let gradients = try valueAndGradient(of: [a, b]) { try $0[0].solve($0[1]).square().sum() }.gradients
    #expect(gradients.map(\.shape) == [a.shape, b.shape])
  }

  /// float32 is float64 of the same numbers, rounded once.
  @Test func float32IsRoundedOnce() throws {
    let a = Matrices.positive(40).converted(to: .float32)
    let b = Matrices.normal([40], seed: 1).converted(to: .float32)
    func check(_ operation: (Tensor, Tensor) throws -> Tensor) throws {
      let narrow = try operation(a, b)
      let wide = try operation(a.converted(to: .float64), b.converted(to: .float64))
      #expect(narrow.dtype == .float32)
      #expect(narrow.scalars(as: Float.self) == wide.scalars(as: Float.self))
    }
    try check { a, _ in try a.cholesky() }
    try check { try $0.solve($1) }
    try check { $0.triangularSolve($1) }
    try check { try $0.leastSquares($1) }
    try check { a, _ in try a.inverse() }
    try check { a, _ in a.logDeterminant().logMagnitude }
    try check { a, _ in try a.symmetricEigen().vectors }
    try check { a, _ in try a.svd().u }
    try check { a, _ in a.qr().r }
    #expect(try a.solve(b.converted(to: .float64)).dtype == .float64)
  }

  /// ∂det/∂A is the matrix of cofactors also where A is singular.
  @Test func cofactorsOfSingularMatrices() {
    let a = Tensor([1.0, 2, 2, 4], shape: [2, 2])
    let gradient = gradient(of: a) { $0.determinant() }
    #expect(Matrices.size(gradient - Tensor([4.0, -2, -2, 1], shape: [2, 2])) <= 1e-14)
    let zero = Tensor(zeros: [3, 3], dtype: .float64)
    #expect(Matrices.size(SurprisalTensors.gradient(of: zero) { $0.determinant() }) == 0)
    let flat = Tensor([1.0, 2, 3, 4, 5, 6, 7, 8, 9], shape: [3, 3])
    let expected = Tensor([-3.0, 6, -3, 6, -12, 6, -3, 6, -3], shape: [3, 3])
    #expect(Matrices.size(SurprisalTensors.gradient(of: flat) { $0.determinant() } - expected) <= 1e-13)
  }

  /// Functions of the spanned space alone have a derivative at equal eigenvalues: Σ λ² is |A|².
  @Test func equalEigenvalues() throws {
    let a = Matrices.identity(3) * Tensor([2.0, 2, -1], shape: [3])
    let squares = try gradient(of: a) { try $0.symmetricEigenvalues().square().sum() }
    #expect(Matrices.distance(squares, a * 2) <= 20)
    let rebuilt = try gradient(of: a) { a in
      let (values, vectors) = try a.symmetricEigen()
      return ((vectors * values.reshaped(to: [1, 3])).matmul(vectors.transposed()) * a.withoutDerivative()).sum()
    }
    #expect(Matrices.distance(rebuilt, a) <= 20)
    let zeros = try gradient(of: Tensor(zeros: [3, 2], dtype: .float64)) { a in
      let (u, s, vt) = try a.svd()
      return s.sum() + u.sum() + vt.sum()
    }
    #expect(zeros.scalars(as: Double.self).allSatisfy { $0.isFinite })
  }

  /// Shapes and ranks without a reference case, against central differences.
  @Test func derivativesOfOtherShapes() throws {
    let wide = Matrices.normal([3, 5])
    let tall = Matrices.normal([5, 3])
    try checkGradient(at: wide) { a in
      let (q, r) = a.qr()
      return (q * Matrices.normal([3, 3], seed: 8)).sum() + (r * Matrices.normal([3, 5], seed: 9)).sum()
    }
    try checkGradient(at: wide) { try ($0.pseudoinverse() * Matrices.normal([5, 3], seed: 8)).sum() }
    try checkGradient(at: tall) { try ($0.pseudoinverse() * Matrices.normal([3, 5], seed: 8)).sum() }
    try checkGradient(at: wide) { try $0.leastSquares(Matrices.normal([3, 2], seed: 8)).square().sum() }
    try checkGradient(at: tall) { try $0.leastSquares(Matrices.normal([5, 2], seed: 8)).square().sum() }
    // Both factors move, the rank stays 2.
    let factor = Matrices.normal([2, 4], seed: 4)
    try checkGradient(at: Matrices.normal([5, 2])) { x in
      try x.matmul(factor).leastSquares(Matrices.normal([5], seed: 8)).square().sum()
    }
  }

  private func checkGradient(at point: Tensor, _ loss: (Tensor) throws -> Tensor) throws {
    let direction = Matrices.normal(point.shape, seed: 11)
    let slope = try (gradient(of: point, loss) * direction).sum().item
    let step = 1e-6
    let difference = try (loss(point + direction * step).item - loss(point - direction * step).item) / (2 * step)
    #expect(abs(slope - difference) <= 1e-7 * (1 + abs(difference)), "\(slope), by differences \(difference)")
    let curvature = try hessianVectorProduct(of: point, along: direction, loss)
    let ahead = try gradient(of: point + direction * step, loss)
    let behind = try gradient(of: point - direction * step, loss)
    let expected = (ahead - behind) * (1 / (2 * step))
    #expect(Matrices.size(curvature - expected) <= 1e-6 * (1 + Matrices.size(expected)))
  }
}
