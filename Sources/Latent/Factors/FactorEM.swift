import SurprisalCore

/// A covariance of `weight` rows as one observation: all that a linear Gaussian model needs of them.
package struct MomentSummary: ObservationSource {
  /// Σ w.
  package let weight: Double
  /// The covariance about the mean, [D][D].
  package let covariance: [Double]
  package let columnCount: Int
  /// The columns beyond in which nothing varies.
  package let extra: Int
  package var count: Int { 1 }

  package init(weight: Double, covariance: [Double], columnCount: Int, extra: Int = 0) {
    (self.weight, self.covariance, self.columnCount, self.extra) = (weight, covariance, columnCount, extra)
  }
}

/// What stays fixed while EM moves the parameters of a linear Gaussian model.
package struct FactorSetting: Sendable {
  /// The data, as one observation.
  package var summary: MomentSummary
  /// The least variance of the noise of every column, [D].
  package var floors: [Double]
  /// Whether all columns have the noise's variance in common: probabilistic PCA.
  package var isIsotropic: Bool
  /// What to add to a log-density to come to the unit of x.
  package var unitOffset: Double
}

/// Probabilistic PCA and factor analysis as EM fits them (Rubin and Thayer 1982; Tipping and Bishop 1999, §3.2).
///
/// The mean is that of the rows, where the likelihood has its maximum whatever the other parameters are. With the
/// covariance S of the rows, the posterior means have the moments S Bᵀ with y and M⁻¹ + B S Bᵀ with themselves:
/// the E-step needs S alone, so the rows are read once for the whole fit.
package struct FactorEM: LatentVariableModel {
  package let setting: FactorSetting
  package let parameters: FactorParameters

  /// Σ w E[y zᵀ] and Σ w E[z zᵀ].
  package struct Moments: Sendable {
    var weight: Double
    var crossed: [Double]  // [D][Q]
    var squared: [Double]  // [Q][Q]
  }

  package init(setting: FactorSetting, parameters: FactorParameters) {
    self.setting = setting
    self.parameters = parameters
  }

  package var parameterCount: Int {
    let D = setting.summary.columnCount + setting.summary.extra
    return FactorEM.parameterCount(columns: D, factors: parameters.factorCount, isIsotropic: setting.isIsotropic)
  }

  /// The means, the loadings up to a rotation, and the noise.
  static func parameterCount(columns D: Int, factors Q: Int, isIsotropic: Bool) -> Int {
    D + D * Q - Q * (Q - 1) / 2 + (isIsotropic ? 1 : D)
  }

  package var unitOffset: (perWeight: Double, logPrior: Double) { (setting.unitOffset, 0) }

  package func expectation() -> FactorExpectation { FactorExpectation(parameters: parameters) }

  package func moments(of statistics: Statistics) -> Moments {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    let sums = Array(statistics.sums)
    return Moments(
      weight: statistics.weight, crossed: Array(sums[..<(D * Q)]), squared: Array(sums[(D * Q)..<(D * Q + Q * Q)]))
  }

  package func expectedLogJoint(_ moments: Moments) -> Double {
    let Q = parameters.factorCount
    var square = CompensatedSum()
    for d in 0..<parameters.columnCount {
      square.add(residual(d, parameters.loadings, moments) / parameters.noise[d])
    }
    for k in 0..<Q { square.add(moments.squared[k * (Q + 1)] / moments.weight) }
    let constant = (parameters.extent + Double(Q)) * logTwoPi + parameters.logNoise
    return -0.5 * moments.weight * (constant + square.value)
  }

  /// E[(y_d − λ_dᵀ z)²], the mean over the rows.
  private func residual(_ d: Int, _ loadings: [Double], _ moments: Moments) -> Double {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    var total = setting.summary.covariance[d * (D + 1)]
    for k in 0..<Q {
      var inner = 0.0
      for l in 0..<Q { inner += moments.squared[k * Q + l] * loadings[d * Q + l] }
      total += loadings[d * Q + k] * (inner - 2 * moments.crossed[d * Q + k]) / moments.weight
    }
    return total
  }

  package func maximized(_ moments: Moments) throws -> FactorEM {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    guard let factor = Cholesky.factor(moments.squared, dimension: Q) else { return self }
    var loadings = moments.crossed
    loadings.withUnsafeMutableBufferPointer { loadings in
      factor.withUnsafeBufferPointer { factor in
        guard let base = loadings.baseAddress, let l = factor.baseAddress else { return }
        for d in 0..<D {
          Triangular.solve(l, base + d * Q, Q)
          Triangular.solveTransposed(l, base + d * Q, Q)
        }
      }
    }
    var noise = (0..<D).map { max(setting.floors[$0], residual($0, loadings, moments)) }
    if setting.isIsotropic {
      let sum = (0..<D).reduce(0) { $0 + residual($1, loadings, moments) }
      noise = noise.map { _ in max(setting.floors[0], sum / parameters.extent) }
    }
    guard let next = FactorParameters(loadings: loadings, noise: noise, extra: parameters.extra) else { return self }
    return FactorEM(setting: setting, parameters: next)
  }

  /// The sums of squares that the log-likelihood subtracts are S_dd / ψ_d and what Λ explains of it; the
  /// determinant of M moves by its condition.
  package func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    let squared = statistics.sums.dropFirst(D * Q)
    var size = parameters.extent + Double(Q) * parameters.conditionNumber
    for d in 0..<D {
      var modelled = 0.0
      for k in 0..<Q {
        let spread = (squared[squared.startIndex + k * (Q + 1)] / statistics.weight).squareRoot()
        modelled += parameters.loadings[d * Q + k].magnitude * spread
      }
      size += (setting.summary.covariance[d * (D + 1)] + modelled * modelled) / parameters.noise[d]
    }
    let bound = 8 * 0x1p-53 * (statistics.logLikelihoodMagnitude + statistics.weight * size)
    return (bound, 2 * bound)
  }
}

