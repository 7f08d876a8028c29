import CSurprisalKernels
import SurprisalCore

extension FactorEM {
  /// The most columns for which a proposal's loadings are the best for its noise, by the eigenvectors of a D × D
  /// matrix; beyond, they are those of parameter expansion.
  private static var profileLimit: Int { 192 }

  /// ln ψ of the M-step: the loadings follow from it, or from the moments.
  package func coordinates(_ moments: Moments) -> [Double]? {
    guard let next = try? maximized(moments).parameters else { return nil }
    return (setting.isIsotropic ? [next.noise[0]] : next.noise).map { surprisal_log($0) }
  }

  package func maximized(atCoordinates point: [Double], near moments: Moments) -> FactorEM? {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    guard let next = try? maximized(moments).parameters else { return nil }
    var noise = next.noise
    if !setting.isIsotropic {
      for d in 0..<D {
        let most = max(setting.floors[d], setting.summary.covariance[d * (D + 1)])
        noise[d] = max(setting.floors[d], min(most, surprisal_exp(min(700, max(-700, point[d])))))
      }
    }
    let loadings: [Double]
    if !setting.isIsotropic, D <= FactorEM.profileLimit {
      guard let profile = FactorProfile(setting.summary, noise: noise, factors: Q) else { return nil }
      loadings = profile.loadings(Q)
    } else {
      guard let expanded = expanded(next.loadings, moments) else { return nil }
      loadings = expanded
    }
    return FactorParameters(loadings: loadings, noise: noise, extra: parameters.extra).map {
      FactorEM(setting: setting, parameters: $0)
    }
  }

  /// Parameter-expanded EM (Liu, Rubin and Wu 1998): with a covariance of the factors as a further parameter the
  /// M-step makes it C = E[z zᵀ], and Λ C^(½) takes it back. Where the noise is small, plain EM hardly changes the
  /// lengths of the loadings; this finds them at once.
  private func expanded(_ loadings: [Double], _ moments: Moments) -> [Double]? {
    let (D, Q) = (parameters.columnCount, parameters.factorCount)
    guard let factor = Cholesky.factor(moments.squared.map { $0 / moments.weight }, dimension: Q) else { return nil }
    return MatrixProduct.of(loadings, factor, D, Q, Q)
  }
}
