import CSurprisalKernels
import SurprisalCore

/// Free coordinates ψ of a Gaussian mixture around a point, where ψ = 0: as many as it has free parameters.
///
/// Weights: π_k + ψ for all but the last. Means: m + ψ s, with s the component's standard deviations. Covariances:
/// entries Σ_ij + ψ s_i s_j for VVV and EEE; for the others λ_k D_k A_k D_kᵀ with logarithms of volume and shape, and
/// plane rotations of the axes, shared as the model shares them. So a unit of each coordinate is about one standard
/// deviation of the component.
struct MixtureChart {
  let base: GaussianParameters
  private let K: Int
  private let D: Int
  private let volumes: Int
  private let shapes: Int
  private let turns: Int
  private let hasEntries: Bool
  /// Eigenvalues [K][D] and eigenvectors as rows [K][D][D], where the model is not taken entry by entry.
  private var values: [Double] = []
  private var axes: [Double] = []

  /// Whether θ is linear in ψ.
  var isLinear: Bool { hasEntries }
  /// ψ's length.
  var count: Int { K - 1 + K * D + (hasEntries ? volumes * D * (D + 1) / 2 : volumes + shapes + turns) }
  /// θ's length: weights [K], means [K][D], covariances as `GaussianParameters` holds them.
  var flatCount: Int { K + K * D + K * base.entryCount }

  init(_ base: GaussianParameters) {
    self.base = base
    (K, D) = (base.componentCount, base.columnCount)
    let letters = Array(base.covarianceModel.rawValue)
    hasEntries = base.covarianceModel == .vvv || base.covarianceModel == .eee
    volumes = letters[0] == "V" ? K : 1
    shapes = letters[1] == "I" ? 0 : (D - 1) * (letters[1] == "V" ? K : 1)
    turns = letters[2] == "I" ? 0 : D * (D - 1) / 2 * (letters[2] == "V" ? K : 1)
    if !hasEntries, !base.covarianceModel.isDiagonal { findAxes(isShared: letters[2] == "E") }
  }

  private mutating func findAxes(isShared: Bool) {
    var common: [Double] = []
    if isShared {
      // Unequal weights, so that eigenvalues that are equal in one component are told apart by another.
      var mean = [Double](repeating: 0, count: D * D)
      for k in 0..<K {
        let trace = (0..<D).reduce(0) { $0 + base.covariances[(k * D + $1) * D + $1] }
        for index in mean.indices {
          mean[index] += (1 + 0.618 * Double(k)) * base.covariances[k * D * D + index] / trace
        }
      }
      common = SymmetricEigen.decompose(mean, dimension: D)?.vectors ?? []
    }
    for k in 0..<K {
      let covariance = Array(base.covariances[k * D * D..<(k + 1) * D * D])
      let vectors = isShared ? common : SymmetricEigen.decompose(covariance, dimension: D)?.vectors ?? []
      axes += vectors
      for d in 0..<D where vectors.count == D * D {
        var value = 0.0
        for i in 0..<D {
          for j in 0..<D { value += vectors[d * D + i] * covariance[i * D + j] * vectors[d * D + j] }
        }
        values.append(value)
      }
    }
  }

  /// The standard deviation of column `d` in component `k`.
  private func deviation(_ k: Int, _ d: Int) -> Double {
    base.covariances[base.covarianceModel.isDiagonal ? k * D + d : (k * D + d) * D + d].squareRoot()
  }

