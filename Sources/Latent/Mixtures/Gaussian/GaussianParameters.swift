import CSurprisalKernels
import SurprisalCore

/// θ of a Gaussian mixture in standardized coordinates, with the factors that every step needs.
package struct GaussianParameters: Sendable {
  /// The largest κ at which a component is evaluated in the feature form (DESIGN: its error is about u·κ).
  static let featureFormLimit = 4096.0

  package let covarianceModel: CovarianceModel
  package let componentCount: Int
  package let columnCount: Int
  /// [K], summing to 1.
  package private(set) var weights: [Double]
  /// [K][D].
  package private(set) var means: [Double]
  /// [K][D][D] or [K][D].
  package private(set) var covariances: [Double]
  /// Lower Cholesky factors L, or standard deviations.
  package private(set) var factors: [Double]
  /// ln|Σ_k|, [K].
  package private(set) var logDeterminants: [Double]
  /// L⁻¹, or 1 / standard deviation.
  package private(set) var whitening: [Double]
  /// Σ⁻¹, or 1 / variance.
  package private(set) var precisions: [Double]
  /// κ_k = |m|ᵀ|Σ⁻¹||m|: the size of the numbers that the feature form subtracts.
  package private(set) var influence: [Double]

  /// The numbers per component in `covariances` and its factors.
  package var entryCount: Int { covarianceModel.entryCount(columns: columnCount) }

  /// Parameters with given covariances; nil if a covariance is not positive definite or a number not finite.
  package init?(
    covarianceModel: CovarianceModel, weights: [Double], means: [Double], covariances: [Double]
  ) {
    self.covarianceModel = covarianceModel
    componentCount = weights.count
    columnCount = means.count / max(1, weights.count)
    self.weights = weights
    self.means = means
    self.covariances = covariances
    factors = covariances
    logDeterminants = [Double](repeating: 0, count: weights.count)
    whitening = [Double](repeating: 0, count: covariances.count)
    precisions = whitening
    influence = logDeterminants
    guard weights.allSatisfy({ $0 > 0 && $0.isFinite }), means.allSatisfy(\.isFinite), factor() else {
      return nil
    }
  }

  private mutating func factor() -> Bool {
    let (count, dimension, isDiagonal) = (entryCount, columnCount, covarianceModel.isDiagonal)
    for k in 0..<componentCount {
      let range = k * count..<(k + 1) * count
      if isDiagonal {
        var logDeterminant = CompensatedSum()
        for index in range {
          let variance = covariances[index]
          guard variance > 0, variance.isFinite else { return false }
          factors[index] = variance.squareRoot()
          whitening[index] = 1 / factors[index]
          precisions[index] = 1 / variance
          logDeterminant.add(surprisal_log(variance))
        }
        logDeterminants[k] = logDeterminant.value
      } else {
        let passed = covariances.withUnsafeBufferPointer { from in
          factors.withUnsafeMutableBufferPointer { l in
            whitening.withUnsafeMutableBufferPointer { w in
              precisions.withUnsafeMutableBufferPointer { p in
                guard let from = from.baseAddress, let l = l.baseAddress, let w = w.baseAddress,
                  let p = p.baseAddress
                else { return false }
                let start = range.lowerBound
                guard Cholesky.factor(from + start, into: l + start, dimension) == dimension else { return false }
                Triangular.invert(l + start, into: w + start, dimension)
                Triangular.gram(w + start, into: p + start, dimension)
                return true
              }
            }
          }
        }
        guard passed else { return false }
        var logDeterminant = 0.0
        for d in 0..<dimension { logDeterminant += surprisal_log(factors[range.lowerBound + d * (dimension + 1)]) }
        logDeterminants[k] = 2 * logDeterminant
      }
      guard logDeterminants[k].isFinite else { return false }
      influence[k] = influence(of: k)
    }
    return true
  }

  private func influence(of k: Int) -> Double {
    let base = k * entryCount
    var total = 0.0
    for i in 0..<columnCount {
      let mean = means[k * columnCount + i].magnitude
      if covarianceModel.isDiagonal {
        total += mean * mean * precisions[base + i]
      } else {
        for j in 0..<columnCount {
          total += mean * precisions[base + i * columnCount + j].magnitude * means[k * columnCount + j].magnitude
        }
      }
    }
    return total
  }

  /// Whether component `k` is evaluated in the feature form: a function of the parameters alone.
  package func usesFeatureForm(_ k: Int) -> Bool { influence[k] <= GaussianParameters.featureFormLimit }

  /// The largest κ over the components in the feature form.
  package var largestInfluence: Double {
    influence.lazy.filter { $0 <= GaussianParameters.featureFormLimit }.max() ?? 0
  }

  /// log π_k − ½ D ln 2π − ½ ln|Σ_k|.
  package func logConstant(_ k: Int) -> Double {
    surprisal_log(weights[k]) - 0.5 * (Double(columnCount) * logTwoPi + logDeterminants[k])
  }

  /// The parameters with `order` giving each component's old number.
  package func reordered(_ order: [Int]) -> GaussianParameters {
    var result = self
    let (count, dimension) = (entryCount, columnCount)
    for (new, old) in order.enumerated() {
      result.weights[new] = weights[old]
      result.logDeterminants[new] = logDeterminants[old]
      result.influence[new] = influence[old]
      for d in 0..<dimension { result.means[new * dimension + d] = means[old * dimension + d] }
      for index in 0..<count {
        result.covariances[new * count + index] = covariances[old * count + index]
        result.factors[new * count + index] = factors[old * count + index]
        result.whitening[new * count + index] = whitening[old * count + index]
        result.precisions[new * count + index] = precisions[old * count + index]
      }
    }
    return result
  }
}

/// ln 2π.
package let logTwoPi = 1.8378770664093453

/// A sum that carries the rounding of its additions along (Neumaier 1974). Equal terms, as spherical models
/// have, would otherwise round the same way every time.
struct CompensatedSum {
  private var total = 0.0
  private var lost = 0.0

  // Beyond the finite numbers the correction is NaN.
  var value: Double { total.isFinite ? total + lost : total }

  mutating func add(_ term: Double) {
    let sum = total + term
    lost += total.magnitude >= term.magnitude ? (total - sum) + term : (term - sum) + total
    total = sum
  }
}
