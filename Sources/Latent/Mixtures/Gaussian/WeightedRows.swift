import SurprisalCore

/// Rows with a weight each, as observations of a mixture. A weight of w counts as w equal rows.
public struct WeightedRows: ObservationSource {
  /// The rows, in their own unit.
  public let rows: RowMatrix
  /// One non-negative weight per row; nil for 1.
  public let weights: [Double]?

  /// Rows with weights; as many weights as rows.
  public init(rows: RowMatrix, weights: [Double]? = nil) {
    self.rows = rows
    self.weights = weights
  }

  /// The number of rows.
  public var count: Int { rows.rowCount }
}
