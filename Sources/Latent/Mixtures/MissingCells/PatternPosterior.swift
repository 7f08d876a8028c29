import CSurprisalKernels
import SurprisalCore

/// The posterior of a Gaussian mixture for rows with one pattern of missing cells, in memory of the caller's.
///
/// With the columns in the pattern's order, observed first, Σ_k = L Lᵀ has all that is needed in one factor:
/// y = L_oo⁻¹ (z_o − m_o) is the whitened row, m_m + L_mo y the conditional mean of the missing cells and
/// L_mm L_mmᵀ = Σ_mm − Σ_mo Σ_oo⁻¹ Σ_om their conditional covariance, positive definite by construction.
/// Source: Ghahramani and Jordan 1994.
struct PatternPosterior {
  let parameters: GaussianParameters
  private let standardization: Standardization
  private let isDiagonal: Bool
  // Kept beside the arrays, whose every use counts references: `evaluate` runs once a row.
  private let K: Int
  private let D: Int
  private var G = 0
  /// L of every component, [K][D][D], or standard deviations [K][D].
  let factors: UnsafeMutablePointer<Double>
  /// m in the pattern's order, [K][D].
  let means: UnsafeMutablePointer<Double>
  /// y of the last row, [K][D].
  let whitened: UnsafeMutablePointer<Double>
  /// log π_k − ½ G ln 2π − ln|L_oo|, [K].
  private let constants: UnsafeMutablePointer<Double>
  /// The entropies of the missing cells given the component, [K].
  let entropies: UnsafeMutablePointer<Double>
  /// log p(z_o, k) of the last row, [K].
  let logJoints: UnsafeMutablePointer<Double>
  /// p(k | z_o) of the last row, [K].
  let responsibilities: UnsafeMutablePointer<Double>
  /// z_o, [D].
  private let row: UnsafeMutablePointer<Double>
  /// The columns' shifts and inverse scales in the pattern's order, and the columns' numbers, [D] each.
  private let shifts: UnsafeMutablePointer<Double>
  private let inverseScales: UnsafeMutablePointer<Double>
  private let columns: UnsafeMutablePointer<Double>
  /// The pattern.
  private(set) var pattern: MissingPattern
  /// Σ ln scale over the missing columns: what the missing cells' entropy in the unit of x has beyond that in z.
  private(set) var missingLogScale = 0.0

  static func workspaceCount(_ parameters: GaussianParameters) -> Int {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    return K * (parameters.entryCount + 2 * D + 4) + 4 * D
  }

  /// Not usable before `prepare`.
  init(_ parameters: GaussianParameters, standardization: Standardization, workspace: UnsafeMutablePointer<Double>) {
    (K, D) = (parameters.componentCount, parameters.columnCount)
    self.parameters = parameters
    self.standardization = standardization
    isDiagonal = parameters.covarianceModel.isDiagonal
    factors = workspace
    means = factors + K * parameters.entryCount
    whitened = means + K * D
    constants = whitened + K * D
    entropies = constants + K
    logJoints = entropies + K
    responsibilities = logJoints + K
    row = responsibilities + K
    shifts = row + D
    inverseScales = shifts + D
    columns = inverseScales + D
    pattern = MissingPattern(isMissing: [])
  }

  /// Factors every component's covariance for rows of `pattern`.
  mutating func prepare(_ pattern: MissingPattern) {
    self.pattern = pattern
    G = pattern.observedCount
    for (position, column) in pattern.order.enumerated() {
      shifts[position] = standardization.shift[column]
      inverseScales[position] = 1 / standardization.scale[column]
      columns[position] = Double(column)
    }
    missingLogScale = pattern.missingColumns.reduce(0) { $0 + surprisal_log(standardization.scale[$1]) }
    for k in 0..<K {
      factor(k)
      for d in 0..<D { means[k * D + d] = parameters.means[k * D + pattern.order[d]] }
      var observed = 0.0
      var missing = 0.0
      for d in 0..<D {
        let logPivot = surprisal_log(factors[isDiagonal ? k * D + d : (k * D + d) * D + d])
        if d < G { observed += logPivot } else { missing += logPivot }
      }
      constants[k] = surprisal_log(parameters.weights[k]) - 0.5 * Double(G) * logTwoPi - observed
      entropies[k] = 0.5 * Double(D - G) * (logTwoPi + 1) + missing
    }
  }

