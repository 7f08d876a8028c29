import CSurprisalKernels

/// A mixture prior with its strengths worked out in standardized coordinates, where m₀ is `center`.
package struct ScaledPrior: Sendable {
  let concentration: Double
  let meanStrength: Double
  let degreesOfFreedom: Double
  /// The diagonal of Λ, [D].
  let spread: [Double]
  /// m₀, [D].
  let center: [Double]

  package init(_ prior: MixturePrior, columnVariances: [Double], center: [Double], components: Int) {
    let D = Double(columnVariances.count)
    concentration = prior.weightConcentration
    meanStrength = prior.meanStrength
    degreesOfFreedom = D + 1 + prior.covarianceStrength
    let share = surprisal_pow(Double(components), -2 / D) * prior.scale
    spread = columnVariances.map { $0 * share }
    self.center = center
  }

  /// n_k of the M-step: what multiplies −½ ln|Σ_k| in the posterior.
  func effectiveCount(_ count: Double, columns: Int, isDiagonal: Bool) -> Double {
    // One of these comes from N(m | m₀, Σ/κ); each variance alone is a one-column inverse-Wishart.
    count + degreesOfFreedom + (isDiagonal ? 3 : Double(columns) + 2)
  }

  /// log p(θ) in standardized coordinates, in nats.
  func logDensity(_ parameters: GaussianParameters) -> Double {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    var total =
      surprisal_lgamma(concentration * Double(K)) - Double(K) * surprisal_lgamma(concentration)
    for weight in parameters.weights { total += (concentration - 1) * surprisal_log(weight) }
    for k in 0..<K {
      var quadratic = 0.0
      var trace = 0.0
      let base = k * parameters.entryCount
      for i in 0..<D {
        let offset = parameters.means[k * D + i] - center[i]
        if parameters.covarianceModel.isDiagonal {
          let precision = parameters.precisions[base + i]
          quadratic += offset * offset * precision
          trace += spread[i] * precision
        } else {
          trace += spread[i] * parameters.precisions[base + i * (D + 1)]
          for j in 0..<D {
            quadratic +=
              offset * parameters.precisions[base + i * D + j] * (parameters.means[k * D + j] - center[j])
          }
        }
      }
      let logDeterminant = parameters.logDeterminants[k]
      total += 0.5 * (Double(D) * (surprisal_log(meanStrength) - logTwoPi) - logDeterminant)
      total -= 0.5 * (meanStrength * quadratic + trace)
      total += normalizer(D, isDiagonal: parameters.covarianceModel.isDiagonal)
      let power = degreesOfFreedom + (parameters.covarianceModel.isDiagonal ? 1 : Double(D)) + 1
      total -= 0.5 * power * logDeterminant
    }
    return total
  }

  /// The logarithm of the inverse-Wishart's normalizer, or of the product of inverse-gammas'.
  private func normalizer(_ D: Int, isDiagonal: Bool) -> Double {
    let half = degreesOfFreedom / 2
    let logSpread = spread.reduce(0) { $0 + surprisal_log($1) }
    if isDiagonal {
      return half * (logSpread - Double(D) * 0.6931471805599453) - Double(D) * surprisal_lgamma(half)
    }
    var total = half * (logSpread - Double(D) * 0.6931471805599453)
    total -= Double(D * (D - 1)) / 4 * 1.1447298858494002
    for i in 0..<D { total -= surprisal_lgamma(half - Double(i) / 2) }
    return total
  }
}