  /// θ at ψ.
  func flat(_ point: [Double]) -> [Double] {
    var result = base.weights + base.means + base.covariances
    var at = 0
    for k in 0..<K - 1 {
      result[k] += point[at]
      result[K - 1] -= point[at]
      at += 1
    }
    for k in 0..<K {
      for d in 0..<D {
        result[K + k * D + d] += point[at] * deviation(k, d)
        at += 1
      }
    }
    let first = K + K * D
    if hasEntries {
      let size = D * (D + 1) / 2
      for k in 0..<K {
        var from = at + (volumes == 1 ? 0 : k * size)
        for i in 0..<D {
          for j in 0...i {
            let change = point[from] * deviation(k, i) * deviation(k, j)
            result[first + (k * D + i) * D + j] += change
            if i != j { result[first + (k * D + j) * D + i] += change }
            from += 1
          }
        }
      }
      return result
    }
    for k in 0..<K {
      let logs = logFactors(k, point[at...])
      if base.covarianceModel.isDiagonal {
        for d in 0..<D { result[first + k * D + d] *= surprisal_exp(logs[d]) }
      } else {
        let covariance = turned(k, logs, point[(at + volumes + shapes)...])
        for index in covariance.indices { result[first + k * D * D + index] = covariance[index] }
      }
    }
    return result
  }

  /// The logarithms of what the eigenvalues of component `k` are multiplied by.
  private func logFactors(_ k: Int, _ point: ArraySlice<Double>) -> [Double] {
    let start = point.startIndex
    var logs = [Double](repeating: point[start + (volumes == 1 ? 0 : k)], count: D)
    guard shapes > 0 else { return logs }
    let own = start + volumes + (shapes == D - 1 ? 0 : k * (D - 1))
    for d in 0..<D - 1 {
      logs[d] += point[own + d]
      logs[D - 1] -= point[own + d]
    }
    return logs
  }

  private func turned(_ k: Int, _ logs: [Double], _ point: ArraySlice<Double>) -> [Double] {
    var vectors = Array(axes[k * D * D..<(k + 1) * D * D])
    let angles = D * (D - 1) / 2
    var angle = point.startIndex + (turns == angles ? 0 : k * angles)
    for i in 0..<D {
      for j in i + 1..<max(D, i + 1) {
        let (c, s) = (surprisal_cos(point[angle]), surprisal_sin(point[angle]))
        for d in 0..<D {
          let (first, second) = (vectors[i * D + d], vectors[j * D + d])
          vectors[i * D + d] = c * first + s * second
          vectors[j * D + d] = c * second - s * first
        }
        angle += 1
      }
    }
    var result = [Double](repeating: 0, count: D * D)
    for d in 0..<D {
      let value = values[k * D + d] * surprisal_exp(logs[d])
      for i in 0..<D {
        for j in 0..<D { result[i * D + j] += value * vectors[d * D + i] * vectors[d * D + j] }
      }
    }
    return result
  }

  /// The parameters at ψ; nil where they are none.
  func parameters(_ point: [Double]) -> GaussianParameters? {
    let values = flat(point)
    return GaussianParameters(
      covarianceModel: base.covarianceModel, weights: Array(values[..<K]), means: Array(values[K..<K + K * D]),
      covariances: Array(values[(K + K * D)...]))
  }

  /// ∂θ/∂ψ at ψ, one list of the entries that are not 0 a coordinate.
  func jacobian(_ point: [Double]) -> [[(index: Int, slope: Double)]] {
    (0..<count).map { coordinate in
      let slopes = Stencil.derivative(at: point, along: coordinate) { flat($0) } ?? []
      return slopes.indices.compactMap { slopes[$0] == 0 ? nil : ($0, slopes[$0]) }
    }
  }
}

/// Derivatives by differences of fourth order.
enum Stencil {
  /// The step: its fourth power is below rounding where a coordinate's unit is its scale.
  private static let step = 0x1p-10

  /// ∂f/∂x_i at `point`; nil where `f` is nil at one of the four points.
  static func derivative(
    at point: [Double], along coordinate: Int, _ f: ([Double]) throws -> [Double]?
  ) rethrows -> [Double]? {
    var result: [Double] = []
    for (shift, weight) in [(-2.0, 1.0), (-1, -8), (1, 8), (2, -1)] {
      var moved = point
      moved[coordinate] += shift * step
      guard let values = try f(moved) else { return nil }
      if result.isEmpty { result = [Double](repeating: 0, count: values.count) }
      for index in values.indices { result[index] += weight * values[index] }
    }
    return result.map { $0 / (12 * step) }
  }
}
