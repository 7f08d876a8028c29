import CSurprisalKernels
import SurprisalCore

extension HiddenMarkov {
  /// p(z_t = k | x) given the whole sequence, [n][K], all rows being one sequence.
  ///
  /// As `responsibilities(of:sequences:threads:)`.
  public func responsibilities(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    guard rows.rowCount > 0 else {
      try validate(rows)
      return RowMatrix(unchecked: [], columnCount: stateCount)
    }
    return try responsibilities(of: rows, sequences: .single(rows.rowCount), threads: threads)
  }

  /// p(z_t = k | x) given the whole sequence that the row belongs to, [n][K], each row summing to 1 (posterior
  /// decoding, by forward and backward recursions).
  ///
  /// Throws a data error as `logDensities`, and for a sequence that no path of states can explain.
  public func responsibilities(
    of rows: RowMatrix, sequences: SequenceLayout, threads: Int? = nil
  ) throws -> RowMatrix {
    let given = rows
    let rows = try supported(rows)
    try sequences.validate(rowCount: rows.rowCount)
    let observations = WeightedSequences(rows: rows, layout: sequences)
    let pass = ChainPass(
      plan: ChainPlan(parameters, isCentered: true), observations: observations, threads: Threads.resolve(threads))
    var result = [Double](repeating: 0, count: rows.rowCount * stateCount)
    let impossible = result.withUnsafeMutableBufferPointer {
      pass.run(totals: nil, sums: nil, posteriors: $0.baseAddress)
    }
    if let first = impossible.first { throw try unexplained(first, given, sequences) }
    return RowMatrix(unchecked: result, columnCount: stateCount)
  }

  /// The most probable state of every row by itself, from 0; the first of equals. Errors as `responsibilities`.
  public func assignments(
    of rows: RowMatrix, sequences: SequenceLayout, threads: Int? = nil
  ) throws -> [Int] {
    let shares = try responsibilities(of: rows, sequences: sequences, threads: threads)
    let K = stateCount
    return shares.withUnsafeValues { values in
      (0..<rows.rowCount).map { row in
        (1..<max(1, K)).reduce(0) { values[row * K + $1] > values[row * K + $0] ? $1 : $0 }
      }
    }
  }

  /// The most probable path of states, z maximizing p(z | x) (Viterbi 1967), from 0, and log p(z, x) of each sequence.
  ///
  /// All rows are one sequence if `sequences` is nil; no rows have no path. Of equal paths it is the one whose later states have the lower
  /// numbers. Errors as `responsibilities`.
  public func mostProbablePaths(
    of rows: RowMatrix, sequences: SequenceLayout? = nil, threads: Int? = nil
  ) throws -> (states: [Int], logDensities: [Double]) {
    guard rows.rowCount > 0 || sequences != nil else {
      try validate(rows)
      return ([], [])
    }
    let given = rows
    let rows = try supported(rows)
    let layout = try sequences ?? .single(rows.rowCount)
    try layout.validate(rowCount: rows.rowCount)
    let plan = ChainPlan(parameters, isCentered: true)
    let ranges = layout.ranges
    var paths = [Int32](repeating: 0, count: rows.rowCount)
    var densities = [Double](repeating: 0, count: ranges.count)
    paths.withUnsafeMutableBufferPointer { paths in
      densities.withUnsafeMutableBufferPointer { densities in
        nonisolated(unsafe) let (paths, densities) = (paths, densities)
        parallelFor(count: ranges.count, threads: Threads.resolve(threads)) { index in
          let range = ranges[index]
          guard let path = paths.baseAddress, let density = densities.baseAddress else { return }
          let tiles = range.count / WeightedSequences.tileRows + 1
          let workspace = Scratch(capacity: plan.workspaceCount + tiles * plan.stride)
          _ = plan.withChain(rows) { chain in
            surprisal_chain_best_path(
              chain, range.lowerBound, range.upperBound, path + range.lowerBound, density + index,
              workspace.base + plan.workspaceCount, workspace.base)
          }
        }
      }
    }
    if let first = densities.firstIndex(where: { !($0 > -.infinity) }) { throw try unexplained(first, given, layout) }
    for (index, range) in ranges.enumerated() {
      let sequence = try SequenceLayout(lengths: [range.count])
      let part = range.count == rows.rowCount ? rows : rows.rows(range)
      densities[index] += unitShift(part, sequence, nil)
    }
    return (paths.map(Int.init), densities)
  }
}

extension RowMatrix {
  /// A copy of consecutive rows.
  func rows(_ range: Range<Int>) -> RowMatrix {
    withUnsafeValues { values in
      RowMatrix(
        unchecked: Array(
          UnsafeBufferPointer(start: values + range.lowerBound * columnCount, count: range.count * columnCount)),
        columnCount: columnCount)
    }
  }
}
