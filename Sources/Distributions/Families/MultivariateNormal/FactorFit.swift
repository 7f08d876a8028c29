import CSurprisalKernels
import SurprisalCore

/// The factor and diagonal of greatest likelihood for one covariance matrix.
///
/// At a diagonal Ψ the best factor is that of the R largest eigenvalues θ > 1 of Ψ^(−½) C Ψ^(−½), C the correlations, and
/// leaves −2 log p a row = Σ log ψ + Σ (log θ + 1) over these and Σ θ over the others, + D log 2π. Newton's steps in log ψ
/// lower it, projected to ψ ≥ `floor` (Bertsekas 1982), halved until it falls.
struct FactorFit {
  /// W, [D, R], and d, [D], in the units of the rows.
  private(set) var factor: [Double]
  private(set) var diagonal: [Double]

  /// The least share of a column's variance that is its own.
  static let floor = 1e-8
  static let maximumSteps = 500
  /// The promise of a step, in nats a row, at which the search ends.
  static let tolerance = 1e-12

  /// The fit to a covariance matrix of `count` columns, with 0 ≤ rank < count.
  init(_ covariance: [Double], count: Int, rank: Int, _ family: String) throws {
    let scales = (0..<count).map { covariance[$0 * count + $0].squareRoot() }
    if let column = scales.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw SurprisalError(
        .data, "\(family): column \(column) has \(scales[column] > 0 ? "a variance beyond float64" : "no spread")")
    }
    var correlations = covariance
    for row in 0..<count {
      for column in 0..<count { correlations[row * count + column] /= scales[row] * scales[column] }
    }
    var best: FactorProfile?
    for start in FactorProfile.starts(correlations, count: count, rank: rank) {
      guard var profile = FactorProfile(correlations, rank: rank, shares: start) else { continue }
      var steps = 0
      while steps < FactorFit.maximumSteps, let next = profile.improved() {
        profile = next
        steps += 1
      }
      if profile.cost < best?.cost ?? .infinity { best = profile }
    }
    guard let profile = best else { throw SurprisalError(.data, "\(family): the covariances are beyond float64") }
    if let column = profile.dependentColumn {
      throw SurprisalError(
        .data, "\(family): column \(column) depends on others so that the likelihood has no bound",
        remedy: "leave out dependent columns, take more rows or a lower rank")
    }
    diagonal = zip(profile.shares, scales).map { $0 * $1 * $1 }
    factor = profile.factor
    for index in factor.indices { factor[index] *= scales[index / rank] }
  }
}

/// The profile likelihood at one diagonal.
private struct FactorProfile {
  let correlations: [Double]
  let rank: Int
  /// ψ, the share of each column's variance that is its own.
  let shares: [Double]
  /// θ in falling order, and the eigenvectors as rows.
  let values: [Double]
  let vectors: [Double]
  /// −2 log p a row, without D log 2π.
  let cost: Double
  private var count: Int { shares.count }

  /// Where the search begins: at what the R largest principal components leave of each column, at least a twentieth; at
  /// half of each; and, if there are as many rows as columns, at Jöreskog's (1967) share of what the other columns leave.
  static func starts(_ correlations: [Double], count: Int, rank: Int) -> [[Double]] {
    guard let (values, vectors) = SymmetricEigen.decompose(correlations, dimension: count) else { return [] }
    let rest = Swift.max(0, values[rank...].reduce(0, +) / Double(count - rank))
    let components = (0..<count).map { column in
      let common = (0..<rank).reduce(0) { sum, m in
        sum + (values[m] - rest) * vectors[m * count + column] * vectors[m * count + column]
      }
      return Swift.min(1, Swift.max(0.05, 1 - common))
    }
    var starts = [components, [Double](repeating: 0.5, count: count)]
    if values[count - 1] > 1e-9 {
      starts.append(
        (0..<count).map { column in
          let precision = (0..<count).reduce(0) { sum, m in
            sum + vectors[m * count + column] * vectors[m * count + column] / values[m]
          }
          return Swift.max(0.005, (1 - 0.5 * Double(rank) / Double(count)) / precision)
        })
    }
    return starts
  }

  init?(_ correlations: [Double], rank: Int, shares: [Double]) {
    let count = shares.count
    let roots = shares.map { $0.squareRoot() }
    var scaled = correlations
    for row in 0..<count {
      for column in 0..<count { scaled[row * count + column] /= roots[row] * roots[column] }
    }
    guard let (values, vectors) = SymmetricEigen.decompose(scaled, dimension: count) else { return nil }
    var cost = shares.reduce(0) { $0 + surprisal_log($1) }
    for (m, value) in values.enumerated() { cost += m < rank && value > 1 ? surprisal_log(value) + 1 : value }
    (self.correlations, self.rank, self.shares) = (correlations, rank, shares)
    (self.values, self.vectors, self.cost) = (values, vectors, cost)
  }

