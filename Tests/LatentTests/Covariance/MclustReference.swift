import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// The figures of `Tests/References/mclust.R`.
struct MclustReference: Decodable, Sendable {
  struct DataSet: Decodable, Sendable {
    var columns: Int
    var rows: [Double]
    var rowCount: Int { rows.count / columns }
  }

  struct Step: Decodable, Sendable {
    struct Result: Decodable, Sendable {
      var model: String
      var covariances: [Double]
    }

    var data: String
    var components: Int
    var responsibilities: [Double]
    var results: [Result]
  }

  struct Maximum: Decodable, Sendable {
    var data: String
    var model: String
    var components: Int
    var logLikelihood: Double
    var bic: Double
    var parameters: Int
    var covarianceParameters: Int
    /// How many starts ended within 1e-5 nats of it.
    var hits: Int
    var smallestEffectiveRows: Double
    /// Of any covariance, in standardized columns.
    var smallestEigenvalue: Double
    var weights: [Double]
    /// K × D.
    var means: [Double]
    /// K × D × D.
    var covariances: [Double]
  }

  var mclust: String
  var datasets: [String: DataSet]
  var step: Step
  var maxima: [Maximum]

  static let shared: MclustReference? = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../References/mclust.json").standardized
    guard let data = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(MclustReference.self, from: data)
  }()
}

extension MclustReference.DataSet {
  /// N_k, means (K × D) and scatters about them (K × D × D) for responsibilities N × K.
  func statistics(
    _ responsibilities: [Double], components: Int
  ) -> (counts: [Double], means: [Double], scatters: [Double]) {
    var counts = [Double](repeating: 0, count: components)
    var means = [Double](repeating: 0, count: components * columns)
    var scatters = [Double](repeating: 0, count: components * columns * columns)
    for row in 0..<rowCount {
      for k in 0..<components {
        let weight = responsibilities[row * components + k]
        counts[k] += weight
        for j in 0..<columns { means[k * columns + j] += weight * rows[row * columns + j] }
      }
    }
    for index in means.indices { means[index] /= counts[index / columns] }
    for row in 0..<rowCount {
      for k in 0..<components {
        let weight = responsibilities[row * components + k]
        let x = (0..<columns).map { rows[row * columns + $0] - means[k * columns + $0] }
        for i in 0..<columns {
          for j in 0..<columns {
            scatters[(k * columns + i) * columns + j] += weight * (x[i] * x[j])
          }
        }
      }
    }
    return (counts, means, scatters)
  }

  /// Responsibilities (N × K) and the log-likelihood of a Gaussian mixture.
  func expectation(
    weights: [Double], means: [Double], covariances: [Double]
  ) -> (responsibilities: [Double], logLikelihood: Double)? {
    let components = weights.count
    let size = columns * columns
    var factors: [[Double]] = []
    for k in 0..<components {
      let covariance = Array(covariances[(k * size)..<((k + 1) * size)])
      guard let factor = Cholesky.factor(covariance, dimension: columns) else { return nil }
      factors.append(factor)
    }
    let determinants = factors.map { Cholesky.logDeterminant($0, dimension: columns) }
    var responsibilities = [Double](repeating: 0, count: rowCount * components)
    var total = 0.0
    for row in 0..<rowCount {
      var logs: [Double] = []
      for k in 0..<components {
        let x = (0..<columns).map { rows[row * columns + $0] - means[k * columns + $0] }
        let y = Triangular.solve(factors[k], x)
        let square = y.reduce(0) { $0 + $1 * $1 }
        logs.append(
          log(weights[k]) - 0.5 * (Double(columns) * log(2 * Double.pi) + determinants[k] + square))
      }
      let largest = logs.max() ?? 0
      let sum = logs.reduce(0) { $0 + exp($1 - largest) }
      total += largest + log(sum)
      for k in 0..<components {
        responsibilities[row * components + k] = exp(logs[k] - largest) / sum
      }
    }
    return (responsibilities, total)
  }
}
