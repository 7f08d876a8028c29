import CSurprisalKernels
import SurprisalCore

// Iterative models start at the previous covariances and return to them if nothing better was found.
extension CovarianceMaximizer {
  /// Scales and factors the previous covariances; their objective, or −∞ if they cannot serve.
  func loadPrevious(_ previous: UnsafePointer<Double>) -> Double {
    let inverse = Double(sign: .plus, exponent: -scale.exponent / 2, significand: 1)
    var objective = 0.0
    for component in 0..<componentCount {
      let covariance = previousScaled + component * entryCount
      let factor = factors + component * entryCount
      for index in 0..<entryCount {
        covariance[index] = previous[component * entryCount + index] * inverse * inverse
      }
      guard
        let logDeterminant = Self.factor(covariance, into: factor, model.isDiagonal, columnCount)
      else { return -.infinity }
      previousLogDeterminants[component] = logDeterminant
      objective += term(
        component, logDeterminant: logDeterminant, factor: factor, covariance: covariance)
    }
    return objective.isFinite ? objective : -.infinity
  }

  /// −½ [ n_k ln|Σ_k| + tr(Σ_k⁻¹ W_k) ] in the scaled unit.
  private func term(
    _ component: Int, logDeterminant: Double, factor: UnsafePointer<Double>,
    covariance: UnsafePointer<Double>
  ) -> Double {
    let trace = CovarianceObjective.trace(
      scatter: scaled + component * entryCount, covariance: covariance, factor: factor,
      scratch: matrices, isDiagonal: model.isDiagonal, dimension: columnCount)
    return -0.5 * (counts[component] * logDeterminant + trace)
  }

  /// Returns to `previous` if the result is lower by rounding only. A larger fall means that `previous`
  /// was not in the class, and then the result stands.
  func keepIfNoBetter(
    _ previous: UnsafePointer<Double>, _ previousObjective: Double, _ total: Double
  ) {
    let root = Double(sign: .plus, exponent: -scale.exponent / 2, significand: 1)
    let shift = Double(columnCount) * surprisal_log(scale)
    let current = extra
    let currentFactor = extra + componentCount * entryCount
    var objective = 0.0
    for component in 0..<componentCount {
      for index in 0..<entryCount {
        current[index] = covariances[component * entryCount + index] * root * root
        currentFactor[index] = factors[component * entryCount + index] * root
      }
      objective += term(
        component, logDeterminant: logDeterminants[component] - shift, factor: currentFactor,
        covariance: current)
    }
    let fall = previousObjective - objective
    guard fall > 0, fall <= 1e-9 * total * Double(columnCount) else { return }
    keptPrevious = true
    covariances.update(from: previous, count: componentCount * entryCount)
    for component in 0..<componentCount {
      let offset = component * entryCount
      _ = Self.factor(covariances + offset, into: factors + offset, model.isDiagonal, columnCount)
      logDeterminants[component] = previousLogDeterminants[component] + shift
    }
  }
}