/// The E-step from a covariance.
package struct FactorExpectation: ExpectationStep {
  let parameters: FactorParameters

  package var sumCount: Int {
    parameters.factorCount * (parameters.columnCount + parameters.factorCount)
  }
  package var workspaceCount: Int { sumCount }

  package func accumulate(
    _ observations: MomentSummary, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    let (D, Q, weight) = (parameters.columnCount, parameters.factorCount, observations.weight)
    guard !range.isEmpty else { return }
    let (crossed, explained) = (workspace, workspace + D * Q)
    parameters.projection.withUnsafeBufferPointer { b in
      observations.covariance.withUnsafeBufferPointer { s in
        guard let b = b.baseAddress, let s = s.baseAddress else { return }
        MatrixProduct.multiply(s, b, into: crossed, D, Q, D, transposed: true)
        MatrixProduct.multiply(b, crossed, into: explained, Q, Q, D)
      }
    }
    // tr Σ⁻¹ S as the sums of squares |y − Λ z|² / ψ and |z|² at the posterior mean z, in which nothing cancels
    // but what a row's residual is made of.
    var square = CompensatedSum()
    for d in 0..<D {
      var residual = observations.covariance[d * (D + 1)]
      for k in 0..<Q {
        var inner = 0.0
        for l in 0..<Q {
          inner += 0.5 * (explained[k * Q + l] + explained[l * Q + k]) * parameters.loadings[d * Q + l]
        }
        residual += parameters.loadings[d * Q + k] * (inner - 2 * crossed[d * Q + k])
      }
      square.add(residual / parameters.noise[d])
    }
    for k in 0..<Q { square.add(explained[k * (Q + 1)]) }
    let logLikelihood = weight * (parameters.logConstant - 0.5 * square.value)
    totals[0] += weight
    totals[1] += logLikelihood
    totals[2] += logLikelihood.magnitude
    totals[3] += weight * parameters.posteriorEntropy
    for index in 0..<D * Q { sums[index] += weight * crossed[index] }
    for i in 0..<Q {
      for j in 0..<Q {
        let mean = 0.5 * (explained[i * Q + j] + explained[j * Q + i])
        sums[D * Q + i * Q + j] += weight * (parameters.posteriorCovariance[i * Q + j] + mean)
      }
    }
  }
}
