import SurprisalCore

extension PrincipalComponents {
  /// The principal components of rows.
  ///
  /// The covariance comes from one pass over the rows (with no more rows than columns: the singular values of the
  /// centered rows), its eigenvectors from the implicit QL iteration; both are exact to about `columns`·2⁻⁵³ of the
  /// largest variance. The same bits on any number of threads.
  ///
  /// - Parameters:
  ///   - rows: n × D finite numbers, each column in its own unit.
  ///   - weights: one non-negative number a row; a weight of w counts as w equal rows.
  ///   - columnNames: one name a column; x1, x2, … if nil.
  ///   - components: how many are kept.
  ///   - isStandardized: whether the columns are divided by their standard deviations first; constant ones stay 0.
  ///   - threads: the threads to use; nil takes every processor.
  /// - Throws: `SurprisalError` for data that have no components, with row and column where one is at fault.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil,
    components: ComponentSelection = .all, isStandardized: Bool = false, threads: Int? = nil
  ) throws -> PrincipalComponentsFit {
    let clock = Stopwatch()
    let data = try FactorRows(rows, weights: weights, columnNames: columnNames)
    let axes = try PrincipalAxes(data, isStandardized: isStandardized, threads: Threads.resolve(threads))
    guard axes.weight > 1 else {
      throw SurprisalError(
        .data, "the weights sum to \(axes.weight), and variances are divided by their sum less 1",
        remedy: "give weights that count rows")
    }
    let D = data.columnCount
    let most = max(1, min(D, data.observations.count - 1))
    let count = try count(components, axes: axes, most: most)
    // Standardized columns have the variance 1 with either divisor.
    let divisor = isStandardized ? 1 : axes.weight / (axes.weight - 1)
    var map = axes.map
    if isStandardized {
      let ratio = (axes.weight / (axes.weight - 1)).squareRoot()
      map = ColumnMap(
        shift: map.shift, scale: zip(map.scale, axes.isConstant).map { $1 ? $0 : $0 * ratio },
        location: map.location.map { $0 / ratio })
    }
    let model = PrincipalComponents(
      columnNames: data.columnNames, isStandardized: isStandardized, map: map,
      vectors: Array(axes.vectors.prefix(count * D)),
      deviations: axes.values.prefix(count).map { ($0 * divisor).squareRoot() }, total: axes.total * divisor)
    var warnings: [String] = []
    let constant = data.columnNames.indices.filter { axes.isConstant[$0] }.map { "`\(data.columnNames[$0])`" }
    if isStandardized, !constant.isEmpty {
      warnings.append(
        "constant column\(constant.count > 1 ? "s" : "") \(constant.prefix(8).joined(separator: ", ")) "
          + "\(constant.count > 1 ? "have" : "has") no part in any component")
    }
    if axes.rank < count {
      warnings.append(
        "the rows vary in \(axes.rank) dimension\(axes.rank == 1 ? "" : "s"): components from number "
          + "\(axes.rank + 1) on have no variance and an arbitrary direction")
    }
    return PrincipalComponentsFit(
      model: model, rowCount: data.rowCount, totalWeight: axes.weight, rank: axes.rank, warnings: warnings,
      seconds: clock.seconds)
  }

  /// Fits as the synchronous function does, on the calling task; a task that is cancelled before gets
  /// `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil,
    components: ComponentSelection = .all, isStandardized: Bool = false, threads: Int? = nil
  ) async throws -> PrincipalComponentsFit {
    await Task.yield()
    try Task.checkCancellation()
    let run: () throws -> PrincipalComponentsFit = {
      try fit(
        rows, weights: weights, columnNames: columnNames, components: components, isStandardized: isStandardized,
        threads: threads)
    }
    return try run()
  }

  private static func count(_ selection: ComponentSelection, axes: PrincipalAxes, most: Int) throws -> Int {
    switch selection {
    case .all:
      return most
    case .count(let count):
      try FactorRows.require(
        count, "components", atMost: most, because: "these rows have \(most) at most")
      return count
    case .varianceShare(let share):
      guard share > 0, share <= 1 else {
        throw SurprisalError(.usage, "a variance share of \(share)", remedy: "give a number above 0 and at most 1")
      }
      // Rounding must not keep a share of 1 from being reached.
      let wanted = share * axes.total * (1 - 0x1p-45)
      var sum = 0.0
      for (index, value) in axes.values.prefix(most).enumerated() {
        sum += value
        if sum >= wanted { return index + 1 }
      }
      return most
    }
  }
}
