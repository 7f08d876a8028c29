import CSurprisalKernels
import SurprisalCore

extension FactorEM {
  /// The most columns for which a proposal's loadings are the best for its noise, by the eigenvectors of a D × D
  /// matrix; beyond, they are extrapolated with it.
  private static var profileLimit: Int { 192 }

  private var usesProfile: Bool { !setting.isIsotropic && parameters.columnCount <= FactorEM.profileLimit }

  /// ln ψ of the M-step, behind its loadings where they are extrapolated too.
  package func coordinates(_ moments: Moments) -> [Double]? {
    guard let next = try? maximized(moments).parameters else { return nil }
    let noise = setting.isIsotropic ? [next.noise[0]] : next.noise
    return (usesProfile ? [] : next.loadings) + noise.map { surprisal_log($0) }
  }

  /// Loadings by the standard deviation of the noise, logarithms as they are.
  package func coordinateMetric(_ moments: Moments) -> [Double] {
    guard !usesProfile else { return [] }
    let Q = parameters.factorCount
    return parameters.loadings.indices.map { 1 / parameters.noise[$0 / Q].squareRoot() }
      + (setting.isIsotropic ? [parameters.extent.squareRoot()] : parameters.noise.map { _ in 1 })
  }

  package func maximized(atCoordinates point: [Double], near moments: Moments) -> FactorEM? {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    let logs = Array(point.suffix(setting.isIsotropic ? 1 : D))
    let noise = (0..<D).map { d -> Double in
      let most = max(setting.floors[d], setting.summary.covariance[d * (D + 1)])
      let value = surprisal_exp(min(700, max(-700, logs[setting.isIsotropic ? 0 : d])))
      return setting.isIsotropic ? max(setting.floors[0], value) : max(setting.floors[d], min(most, value))
    }
    if usesProfile {
      guard let profile = FactorProfile(setting.summary, noise: noise, factors: Q) else { return nil }
      let loadings = profile.loadings(Q)
      return FactorParameters(loadings: loadings, noise: noise).map { FactorEM(setting: setting, parameters: $0) }
    }
    return FactorParameters(loadings: Array(point.prefix(D * Q)), noise: noise, extra: parameters.extra).map {
      FactorEM(setting: setting, parameters: $0)
    }
  }
}
