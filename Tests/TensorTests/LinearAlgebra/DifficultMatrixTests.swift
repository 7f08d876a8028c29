import SurprisalCore
import SurprisalTensors
import Testing

/// Matrices that are nearly singular, singular, badly scaled, empty or not finite.
struct DifficultMatrixTests {
  /// The determinants of Hilbert's matrices are reciprocals of whole numbers (Hilbert 1894).
  @Test(arguments: zip(1...6, [1, 12, 2160, 6_048_000, 266_716_800_000, 186_313_420_339_200_000] as [Double]))
  func hilbertDeterminants(_ n: Int, _ reciprocal: Double) throws {
    let h = Matrices.hilbert(n)
    // Rounding the entries alone changes the determinant by cond(H)·u.
    let tolerance = [0, 1e-15, 1e-13, 1e-12, 1e-10, 1e-9, 1e-8][n]
    #expect(abs(h.determinant().item * reciprocal - 1) <= tolerance)
    let l = try h.cholesky()
    #expect(abs(l.diagonal().square().product().item * reciprocal - 1) <= tolerance)
  }

  /// Backward stability does not depend on the condition number (about 1e16 at n = 12).
  @Test(arguments: 2...12) func hilbertResiduals(_ n: Int) throws {
    let h = Matrices.hilbert(n)
    let b = Matrices.normal([n], seed: n)
    let x = try h.solve(b)
    #expect(Matrices.size(b - h.matmul(x)) / (Matrices.size(h) * Matrices.size(x)) / 0x1p-53 <= 20)
    let l = try h.cholesky()
    #expect(Matrices.distance(l.matmul(l.transposed()), h) <= 20)
    let y = l.triangularSolve(b)
    let back = l.triangularSolve(y, transposed: true)
    #expect(Matrices.size(b - h.matmul(back)) / (Matrices.size(h) * Matrices.size(back)) / 0x1p-53 <= 50)
    let (q, r) = h.qr()
    #expect(Matrices.distance(q.matmul(r), h) <= 30 && Matrices.departureFromOrthogonality(q) <= 100)
    let (u, s, vt) = try h.svd()
    #expect(Matrices.distance((u * s.reshaped(to: [1, n])).matmul(vt), h) <= 100)
    // Positive definite: singular values are the eigenvalues, within rounding of the largest.
    let eigenvalues = try h.symmetricEigenvalues().flipped()
    #expect(Matrices.size(s - eigenvalues) <= 100 * 0x1p-53 * s.max().item)
  }

  /// A power of two changes exponents only: every bit of the significands stays, far beyond where squares overflow.
  @Test(arguments: [660, -660]) func powersOfTwoChangeNoBit(_ exponent: Int) throws {
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    let root = Double(sign: .plus, exponent: exponent / 2, significand: 1)
    let bits = Matrices.bits
    for n in [3, 20, 70] {
      let a = Matrices.normal([n, n])
      let b = Matrices.normal([n], seed: 1)
      let positive = Matrices.positive(n)
      let symmetric = Matrices.symmetric(n)
      #expect(bits(try (positive * factor).cholesky()) == bits(try positive.cholesky() * root))
      #expect(bits(try (a * factor).solve(b * factor)) == bits(try a.solve(b)))
      #expect(bits(try (a * factor).inverse() * factor) == bits(try a.inverse()))
      #expect(bits((a * factor).qr().q) == bits(a.qr().q))
      #expect(bits((a * factor).qr().r) == bits(a.qr().r * factor))
      #expect(bits(try (a * factor).leastSquares(b * factor)) == bits(try a.leastSquares(b)))
      let (scaled, plain) = (try (symmetric * factor).symmetricEigen(), try symmetric.symmetricEigen())
      #expect(bits(scaled.vectors) == bits(plain.vectors))
      #expect(bits(scaled.values) == bits(plain.values * factor))
      let (big, small) = (try (a * factor).svd(), try a.svd())
      #expect(bits(big.singularValues) == bits(small.singularValues * factor))
      #expect(bits(big.u) == bits(small.u) && bits(big.vTransposed) == bits(small.vTransposed))
      let shift = (a * factor).logDeterminant().logMagnitude.item - a.logDeterminant().logMagnitude.item
      #expect(abs(shift - Double(n * exponent) * 0.6931471805599453) <= 1e-8)
    }
    // An intermediate product overflows, the determinant does not.
    let mixed = Tensor([factor, factor, 1 / factor, 3 / factor], shape: [4])
    #expect((Matrices.identity(4) * mixed).determinant().item == 3)
  }

