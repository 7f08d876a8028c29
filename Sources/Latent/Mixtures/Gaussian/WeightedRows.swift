import SurprisalCore

/// Rows with a weight each, as observations of a mixture. A weight of w counts as w equal rows.
public struct WeightedRows: ObservationSource {
  /// The rows, in their own unit.
  public let rows: RowMatrix
  /// One non-negative weight per row; nil for 1.
  public let weights: [Double]?
  /// The rows' patterns of missing cells, by which they are sorted; nil if every cell is there.
  package let missing: MissingRuns?

  /// Rows with weights; as many weights as rows.
  public init(rows: RowMatrix, weights: [Double]? = nil) {
    self.init(rows: rows, weights: weights, missing: nil)
  }

  package init(rows: RowMatrix, weights: [Double]?, missing: MissingRuns?) {
    self.rows = rows
    self.weights = weights
    self.missing = missing
  }

  /// The number of rows.
  public var count: Int { rows.rowCount }
}
