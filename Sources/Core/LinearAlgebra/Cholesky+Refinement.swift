import CSurprisalKernels

extension Cholesky {
  /// L of C with one step of refinement: L ← L (1 + Φ(L⁻¹ (C − L Lᵀ) L⁻ᵀ)).
  ///
  /// The residual is formed to about twice the working precision; Φ keeps the strict lower triangle and
  /// half the diagonal. Plain Cholesky loses about cond(C)·u of ln|C|; this keeps it to about `dimension`·u
  /// while cond(C)²·u² is small (cond up to about 1e12). Nil when C is not positive definite.
  package static func refinedCholesky(_ c: [Double], dimension: Int) -> [Double]? {
    guard let scaled = PowerOfTwoScaled(c, dimension: dimension),
      var l = factor(scaled.values, dimension: dimension)
    else { return nil }
    var residual = [Double](repeating: 0, count: c.count)
    surprisal_cholesky_residual(scaled.values, l, &residual, dimension)
    mirror(&residual, dimension)
    let inverse = Triangular.inverse(l, dimension: dimension)
    let correction = halfLower(congruence(residual, by: inverse, dimension), dimension)
    // L Φ, both lower triangular.
    var change = [Double](repeating: 0, count: c.count)
    for row in 0..<dimension {
      for column in 0...row {
        var total = 0.0
        for inner in column...row {
          total += l[row * dimension + inner] * correction[inner * dimension + column]
        }
        change[row * dimension + column] = total
      }
    }
    for index in l.indices { l[index] = (l[index] + change[index]) * scaled.root }
    return (0..<dimension).allSatisfy { l[$0 * dimension + $0] > 0 } ? l : nil
  }

  /// The lower triangular W with W C Wᵀ = 1 (W = L⁻¹), refined: W ← W + Φ(1 − W C Wᵀ) W.
  ///
  /// This is the factor a log-density uses: ln N(x; m, C) = −½ D ln 2π + Σ ln W_ii − ½ |W (x − m)|². The
  /// residual is formed to about twice the working precision, about 25 floating-point operations for each
  /// of `dimension`³ products. Nil when C is not positive definite.
  package static func refinedPrecisionFactor(_ c: [Double], dimension: Int) -> [Double]? {
    guard let scaled = PowerOfTwoScaled(c, dimension: dimension),
      let l = factor(scaled.values, dimension: dimension)
    else { return nil }
    var w = Triangular.inverse(l, dimension: dimension)
    var residual = [Double](repeating: 0, count: c.count)
    var scratch = [Double](repeating: 0, count: 2 * dimension)
    surprisal_precision_residual(scaled.values, w, &residual, &scratch, dimension)
    let correction = halfLower(residual, dimension)
    // From the last row up, since row i needs the old rows 0 ... i.
    for row in stride(from: dimension - 1, through: 0, by: -1) {
      for column in 0...row {
        var total = 0.0
        for inner in column...row {
          total += correction[row * dimension + inner] * w[inner * dimension + column]
        }
        w[row * dimension + column] += total
      }
    }
    for index in w.indices { w[index] /= scaled.root }
    return (0..<dimension).allSatisfy { w[$0 * dimension + $0] > 0 } ? w : nil
  }

  /// C divided by an even power of two, root², so that the exact products stay in range.
  private struct PowerOfTwoScaled {
    var values: [Double]
    var root: Double

    init?(_ c: [Double], dimension: Int) {
      var largest = 0.0
      for index in 0..<dimension { largest = max(largest, c[index * dimension + index].magnitude) }
      guard largest > 0, largest.isFinite else { return nil }
      let half = largest.exponent / 2
      root = Double(sign: .plus, exponent: half, significand: 1)
      let scale = Double(sign: .plus, exponent: -half, significand: 1)
      values = c.map { $0 * scale * scale }
    }
  }

  private static func mirror(_ a: inout [Double], _ dimension: Int) {
    for row in 0..<dimension {
      for column in 0..<row { a[column * dimension + row] = a[row * dimension + column] }
    }
  }

  private static func congruence(_ a: [Double], by v: [Double], _ dimension: Int) -> [Double] {
    var result = [Double](repeating: 0, count: a.count)
    var scratch = result
    Dense.congruence(of: a, by: v, into: &result, scratch: &scratch, dimension)
    return result
  }

  private static func halfLower(_ a: [Double], _ dimension: Int) -> [Double] {
    var result = [Double](repeating: 0, count: a.count)
    for row in 0..<dimension {
      for column in 0..<row { result[row * dimension + column] = a[row * dimension + column] }
      result[row * dimension + row] = 0.5 * a[row * dimension + row]
    }
    return result
  }
}
