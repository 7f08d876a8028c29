import SurprisalCore

extension GaussianMixtureEM {
  package func maximized(_ moments: MixtureMoments) throws -> GaussianMixtureEM {
    try GaussianMixtureEM.maximum(
      moments, setting: setting, previous: parameters.covariances, fallbackMeans: parameters.means)
  }

  /// The M-step: the parameters that maximize the expected complete log-likelihood, plus the log-prior.
  ///
  /// `previous`, if given, is where iterative covariance models start. Throws `CollapsedComponents`.
  package static func maximum(
    _ moments: MixtureMoments, setting: MixtureSetting, previous: [Double]? = nil,
    fallbackMeans: [Double]? = nil
  ) throws -> GaussianMixtureEM {
    let (K, D) = (moments.counts.count, setting.columnCount)
    let entryCount = setting.covarianceModel.entryCount(columns: D)
    if setting.prior == nil {
      let empty = (0..<K).filter { !(moments.counts[$0] > 0) }
      if !empty.isEmpty {
        throw CollapsedComponents(
          components: empty.map {
            .init(index: $0, effectiveRows: 0, smallestEigenvalue: 0, columns: Array(0..<D))
          })
      }
    }
    var counts = moments.counts
    var means = moments.means
    var scatters = moments.scatters
    let total = moments.total
    var weights = counts.map { $0 / total }
    if let prior = setting.prior {
      let denominator = total + Double(K) * (prior.concentration - 1)
      for k in 0..<K {
        let count = moments.counts[k]
        weights[k] = (count + prior.concentration - 1) / denominator
        let shrink = prior.meanStrength / (count + prior.meanStrength)
        for i in 0..<D {
          let offset = moments.means[k * D + i] - prior.center[i]
          means[k * D + i] = moments.means[k * D + i] - shrink * offset
          if setting.covarianceModel.isDiagonal {
            scatters[k * D + i] += prior.spread[i] + count * shrink * offset * offset
          } else {
            for j in 0..<D {
              let other = moments.means[k * D + j] - prior.center[j]
              scatters[(k * D + i) * D + j] += count * shrink * offset * other
            }
            scatters[(k * D + i) * D + i] += prior.spread[i]
          }
        }
        counts[k] = prior.effectiveCount(
          count, columns: D, isDiagonal: setting.covarianceModel.isDiagonal)
      }
    }
    let maximizer = CovarianceMaximizer(model: setting.covarianceModel, components: K, columns: D)
    let isSound: Bool
    if let previous, setting.covarianceModel.isIterative, previous.count == scatters.count {
      isSound = maximizer.maximize(counts: counts, scatters: scatters, previous: previous)
    } else {
      isSound = maximizer.maximize(counts: counts, scatters: scatters)
    }
    let covariances = Array(UnsafeBufferPointer(start: maximizer.covariances, count: K * entryCount))
    let parameters =
      isSound
      ? GaussianParameters(
        covarianceModel: setting.covarianceModel, weights: weights, means: means, covariances: covariances)
      : nil
    guard let parameters else {
      throw CollapsedComponents(components: singular(moments, maximizer, setting))
    }
    let result = GaussianMixtureEM(setting: setting, parameters: parameters)
    if setting.prior == nil {
      let collapsed = result.collapsed(moments)
      if !collapsed.isEmpty { throw CollapsedComponents(components: collapsed) }
    }
    return result
  }

  private static func singular(
    _ moments: MixtureMoments, _ maximizer: CovarianceMaximizer, _ setting: MixtureSetting
  ) -> [CollapsedComponents.Component] {
    let D = setting.columnCount
    var result: [CollapsedComponents.Component] = []
    for k in 0..<moments.counts.count where maximizer.isDegenerate[k] {
      let step = setting.covarianceModel.isDiagonal ? 1 : D + 1
      let flat = (0..<D).filter { d in
        let spread = moments.scatters[k * maximizer.entryCount + d * step]
        return !(spread > 1e-12 * setting.columnVariances[d] * max(1, moments.counts[k]))
      }
      result.append(
        .init(
          index: k, effectiveRows: moments.counts[k], smallestEigenvalue: 0,
          columns: flat.isEmpty ? Array(0..<D) : flat))
    }
    if result.isEmpty {
      result.append(.init(index: 0, effectiveRows: moments.counts[0], smallestEigenvalue: 0, columns: []))
    }
    return result
  }

  /// The components that cannot be part of an answer: on at most D + 1 effective rows, or with a smallest
  /// standardized eigenvalue below the limit.
  ///
  /// Eigenvalues below the limit are let pass where the other components have such eigenvalues too (within a
  /// factor of a thousand): clusters far apart are tight in units of the whole data's spread, and are no
  /// collapse. At 1e-24 nothing but rounding is left.
  package func collapsed(_ moments: MixtureMoments) -> [CollapsedComponents.Component] {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    var smallest = [Double](repeating: .infinity, count: K)
    var isExact = false
    for k in 0..<K {
      let trace = parameters.standardizedInverseTrace(k, columnVariances: setting.columnVariances)
      smallest[k] = 1 / trace
      if smallest[k] < setting.collapseEigenvalue { isExact = true }
    }
    var directions = [[Int]](repeating: [], count: K)
    if isExact {
      for k in 0..<K {
        let (eigenvalue, direction) = parameters.flattestDirection(k, columnVariances: setting.columnVariances)
        smallest[k] = eigenvalue
        let largest = direction.map(\.magnitude).max() ?? 0
        directions[k] = direction.enumerated().filter { $0.element.magnitude > 0.1 * largest }.map(\.offset)
      }
    }
    let widest = smallest.max() ?? 0
    return (0..<K).compactMap { k in
      let isFlat =
        isExact && smallest[k] < setting.collapseEigenvalue
        && (smallest[k] < 1e-3 * widest || smallest[k] < 1e-24)
      let isSmall = !(moments.counts[k] > Double(D + 1))
      guard isFlat || isSmall else { return nil }
      return .init(
        index: k, effectiveRows: moments.counts[k], smallestEigenvalue: smallest[k],
        columns: isFlat ? directions[k] : Array(0..<D))
    }
  }
}
