/// What the M-step of a product mixture reads.
struct ProductMoments: Sendable {
  /// Σ w.
  var total: Double
  /// Σ w r, [K].
  var counts: [Double]
  /// [K][columns.valueCount], in the columns' coordinates: Σ w r of each level; Σ w r x; or the mean and the scatter
  /// Σ w r (x − mean)² of normal columns.
  var values: [Double]
}