  /// How many eigenvalues the factor stands for.
  private var kept: Int { values[..<rank].firstIndex { $0 <= 1 } ?? rank }

  /// Ψ^½ Ω (Θ − 1)^½, [D, R], in units of standard deviations.
  var factor: [Double] {
    var factor = [Double](repeating: 0, count: count * rank)
    for m in 0..<kept {
      for column in 0..<count {
        factor[column * rank + m] = ((values[m] - 1) * shares[column]).squareRoot() * vectors[m * count + column]
      }
    }
    return factor
  }

  /// A column of no variance of its own that is, to the same share, a combination of such columns before it.
  var dependentColumn: Int? {
    let bare = shares.indices.filter { shares[$0] <= FactorFit.floor }
    let block = bare.flatMap { row in bare.map { correlations[row * count + $0] } }
    var factor = block
    let passed = block.withUnsafeBufferPointer { source in
      factor.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return bare.count }
        return Cholesky.factor(from, into: to, bare.count, tolerance: 10 * FactorFit.floor)
      }
    }
    return passed < bare.count ? bare[passed] : nil
  }

  /// The profile after one step, nil where no step gains more than the tolerance.
  func improved() -> FactorProfile? {
    let gradient = gradient
    let free = shares.indices.filter { shares[$0] > FactorFit.floor || gradient[$0] < 0 }
    let slopes = free.map { gradient[$0] }
    let step = direction(slopes, free)
    let promise = zip(step, slopes).reduce(0) { $0 + $1.0 * $1.1 }
    guard promise > 4 * FactorFit.tolerance else { return nil }
    var factor = 1.0
    while factor > 1e-6 {
      var next = shares
      for (index, change) in zip(free, step) {
        next[index] = Swift.min(1, Swift.max(FactorFit.floor, shares[index] * surprisal_exp(-factor * change)))
      }
      let gained = zip(free, step).reduce(0) { $0 + gradient[$1.0] * surprisal_log(shares[$1.0] / next[$1.0]) }
      if let profile = FactorProfile(correlations, rank: rank, shares: next), cost - profile.cost > 1e-4 * gained {
        return cost - profile.cost > 1e-14 * Swift.max(1, cost.magnitude) ? profile : nil
      }
      factor *= 0.5
    }
    return nil
  }

  /// By log ψ: Σ (1 − θ) ω² over the eigenvalues that the factor leaves.
  private var gradient: [Double] {
    (0..<count).map { column in
      (kept..<count).reduce(0) { sum, m in
        let element = vectors[m * count + column]
        return sum + (1 - values[m]) * element * element
      }
    }
  }

  /// Hessian⁻¹ gradient over the free columns; where the Hessian is not positive definite, or nearly so, the part of it
  /// that always is.
  private func direction(_ slopes: [Double], _ free: [Int]) -> [Double] {
    let (convex, whole) = hessians(free)
    for (matrix, ridge) in [(whole, 0), (whole, 1e-3), (convex, 1e-3), (convex, 0.1), (convex, 1)] {
      var matrix = matrix
      for index in free.indices { matrix[index * free.count + index] += ridge }
      guard let l = Cholesky.factor(matrix, dimension: free.count) else { continue }
      let step = Triangular.solveSymmetric(l, slopes)
      // The model of second order does not reach further than e⁵.
      if step.allSatisfy({ $0.magnitude <= 5 }) { return step }
    }
    let longest = slopes.reduce(1) { Swift.max($0, $1.magnitude) }
    return slopes.map { $0 / longest }
  }

  /// With the eigenvectors ω of the eigenvalues left out (m, n) and kept (k): (Σ ω ωᵀ) ∘ (Σ θ ω ωᵀ) over those left out,
  /// and that plus Σ (1 − θₘ) (θₖ + θₘ) / (θₖ − θₘ) (ωₘ ωₘᵀ) ∘ (ωₖ ωₖᵀ).
  private func hessians(_ free: [Int]) -> (convex: [Double], whole: [Double]) {
    let kept = kept
    func sum(_ weight: (Int) -> Double) -> [Double] {
      var result = [Double](repeating: 0, count: free.count * free.count)
      for m in kept..<count {
        let row = free.map { vectors[m * count + $0] }
        let factor = weight(m)
        for i in free.indices {
          let scaled = factor * row[i]
          for j in free.indices { result[i * free.count + j] += scaled * row[j] }
        }
      }
      return result
    }
    let convex = zip(sum { _ in 1 }, sum { values[$0] }).map { $0 * $1 }
    var whole = convex
    for k in 0..<kept {
      let row = free.map { vectors[k * count + $0] }
      let inner = sum { m in (1 - values[m]) * (values[k] + values[m]) / (values[k] - values[m]) }
      for i in free.indices {
        for j in free.indices { whole[i * free.count + j] += row[i] * row[j] * inner[i * free.count + j] }
      }
    }
    return (convex, whole)
  }
}
