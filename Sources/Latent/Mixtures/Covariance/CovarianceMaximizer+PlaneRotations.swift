import CSurprisalKernels
import SurprisalCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Plane rotations lower the criterion of EVE and VVE one pair (p, q) of rows of V at a time: with
// m = (w_p + w_q)/2 and s(φ) = a cos φ + b sin φ the pair's product is P = m² − s² after a turn by φ/2.
// Newton's step in φ is taken when it lowers the criterion; otherwise the majorizing step (ln P and P^(1/D)
// are concave in P; Browne and McNicholas 2014), which always does.
extension CovarianceMaximizer {
  private var sines: UnsafeMutablePointer<Double> { componentVectors + 3 * componentCount }
  private var cosines: UnsafeMutablePointer<Double> { componentVectors + 2 * componentCount }
  private var means: UnsafeMutablePointer<Double> { componentVectors + componentCount }
  private var weights: UnsafeMutablePointer<Double> { componentVectors }

  /// Sweeps over all pairs until a whole sweep gains nothing that counts; the number of sweeps.
  @discardableResult
  func sweep(isEqualVolume: Bool, limit: Int) -> Int {
    var total = 0.0
    for component in 0..<componentCount where active[component] > 0 {
      total += counts[component]
      if isEqualVolume {
        geometricMeans[component] = surprisal_exp(logGeometricMean(component))
      }
    }
    for count in 1...limit {
      var gain = 0.0
      for p in 0..<(columnCount - 1) {
        for q in (p + 1)..<columnCount {
          gain += turnPair(p, q, total, isEqualVolume: isEqualVolume)
        }
      }
      if !(gain > 1e-16 * total * Double(columnCount)) { return count }
    }
    return limit
  }

  /// Turns the plane (p, q) and gives by how much the criterion, in nats doubled, fell.
  private func turnPair(_ p: Int, _ q: Int, _ total: Double, isEqualVolume: Bool) -> Double {
    let power = isEqualVolume ? 1 / Double(columnCount) : 0
    var volume = 0.0
    if isEqualVolume {
      for component in 0..<componentCount where active[component] > 0 {
        volume += geometricMeans[component]
      }
    }
    var slope = 0.0
    var curvature = 0.0
    var square = (0.0, 0.0, 0.0)
    for component in 0..<componentCount where active[component] > 0 {
      let matrix = turned + component * entryCount
      let first = matrix[p * columnCount + p]
      let second = matrix[q * columnCount + q]
      let a = 0.5 * (first - second)
      let b = matrix[p * columnCount + q]
      let product = first * second
      // For equal volumes n g_k / Σ g takes the place of n_k.
      let weight = isEqualVolume ? total * geometricMeans[component] / volume : counts[component]
      weights[component] = weight
      means[component] = 0.5 * (first + second)
      cosines[component] = a
      sines[component] = b
      let share = weight / product
      let change = -2 * a * b / product
      slope += weight * change
      curvature += weight * (2 * (a * a - b * b) / product + (power - 1) * change * change)
      square.0 += share * a * a
      square.1 += share * a * b
      square.2 += share * b * b
    }
    var angle = 0.0
    var gain = -Double.infinity
    if curvature > 0 {
      // The turn would change no digit of the criterion.
      if slope.magnitude <= 1e-16 * curvature { return 0 }
      angle = min(max(-slope / curvature, -1), 1)
      gain = gainOfTurn(angle, power)
    }
    if !(gain > 0) || curvature <= 0 {
      // The leading direction of Σ share (a, b)(a, b)ᵀ; it is in (−π/2, π/2].
      let majorizing = 0.5 * atan2(2 * square.1, square.0 - square.2)
      let other = gainOfTurn(majorizing, power)
      if other > gain || !gain.isFinite { (angle, gain) = (majorizing, other) }
    }
    guard gain > 0, angle != 0 else { return 0 }
    apply(angle: angle, p, q, power)
    return gain
  }

  /// −Σ weight_k · (P^power change), which for power 0 is −Σ weight_k Δ ln P.
  private func gainOfTurn(_ angle: Double, _ power: Double) -> Double {
    let cosine = surprisal_cos(angle)
    let sine = surprisal_sin(angle)
    var gain = 0.0
    for component in 0..<componentCount where active[component] > 0 {
      let a = cosines[component]
      let new = a * cosine + sines[component] * sine
      let mean = means[component]
      let change = (a - new) * (a + new) / ((mean - a) * (mean + a))
      let logarithm = log1p(change)
      gain -= weights[component] * (power > 0 ? expm1(power * logarithm) / power : logarithm)
    }
    return gain
  }

  /// Turns rows p and q of V and of every turned matrix by half the angle.
  private func apply(angle: Double, _ p: Int, _ q: Int, _ power: Double) {
    let cosine = surprisal_cos(0.5 * angle)
    let sine = surprisal_sin(0.5 * angle)
    let n = columnCount
    Dense.rotate(orientation + p * n, orientation + q * n, n, cosine: cosine, sine: sine)
    for component in 0..<componentCount where active[component] > 0 {
      let matrix = turned + component * entryCount
      let before = matrix[p * n + p] * matrix[q * n + q]
      Dense.rotate(matrix + p * n, matrix + q * n, n, cosine: cosine, sine: sine)
      rotatePair(matrix + p * n, p, q, cosine, sine)
      rotatePair(matrix + q * n, p, q, cosine, sine)
      for column in 0..<n where column != p && column != q {
        matrix[column * n + p] = matrix[p * n + column]
        matrix[column * n + q] = matrix[q * n + column]
      }
      matrix[q * n + p] = matrix[p * n + q]
      guard power > 0 else { continue }
      let ratio = matrix[p * n + p] * matrix[q * n + q] / before
      geometricMeans[component] *= surprisal_exp(power * surprisal_log(ratio))
    }
  }

  /// (row_p, row_q) ← (c row_p + s row_q, c row_q − s row_p).
  private func rotatePair(
    _ row: UnsafeMutablePointer<Double>, _ p: Int, _ q: Int, _ cosine: Double, _ sine: Double
  ) {
    let first = row[p]
    let second = row[q]
    row[p] = cosine * first + sine * second
    row[q] = cosine * second - sine * first
  }
}
