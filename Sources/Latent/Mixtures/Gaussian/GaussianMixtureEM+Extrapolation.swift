import CSurprisalKernels
import SurprisalCore

/// The space in which EM is extrapolated: ln N_k, means, and the logarithmic Cholesky factor of each
/// component's own scatter W_k / N_k (its diagonal as logarithms). Any point of it is a valid set of moments,
/// and the M-step takes it into the covariance model.
extension GaussianMixtureEM {
  package func coordinates(_ moments: MixtureMoments) -> [Double]? {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    let entryCount = parameters.entryCount
    var result: [Double] = []
    result.reserveCapacity(K * (1 + D + entryCount))
    for k in 0..<K {
      let count = moments.counts[k]
      guard count > 0 else { return nil }
      result.append(surprisal_log(count / moments.total))
      result.append(contentsOf: moments.means[k * D..<(k + 1) * D])
      let scatter = moments.scatters[k * entryCount..<(k + 1) * entryCount].map { $0 / count }
      if parameters.covarianceModel.isDiagonal {
        guard scatter.allSatisfy({ $0 > 0 }) else { return nil }
        for value in scatter { result.append(0.5 * surprisal_log(value)) }
      } else {
        guard let factor = Cholesky.factor(scatter, dimension: D) else { return nil }
        for i in 0..<D {
          for j in 0..<i { result.append(factor[i * D + j]) }
          result.append(surprisal_log(factor[i * D + i]))
        }
      }
    }
    return result
  }

  package func coordinateMetric(_ moments: MixtureMoments) -> [Double] {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    let step = parameters.covarianceModel.isDiagonal ? 1 : D + 1
    var result: [Double] = []
    for k in 0..<K {
      let share = (moments.counts[k] / moments.total).squareRoot()
      let deviations = (0..<D).map { parameters.covariances[k * parameters.entryCount + $0 * step].squareRoot() }
      result.append(share)
      for deviation in deviations { result.append(share / deviation) }
      for i in 0..<D {
        if !parameters.covarianceModel.isDiagonal {
          for _ in 0..<i { result.append(share / deviations[i]) }
        }
        result.append(share * 1.4142135623730951)
      }
    }
    return result
  }

  package func maximized(atCoordinates point: [Double], near moments: MixtureMoments) -> GaussianMixtureEM? {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    var proposed = MixtureMoments(components: K, columns: D, entryCount: parameters.entryCount)
    var position = 0
    var logCounts: [Double] = []
    for k in 0..<K {
      logCounts.append(point[position])
      position += 1
      for d in 0..<D { proposed.means[k * D + d] = point[position + d] }
      position += D
      if parameters.covarianceModel.isDiagonal {
        for d in 0..<D { proposed.scatters[k * D + d] = surprisal_exp(2 * point[position + d]) }
        position += D
        continue
      }
      var factor = [Double](repeating: 0, count: D * D)
      for i in 0..<D {
        for j in 0..<i { factor[i * D + j] = point[position + j] }
        factor[i * D + i] = surprisal_exp(point[position + i])
        position += i + 1
      }
      for i in 0..<D {
        for j in 0...i {
          var value = 0.0
          for l in 0...j { value += factor[i * D + l] * factor[j * D + l] }
          proposed.scatters[(k * D + i) * D + j] = value
          proposed.scatters[(k * D + j) * D + i] = value
        }
      }
    }
    let top = logCounts.max() ?? 0
    let shares = logCounts.map { surprisal_exp($0 - top) }
    let sum = shares.reduce(0, +)
    for k in 0..<K {
      let count = moments.total * shares[k] / sum
      proposed.counts[k] = count
      let range = k * parameters.entryCount..<(k + 1) * parameters.entryCount
      for index in range { proposed.scatters[index] *= count }
    }
    guard proposed.scatters.allSatisfy(\.isFinite) else { return nil }
    return try? GaussianMixtureEM.maximum(proposed, setting: setting, previous: parameters.covariances)
  }
}
