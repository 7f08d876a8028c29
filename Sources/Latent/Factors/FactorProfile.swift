import CSurprisalKernels
import SurprisalCore

/// The likelihood of factor analysis at its best loadings for a given noise (Lawley 1940; Jöreskog 1967).
///
/// With the eigenvalues θ and eigenvectors u of Ψ^(−½) S Ψ^(−½), Λ = Ψ^(½) U (Θ − 1)^(½) of the Q largest θ > 1, and
/// ln|Σ| + tr Σ⁻¹ S = Σ ln ψ + Σ (ln θ + 1) over these + Σ θ over the others, which is a function of the noise alone.
struct FactorProfile {
  let noise: [Double]
  /// θ, falling, [D].
  let values: [Double]
  /// u, [D][D], as rows.
  let vectors: [Double]
  /// How many eigenvalues the loadings take up.
  let taken: Int

  init?(_ summary: MomentSummary, noise: [Double], factors: Int) {
    let D = summary.columnCount
    let inverse = noise.map { 1 / $0.squareRoot() }
    var matrix = summary.covariance
    for i in 0..<D {
      for j in 0..<D { matrix[i * D + j] *= inverse[i] * inverse[j] }
    }
    guard let axes = try? SymmetricAxes.falling(matrix, D) else { return nil }
    self.noise = noise
    (values, vectors) = axes
    taken = values.prefix(factors).count { $0 > 1 }
  }

  private var count: Int { noise.count }

  /// Λ, [D][Q], orthogonal in the metric of Ψ⁻¹.
  func loadings(_ Q: Int) -> [Double] {
    let D = count
    var result = [Double](repeating: 0, count: D * Q)
    for k in 0..<Q {
      let length = max(0, values[k] - 1).squareRoot()
      for d in 0..<D { result[d * Q + k] = noise[d].squareRoot() * vectors[k * D + d] * length }
    }
    return result
  }

  /// ln|Σ| + tr Σ⁻¹ S.
  var discrepancy: Double {
    var sum = CompensatedSum()
    for variance in noise { sum.add(surprisal_log(variance)) }
    for (k, value) in values.enumerated() { sum.add(k < taken ? surprisal_log(value) + 1 : value) }
    return sum.value
  }

  /// Its derivative by ln ψ, Σ (1 − θ) u² over the eigenvalues that the loadings leave, [D].
  var gradient: [Double] {
    let D = count
    var result = [Double](repeating: 0, count: D)
    for k in taken..<D {
      for d in 0..<D { result[d] += (1 - values[k]) * vectors[k * D + d] * vectors[k * D + d] }
    }
    return result
  }

  /// Its second derivative by ln ψ, [D][D], and the part of it that is never negative (Clarke 1970).
  ///
  /// With P = Σ u uᵀ and T = Σ θ u uᵀ over the eigenvalues k that are left, and l over those that are taken,
  /// P ∘ T + Σ_l u_l u_lᵀ ∘ Σ_k (1 − θ_k) (θ_l + θ_k) / (θ_l − θ_k) u_k u_kᵀ.
  var hessian: (whole: [Double], positive: [Double]) {
    let D = count
    let left = Array(vectors[(taken * D)...])
    let columns = MatrixProduct.transpose(left, D - taken, D)
    func weighted(_ weight: (Double) -> Double) -> [Double] {
      var scaled = left
      for k in 0..<(D - taken) {
        let factor = weight(values[taken + k])
        for d in 0..<D { scaled[k * D + d] *= factor }
      }
      return MatrixProduct.of(columns, scaled, D, D, D - taken)
    }
    let (p, t) = (weighted { _ in 1 }, weighted { $0 })
    let positive = zip(p, t).map { $0 * $1 }
    var whole = positive
    for l in 0..<taken {
      let own = values[l]
      let c = weighted { own > $0 ? (1 - $0) * (own + $0) / (own - $0) : 0 }
      for i in 0..<D {
        for j in 0..<D { whole[i * D + j] += vectors[l * D + i] * vectors[l * D + j] * c[i * D + j] }
      }
    }
    return (whole, positive)
  }
}

/// Newton's method on ln ψ between the floors and the columns' variances.
struct FactorNewton {
  private let setting: FactorSetting
  private let factors: Int
  private var damping = 0.0

  init(_ setting: FactorSetting, factors: Int) {
    (self.setting, self.factors) = (setting, factors)
  }

  /// The noise where the discrepancy is least, as near as rounding allows, and its profile; nil if none is finite.
  mutating func minimum(from noise: [Double], isCancelled: () -> Bool) throws -> FactorProfile? {
    guard var current = FactorProfile(setting.summary, noise: noise, factors: factors) else { return nil }
    for _ in 0..<200 {
      if isCancelled() { throw CancellationError() }
      let gradient = current.gradient
      let free = noise.indices.filter { d in
        gradient[d] > 0 ? current.noise[d] > setting.floors[d] : current.noise[d] < ceiling(d)
      }
      let steepest = free.map { gradient[$0].magnitude }.max() ?? 0
      guard steepest > 1e-12, let next = improved(current, gradient, free) else { break }
      current = next
    }
    return current
  }

  private func ceiling(_ d: Int) -> Double {
    max(setting.floors[d], setting.summary.covariance[d * (setting.summary.columnCount + 1)])
  }

  /// A step that lowers the discrepancy, damped more until one does; nil where rounding hides every gain.
  private mutating func improved(_ current: FactorProfile, _ gradient: [Double], _ free: [Int]) -> FactorProfile? {
    let (whole, positive) = current.hessian
    let (D, n) = (gradient.count, free.count)
    let before = current.discrepancy
    for _ in 0..<30 {
      var matrix = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for j in 0..<n { matrix[i * n + j] = whole[free[i] * D + free[j]] }
        matrix[i * (n + 1)] += damping * positive[free[i] * (D + 1)]
      }
      guard let factor = Cholesky.factor(matrix, dimension: n) else {
        damping = max(1e-3, damping * 8)
        continue
      }
      var step = free.map { -gradient[$0] }
      step.withUnsafeMutableBufferPointer { step in
        factor.withUnsafeBufferPointer { factor in
          guard let x = step.baseAddress, let l = factor.baseAddress else { return }
          Triangular.solve(l, x, n)
          Triangular.solveTransposed(l, x, n)
        }
      }
      var noise = current.noise
      for (index, d) in free.enumerated() {
        let change = surprisal_exp(max(-3, min(3, step[index])))
        noise[d] = max(setting.floors[d], min(ceiling(d), noise[d] * change))
      }
      if let next = FactorProfile(setting.summary, noise: noise, factors: factors), next.discrepancy < before {
        damping = damping < 1e-6 ? 0 : damping / 8
        return next
      }
      damping = max(1e-3, damping * 8)
      if damping > 1e12 { return nil }
    }
    return nil
  }
}
