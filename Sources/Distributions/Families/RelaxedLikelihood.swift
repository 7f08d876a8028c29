import CSurprisalKernels
import SurprisalCore

/// The mean log-likelihood of relaxed categorical events by their logarithms y, up to a constant:
/// (K − 1) log λ + Σ wᵢ (Σₖ uᵢₖ − K log Σₖ e^uᵢₖ) with uᵢₖ = log αₖ − λ yᵢₖ and weights of sum 1.
///
/// u is linear in log α and λ together, hence it is concave in both. With the mean m of y and its deviations d, of root
/// mean square s, u = bₖ − (λ s) dᵢₖ / s with b = log α − λ m: Newton's steps in b and λ s start near their maximum.
struct RelaxedLikelihood {
  /// d / s, one event of `count` behind the other.
  private let deviations: [Double]
  private let means: [Double]
  private let spread: Double
  private let weights: [Double]
  private let count: Int

  init(logarithms: [Double], _ weights: [Double], count: Int) {
    let total = weights.reduce(0, +)
    let weights = weights.map { $0 / total }
    // A constant that is added to all of y changes nothing but the density's own unit.
    var centered = logarithms
    for start in stride(from: 0, to: centered.count, by: count) {
      let middle = centered[start..<start + count].reduce(0) { $0 + $1 / Double(count) }
      for index in start..<start + count { centered[index] -= middle }
    }
    var means = [Double](repeating: 0, count: count)
    for index in centered.indices { means[index % count] += weights[index / count] * centered[index] }
    for index in centered.indices { centered[index] -= means[index % count] }
    let most = centered.reduce(0) { Swift.max($0, $1.magnitude) }
    let squares = centered.indices.reduce(0) { sum, index in
      let share = most > 0 ? centered[index] / most : 0
      return sum + weights[index / count] * share * share
    }
    let spread = most * (squares / Double(count)).squareRoot()
    deviations = centered.map { spread > 0 ? $0 / spread : 0 }
    (self.means, self.spread, self.weights, self.count) = (means, spread, weights, count)
  }

  /// Logits of sum 0, then the temperature: the known one, else that of greatest likelihood.
  ///
  /// - Throws: `data` if the events have no spread and the temperature is not known.
  func maximum(temperature: Double?) throws -> [Double] {
    guard temperature != nil || spread > 0 && spread.isFinite else {
      throw SurprisalError(.data, "RelaxedCategorical: the rows are all equal, no fit has a density there")
    }
    // The last parameter is λ s: that of Gumbel noise is its standard deviation.
    var point = [Double](repeating: 0, count: count) + [temperature.map { $0 * spread } ?? 1.28]
    var (value, slopes, curvature) = derivatives(at: point)
    for _ in 0..<200 {
      if temperature != nil {
        slopes[count] = 0
        for index in 0..<count {
          curvature[count * (count + 1) + index] = 0
          curvature[index * (count + 1) + count] = 0
        }
        curvature[count * (count + 2)] = 1
      }
      let newton = Cholesky.factor(curvature, dimension: count + 1).map { Triangular.solveSymmetric($0, slopes) }
      var (promise, isBetter) = (0.0, false)
      for step in [newton, scaling(slopes)] {
        guard let step, !isBetter else { continue }
        promise = zip(step, slopes).reduce(0) { $0 + $1.0 * $1.1 }
        var factor = 1.0
        while factor > 1e-3 && !isBetter {
          let next = zip(point, step).map { $0 + factor * $1 }
          if next[count] > 0 || temperature != nil {
            let at = derivatives(at: next)
            isBetter = at.value >= value + 1e-4 * factor * promise - 1e-15 * Swift.max(1, abs(value))
            if isBetter { (point, (value, slopes, curvature)) = (next, at) }
          }
          factor *= isBetter ? 1 : 0.5
        }
      }
      // Half of Newton's promise is what remained to gain, in nats a row; the last step has taken it.
      if !isBetter || promise < 1e-20 { break }
    }
    let found = temperature ?? point[count] / spread
    let logits = zip(point, means).map { $0 + found * $1 }
    let middle = logits.reduce(0) { $0 + $1 / Double(count) }
    return logits.map { $0 - middle } + [found]
  }

  /// The step b − log(K mean share), which never lowers the likelihood (−log v ≥ 1 − v), where Newton's has no hold.
  private func scaling(_ slopes: [Double]) -> [Double] {
    slopes[..<count].map { -surprisal_log(Swift.max(1 - $0, 1e-16)) } + [0]
  }

  /// Value, gradient and the negative Hessian, K + 1 numbers wide, with 1 / K added everywhere in its block of b, where it
  /// is singular: adding a constant to b changes nothing.
  private func derivatives(at point: [Double]) -> (value: Double, slopes: [Double], curvature: [Double]) {
    let (k, width, temperature) = (Double(count), count + 1, point[count])
    let freedom = spread > 0 ? k - 1 : 0
    var value = freedom > 0 ? freedom * surprisal_log(temperature) : 0
    var slopes = [Double](repeating: 0, count: width)
    var curvature = [Double](repeating: 0, count: width * width)
    slopes[count] = freedom > 0 ? freedom / temperature : 0
    curvature[count * width + count] = freedom > 0 ? freedom / (temperature * temperature) : 0
    var shares = [Double](repeating: 0, count: count)
    for (row, weight) in weights.enumerated() {
      let start = row * count
      var largest = -Double.infinity
      for j in 0..<count {
        shares[j] = point[j] - temperature * deviations[start + j]
        largest = Swift.max(largest, shares[j])
      }
      var (sum, total) = (0.0, 0.0)
      for j in 0..<count {
        total += shares[j] - largest
        shares[j] = surprisal_exp(shares[j] - largest)
        sum += shares[j]
      }
      value += weight * (total - k * surprisal_log(sum))
      var (center, square) = (0.0, 0.0)
      for j in 0..<count {
        shares[j] /= sum
        let deviation = deviations[start + j]
        slopes[j] += weight * (1 - k * shares[j])
        slopes[count] -= weight * (1 - k * shares[j]) * deviation
        center += shares[j] * deviation
        square += shares[j] * deviation * deviation
      }
      // K times the covariance, under the shares, of the derivatives of u.
      for j in 0..<count {
        let factor = weight * k * shares[j]
        for other in 0..<count { curvature[j * width + other] -= factor * shares[other] }
        curvature[j * width + j] += factor
        curvature[count * width + j] -= factor * (deviations[start + j] - center)
      }
      curvature[count * width + count] += weight * k * (square - center * center)
    }
    for j in 0..<count {
      curvature[j * width + count] = curvature[count * width + j]
      for other in 0..<count { curvature[j * width + other] += 1 / k }
    }
    return (value, slopes, curvature)
  }
}
