/// Which rows of a table are equal. EM sees each of them once, with the sum of their weights: its sums are the same, and
/// tables of a few discrete columns have few different rows.
struct EqualRows: Sendable {
  /// The number of each row's group, [rows]; groups are in the order of their first rows.
  let groups: [UInt32]
  /// The first row of each group.
  let firstRows: [Int]

  /// Rows looked at before it is estimated whether grouping pays.
  private static let trial = 65_536

  /// The groups of equal rows; nil where they are more than half as many as the rows.
  init?(_ table: EncodedTable) {
    let count = table.rowCount
    guard count > 1, count < Int(UInt32.max) else { return nil }
    let (codeCount, denseCount) = (table.groups.count, table.denseColumns.count)
    var groups = [UInt32](repeating: 0, count: count)
    var firstRows: [Int] = []
    // Open addressing: the number of a group plus 1, 0 for none.
    let capacity = 1 << (Int.bitWidth - (2 * count - 1).leadingZeroBitCount)
    let places = Cells<UInt32>(repeating: 0, count: capacity)
    for row in 0..<count {
      let codes = table.codes.base + row * codeCount
      let dense = table.dense.base + row * denseCount
      var hash: UInt64 = 0
      for index in 0..<codeCount { hash = EqualRows.mixed(hash ^ UInt64(codes[index])) }
      // The sum makes one zero of both.
      for index in 0..<denseCount { hash = EqualRows.mixed(hash ^ (dense[index] + 0).bitPattern) }
      var place = Int(truncatingIfNeeded: hash >> 20) & (capacity - 1)
      while true {
        let found = Int(places.base[place]) - 1
        if found < 0 {
          groups[row] = UInt32(firstRows.count)
          firstRows.append(row)
          places.base[place] = UInt32(firstRows.count)
          break
        }
        let first = firstRows[found]
        let (otherCodes, otherDense) = (table.codes.base + first * codeCount, table.dense.base + first * denseCount)
        if (0..<codeCount).allSatisfy({ codes[$0] == otherCodes[$0] }),
          (0..<denseCount).allSatisfy({ dense[$0] == otherDense[$0] })
        {
          groups[row] = UInt32(found)
          break
        }
        place = (place + 1) & (capacity - 1)
      }
      // Of D equally frequent rows, n draws repeat about n² / 2D.
      if row + 1 == EqualRows.trial {
        let (looked, repeats) = (Double(row + 1), Double(row + 1 - firstRows.count))
        if repeats < looked * looked / Double(count) { return nil }
      }
    }
    guard 2 * firstRows.count <= count else { return nil }
    (self.groups, self.firstRows) = (groups, firstRows)
  }

  /// The sum of the rows' weights (1 if nil) in each group.
  func weights(_ weights: [Double]?) -> [Double] {
    var result = [Double](repeating: 0, count: firstRows.count)
    for (row, group) in groups.enumerated() { result[Int(group)] += weights?[row] ?? 1 }
    return result
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    let product = value &* 0x9E37_79B9_7F4A_7C15
    return product ^ (product >> 29)
  }
}

extension EncodedTable {
  /// The table of some of the rows, in the given order.
  func rows(_ numbers: [Int]) -> EncodedTable {
    let (codeCount, denseCount) = (groups.count, denseColumns.count)
    let picked = EncodedTable(
      groups: groups, rowCount: numbers.count, codes: Cells(repeating: 0, count: numbers.count * codeCount),
      dense: Cells(repeating: 0, count: numbers.count * denseCount), denseColumns: denseColumns)
    for (index, row) in numbers.enumerated() {
      (picked.codes.base + index * codeCount).update(from: codes.base + row * codeCount, count: codeCount)
      (picked.dense.base + index * denseCount).update(from: dense.base + row * denseCount, count: denseCount)
    }
    return picked
  }
}