  private func factor(_ k: Int) {
    let l = factors + k * parameters.entryCount
    if isDiagonal {
      for d in 0..<D { l[d] = parameters.factors[k * D + pattern.order[d]] }
      return
    }
    // Σ has a factor in the columns' own order; where it is so near singular that rounding denies it in this
    // one, a raise of the diagonal within that rounding restores it.
    var raise = 0.0
    while true {
      for i in 0..<D {
        for j in 0...i {
          l[i * D + j] = parameters.covariances[(k * D + pattern.order[i]) * D + pattern.order[j]]
        }
        l[i * D + i] *= 1 + raise
      }
      guard Cholesky.factor(l, into: l, D) < D, raise < 1 else { return }
      raise = max(0x1p-50, 8 * raise)
    }
  }

  /// log p(z_o) of a row at `x`; sets `whitened`, `logJoints` and `responsibilities`.
  func evaluate(_ x: UnsafePointer<Double>) -> Double {
    // Scales are powers of two, so that their inverses are exact.
    for g in 0..<G { row[g] = (x[Int(columns[g])] - shifts[g]) * inverseScales[g] }
    var top = -Double.infinity
    for k in 0..<K {
      let (y, m) = (whitened + k * D, means + k * D)
      if isDiagonal {
        for g in 0..<G { y[g] = (row[g] - m[g]) / factors[k * D + g] }
      } else {
        for g in 0..<G {
          let l = factors + (k * D + g) * D
          y[g] = (row[g] - m[g] - Dense.dot(l, y, g)) / l[g]
        }
      }
      logJoints[k] = constants[k] - 0.5 * Dense.dot(y, y, G)
      if logJoints[k] > top { top = logJoints[k] }
    }
    var sum = 0.0
    for k in 0..<K {
      responsibilities[k] = surprisal_exp(logJoints[k] - top)
      sum += responsibilities[k]
    }
    for k in 0..<K { responsibilities[k] /= sum }
    return top + surprisal_log(sum)
  }

  /// The entropy of the components and missing cells given the last row, in nats at the unit of x.
  func posteriorEntropy(logDensity: Double) -> Double {
    var total = missingLogScale
    for k in 0..<K where responsibilities[k] > 0 {
      total += responsibilities[k] * (entropies[k] + logDensity - logJoints[k])
    }
    return total
  }

  /// The conditional mean of the missing cell at `position` of the pattern's order under component `k`, in z.
  func conditionalMean(_ k: Int, _ position: Int) -> Double {
    let mean = means[k * D + position]
    return isDiagonal ? mean : mean + Dense.dot(factors + (k * D + position) * D, whitened + k * D, G)
  }

  /// The conditional variance of the missing cell at `position` under component `k`, in z.
  func conditionalVariance(_ k: Int, _ position: Int) -> Double {
    guard !isDiagonal else { return factors[k * D + position] * factors[k * D + position] }
    let l = factors + (k * D + position) * D + G
    return Dense.dot(l, l, position - G + 1)
  }

  /// z − m of the last row under component `k`, in the columns' own order, missing cells at their conditional means; of
  /// full covariances.
  func offset(_ k: Int, into target: UnsafeMutablePointer<Double>) {
    let (y, m) = (whitened + k * D, means + k * D)
    for g in 0..<G { target[Int(columns[g])] = row[g] - m[g] }
    for position in G..<D { target[Int(columns[position])] = Dense.dot(factors + (k * D + position) * D, y, G) }
  }

  /// Adds `count` times the conditional covariance of the missing cells under component `k` to a matrix [D][D] in the
  /// columns' own order; of full covariances.
  func addConditionalCovariance(_ k: Int, times count: Double, to target: UnsafeMutablePointer<Double>) {
    guard count != 0 else { return }
    for i in G..<D {
      let (left, row) = (factors + (k * D + i) * D + G, Int(columns[i]))
      for j in G...i {
        let value = count * Dense.dot(left, factors + (k * D + j) * D + G, j - G + 1)
        target[row * D + Int(columns[j])] += value
        if j < i { target[Int(columns[j]) * D + row] += value }
      }
    }
  }
}
