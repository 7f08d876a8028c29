import CSurprisalKernels
import SurprisalCore

/// Numbers proportional to probabilities, with their total: every measure is that of mass/total.
///
/// Dividing first would move each probability by a rounding, which is all there is between tables that nearly agree.
struct Masses: Sendable {
  private(set) var values: [DoubleDouble]
  private(set) var total: DoubleDouble

  init(_ values: [DoubleDouble]) {
    self.values = values
    total = values.reduce(into: .zero) { $0 += $1 }
  }

  /// Checked probabilities.
  init(_ probabilities: [Double], _ name: String) throws {
    try Checks.probabilities(probabilities, name)
    self.init(probabilities.map { DoubleDouble($0) })
  }

  /// The probability of one outcome.
  func probability(_ index: Int) -> Double { values[index].high / total.high }

  /// −ln(mass/total), accurate also where the probability is nearly 1 or far below the smallest normal number.
  func surprisal(_ index: Int) -> Double { Masses.surprisal(values[index], total) }

  static func surprisal(_ mass: DoubleDouble, _ total: DoubleDouble) -> Double {
    if mass.high > total.high / 2 {
      let rest = max(0, (total - mass).high)
      return rest == 0 ? 0 : -surprisal_log1p(-rest / total.high)
    }
    return logRatio(total.high, mass.high)
  }

  /// ln(a/b), also where the quotient is out of range.
  static func logRatio(_ a: Double, _ b: Double) -> Double {
    let ratio = a / b
    return ratio.isNormal ? surprisal_log(ratio) : surprisal_log(a) - surprisal_log(b)
  }

  /// Σ mass · −ln(mass/total) over a range: what it adds to an entropy, before the division by the grand total.
  static func entropySum(_ values: ArraySlice<DoubleDouble>, total: DoubleDouble) -> Double {
    var sum = DoubleDouble.zero
    for mass in values where mass.high > 0 { sum += mass.high * surprisal(mass, total) }
    return sum.high
  }

  /// H = −Σ p ln p in nats, between 0 and ln of the number of outcomes.
  var entropy: Double {
    min(Masses.entropySum(values[...], total: total) / total.high, surprisal_log(Double(values.count)))
  }

  /// Σ p · −ln q in nats.
  func crossEntropy(_ q: Masses) -> Double {
    var sum = DoubleDouble.zero
    for index in values.indices where values[index].high > 0 { sum += values[index].high * q.surprisal(index) }
    return sum.high / total.high
  }

  /// p and q of one outcome in the unit of these masses, and their accurate difference and ratio.
  func pair(_ index: Int, _ q: Masses) -> ProbabilityPair {
    let (mass, other) = (values[index], q.values[index])
    let difference = (mass * q.total - other * total).high / q.total.high
    return ProbabilityPair(
      p: mass.high, q: other.high * (total.high / q.total.high), difference: difference,
      quotients: (mass.high, other.high, q.total.high, total.high))
  }

  /// KL(p ‖ q) in nats.
  func divergence(_ q: Masses) -> Double {
    var sum = DoubleDouble.zero
    for index in values.indices { sum += pair(index, q).divergence }
    return sum.high / total.high
  }
}
