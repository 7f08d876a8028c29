/// What Kneser–Ney smoothing takes off the counts of one order.
public struct NGramDiscount: Sendable, Hashable {
  /// The discount of counts of 1, of 2, and of 3 or more.
  public let values: [Double]
  /// The numbers n₁ to n₄ of n-grams that come once, twice, three and four times.
  public let countsOfCounts: [Int]
  /// Whether the counts of counts gave no discounts, so that fixed ones were taken.
  public let isFallback: Bool

  /// The discounts that are taken where the data give none: too small a text, or one in which every n-gram is frequent.
  static let fallback = [0.5, 1, 1.5]

  /// One discount for all counts: `fixed`, or n₁ / (n₁ + 2 n₂), or 0.5 where n₁ or n₂ is 0.
  init(single fixed: Double?, countsOfCounts: [Int]) {
    let (n1, n2) = (Double(countsOfCounts[0]), Double(countsOfCounts[1]))
    isFallback = fixed == nil && (n1 == 0 || n2 == 0)
    let value = fixed ?? (isFallback ? NGramDiscount.fallback[0] : n1 / (n1 + 2 * n2))
    values = [value, value, value]
    self.countsOfCounts = countsOfCounts
  }

  /// Three discounts by Chen and Goodman 1998, equation 26: with Y = n₁ / (n₁ + 2 n₂), D₁ = 1 − 2 Y n₂ / n₁,
  /// D₂ = 2 − 3 Y n₃ / n₂ and D₃ = 3 − 4 Y n₄ / n₃; or 0.5, 1 and 1.5 where a number is 0 or a discount would
  /// be negative.
  init(modified countsOfCounts: [Int]) {
    let n = countsOfCounts.map { Double($0) }
    let y = n[0] / (n[0] + 2 * n[1])
    let estimates = [1 - 2 * y * n[1] / n[0], 2 - 3 * y * n[2] / n[1], 3 - 4 * y * n[3] / n[2]]
    let isInRange = estimates[0] >= 0 && estimates[1] >= 0 && estimates[2] >= 0
    let isUsable = isInRange && n.allSatisfy { $0 > 0 }
    isFallback = !isUsable
    values = isUsable ? estimates : NGramDiscount.fallback
    self.countsOfCounts = countsOfCounts
  }

  /// No discount at all.
  static let none = NGramDiscount(single: 0, countsOfCounts: [0, 0, 0, 0])
}
