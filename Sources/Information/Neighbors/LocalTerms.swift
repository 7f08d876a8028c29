/// What a nearest-neighbor estimate is the mean of, a number per row, summed up; all in nats.
struct LocalTerms: Sendable {
  /// Their mean: the estimate.
  var mean: Double
  /// Their variance.
  var variance: Double
  /// Rows that have a term.
  var count: Int

  /// The summary of `terms`. Pieces of 256 rows are summed apart, which keeps the rounding of long sums small.
  init(_ terms: [Double]) {
    count = terms.count
    let center = LocalTerms.mean(of: terms) { $0 }
    mean = center
    variance =
      LocalTerms.mean(of: terms) { ($0 - center) * ($0 - center) } * Double(terms.count)
      / Double(max(1, terms.count - 1))
  }

  private static func mean(of terms: [Double], _ transform: (Double) -> Double) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: terms.count, by: 256) {
      var part = 0.0
      for index in start..<min(start + 256, terms.count) { part += transform(terms[index]) }
      total += part
    }
    return total / Double(max(1, terms.count))
  }
}
