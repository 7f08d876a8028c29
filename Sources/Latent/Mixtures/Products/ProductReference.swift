import SurprisalCore

/// What packed rows are expressed against, so that little is left to add up: the common level of each discrete column
/// and a mean for each Poisson column. Any choice gives the same densities up to rounding.
struct ProductReference: Sendable {
  /// The common level of each column; 0 for columns that are not discrete.
  var levels: [Int]
  /// The reference mean of each column; 1 for columns that are not Poisson.
  var means: [Double]
  /// Where the slots of each column begin (one for each level but the common one), and their count at the end.
  private(set) var slotStarts: [Int]

  var slotCount: Int { slotStarts[slotStarts.count - 1] }

  init(levels: [Int], means: [Double], columns: ProductColumns) {
    self.levels = levels
    self.means = means.map { $0 > 0 && $0.isFinite ? $0 : 1 }
    slotStarts = columns.families.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + ($1.levelCount.map { $0 - 1 } ?? 0))
    }
  }

  /// The slot of a level that is not the column's common one.
  func slot(_ column: Int, _ level: Int) -> Int { slotStarts[column] + (level < levels[column] ? level : level - 1) }

  /// The most common levels of a table, the first of equals, and the given means.
  init(_ table: EncodedTable, columns: ProductColumns, means: [Double]) {
    var levels = [Int](repeating: 0, count: columns.count)
    for (number, group) in table.groups.enumerated() {
      var codeCounts = [Int](repeating: 0, count: group.size)
      for row in 0..<table.rowCount { codeCounts[Int(table.codes.base[row * table.groups.count + number])] += 1 }
      for (index, place) in group.columns.enumerated() {
        var counts = [Int](repeating: 0, count: place.levels)
        for (code, count) in codeCounts.enumerated() where count > 0 { counts[group.level(index, in: code)] += count }
        levels[place.column] = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
      }
    }
    self.init(levels: levels, means: means, columns: columns)
  }
}
