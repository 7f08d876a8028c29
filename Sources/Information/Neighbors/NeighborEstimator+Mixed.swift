import CSurprisalKernels
import SurprisalCore

extension NeighborEstimator {
  /// The mutual information between a class and continuous columns (Ross 2014):
  ///
  ///     I = ψ(n) + ⟨ψ(kᵢ)⟩ − ⟨ψ(n_c)⟩ − ⟨ψ(mᵢ)⟩,
  ///
  /// where kᵢ = min(k, n_c − 1) neighbors are sought within row i's class of n_c rows, and mᵢ other rows of any class
  /// are as near as the last of these (where several are at that distance, kᵢ counts them too). Rows alone in their
  /// class are left out, as nothing is known of it.
  /// At most the classes' entropy is returned.
  ///
  /// - Throws: `data` for numbers that are not finite (with row and column), columns of different lengths, fewer than
  ///   k + 1 rows, and classes of one row each.
  public func mutualInformation(levels: DiscreteColumn, columns: [[Double]]) throws -> Estimate<Information> {
    let name = "mutual information"
    let matrix = try SampleMatrix(columns, name, stream: 1)
    let codes = levels.levelOfRow
    if codes.count != matrix.rowCount {
      throw SurprisalError(.data, "\(name): \(codes.count) classes beside \(matrix.rowCount) rows")
    }
    try check(rows: matrix.rowCount, name)
    var rowsOfClass: [Int: [Int]] = [:]
    for (row, code) in codes.enumerated() { rowsOfClass[code, default: []].append(row) }
    if matrix.columns.isEmpty || rowsOfClass.count == 1 { return constantEstimate(rows: matrix.rowCount) }
    let classes = rowsOfClass.keys.sorted().compactMap { rowsOfClass[$0] }.filter { $0.count > 1 }
    if classes.isEmpty {
      throw SurprisalError(
        .data, "\(name): every row is alone in its class",
        remedy: "leave the column out, or treat its numbers as continuous")
    }
    let entropy = Self.classEntropy(rowsOfClass.values.map { $0.count }.sorted(), matrix.rowCount)
    let digamma = HarmonicTable(upTo: matrix.rowCount)
    let (terms, hasTies) = classTerms(matrix, classes, digamma)
    var notes = ["rows are independent", "each class has a density that is smooth between neighbors"]
    let left = matrix.rowCount - terms.count
    if left > 0 { notes.append("\(left) rows alone in their class were left out") }
    if matrix.isSpread { notes.append("values on a grid were spread over one step of it") }
    if hasTies { notes.append("repeated values have positive probability, and are counted") }
    var estimate = NeighborInterval(
      terms: LocalTerms(terms), k: neighborCount, hasAtoms: hasTies
    ).information(
      "nearest neighbor within classes (Ross), k = \(neighborCount)", ceiling: .infinity, assumptions: notes)
    estimate.limit(to: entropy)
    return estimate
  }

  /// The terms of the rows of classes of two and more.
  private func classTerms(
    _ matrix: SampleMatrix, _ classes: [[Int]], _ digamma: HarmonicTable
  ) -> (values: [Double], hasTies: Bool) {
    let count = classes.reduce(0) { $0 + $1.count }
    let all = classes.flatMap { $0 }
    let joint = NeighborTree(
      columns: matrix.columns.map { column in all.map { column[$0] } }, scales: matrix.scales)
    var terms: [Double] = []
    var hasTies = false
    terms.reserveCapacity(count)
    for rows in classes {
      let k = min(neighborCount, rows.count - 1)
      let own = NeighborTree(
        columns: matrix.columns.map { column in rows.map { column[$0] } }, scales: matrix.scales)
      let neighbors = own.nearestOfAll(k: k, threads: Threads.resolve(threads))
      let base = digamma[count] - digamma[rows.count]
      terms += own.mapTerms { position, query in
        let radius = neighbors.distances[position * k + k - 1]
        // Rows at the radius itself count, but for the one that it ends at; an atom's rows all count.
        let ends = radius == 0 ? 0 : 1
        func count(_ tree: NeighborTree) -> Int {
          (tree.withSearch(AnyColumns.self) { $0.count(within: radius, of: query, isStrict: false) } ?? 1) - ends
        }
        let (inClass, inAll) = (count(own), count(joint))
        if inClass > k { hasTies = true }
        return base + digamma[max(1, inClass)] - digamma[max(1, inAll)]
      }
    }
    return (terms, hasTies)
  }

  /// The entropy of a column's levels with Miller and Madow's correction.
  static func classEntropy(_ column: DiscreteColumn) -> Double {
    classEntropy(column.counts.filter { $0 > 0 }, column.count)
  }

  /// The entropy of the classes' frequencies with Miller and Madow's correction, which bounds the information.
  private static func classEntropy(_ counts: [Int], _ rows: Int) -> Double {
    var entropy = Double(counts.count - 1) / Double(2 * rows)
    for count in counts {
      let p = Double(count) / Double(rows)
      entropy -= p * surprisal_log(p)
    }
    return entropy
  }
}

extension NeighborTree {
  /// A number per position, from the position and its row.
  func mapTerms(_ body: (Int, UnsafePointer<Double>) -> Double) -> [Double] {
    points.withUnsafeBufferPointer { points in
      guard let base = points.baseAddress else { return [] }
      return (0..<rowCount).map { body($0, base + $0 * columnCount) }
    }
  }
}

extension Estimate where Quantity == Information {
  /// Moves the estimate to at most `nats`, and says so.
  mutating func limit(to nats: Double) {
    guard value.nats > nats else { return }
    clamped.append(Clamp(bound: "mutual information is at most the classes' entropy", nats: value.nats))
    value = Information(nats: nats)
    interval = min(interval.lowerBound, value)...interval.upperBound
  }
}
