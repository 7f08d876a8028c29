import CSurprisalKernels
import SurprisalCore

// VEI, VEE and VEV share Σ_k = e^(−t_k) C. With the best C given t put in, Q is concave in t alone:
//   f(t) = n ln|S(t)| − D Σ n_k t_k,  S(t) = Σ e^(t_k) W_k,  C = S / n,  Q = −½ f + constant,
// so that the one maximum is found whatever the start: VEE with full W_k, VEI with diagonals, VEV with the
// sorted eigenvalues of each W_k as diagonals (each W_k keeps its eigenvectors). The fixed point of Celeux
// and Govaert (1995), t_k ← t_k − ln(n τ_k / (D n_k)) with τ_k = e^(t_k) tr(S⁻¹ W_k), is used while it
// contracts fast; otherwise Newton's step with H = n (diag τ − ρ), ρ_kl = e^(t_k + t_l) tr(S⁻¹W_k S⁻¹W_l).
extension CovarianceMaximizer {
  private var exponents: UnsafeMutablePointer<Double> { componentVectors }
  private var traces: UnsafeMutablePointer<Double> { componentVectors + componentCount }
  private var residuals: UnsafeMutablePointer<Double> { componentVectors + 2 * componentCount }
  private var saved: UnsafeMutablePointer<Double> { componentVectors + 3 * componentCount }
  private var step: UnsafeMutablePointer<Double> { componentVectors + 4 * componentCount }
  private var hessian: UnsafeMutablePointer<Double> { componentVectors + 8 * componentCount }
  /// S, then its factor, the factor's inverse, S⁻¹ and scratch.
  private var sum: UnsafeMutablePointer<Double> { matrices }

  /// VEI, VEE, VEV.
  func maximizeCommonShape(hasPrevious: Bool) {
    let isEigen = model == .vev
    guard !isEigen || decomposeScatters() else { return failCommonShape() }
    let values = isEigen ? eigenvalues : scaled
    let isDiagonal = model != .vee
    let size = isDiagonal ? columnCount : entryCount
    guard solveVolumes(values, size, isDiagonal, hasPrevious: hasPrevious) else {
      return failCommonShape()
    }
    let total = activeTotal
    for component in 0..<componentCount {
      let target = covariances + component * entryCount
      guard residuals[component] < .infinity else {
        target.update(repeating: 0, count: entryCount)
        isDegenerate[component] = true
        continue
      }
      let volume = surprisal_exp(-exponents[component]) / total
      let shape = isEigen ? columnVectors : target
      for index in 0..<size { shape[index] = sum[index] * volume }
      guard isEigen else { continue }
      Dense.composeSymmetric(
        values: shape, vectors: eigenvectors + component * entryCount, into: target, columnCount)
    }
  }

  private func failCommonShape() {
    covariances.update(repeating: 0, count: componentCount * entryCount)
    markAllDegenerate()
  }

  /// Σ n_k over the components that take part; the others are marked by an infinite residual.
  private var activeTotal: Double {
    var total = 0.0
    for component in 0..<componentCount where residuals[component] < .infinity {
      total += counts[component]
    }
    return total
  }

  /// Finds t and S; false if S is singular. A component without count or scatter gets residual +∞.
  private func solveVolumes(
    _ values: UnsafePointer<Double>, _ size: Int, _ isDiagonal: Bool, hasPrevious: Bool
  ) -> Bool {
    let dimension = Double(columnCount)
    let stride = isDiagonal ? 1 : columnCount + 1
    for component in 0..<componentCount {
      var trace = 0.0
      for column in 0..<columnCount { trace += values[component * size + column * stride] }
      let count = counts[component]
      residuals[component] = count > 0 && trace > 0 ? 0 : .infinity
      exponents[component] =
        hasPrevious
        ? -previousLogDeterminants[component] / dimension
        : surprisal_log(dimension * count / trace)
    }
    let total = activeTotal
    guard total > 0, var objective = evaluate(values, size, isDiagonal, total) else { return false }
    var previousError = Double.infinity
    var usesNewton = false
    for iteration in 1...200 {
      iterationCount = iteration
      let error = updateResiduals(total)
      guard error.isFinite else { return false }
      // Near the rounding level the error stops falling; another step would only add noise.
      if error <= 1e-14 || (error < 1e-11 && error > 0.5 * previousError) { break }
      usesNewton = usesNewton || error > 0.25 * previousError
      previousError = error
      saved.update(from: exponents, count: componentCount)
      if usesNewton, newtonStep(values, size, isDiagonal, total),
        let value = descend(values, size, isDiagonal, total, from: objective)
      {
        objective = value
        continue
      }
      for component in 0..<componentCount where residuals[component] < .infinity {
        exponents[component] = saved[component] - residuals[component]
      }
      guard let value = evaluate(values, size, isDiagonal, total) else { return false }
      objective = value
    }
    return true
  }

