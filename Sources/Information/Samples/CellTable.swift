import SurprisalCore

/// The joint levels that occur in several columns, with the rows they occur in.
///
/// Cells are sorted by the codes of the first column, then of the second, and so on, so that sums over them are the
/// same however a table came about.
struct CellTable: Sendable {
  let columns: [DiscreteColumn]
  let rowCount: Int
  /// How many rows each cell has, all positive.
  private(set) var counts: [Int]
  /// `codes[column][cell]`.
  private(set) var codes: [[Int]]

  /// - Throws: `data` for no rows or columns of different length.
  init(_ columns: [DiscreteColumn]) throws {
    guard let first = columns.first else { throw SurprisalError(.usage, "there are no columns") }
    rowCount = first.count
    if rowCount == 0 { throw SurprisalError(.data, "there are no rows") }
    for (index, column) in columns.enumerated() where column.count != rowCount {
      throw SurprisalError(.data, "column \(index) has \(column.count) rows, the first one \(rowCount)")
    }
    self.columns = columns
    let groups = Self.groups(rowCount, columns.map(\.levelCount)) { columns[$0].append(to: &$1, times: $2) }
    counts = [Int](repeating: 0, count: groups.count)
    var representative = counts
    for row in 0..<rowCount {
      counts[groups.of[row]] += 1
      representative[groups.of[row]] = row
    }
    codes = columns.map { column in representative.map { column[$0] } }
  }

  /// A table of two columns from the dense array `histogram[first · k + second]`.
  init(_ first: DiscreteColumn, _ second: DiscreteColumn, histogram: UnsafeBufferPointer<UInt32>) {
    columns = [first, second]
    rowCount = first.count
    counts = []
    codes = [[], []]
    for index in 0..<histogram.count where histogram[index] > 0 {
      counts.append(Int(histogram[index]))
      codes[0].append(index / second.levelCount)
      codes[1].append(index % second.levelCount)
    }
  }

  /// The joint levels of some of the columns: the group of each cell, and the rows of each group.
  func margin(_ chosen: [Int]) -> (groupOf: [Int], counts: [Int]) {
    if chosen.count == columns.count { return (Array(counts.indices), counts) }
    let groups = Self.groups(counts.count, chosen.map { columns[$0].levelCount }) { column, keys, factor in
      let codes = self.codes[chosen[column]]
      for cell in codes.indices { keys[cell] = keys[cell] &* factor &+ UInt64(codes[cell]) }
    }
    var sums = [Int](repeating: 0, count: groups.count)
    for cell in counts.indices { sums[groups.of[cell]] += counts[cell] }
    return (groups.of, sums)
  }

  /// Ranks of the joint codes of `count` items, `append(column, &keys, factor)` making keys of a column's codes.
  private static func groups(
    _ count: Int, _ levelCounts: [Int], _ append: (Int, inout [UInt64], UInt64) -> Void
  ) -> (of: [Int], count: Int) {
    var keys = [UInt64](repeating: 0, count: count)
    var bound: UInt64 = 1
    for (column, levelCount) in levelCounts.enumerated() {
      // Keys stay below 2⁶⁴: ranks take the place of keys that might not.
      if bound.multipliedReportingOverflow(by: UInt64(max(1, levelCount))).overflow {
        let ranks = Self.ranks(keys, below: bound)
        keys = ranks.of.map(UInt64.init)
        bound = UInt64(ranks.count)
      }
      append(column, &keys, UInt64(levelCount))
      bound *= UInt64(max(1, levelCount))
    }
    return ranks(keys, below: bound)
  }

  /// For each row of a column, the rank of its level among those that occur.
  static func ranks(_ column: DiscreteColumn) -> [Int] {
    groups(column.count, [column.levelCount]) { column.append(to: &$1, times: $2) }.of
  }

  /// For each row of several columns, the rank of its joint level among those that occur, and how many do.
  static func ranks(_ columns: [DiscreteColumn]) -> (of: [Int], count: Int) {
    groups(columns.first?.count ?? 0, columns.map(\.levelCount)) { columns[$0].append(to: &$1, times: $2) }
  }

  private static func ranks(_ keys: [UInt64], below bound: UInt64) -> (of: [Int], count: Int) {
    if bound <= UInt64(max(1 << 12, 8 * keys.count)) {
      var rank = [Int](repeating: -1, count: Int(bound))
      for key in keys { rank[Int(key)] = 0 }
      var count = 0
      for key in rank.indices where rank[key] == 0 {
        rank[key] = count
        count += 1
      }
      return (keys.map { rank[Int($0)] }, count)
    }
    var distinct = keys.sorted()
    var count = 0
    for key in distinct where count == 0 || distinct[count - 1] != key {
      distinct[count] = key
      count += 1
    }
    let ranks = keys.map { key in
      var (low, high) = (0, count)
      while low + 1 < high {
        let middle = (low + high) / 2
        if distinct[middle] <= key { low = middle } else { high = middle }
      }
      return low
    }
    return (ranks, count)
  }
}
