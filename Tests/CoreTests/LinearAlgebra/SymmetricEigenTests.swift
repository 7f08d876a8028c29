import Foundation
import Testing

@testable import SurprisalCore

@Suite struct SymmetricEigenTests {
  static let dimensions = [1, 2, 3, 4, 7, 8, 9, 10, 16, 33, 64, 150]

  /// A = Vᵀ Λ V within D·u |A|, V orthonormal, values falling, signs fixed.
  private func check(_ a: [Double], _ dimension: Int, largest: Double) throws {
    let (values, vectors) = try #require(SymmetricEigen.decompose(a, dimension: dimension))
    let bound = 8 * Double(dimension + 2) * 0x1p-53
    var back = [Double](repeating: 0, count: a.count)
    Dense.composeSymmetric(values: values, vectors: vectors, into: &back, dimension)
    #expect(TestMatrix.distance(a, back) <= bound * largest)
    let gram = TestMatrix.product(vectors, TestMatrix.transposed(vectors, dimension), dimension)
    #expect(TestMatrix.distance(gram, TestMatrix.identity(dimension)) <= bound)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    for row in 0..<dimension {
      let vector = vectors[(row * dimension)..<((row + 1) * dimension)]
      #expect((vector.max { $0.magnitude < $1.magnitude } ?? 0) > 0)
    }
  }

  @Test(arguments: dimensions)
  func randomMatrices(dimension: Int) throws {
    var generator = RandomGenerator(seed: 2, stream: UInt64(dimension))
    for scale in [1, 1e-290, 1e290] {
      var a = TestMatrix.gaussian(dimension * dimension, &generator)
      for row in 0..<dimension {
        for column in 0..<row { a[column * dimension + row] = a[row * dimension + column] }
      }
      a = a.map { $0 * scale }
      let norm = SymmetricEigenTests.frobenius(a.map { $0 / scale }) * scale
      try check(a, dimension, largest: norm)
    }
  }

  @Test(arguments: dimensions)
  func degenerateMatrices(dimension: Int) throws {
    try check([Double](repeating: 0, count: dimension * dimension), dimension, largest: 0)
    try check(TestMatrix.identity(dimension), dimension, largest: 1)
    // Rank one, and a multiple of the identity plus rank one.
    let ones = [Double](repeating: 1, count: dimension * dimension)
    try check(ones, dimension, largest: Double(dimension))
    let shifted = zip(ones, TestMatrix.identity(dimension)).map { $0 + 3 * $1 }
    try check(shifted, dimension, largest: Double(dimension) + 3)
  }

  @Test(arguments: dimensions)
  func knownEigenvalues(dimension: Int) throws {
    // The second difference matrix has 2 − 2 cos(kπ / (D + 1)).
    var a = [Double](repeating: 0, count: dimension * dimension)
    for row in 0..<dimension {
      a[row * dimension + row] = 2
      if row > 0 {
        a[row * dimension + row - 1] = -1
        a[(row - 1) * dimension + row] = -1
      }
    }
    let (values, _) = try #require(SymmetricEigen.decompose(a, dimension: dimension))
    for (index, value) in values.enumerated() {
      let k = Double(dimension - index)
      let expected = 2 - 2 * cos(k * Double.pi / Double(dimension + 1))
      #expect((value - expected).magnitude < 1e-14 * Double(dimension + 3))
    }
  }

  @Test(arguments: LinearAlgebraReference.cases)
  func exactEigenvalues(reference: LinearAlgebraReference.Case) throws {
    let (values, _) = try #require(
      SymmetricEigen.decompose(reference.matrix, dimension: reference.dimension))
    let largest = reference.eigenvalues.first ?? 0
    for (value, expected) in zip(values, reference.eigenvalues) {
      #expect((value - expected).magnitude <= 4 * Double(reference.dimension) * 0x1p-53 * largest)
    }
  }

  @Test func jacobiKeepsSmallEigenvaluesOfGradedMatrices() throws {
    // D S D with S well conditioned: every eigenvalue is determined to full relative precision.
    let scales = [1, 1e-6, 1e-12]
    let s = [1, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 1]
    let a = (0..<9).map { s[$0] * scales[$0 / 3] * scales[$0 % 3] }
    let (values, _) = try #require(SymmetricEigen.decompose(a, dimension: 3))
    // |A| = 1e-36 · |S| with |S| = 0.5625; the three eigenvalues multiply to it.
    #expect((values[0] * values[1] * values[2] / 0.5625e-36 - 1).magnitude < 1e-14)
  }

  @Test func notFiniteIsRefused() {
    #expect(SymmetricEigen.decompose([1, .nan, .nan, 1], dimension: 2) == nil)
    #expect(SymmetricEigen.decompose([.infinity], dimension: 1) == nil)
  }

  @Test func rankOneUpdateAndRotation() {
    var a: [Double] = [1, 0, 0, 1]
    Dense.addRankOne(2, [1, 3], to: &a, 2)
    #expect(a == [3, 6, 6, 19])
    var x: [Double] = [1, 0]
    var y: [Double] = [0, 1]
    Dense.rotate(&x, &y, 2, cosine: 0.6, sine: 0.8)
    #expect(x == [0.6, 0.8])
    #expect(y == [-0.8, 0.6])
  }

  private static func frobenius(_ a: [Double]) -> Double {
    a.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
