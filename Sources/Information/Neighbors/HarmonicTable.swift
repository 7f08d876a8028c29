import CSurprisalKernels

/// The digamma function ψ at 1, 2, …: ψ(1) = −γ, ψ(n + 1) = ψ(n) + 1/n.
struct HarmonicTable: Sendable {
  /// ψ(n) at index n; index 0 holds −∞, the limit.
  let values: [Double]

  /// The values at 1 … `count`.
  init(upTo count: Int) {
    var values = [Double](repeating: -.infinity, count: count + 1)
    var sum = -0.5772156649015329
    for n in 1..<(count + 1) {
      if n <= 32 {
        values[n] = sum
        sum += 1 / Double(n)
      } else {
        // The asymptotic series; what it leaves out is below 1e-17 from here on.
        let inverse = 1 / Double(n)
        let square = inverse * inverse
        let tail = square * (1 / 12.0 - square * (1 / 120.0 - square * (1 / 252.0 - square / 240)))
        values[n] = surprisal_log(Double(n)) - inverse / 2 - tail
      }
    }
    self.values = values
  }

  /// ψ(n), n ≥ 1.
  @inline(__always)
  subscript(n: Int) -> Double { values[n] }
}
