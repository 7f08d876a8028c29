import Foundation
import Testing

@testable import SurprisalCore

/// The 60-digit figures of `Tests/References/linear_algebra.py`.
struct LinearAlgebraReference: Decodable {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    var name: String
    var dimension: Int
    var matrix: [Double]
    var logDeterminant: Double
    var eigenvalues: [Double]
    var points: [[Double]]
    var logDensities: [Double]

    var testDescription: String { name }
  }

  var cases: [Case]

  static let cases: [Case] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../References/linear_algebra.json").standardized
    guard let data = try? Data(contentsOf: file),
      let reference = try? JSONDecoder().decode(LinearAlgebraReference.self, from: data)
    else { return [] }
    return reference.cases
  }()
}

/// Repeatable matrices for the tests.
enum TestMatrix {
  /// Entries from the standard normal distribution (Box–Muller).
  static func gaussian(_ count: Int, _ generator: inout RandomGenerator) -> [Double] {
    (0..<count).map { _ in
      let radius = (-2 * log(1 - generator.nextUniform())).squareRoot()
      return radius * cos(2 * Double.pi * generator.nextUniform())
    }
  }

  /// G Gᵀ + ridge for a Gaussian G: symmetric positive definite.
  static func positiveDefinite(
    _ dimension: Int, ridge: Double = 0.1, _ generator: inout RandomGenerator
  ) -> [Double] {
    let g = gaussian(dimension * dimension, &generator)
    var result = [Double](repeating: 0, count: dimension * dimension)
    Dense.multiplyTransposed(
      g, g, into: &result, rows: dimension, columns: dimension, inner: dimension)
    for row in 0..<dimension {
      for column in 0..<row { result[column * dimension + row] = result[row * dimension + column] }
      result[row * dimension + row] += ridge
    }
    return result
  }

  /// The largest |A − B|.
  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, ($1.0 - $1.1).magnitude) }
  }

  /// Aᵀ.
  static func transposed(_ a: [Double], _ dimension: Int) -> [Double] {
    a.indices.map { a[$0 % dimension * dimension + $0 / dimension] }
  }

  /// A · B.
  static func product(_ a: [Double], _ b: [Double], _ dimension: Int) -> [Double] {
    var result = [Double](repeating: 0, count: a.count)
    Dense.multiplyTransposed(
      a, transposed(b, dimension), into: &result, rows: dimension, columns: dimension,
      inner: dimension)
    return result
  }

  static func identity(_ dimension: Int) -> [Double] {
    (0..<(dimension * dimension)).map { $0 % (dimension + 1) == 0 ? 1 : 0 }
  }
}
