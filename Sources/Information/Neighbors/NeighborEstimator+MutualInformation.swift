import SurprisalCore

extension NeighborEstimator {
  /// The mutual information I(X; Y) of two continuous columns, row by row (Kraskov, Stögbauer and Grassberger 2004).
  ///
  /// A constant column gives exactly 0. Two columns that are functions of each other have infinite information; the
  /// estimate is then about ψ(n) − ψ(k), the most that n rows can show, and the interval has no upper end.
  ///
  /// The interval is for independent rows: rows of a time series that resemble their neighbors in time give too large
  /// an estimate, and too short an interval.
  ///
  /// - Throws: `data` for numbers that are not finite (with row and column), columns of different lengths, and fewer
  ///   than k + 1 rows.
  public func mutualInformation(_ x: [Double], _ y: [Double]) throws -> Estimate<Information> {
    try mutualInformation(columns: [x], and: [y])
  }

  /// The mutual information between two groups of continuous columns, as that of two columns.
  ///
  /// Bias towards 0 grows with the number of columns; the interval is measured for up to four in all.
  public func mutualInformation(columns x: [[Double]], and y: [[Double]]) throws -> Estimate<Information> {
    let (first, second) = try matrices(x, y)
    if first.columns.isEmpty || second.columns.isEmpty { return constantEstimate(rows: first.rowCount) }
    if x.count == 1, y.count == 1, let counted = try fewCells(x[0], first, y[0], second) { return counted }
    return estimate(
      first, MarginalSide(second), HarmonicTable(upTo: first.rowCount), threads: Threads.resolve(threads))
  }

  /// The mutual information of each of many continuous columns with one target, a feature a thread: the numbers of one
  /// call for each.
  ///
  /// - Throws: `data` as for one feature, with the feature's number as its column.
  public func mutualInformation(features: [[Double]], target: [Double]) throws -> [Estimate<Information>] {
    let name = "mutual information"
    let matrix = try SampleMatrix([target], "\(name), target", stream: 2)
    try check(rows: matrix.rowCount, name)
    let side = matrix.columns.isEmpty ? nil : MarginalSide(matrix)
    let digamma = HarmonicTable(upTo: matrix.rowCount)
    var results = [Result<Estimate<Information>, any Error>?](repeating: nil, count: features.count)
    results.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let shared = SharedPointer(pointer: base)
      parallelFor(count: features.count, threads: Threads.resolve(threads)) { index in
        shared.pointer[index] = Result {
          let feature = try SampleMatrix([features[index]], name, stream: 1, firstColumn: index)
          if feature.rowCount != matrix.rowCount {
            throw SurprisalError(
              .data, "\(name): column \(index) has \(feature.rowCount) rows, the target \(matrix.rowCount)")
          }
          guard let side else { return constantEstimate(rows: matrix.rowCount) }
          if let counted = try fewCells(features[index], feature, target, matrix) { return counted }
          return estimate(feature, side, digamma, threads: 1)
        }
      }
    }
    return try results.compactMap { try $0?.get() }
  }

  /// Both groups, checked.
  func matrices(_ x: [[Double]], _ y: [[Double]]) throws -> (SampleMatrix, SampleMatrix) {
    let name = "mutual information"
    let first = try SampleMatrix(x, name, stream: 1)
    let second = try SampleMatrix(y, name, stream: 2, firstColumn: x.count)
    if first.rowCount != second.rowCount {
      throw SurprisalError(.data, "\(name): \(first.rowCount) rows beside \(second.rowCount)")
    }
    try check(rows: first.rowCount, name)
    return (first, second)
  }

  private func estimate(
    _ x: SampleMatrix, _ y: MarginalSide, _ digamma: HarmonicTable, threads: Int
  ) -> Estimate<Information> {
    if x.columns.isEmpty { return constantEstimate(rows: x.rowCount) }
    let terms = KraskovTerms(x: MarginalSide(x), y: y, digamma: digamma, k: neighborCount, threads: threads)
      .terms(variant)
    var notes = ["rows are independent", "the density is smooth between neighbors"]
    if terms.hasTies { notes.append("repeated values have positive probability, and are counted") }
    if x.isSpread || y.matrix.isSpread { notes.append("values on a grid were spread over one step of it") }
    return NeighborInterval(
      terms: LocalTerms(terms.values), k: neighborCount, hasAtoms: terms.hasTies
    ).information(
      "\(variant == .kraskov1 ? "KSG 1" : "KSG 2"), k = \(neighborCount)",
      ceiling: digamma[x.rowCount] - digamma[neighborCount], assumptions: notes)
  }

  /// The estimate by counting, if both columns lie on grids and fill few cells: at least sixteen rows each on average.
  private func fewCells(
    _ x: [Double], _ first: SampleMatrix, _ y: [Double], _ second: SampleMatrix
  ) throws -> Estimate<Information>? {
    guard first.isSpread, second.isSpread else { return nil }
    let levels = (x: try DiscreteColumn(x), y: try DiscreteColumn(y))
    let most = x.count / 16
    if max(levels.x.levelCount, levels.y.levelCount) > most { return nil }
    let cells = Set(zip(levels.x.levelOfRow, levels.y.levelOfRow).map { $0 * levels.y.levelCount + $1 })
    if cells.count > most { return nil }
    return try levels.x.mutualInformation(with: levels.y, estimator: discreteEstimator)
  }

  /// Exactly 0: a constant says nothing.
  func constantEstimate(rows: Int) -> Estimate<Information> {
    Estimate(
      value: .zero, standardError: 0, interval: .zero ... .zero, estimator: "exact: a side is constant",
      sampleCount: rows, assumptions: [])
  }
}
