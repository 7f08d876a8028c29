import Foundation
import Testing

@testable import SurprisalCore

@Suite struct CholeskyTests {
  @Test(arguments: [1, 2, 3, 7, 8, 9, 16, 33, 100, 300])
  func factorReproducesTheMatrix(dimension: Int) throws {
    var generator = RandomGenerator(seed: 1, stream: UInt64(dimension))
    let a = TestMatrix.positiveDefinite(dimension, &generator)
    let l = try #require(Cholesky.factor(a, dimension: dimension))
    let largest = a.map(\.magnitude).max() ?? 0
    let back = TestMatrix.product(l, TestMatrix.transposed(l, dimension), dimension)
    #expect(TestMatrix.distance(a, back) <= Double(dimension + 1) * 0x1p-52 * largest)
    for row in 0..<dimension {
      #expect(l[row * dimension + row] > 0)
      for column in (row + 1)..<max(dimension, row + 1) { #expect(l[row * dimension + column] == 0) }
    }
    let inverse = Triangular.inverse(l, dimension: dimension)
    let one = TestMatrix.product(inverse, l, dimension)
    #expect(TestMatrix.distance(one, TestMatrix.identity(dimension)) < 1e-9)
    let x = TestMatrix.gaussian(dimension, &generator)
    var y = Triangular.solve(l, x)
    #expect(
      zip(x, 0..<dimension).allSatisfy { value, row in
        let left = (0...row).reduce(0) { $0 + l[row * dimension + $1] * y[$1] }
        return (left - value).magnitude < 1e-10
      })
    Triangular.solveTransposed(l, &y, dimension)
    var gram = [Double](repeating: 0, count: a.count)
    Triangular.gram(inverse, into: &gram, dimension)
    for row in 0..<dimension {
      let direct = (0..<dimension).reduce(0) { $0 + gram[row * dimension + $1] * x[$1] }
      #expect((direct - y[row]).magnitude < 1e-7 * (1 + direct.magnitude))
    }
  }

  @Test func aFailedPivotIsNamed() {
    let indefinite: [Double] = [4, 2, 0, 2, 1, 0, 0, 0, 1]
    var l = [Double](repeating: 0, count: 9)
    #expect(Cholesky.factor(indefinite, into: &l, 3) == 1)
    #expect(Cholesky.factor(indefinite, dimension: 3) == nil)
    #expect(Cholesky.factor([-1], dimension: 1) == nil)
    #expect(Cholesky.factor([0], dimension: 1) == nil)
    #expect(Cholesky.factor([.nan], dimension: 1) == nil)
    #expect(Cholesky.factor([.infinity], dimension: 1) == nil)
    #expect(Cholesky.factor([4], dimension: 1) == [2])
    // Singular but for rounding: passes bare, fails at the level of rounding.
    let third = 1.0 / 3
    let nearly = [1, third, third, third * third + 0x1p-54]
    #expect(Cholesky.factor(nearly, into: &l, 2, tolerance: 0x1p-50) == 1)
  }

  @Test(arguments: LinearAlgebraReference.cases)
  func refinementReachesTheExactDensity(reference: LinearAlgebraReference.Case) throws {
    let n = reference.dimension
    let l = try #require(Cholesky.refinedCholesky(reference.matrix, dimension: n))
    let w = try #require(Cholesky.refinedPrecisionFactor(reference.matrix, dimension: n))
    let scale = max(1, reference.logDeterminant.magnitude)
    let logDeterminant = Cholesky.logDeterminant(l, dimension: n)
    #expect((logDeterminant - reference.logDeterminant).magnitude < 1e-12 * scale)
    for (point, expected) in zip(reference.points, reference.logDensities) {
      var total = -0.5 * Double(n) * log(2 * Double.pi)
      for row in 0..<n {
        let y = (0...row).reduce(0) { $0 + w[row * n + $1] * point[$1] }
        total += log(w[row * n + row]) - 0.5 * y * y
      }
      // Without refinement the first case is 1.7e-9 off; a rounded point in a thin ellipsoid keeps √cond.
      #expect((total - expected).magnitude < 1e-10 * max(1, expected.magnitude), "\(total) \(expected)")
    }
  }

  @Test func theReferencesAreThere() {
    #expect(LinearAlgebraReference.cases.count == 6)
    let density = LinearAlgebraReference.cases.first?.logDensities.first ?? 0
    #expect((density - 11.18527088725).magnitude < 1e-11)
  }

  @Test(arguments: [1e-300, 1e-150, 1, 1e150, 1e300])
  func refinementKeepsAnyScale(scale: Double) throws {
    let c = [4, 1, 1, 3].map { $0 * scale }
    let l = try #require(Cholesky.refinedCholesky(c, dimension: 2))
    let w = try #require(Cholesky.refinedPrecisionFactor(c, dimension: 2))
    #expect((Cholesky.logDeterminant(l, dimension: 2) - log(11) - 2 * log(scale)).magnitude < 1e-12)
    #expect((w[0] * l[0] - 1).magnitude < 1e-14)
    #expect(Cholesky.refinedCholesky([1, 2, 2, 1], dimension: 2) == nil)
    #expect(Cholesky.refinedPrecisionFactor([0, 0, 0, 0], dimension: 2) == nil)
  }
}