  /// Columns from 1e−150 to 1e150 keep their own relative accuracy in QR.
  @Test func gradedColumns() {
    let n = 31
    let scales = (0..<n).map { pow10(Double($0 - 15) * 10) }
    let a = Matrices.normal([40, n]) * Tensor(scales, shape: [1, n])
    let (q, r) = a.qr()
    #expect(Matrices.departureFromOrthogonality(q) <= 100)
    let product = q.matmul(r)
    for j in 0..<n {
      let column = a.sliced(j..<(j + 1), alongAxis: 1)
      #expect(Matrices.distance(product.sliced(j..<(j + 1), alongAxis: 1), column) <= 50, "column \(j)")
    }
  }

  /// D P D with P well conditioned: up to 8 columns eigenvalues keep relative accuracy (Demmel and Veselić 1992).
  @Test func gradedEigenvaluesKeepTheirDigits() throws {
    let scales: [Double] = [1, 1e-4, 1e-8, 1e-12, 1e-16]
    let d = Tensor(scales, shape: [1, 5])
    let a = Matrices.positive(5) * d * d.transposed()
    let eigenvalues = try a.symmetricEigenvalues()
    #expect(abs(eigenvalues.product().item / a.determinant().item - 1) <= 1e-13)
  }

  @Test(arguments: [(6, 4, 2), (4, 6, 2), (40, 33, 20), (33, 40, 1), (5, 5, 0), (70, 70, 69)])
  func dependentColumns(_ rows: Int, _ columns: Int, _ rank: Int) throws {
    let a = Matrices.normal([rows, rank]).matmul(Matrices.normal([rank, columns], seed: 1))
    let p = try a.pseudoinverse()
    // Rounding is not taken for rank: its reciprocal would be 1e14.
    #expect(Matrices.size(p) <= 1e6)
    // The four conditions that define it (Penrose 1955).
    let (ap, pa) = (a.matmul(p), p.matmul(a))
    let tolerance = 100 * 0x1p-53 * Double(rows + columns) * (1 + Matrices.size(a) * Matrices.size(p))
    #expect(Matrices.size(ap.matmul(a) - a) <= tolerance * Matrices.size(a))
    #expect(Matrices.size(pa.matmul(p) - p) <= tolerance * Matrices.size(p))
    #expect(Matrices.size(ap - ap.transposed()) <= tolerance && Matrices.size(pa - pa.transposed()) <= tolerance)
    let b = Matrices.normal([rows, 2], seed: 2)
    let x = try a.leastSquares(b)
    #expect(Matrices.size(x - p.matmul(b)) <= tolerance * Matrices.size(p) * Matrices.size(b))
    let s = try a.singularValues().scalars(as: Double.self)
    #expect(s.dropFirst(rank).allSatisfy { $0 <= 1e-13 * (s.first ?? 0) })
    let (q, r) = a.qr()
    #expect(Matrices.departureFromOrthogonality(q) <= 1000 && Matrices.size(q.matmul(r) - a) <= 1e-12)
  }

  @Test func singularMatricesAreNamed() throws {
    let regular = Matrices.normal([2, 3, 4, 4])
    var values = regular.scalars(as: Double.self)
    for j in 0..<4 { values[5 * 16 + 8 + j] = 0 }
    let batch = Tensor(values, shape: [2, 3, 4, 4])
    let b = Matrices.normal([4, 1])
    for operation in [{ try batch.solve(b) }, { try batch.inverse() }] {
      let error = #expect(throws: SurprisalError.self) { _ = try operation() }
      #expect(error?.message.contains("matrix [1, 2] is singular: pivot 3 is 0") == true)
      #expect(error?.category == .data)
    }
    #expect(batch.determinant().scalars(as: Double.self)[5] == 0)
    let (sign, logMagnitude) = batch.logDeterminant()
    #expect(sign.scalars(as: Double.self)[5] == 0 && logMagnitude.scalars(as: Double.self)[5] == -.infinity)
  }

