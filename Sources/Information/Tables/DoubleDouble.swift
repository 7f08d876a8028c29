/// The unevaluated sum of two doubles, about 32 digits (Dekker 1971, Knuth 1997 section 4.2.2).
///
/// Marginals and totals are kept in it, so that p(x, y) − p(x) p(y) has its digits where the two nearly agree.
struct DoubleDouble: Sendable {
  /// The sum rounded to a double.
  private(set) var high: Double
  /// What rounding left over.
  private(set) var low: Double

  static let zero = DoubleDouble(0)

  init(_ value: Double) { (high, low) = (value, 0) }

  /// The exact sum of two doubles; an infinite sum keeps no remainder.
  init(exactSum a: Double, _ b: Double) {
    high = a + b
    let share = high - a
    low = high.isFinite ? (a - (high - share)) + (b - share) : 0
  }

  static func += (sum: inout DoubleDouble, term: Double) {
    let exact = DoubleDouble(exactSum: sum.high, term)
    sum = DoubleDouble(exactSum: exact.high, exact.low + sum.low)
  }

  static func += (sum: inout DoubleDouble, term: DoubleDouble) {
    let high = DoubleDouble(exactSum: sum.high, term.high)
    let low = DoubleDouble(exactSum: sum.low, term.low)
    let middle = DoubleDouble(exactSum: high.high, high.low + low.high)
    sum = DoubleDouble(exactSum: middle.high, middle.low + low.low)
  }

  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    var result = a
    result += b.negated
    return result
  }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = a.high * b.high
    let rest = (-product).addingProduct(a.high, b.high) + (a.high * b.low + a.low * b.high)
    return DoubleDouble(exactSum: product, rest)
  }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let quotient = DoubleDouble(a.high / b.high)
    let rest = a - quotient * b
    return DoubleDouble(exactSum: quotient.high, rest.high / b.high)
  }

  private var negated: DoubleDouble {
    var result = self
    (result.high, result.low) = (-high, -low)
    return result
  }
}
