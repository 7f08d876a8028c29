import CSurprisalKernels
import SurprisalCore

extension GaussianMixtureEM {
  package func moments(of statistics: Statistics) -> MixtureMoments {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    var result = MixtureMoments(components: K, columns: D, entryCount: parameters.entryCount)
    let features = surprisal_mixture_feature_count(D, parameters.covarianceModel.isDiagonal ? 1 : 0)
    statistics.storage.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for k in 0..<K {
        let sums = base + Statistics.totalCount + k * features
        if parameters.covarianceModel.isDiagonal {
          readDiagonal(sums, k, &result)
        } else {
          readFull(sums, k, &result)
        }
      }
      missingExpectation?.join(base + Statistics.totalCount + K * features, to: &result)
    }
    return result
  }

  private func readDiagonal(_ sums: UnsafePointer<Double>, _ k: Int, _ result: inout MixtureMoments) {
    let D = parameters.columnCount
    let count = sums[2 * D]
    result.counts[k] = count
    let isCentered = !parameters.usesFeatureForm(k)
    for d in 0..<D {
      let at = k * D + d
      let mean = count > 0 ? sums[D + d] / count : 0
      let scatter = count > 0 ? max(0, sums[d] - sums[D + d] * mean) : 0
      if isCentered {
        let deviation = parameters.factors[at]
        result.means[at] = parameters.means[at] + deviation * mean
        result.scatters[at] = scatter * parameters.covariances[at]
      } else {
        result.means[at] = count > 0 ? mean : parameters.means[at]
        result.scatters[at] = scatter
      }
    }
  }

  private func readFull(_ sums: UnsafePointer<Double>, _ k: Int, _ result: inout MixtureMoments) {
    let D = parameters.columnCount
    let squares = D * (D + 1) / 2
    let count = sums[squares + D]
    let base = k * D * D
    result.counts[k] = count
    guard count > 0 else {
      for d in 0..<D { result.means[k * D + d] = parameters.means[k * D + d] }
      return
    }
    let linear = sums + squares
    var feature = 0
    for i in 0..<D {
      let mean = linear[i] / count
      for j in i..<D {
        let value = sums[feature] - mean * linear[j]
        result.scatters[base + i * D + j] = value
        result.scatters[base + j * D + i] = value
        feature += 1
      }
      result.means[k * D + i] = mean
    }
    guard !parameters.usesFeatureForm(k) else { return }
    // Back from y = W (z − m): mean m + L ȳ and scatter L S Lᵀ.
    let factor = parameters.factors[base..<base + D * D]
    var means = [Double](repeating: 0, count: D)
    factor.withUnsafeBufferPointer { l in
      result.scatters.withUnsafeMutableBufferPointer { scatters in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * D * D) { scratch in
          guard let l = l.baseAddress, let scatter = scatters.baseAddress, let scratch = scratch.baseAddress
          else { return }
          let source = scratch + D * D
          source.initialize(from: scatter + base, count: D * D)
          Dense.congruence(of: source, by: l, into: scatter + base, scratch: scratch, D)
          for i in 0..<D {
            for j in 0...i { means[i] += l[i * D + j] * result.means[k * D + j] }
          }
        }
      }
    }
    for d in 0..<D { result.means[k * D + d] = parameters.means[k * D + d] + means[d] }
  }
}
