import SurprisalTensors
import Testing

/// Residuals at every size around the block sizes, in units of u = 2⁻⁵³ times n: the constants are about ten times
/// what is found.
struct FactorizationTests {
  @Test(arguments: Matrices.sizes) func cholesky(_ n: Int) throws {
    let a = Matrices.positive(n)
    // The upper triangle is not read.
    let l = try (a.lowerTriangle() + Tensor(ones: [n, n], dtype: .float64).upperTriangle(diagonal: 1) * 1e9).cholesky()
    #expect(Matrices.distance(l.matmul(l.transposed()), a) <= 10 + Double(n) / 10)
    #expect(Matrices.bits(l.upperTriangle(diagonal: 1)).allSatisfy { $0 == 0 })
    #expect(l.diagonal().scalars(as: Double.self).allSatisfy { $0 > 0 })
  }

  @Test(arguments: Matrices.sizes) func qr(_ n: Int) {
    for (rows, columns) in [(n, n), (n + 7, n), (n, n + 7), (3 * n, n)] {
      let a = Matrices.normal([rows, columns])
      let (q, r) = a.qr()
      let k = Swift.min(rows, columns)
      #expect(q.shape == [rows, k] && r.shape == [k, columns])
      #expect(Matrices.distance(q.matmul(r), a) <= 30 + Double(n) / 5)
      #expect(Matrices.departureFromOrthogonality(q) <= 30 + 4 * Double(n))
      #expect(Matrices.bits(r.lowerTriangle(diagonal: -1)).allSatisfy { $0 == 0 })
      #expect(r.diagonal().scalars(as: Double.self).allSatisfy { $0 >= 0 })
    }
  }

  @Test(arguments: Matrices.sizes) func singularValues(_ n: Int) throws {
    for (rows, columns) in [(n, n), (n + 7, n), (n, n + 7)] {
      let a = Matrices.normal([rows, columns])
      let (u, s, vt) = try a.svd()
      let product = (u * s.reshaped(to: [1, s.count])).matmul(vt)
      #expect(Matrices.distance(product, a) <= 100 + 10 * Double(n))
      #expect(Matrices.departureFromOrthogonality(u) <= 100 + 40 * Double(n))
      #expect(Matrices.departureFromOrthogonality(vt.transposed()) <= 100 + 40 * Double(n))
      let values = s.scalars(as: Double.self)
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 } && values.allSatisfy { $0 >= 0 })
      #expect(Matrices.distance(try a.singularValues(), s) <= 10 + Double(n))
      let largest = vt.unstacked().map { row in
        row.scalars(as: Double.self).max { $0.magnitude < $1.magnitude } ?? 0
      }
      #expect(largest.allSatisfy { $0 > 0 })
    }
  }

  @Test(arguments: Matrices.sizes) func symmetricEigen(_ n: Int) throws {
    let a = Matrices.symmetric(n)
    let (values, vectors) = try a.lowerTriangle().symmetricEigen()
    let product = (vectors * values.reshaped(to: [1, n])).matmul(vectors.transposed())
    #expect(Matrices.distance(product, a) <= 100 + 10 * Double(n))
    #expect(Matrices.departureFromOrthogonality(vectors) <= 100 + 40 * Double(n))
    let list = values.scalars(as: Double.self)
    #expect(zip(list, list.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(Matrices.distance(try a.symmetricEigenvalues(), values) <= 10 + Double(n))
  }

  @Test(arguments: Matrices.sizes) func solutions(_ n: Int) throws {
    let a = Matrices.normal([n, n])
    let b = Matrices.normal([n, 3], seed: 1)
    let x = try a.solve(b)
    let backwardError = Matrices.size(b - a.matmul(x)) / (Matrices.size(a) * Matrices.size(x)) / 0x1p-53
    #expect(backwardError <= 10 + Double(n) / 10)
    let inverse = try a.inverse()
    let residual = Matrices.size(a.matmul(inverse) - Matrices.identity(n))
    #expect(residual / (Matrices.size(a) * Matrices.size(inverse)) / 0x1p-53 <= 10 + Double(n) / 10)
    let (sign, logMagnitude) = a.logDeterminant()
    let determinant = a.determinant().item
    #expect(sign.item == (determinant < 0 ? -1 : 1))
    if determinant.isFinite, determinant != 0 {
      let expected = sign.item * exp(Tensor(logMagnitude.item, dtype: .float64)).item
      #expect(abs(determinant / expected - 1) < 1e-11)
    }
  }

  @Test(arguments: Matrices.sizes) func triangularSolutions(_ n: Int) {
    // The whole matrix is given, both halves different: only the named triangle may be read.
    let a = Matrices.normal([n, n]) * (1 / Double(n)) + Matrices.identity(n) * 2
    let b = Matrices.normal([n, 4], seed: 1)
    for lower in [true, false] {
      for unit in [true, false] {
        for transposed in [true, false] {
          let x = a.triangularSolve(b, lower: lower, transposed: transposed, unitDiagonal: unit)
          var t = lower ? a.lowerTriangle(diagonal: unit ? -1 : 0) : a.upperTriangle(diagonal: unit ? 1 : 0)
          if unit { t = t + Matrices.identity(n) }
          if transposed { t = t.transposed() }
          #expect(Matrices.distance(t.matmul(x), b) <= 10 + Double(n) / 10, "\(lower) \(unit) \(transposed)")
        }
      }
    }
  }

  @Test(arguments: Matrices.sizes) func leastSquares(_ n: Int) throws {
    for (rows, columns) in [(n, n), (2 * n + 1, n), (n, 2 * n + 1)] {
      let a = Matrices.normal([rows, columns])
      let b = Matrices.normal([rows, 3], seed: 1)
      let x = try a.leastSquares(b)
      // The residual is orthogonal to the columns of A, and x lies in the span of its rows.
      let slope = a.transposed().matmul(b - a.matmul(x))
      let scale = Matrices.size(a) * (Matrices.size(a) * Matrices.size(x) + Matrices.size(b))
      #expect(Matrices.size(slope) / scale / 0x1p-53 <= 30 + Double(n) / 5)
      let p = try a.pseudoinverse()
      #expect(Matrices.distance(p.matmul(b), x) <= (30 + Double(n)) * Matrices.size(a) * Matrices.size(p))
    }
  }

  /// Sizes that people use: once each at 1000 × 1000.
  @Test func aThousandColumns() throws {
    let n = 1000
    let a = Matrices.normal([n, n])
    let b = Matrices.normal([n], seed: 1)
    let positive = Matrices.positive(n)
    let l = try positive.cholesky()
    #expect(Matrices.distance(l.matmul(l.transposed()), positive) <= 100)
    let x = try a.solve(b)
    #expect(x.shape == [n])
    #expect(Matrices.size(b - a.matmul(x)) / (Matrices.size(a) * Matrices.size(x)) / 0x1p-53 <= 100)
    let (q, r) = a.qr()
    #expect(Matrices.distance(q.matmul(r), a) <= 300 && Matrices.departureFromOrthogonality(q) <= 4000)
    let symmetric = symmetrized(a)
    let (values, vectors) = try symmetric.symmetricEigen()
    let spectral = (vectors * values.reshaped(to: [1, n])).matmul(vectors.transposed())
    #expect(Matrices.distance(spectral, symmetric) <= 5000)
    let (u, s, vt) = try a.svd()
    #expect(Matrices.distance((u * s.reshaped(to: [1, n])).matmul(vt), a) <= 5000)
    #expect(Matrices.departureFromOrthogonality(u) <= 40000)
  }
}
