import SurprisalCore

/// The part of the expected log joint that the covariances decide.
package enum CovarianceObjective {
  /// Q = Σ_k −½ [ n_k ln|Σ_k| + tr(Σ_k⁻¹ W_k) ]; −∞ if a Σ_k is not positive definite.
  ///
  /// `scatters` and `covariances` hold D (diagonal) or D² numbers for each of the `counts.count`
  /// components.
  package static func value(
    counts: [Double], scatters: [Double], covariances: [Double], columns: Int, isDiagonal: Bool
  ) -> Double {
    let entryCount = isDiagonal ? columns : columns * columns
    var factor = [Double](repeating: 0, count: entryCount)
    var scratch = [Double](repeating: 0, count: 2 * entryCount)
    var total = 0.0
    for component in counts.indices {
      let range = (component * entryCount)..<((component + 1) * entryCount)
      let covariance = Array(covariances[range])
      let scatter = Array(scatters[range])
      guard
        let logDeterminant = CovarianceMaximizer.factor(covariance, into: &factor, isDiagonal, columns)
      else { return -.infinity }
      let trace = trace(
        scatter: scatter, covariance: covariance, factor: factor, scratch: &scratch,
        isDiagonal: isDiagonal, dimension: columns)
      total -= 0.5 * (counts[component] * logDeterminant + trace)
    }
    return total
  }

  /// tr(Σ⁻¹ W); `scratch` holds two matrices and is used by full ones only.
  static func trace(
    scatter: UnsafePointer<Double>, covariance: UnsafePointer<Double>,
    factor: UnsafePointer<Double>, scratch: UnsafeMutablePointer<Double>, isDiagonal: Bool,
    dimension: Int
  ) -> Double {
    if isDiagonal {
      var total = 0.0
      for column in 0..<dimension { total += scatter[column] / covariance[column] }
      return total
    }
    let square = dimension * dimension
    Triangular.invert(factor, into: scratch, dimension)
    Triangular.gram(scratch, into: scratch + square, dimension)
    return Dense.dot(scratch + square, scatter, square)
  }
}