  /// Forms S, S⁻¹ and the traces τ_k; f(t), or nil if S is singular.
  private func evaluate(
    _ values: UnsafePointer<Double>, _ size: Int, _ isDiagonal: Bool, _ total: Double
  ) -> Double? {
    sum.update(repeating: 0, count: size)
    var linear = 0.0
    for component in 0..<componentCount where residuals[component] < .infinity {
      linear += counts[component] * exponents[component]
      Dense.addScaled(
        surprisal_exp(exponents[component]), values + component * size, to: sum, size)
    }
    let factor = sum + size
    let inverse = sum + 3 * size
    guard let logDeterminant = Self.factor(sum, into: factor, isDiagonal, columnCount) else {
      return nil
    }
    if isDiagonal {
      for column in 0..<columnCount { inverse[column] = 1 / sum[column] }
    } else {
      Triangular.invert(factor, into: sum + 2 * size, columnCount)
      Triangular.gram(sum + 2 * size, into: inverse, columnCount)
    }
    for component in 0..<componentCount where residuals[component] < .infinity {
      traces[component] =
        surprisal_exp(exponents[component]) * Dense.dot(inverse, values + component * size, size)
    }
    let objective = total * logDeterminant - Double(columnCount) * linear
    return objective.isFinite ? objective : nil
  }

  /// r_k = ln(n τ_k / (D n_k)); the largest magnitude.
  private func updateResiduals(_ total: Double) -> Double {
    var error = 0.0
    for component in 0..<componentCount where residuals[component] < .infinity {
      let target = Double(columnCount) * counts[component]
      let residual = surprisal_log(total * traces[component] / target)
      guard residual.isFinite else { return .infinity }
      residuals[component] = residual
      error = max(error, residual.magnitude)
    }
    return error
  }

  /// `step` ← −H⁻¹ gradient, with the direction that changes nothing (all t_k alike) pinned.
  private func newtonStep(
    _ values: UnsafePointer<Double>, _ size: Int, _ isDiagonal: Bool, _ total: Double
  ) -> Bool {
    let transformed = isDiagonal ? nil : Optional(extra)
    if let transformed {
      for component in 0..<componentCount {
        Dense.congruence(
          of: values + component * size, by: sum + 2 * size, into: transformed + component * size,
          scratch: sum + 4 * size, columnCount)
      }
    }
    let pin = Double(columnCount) / Double(componentCount * componentCount)
    for row in 0..<componentCount {
      let isRowActive = residuals[row] < .infinity
      step[row] =
        isRowActive ? Double(columnCount) * counts[row] / total - traces[row] : 0
      for column in 0...row {
        var entry = row == column ? 1.0 : 0.0
        if isRowActive, residuals[column] < .infinity {
          let weight = surprisal_exp(exponents[row] + exponents[column])
          entry = pin - weight * overlap(row, column, values, transformed, size)
          if row == column { entry += traces[row] }
        }
        hessian[row * componentCount + column] = entry
      }
    }
    let factor = hessian + componentCount * componentCount
    guard
      Cholesky.factor(hessian, into: factor, componentCount, tolerance: 1e-14) == componentCount
    else { return false }
    Triangular.solve(factor, step, componentCount)
    Triangular.solveTransposed(factor, step, componentCount)
    return true
  }

  /// tr(S⁻¹ W_k S⁻¹ W_l).
  private func overlap(
    _ row: Int, _ column: Int, _ values: UnsafePointer<Double>,
    _ transformed: UnsafePointer<Double>?, _ size: Int
  ) -> Double {
    if let transformed {
      return Dense.dot(transformed + row * size, transformed + column * size, size)
    }
    let inverse = sum + 3 * size
    var total = 0.0
    for index in 0..<size {
      total +=
        (inverse[index] * values[row * size + index])
        * (inverse[index] * values[column * size + index])
    }
    return total
  }

  /// Goes from `saved` along `step`, halved until f does not rise beyond rounding; nil if it never does.
  private func descend(
    _ values: UnsafePointer<Double>, _ size: Int, _ isDiagonal: Bool, _ total: Double,
    from objective: Double
  ) -> Double? {
    var length = 1.0
    for _ in 0..<6 {
      for component in 0..<componentCount where residuals[component] < .infinity {
        exponents[component] = saved[component] + length * step[component]
      }
      if let value = evaluate(values, size, isDiagonal, total),
        value <= objective + 1e-13 * max(objective.magnitude, total)
      {
        return value
      }
      length *= 0.5
    }
    return nil
  }
}
