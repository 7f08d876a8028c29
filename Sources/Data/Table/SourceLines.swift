/// Which line of a text file each kept row comes from.
///
/// Rows on consecutive lines form one run, so that a file without gaps needs a single entry.
public struct SourceLines: Sendable, Equatable {
  private struct Run: Sendable, Equatable {
    var row: Int
    var line: Int
  }

  private var runs: [Run] = []

  /// The lines of no rows yet.
  public init() {}

  /// Says that `row` (from 0, ascending from call to call) starts on `line` (from 1) and that each following
  /// row starts one line later, up to the next call's.
  public mutating func append(row: Int, line: Int) {
    if let last = runs.last {
      if last.line + (row - last.row) == line { return }
      if last.row == row { runs.removeLast() }
    }
    runs.append(Run(row: row, line: line))
  }

  /// The line, from 1, on which `row` (from 0) starts; `nil` before the first row known.
  public func line(ofRow row: Int) -> Int? {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    return runs[low - 1].line + (row - runs[low - 1].row)
  }

  /// The runs as pairs of first row and first line, in order.
  package var starts: [(row: Int, line: Int)] { runs.map { ($0.row, $0.line) } }
}
