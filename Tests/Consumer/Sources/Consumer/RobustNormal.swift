import Foundation
import Surprisal

/// A normal distribution that outliers cannot move: each row has its own precision u / scale², with a latent
/// u ~ Gamma(ν/2, ν/2). Without u, x has Student's t distribution with ν degrees of freedom.
struct RobustNormal: RowModel {
  var center, scale: Double
  let degrees, digamma: Double

  init(center: Double, scale: Double, degrees: Double) {
    (self.center, self.scale, self.degrees) = (center, scale, degrees)
    digamma = Tensor((degrees + 1) / 2, dtype: .float64).digamma().item
  }

  var parameterCount: Int { 2 }
  var statisticCount: Int { 4 }

  // E-step: q(u) = p(u | x) is Gamma(a, b). The M-step needs E[u], E[u] x, E[u] x² and the bound E[log u] too.
  func expectation(
    of row: [Double], statistics: inout [Double]
  ) -> (logDensity: Double, posteriorEntropy: Double) {
    let (x, z) = (row[0], (row[0] - center) / scale)
    let (a, b) = ((degrees + 1) / 2, (degrees + z * z) / 2)
    statistics = [a / b, a / b * x, a / b * x * x, digamma - log(b)]
    let constant: Double = lgamma(a) - lgamma(degrees / 2) - log(Double.pi * degrees) / 2
    return (constant - log(scale) - a * log(1 + z * z / degrees), a - log(b) + lgamma(a) + (1 - a) * digamma)
  }

  // E_q[log p(x, u)], with log p(x, u) = log N(x; center, scale²/u) + log Gamma(u; ν/2, ν/2).
  func expectedLogJoint(_ moments: RowMoments) -> Double {
    let (n, s, half) = (moments.weight, moments.sums, degrees / 2)
    let square = (s[2] - 2 * center * s[1] + center * center * s[0]) / (scale * scale)
    let constant: Double = half * log(half) - lgamma(half) - log(2 * Double.pi) / 2 - log(scale)
    return n * constant - square / 2 - half * s[0] + (half - 0.5) * s[3]
  }

  // M-step: the weighted mean, and the mean of the weighted squares around it.
  func maximized(_ moments: RowMoments) throws -> RobustNormal {
    let center = moments.sums[1] / moments.sums[0]
    let square = (moments.sums[2] - center * moments.sums[1]) / moments.weight
    guard square > 0 else { throw SurprisalError(.data, "the rows have no spread") }
    return RobustNormal(center: center, scale: square.squareRoot(), degrees: degrees)
  }
}
