import SurprisalCore

/// K centers; every observation belongs to the nearest.
///
/// `KMeans.fit` finds centers c that make the inertia Σ w_n min_k |x_n − c_k|² small (Lloyd 1982). The inertia
/// depends on the units of the columns: columns with a large spread decide.
public struct KMeans: Sendable, Hashable {
  /// The centers [K][D], in the unit of x.
  public let centers: [[Double]]
  /// The names of the D columns.
  public let columnNames: [String]

  /// The number of centers, K.
  public var clusterCount: Int { centers.count }
  /// The number of columns, D.
  public var columnCount: Int { columnNames.count }

  /// A model of the given centers [K][D]; without names the columns are called x1, x2, ….
  ///
  /// Throws a usage error if there is no center, if the centers differ in length or a number is not finite.
  public init(centers: [[Double]], columnNames: [String]? = nil) throws {
    guard let columnCount = centers.first?.count, columnCount > 0 else {
      throw SurprisalError(.usage, "k-means has no centers", remedy: "give at least one row of numbers")
    }
    let names = columnNames ?? (1...columnCount).map { "x\($0)" }
    guard names.count == columnCount else {
      throw SurprisalError(
        .usage, "\(names.count) column names for centers of \(columnCount) columns",
        remedy: "give one name for every column")
    }
    for (index, center) in centers.enumerated() {
      guard center.count == columnCount else {
        throw SurprisalError(
          .usage, "center \(index + 1) has \(center.count) columns, the first one \(columnCount)",
          remedy: "give centers of equal length")
      }
      guard let column = center.firstIndex(where: { !$0.isFinite }) else { continue }
      throw SurprisalError(
        .usage, "center \(index + 1), column \(names[column]) is \(center[column])",
        remedy: "give finite numbers")
    }
    self.centers = centers
    self.columnNames = names
  }
}

extension KMeans: CustomStringConvertible {
  /// The numbers of centers and columns.
  public var description: String {
    "k-means with \(clusterCount) centers of \(columnCount) columns"
  }
}
