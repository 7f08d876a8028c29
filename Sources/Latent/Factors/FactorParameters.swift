import CSurprisalKernels
import SurprisalCore

/// Λ and Ψ of a linear Gaussian model y = Λ z + ε with z ~ N(0, 1) and ε ~ N(0, diag ψ), and what follows from them.
///
/// The posterior of z given y is N(B y, M⁻¹) with M = 1 + Λᵀ Ψ⁻¹ Λ and B = M⁻¹ Λᵀ Ψ⁻¹, and ln|Σ| = ln|Ψ| + ln|M|:
/// nothing of D × D is formed. `extra` further columns have Λ = 0 and the noise of the first: the directions in
/// which the rows of a wide table do not vary.
package struct FactorParameters: Sendable {
  package let columnCount: Int
  package let factorCount: Int
  /// Λ, [D][Q].
  package let loadings: [Double]
  /// ψ, [D].
  package let noise: [Double]
  package let extra: Int
  /// M, [Q][Q].
  package let precision: [Double]
  /// M⁻¹, the covariance of z given y, [Q][Q].
  package let posteriorCovariance: [Double]
  /// B, [Q][D].
  package let projection: [Double]
  /// ln|M|.
  package let logPrecision: Double
  /// ln|Ψ| of all columns.
  package let logNoise: Double

  /// D and the columns beyond.
  package var extent: Double { Double(columnCount + extra) }
  /// H[q] of one row: ½ Q ln 2πe − ½ ln|M|.
  package var posteriorEntropy: Double { 0.5 * (Double(factorCount) * (logTwoPi + 1) - logPrecision) }
  /// −½ D ln 2π − ½ ln|Σ|.
  package var logConstant: Double { -0.5 * (extent * logTwoPi + logNoise + logPrecision) }

  /// Parameters from loadings [D][Q] and variances [D]; nil if a variance is not positive or a number not finite.
  package init?(loadings: [Double], noise: [Double], extra: Int = 0) {
    let D = noise.count
    let Q = loadings.count / max(1, D)
    guard noise.allSatisfy({ $0 > 0 && $0.isFinite }), loadings.allSatisfy(\.isFinite) else { return nil }
    columnCount = D
    factorCount = Q
    self.loadings = loadings
    self.noise = noise
    self.extra = extra
    // Ψ⁻¹ Λ, [D][Q].
    var scaled = loadings
    for d in 0..<D {
      for k in 0..<Q { scaled[d * Q + k] /= noise[d] }
    }
    var m = MatrixProduct.of(MatrixProduct.transpose(scaled, D, Q), loadings, Q, Q, D)
    for i in 0..<Q {
      m[i * (Q + 1)] += 1
      for j in 0..<i {
        let mean = 0.5 * (m[i * Q + j] + m[j * Q + i])
        m[i * Q + j] = mean
        m[j * Q + i] = mean
      }
    }
    guard m.allSatisfy(\.isFinite), let factor = Cholesky.factor(m, dimension: Q) else { return nil }
    precision = m
    logPrecision = Cholesky.logDeterminant(factor, dimension: Q)
    let inverse = Triangular.inverse(factor, dimension: Q)
    let transposed = MatrixProduct.transpose(inverse, Q, Q)
    posteriorCovariance = MatrixProduct.of(transposed, inverse, Q, Q, Q)
    // By substitution, whose residual is small even where M⁻¹ has lost digits.
    scaled.withUnsafeMutableBufferPointer { scaled in
      factor.withUnsafeBufferPointer { factor in
        guard let base = scaled.baseAddress, let l = factor.baseAddress else { return }
        for d in 0..<D {
          Triangular.solve(l, base + d * Q, Q)
          Triangular.solveTransposed(l, base + d * Q, Q)
        }
      }
    }
    projection = MatrixProduct.transpose(scaled, D, Q)
    logNoise = noise.reduce(0) { $0 + surprisal_log($1) } + Double(extra) * surprisal_log(noise[0])
    guard projection.allSatisfy(\.isFinite), logPrecision.isFinite else { return nil }
  }

  /// Σ_i M_ii (M⁻¹)_ii ≥ Q: how much rounding of M can move its determinant, in units of rounding.
  package var conditionNumber: Double {
    (0..<factorCount).reduce(0) {
      $0 + precision[$1 * (factorCount + 1)] * posteriorCovariance[$1 * (factorCount + 1)]
    }
  }
}
