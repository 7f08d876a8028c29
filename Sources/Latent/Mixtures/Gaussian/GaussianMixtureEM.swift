import CSurprisalKernels
import SurprisalCore

/// What stays fixed while EM moves the parameters of a Gaussian mixture.
package struct MixtureSetting: Sendable {
  package var covarianceModel: CovarianceModel
  package var standardization: Standardization
  /// The columns' variances in standardized coordinates, about 1.
  package var columnVariances: [Double]
  package var prior: ScaledPrior?
  /// Without a prior, a component below this smallest standardized eigenvalue may have collapsed.
  package var collapseEigenvalue = 1e-5
  /// Whether rows may lack cells.
  package var hasMissingCells = false
  package var columnCount: Int { columnVariances.count }
}

/// A Gaussian mixture as EM fits it: parameters in standardized coordinates and what stays fixed.
package struct GaussianMixtureEM: LatentVariableModel {
  package let setting: MixtureSetting
  package let parameters: GaussianParameters

  package init(setting: MixtureSetting, parameters: GaussianParameters) {
    self.setting = setting
    self.parameters = parameters
  }

  package var parameterCount: Int {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    return K - 1 + K * D + setting.covarianceModel.parameterCount(components: K, columns: D)
  }

  package var logPrior: Double { setting.prior?.logDensity(parameters) ?? 0 }

  package var unitOffset: (perWeight: Double, logPrior: Double) {
    let logScale = setting.standardization.logScaleSum
    // dm dΣ in x is Π scale · Π scale^(D + 1) times that in z, or Π scale³ for means and variances.
    let power = setting.covarianceModel.isDiagonal ? 3 : Double(setting.columnCount) + 2
    return (-logScale, -Double(parameters.componentCount) * power * logScale)
  }

  package func expectation() -> MixtureExpectation {
    MixtureExpectation(
      plan: MixturePlan(parameters, standardization: setting.standardization), missing: missingExpectation)
  }

  var missingExpectation: MissingExpectation? {
    setting.hasMissingCells
      ? MissingExpectation(parameters: parameters, standardization: setting.standardization) : nil
  }

  package func expectedLogJoint(_ moments: MixtureMoments) -> Double {
    var total = 0.0
    for k in 0..<parameters.componentCount where moments.counts[k] > 0 {
      total += moments.counts[k] * parameters.logConstant(k) - 0.5 * trace(moments, k)
    }
    return total
  }

  /// tr(Σ⁻¹ (W + N δ δᵀ)), δ the distance of the moments' mean from the parameters'.
  private func trace(_ moments: MixtureMoments, _ k: Int) -> Double {
    let D = parameters.columnCount
    let base = k * parameters.entryCount
    let count = moments.counts[k]
    let precisions = parameters.precisions
    var total = CompensatedSum()
    for i in 0..<D {
      let offset = moments.means[k * D + i] - parameters.means[k * D + i]
      if parameters.covarianceModel.isDiagonal {
        total.add(precisions[base + i] * (moments.scatters[base + i] + count * offset * offset))
      } else {
        var row = 0.0
        for j in 0..<D {
          let other = moments.means[k * D + j] - parameters.means[k * D + j]
          row += precisions[base + i * D + j] * (moments.scatters[base + i * D + j] + count * offset * other)
        }
        total.add(row)
      }
    }
    return total.value
  }

  package func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    let unit = 8 * 0x1p-53
    let condition = parameters.condition
    let size = statistics.logLikelihoodMagnitude + statistics.weight * Double(parameters.columnCount)
    let prior = logPrior.magnitude
    let separation = statistics.weight * parameters.largestInfluence
    return (
      unit * ((size + prior) * condition.squareRoot() + separation),
      unit * ((size + prior) * condition + separation)
    )
  }
}
