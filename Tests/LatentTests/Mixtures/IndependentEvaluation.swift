import Foundation
import SurprisalCore

@testable import SurprisalLatent

#if arch(x86_64)
  /// Sixty-four bits of significand where the machine has them.
  typealias Extended = Float80
#else
  typealias Extended = Double
#endif

/// The density of a mixture, written again from its definition: centered, row by row, with a Cholesky
/// factorization of its own, in extended precision.
struct IndependentEvaluation {
  private let model: GaussianMixture
  private var factors: [[Extended]] = []
  private var constants: [Extended] = []
  private let logScale: Extended

  init(_ model: GaussianMixture) {
    self.model = model
    let D = model.columnCount
    logScale = model.standardization.scale.reduce(0) { $0 + log(Extended($1)) }
    for k in 0..<model.componentCount {
      var factor = [Extended](repeating: 0, count: D * D)
      var logDeterminant: Extended = 0
      for i in 0..<D {
        for j in 0...i {
          var value = Extended(model.standardizedCovariance(k, i, j))
          for l in 0..<j { value -= factor[i * D + l] * factor[j * D + l] }
          factor[i * D + j] = i == j ? value.squareRoot() : value / factor[j * D + j]
        }
        logDeterminant += 2 * log(factor[i * D + i])
      }
      factors.append(factor)
      let dimensions = Extended(D)
      constants.append(
        log(Extended(model.weights[k])) - (dimensions * log(2 * Extended.pi) + logDeterminant) / 2 - logScale)
    }
  }

  /// log π_k N(x; m_k, Σ_k) for every k, in nats at the unit of x.
  func logJoints(_ x: [Double]) -> [Extended] {
    let D = model.columnCount
    let z = (0..<D).map {
      (Extended(x[$0]) - Extended(model.standardization.shift[$0])) / Extended(model.standardization.scale[$0])
    }
    return (0..<model.componentCount).map { k in
      var square: Extended = 0
      var y = [Extended](repeating: 0, count: D)
      for i in 0..<D {
        var value = z[i] - Extended(model.parameters.means[k * D + i])
        if !model.covarianceModel.isDiagonal {
          for j in 0..<i { value -= factors[k][i * D + j] * y[j] }
        }
        y[i] = value / factors[k][i * D + i]
        square += y[i] * y[i]
      }
      return constants[k] - square / 2
    }
  }

  func logDensity(_ x: [Double]) -> Extended { IndependentEvaluation.logSumExp(logJoints(x)) }

  func responsibilities(_ x: [Double]) -> [Double] {
    let joints = logJoints(x)
    let total = IndependentEvaluation.logSumExp(joints)
    return joints.map { Double(exp($0 - total)) }
  }

  /// Σ w log p(x) and Σ w |log p(x)| in nats.
  func logLikelihood(
    _ rows: RowMatrix, weights: [Double]? = nil
  ) -> (total: Double, magnitude: Double) {
    var total: Extended = 0
    var magnitude: Extended = 0
    for row in 0..<rows.rowCount {
      let weight = Extended(weights.map { $0[row] } ?? 1)
      if weight == 0 { continue }
      let value = logDensity(rows.row(row))
      total += weight * value
      magnitude += weight * value.magnitude
    }
    return (Double(total), Double(magnitude))
  }

  static func logSumExp(_ values: [Extended]) -> Extended {
    let top = values.max() ?? -.infinity
    guard top.isFinite else { return top }
    return top + log(values.reduce(0) { $0 + exp($1 - top) })
  }
}