  @Test func indefiniteMatricesAreNamed() throws {
    let good = Matrices.positive(40)
    let bad = good - Tensor((0..<1600).map { $0 == 35 * 41 ? 100.0 : 0 }, shape: [40, 40])
    let error = #expect(throws: SurprisalError.self) { _ = try Tensor(stacking: [good, bad, bad]).cholesky() }
    #expect(error?.message.contains("matrix [1] is not positive definite: pivot 35 ") == true)
    let alone = #expect(throws: SurprisalError.self) { _ = try (-good).cholesky() }
    #expect(alone?.message.contains("the matrix is not positive definite: pivot 0 ") == true)
  }

  /// NaN and infinities end in an error or NaN, at once.
  @Test(arguments: [Double.nan, .infinity]) func notFinite(_ value: Double) throws {
    for n in [3, 9, 50] {
      let a = Matrices.positive(n) + Tensor((0..<n * n).map { $0 == n + 1 ? value : 0 }, shape: [n, n])
      #expect(throws: SurprisalError.self) { _ = try a.cholesky() }
      #expect(throws: SurprisalError.self) { _ = try a.symmetricEigen() }
      #expect(throws: SurprisalError.self) { _ = try a.symmetricEigenvalues() }
      #expect(throws: SurprisalError.self) { _ = try a.svd() }
      #expect(throws: SurprisalError.self) { _ = try a.singularValues() }
      #expect(throws: SurprisalError.self) { _ = try a.leastSquares(Matrices.normal([n])) }
      #expect(throws: SurprisalError.self) { _ = try a.pseudoinverse() }
      #expect(a.qr().q.scalars(as: Double.self).contains { $0.isNaN })
      if value.isNaN {
        #expect(try a.solve(Matrices.normal([n])).scalars(as: Double.self).allSatisfy { $0.isNaN })
        #expect(a.determinant().item.isNaN && a.logDeterminant().logMagnitude.item.isNaN)
      }
    }
  }

  /// NaN beside a zero is no singular matrix: it spreads.
  @Test func notANumberBesideZero() throws {
    for values in [[0.0, 1, .nan, 1], [0, 0, 0, .nan], [.nan, 1, 0, 1]] {
      let a = Tensor(values, shape: [2, 2])
      #expect(a.determinant().item.isNaN && a.logDeterminant().logMagnitude.item.isNaN, "\(values)")
    }
    let x = try Tensor([0.0, 1, .nan, 1], shape: [2, 2]).solve(Tensor([1.0, 1]))
    #expect(x.scalars(as: Double.self).contains { $0.isNaN })
  }

  @Test func emptyMatrices() throws {
    let none = Tensor(zeros: [0, 0], dtype: .float64)
    #expect(try none.cholesky().shape == [0, 0] && none.inverse().shape == [0, 0])
    #expect(none.determinant().item == 1)
    #expect(none.logDeterminant().sign.item == 1 && none.logDeterminant().logMagnitude.item == 0)
    #expect(try none.symmetricEigen().values.shape == [0])
    let flat = Tensor(zeros: [2, 3, 0], dtype: .float64)
    #expect(try flat.svd().u.shape == [2, 3, 0] && flat.svd().vTransposed.shape == [2, 0, 0])
    #expect(flat.qr().q.shape == [2, 3, 0] && flat.qr().r.shape == [2, 0, 0])
    #expect(try flat.leastSquares(Tensor(ones: [3, 2], dtype: .float64)).shape == [2, 0, 2])
    let wide = Tensor(zeros: [0, 3], dtype: .float64)
    #expect(try wide.leastSquares(Tensor(zeros: [0, 1], dtype: .float64)).scalars(as: Double.self) == [0, 0, 0])
    #expect(try wide.pseudoinverse().shape == [3, 0])
    #expect(try Tensor(ones: [2, 2], dtype: .float64).leastSquares(Tensor(zeros: [2, 0], dtype: .float64)).count == 0)
  }

  private func pow10(_ exponent: Double) -> Double { Tensor(10, dtype: .float64).power(exponent).item }
}
