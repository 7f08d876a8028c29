/// A table of numbers as colors with their values: information between columns, transitions, means, loadings.
public struct HeatMap: Picture, Sendable, Hashable {
  /// What colors stand for.
  public enum ColorScale: String, Sendable, Hashable {
    /// From 0 to the largest number beside the diagonal, for square tables whose diagonal outgrows the rest.
    case besideDiagonal
    /// From 0 to the largest number.
    case fromZero
    /// From 0 to 1, for probabilities.
    case share
    /// Two colors, for numbers above and below 0, up to the greatest magnitude.
    case signed
    /// From the smallest to the largest number of each column, for columns of different units.
    case columnwise
  }

  /// What stands above the picture.
  public var title: String
  /// The unit of the numbers, such as `nats`; empty where each column has its own.
  public var unit: String
  /// The names of the rows and of the columns.
  public var rowNames: [String], columnNames: [String]
  /// What rows and columns are, such as `from` and `to`; not written where empty.
  public var rowTitle = "", columnTitle = ""
  /// The numbers, one row a name; NaN is left blank.
  public var values: [[Double]]
  /// What colors stand for.
  public var colors: ColorScale
  /// Cells whose numbers stand in parentheses, such as those that may be 0; none if empty.
  public var doubtful: [[Bool]]
  /// Text at the right of each row, such as an expected duration, and what it is; none if empty.
  public var notes: [String] = [], noteTitle = ""

  /// A heat map of amounts of information between columns, as many rows and columns as there are names.
  public init(title: String, unit: String, names: [String], values: [[Double]], doubtful: [[Bool]] = []) {
    self.init(title: title, unit: unit, rowNames: names, columnNames: names, values: values, colors: .besideDiagonal)
    self.doubtful = doubtful
  }

  /// A heat map of `values`, [rows][columns].
  ///
  /// Of more than 64 rows or 120 columns it shows those that differ most, and says so.
  public init(
    title: String, unit: String, rowNames: [String], columnNames: [String], values: [[Double]], colors: ColorScale,
    rowTitle: String = "", columnTitle: String = ""
  ) {
    self.title = title
    self.unit = unit
    self.rowNames = rowNames
    self.columnNames = columnNames
    self.values = values
    self.colors = colors
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    doubtful = []
  }

  /// The transitions of a Markov chain with the time that it is expected to stay: 1/(1 − p(k → k)) steps.
  ///
  /// `transitions` is [K][K], the probabilities of the next state (column) given the present one (row).
  public init(transitions matrix: [[Double]], stateNames: [String]) {
    let names = matrix.indices.map { ColumnName.of($0, in: stateNames, kind: "state") }
    self.init(
      title: "Transitions", unit: "probability per step", rowNames: names, columnNames: names, values: matrix,
      colors: .share, rowTitle: "from", columnTitle: "to")
    noteTitle = "expected stay, steps"
    notes = matrix.enumerated().map { state, row in
      let stay = row.indices.contains(state) ? row[state] : .nan
      return stay >= 1 ? "for ever" : stay >= 0 ? NumberText.general(1 / (1 - stay), 4) : ""
    }
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(HeatMapDrawing(content: self)) }
}

extension HeatMap {
  /// The most rows and columns of a table without a diagonal that are drawn.
  static let rowLimit = 64
  static let columnLimit = 120

  /// The rows that are drawn, by rising number: the first, or those of the greatest magnitude of signed numbers.
  var shownRows: [Int] {
    guard colors != .besideDiagonal else { return Array(values.indices.prefix(rowNames.count)) }
    guard values.count > HeatMap.rowLimit else { return Array(values.indices) }
    guard colors == .signed else { return Array(0..<HeatMap.rowLimit) }
    return HeatMap.greatest(HeatMap.rowLimit, of: values.map { HeatMap.extent(of: $0, colors: colors) })
  }

  /// The columns that are drawn, by rising number: those that differ most between the rows.
  var shownColumns: [Int] {
    let count = columnNames.count
    guard colors != .besideDiagonal, count > HeatMap.columnLimit else { return Array(0..<count) }
    return HeatMap.greatest(HeatMap.columnLimit, of: (0..<count).map { HeatMap.extent(of: column($0), colors: colors) })
  }

  /// The drawable numbers of a column.
  func column(_ column: Int) -> [Double] {
    values.compactMap { $0.indices.contains(column) && $0[column].isFinite ? $0[column] : nil }
  }

  private static func greatest(_ limit: Int, of extents: [Double]) -> [Int] {
    let order = extents.indices.sorted { (extents[$0], $1) > (extents[$1], $0) }
    return order.prefix(limit).sorted()
  }

  /// How much there is to see in `values`: their spread, in their own unit where that is one for all.
  private static func extent(of values: [Double], colors: ColorScale) -> Double {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return -1 }
    let size = max(low.magnitude, high.magnitude)
    let spread = colors == .signed ? size : high - low
    guard colors == .columnwise else { return spread }
    return size > 0 ? spread / size : 0
  }
}
