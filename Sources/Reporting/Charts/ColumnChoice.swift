/// Which columns a chart shows, and the numbers of one column or pair.
enum ColumnChoice {
  /// All columns if they are at most `limit`; else those whose means differ most between the components,
  /// by the share of the column's variance that lies between them.
  static func columns(of content: MixtureReportContent, atMost limit: Int) -> [Int] {
    let count = content.columnCount
    guard count > limit else { return Array(0..<count) }
    let shares = (0..<count).map { (column: $0, share: betweenShare(of: $0, in: content.components)) }
    let order = shares.sorted { ($0.share, $1.column) > ($1.share, $0.column) }
    return order.prefix(limit).map(\.column).sorted()
  }

  private static func betweenShare(
    of column: Int, in components: [MixtureReportContent.Component]
  ) -> Double {
    var (total, center, within) = (0.0, 0.0, 0.0)
    let components = components.filter { $0.mean.indices.contains(column) }
    for component in components {
      total += component.weight
      center += component.weight * component.mean[column]
      within += component.weight * (covariance(component, column, column)?.xx ?? 0)
    }
    guard total > 0 else { return 0 }
    center /= total
    let between = components.reduce(0) {
      let distance = $1.mean[column] - center
      return $0 + $1.weight * distance * distance
    }
    let share = between / (between + within)
    return share.isFinite ? share : 0
  }

  /// The values that decide a column's axis: sampled rows, and the components' two standard deviations where
  /// there are no rows.
  static func values(of column: Int, in content: MixtureReportContent) -> [Double] {
    let values = content.sampleRows.compactMap { $0.indices.contains(column) ? $0[column] : nil }
    if values.contains(where: { $0.magnitude <= AxisScale.limit }) { return values }
    return content.components.flatMap { component -> [Double] in
      guard component.mean.indices.contains(column) else { return [] }
      let spread = 2 * (covariance(component, column, column)?.xx ?? 0).squareRoot()
      return [component.mean[column] - spread, component.mean[column] + spread]
    }
  }

  /// The covariance of two columns within a component, if it has them.
  static func covariance(
    _ component: MixtureReportContent.Component, _ x: Int, _ y: Int
  ) -> (xx: Double, xy: Double, yy: Double)? {
    let matrix = component.covariance
    guard matrix.indices.contains(max(x, y)), matrix[x].indices.contains(max(x, y)),
      matrix[y].indices.contains(y), component.mean.indices.contains(max(x, y))
    else { return nil }
    return (matrix[x][x], matrix[x][y], matrix[y][y])
  }
}
