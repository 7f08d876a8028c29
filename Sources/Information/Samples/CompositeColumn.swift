import SurprisalCore

/// Consecutive columns as one, whose code counts through their joint levels, the last column fastest.
struct CompositeColumn: Sendable {
  let parts: Range<Int>
  private let levelCounts: [Int]
  private let levelCount: Int
  private let column: DiscreteColumn

  /// As many joint levels as keep a table of two composite columns within the first cache.
  private static let mostLevels = 104
  /// As many cells as a dense table may have.
  private static let mostCells = 1 << 22

  /// Columns in order, joined as far as the tables stay small beside cache and rows.
  static func joining(_ columns: [DiscreteColumn]) -> [CompositeColumn] {
    let rowCount = columns.first?.count ?? 0
    let most = min(mostLevels, Int(Double(rowCount / 4).squareRoot()))
    var (result, begin) = ([CompositeColumn](), 0)
    while begin < columns.count {
      var (end, levels) = (begin + 1, columns[begin].levelCount)
      while end < columns.count, levels * columns[end].levelCount <= most {
        levels *= columns[end].levelCount
        end += 1
      }
      result.append(CompositeColumn(columns, begin..<end, levels))
      begin = end
    }
    return result
  }

  private init(_ columns: [DiscreteColumn], _ parts: Range<Int>, _ levelCount: Int) {
    self.parts = parts
    self.levelCount = levelCount
    levelCounts = parts.map { columns[$0].levelCount }
    if parts.count == 1 {
      column = columns[parts.lowerBound]
    } else {
      var keys = [UInt64](repeating: 0, count: columns[parts.lowerBound].count)
      for part in parts { columns[part].append(to: &keys, times: UInt64(columns[part].levelCount)) }
      column = DiscreteColumn(keys.map(Int.init), levelCount, .codes, declared: true)
    }
  }

  /// Calls `body` with each pair of a part of this and a later part of `other`, and what makes their table.
  func forEachTable(
    with other: CompositeColumn, _ columns: [DiscreteColumn],
    _ body: (_ first: Int, _ second: Int, _ table: () throws -> CellTable) -> Void
  ) {
    let cells = levelCount.multipliedReportingOverflow(by: other.levelCount)
    if cells.overflow || cells.partialValue > max(1 << 12, min(Self.mostCells, 16 * column.count)) {
      for first in parts {
        for second in other.parts where first < second {
          body(first, second) { try CellTable([columns[first], columns[second]]) }
        }
      }
      return
    }
    if parts == other.parts && parts.count == 1 { return }
    var joint = [UInt32](repeating: 0, count: cells.partialValue)
    joint.withUnsafeMutableBufferPointer { joint in
      PairCounter.count(column, other.column, width: other.levelCount, into: joint)
    }
    var outer = levelCount
    for (first, levels) in zip(parts, levelCounts) {
      outer /= levels
      // Sum over the other parts of this column: [levels, other.levelCount].
      var rows = [UInt32](repeating: 0, count: levels * other.levelCount)
      for code in 0..<levelCount {
        let (from, to) = (code * other.levelCount, code / outer % levels * other.levelCount)
        for cell in 0..<other.levelCount { rows[to + cell] &+= joint[from + cell] }
      }
      var inner = other.levelCount
      for (second, width) in zip(other.parts, other.levelCounts) {
        inner /= width
        if second <= first { continue }
        var table = [UInt32](repeating: 0, count: levels * width)
        for level in 0..<levels {
          for code in 0..<other.levelCount {
            table[level * width + code / inner % width] &+= rows[level * other.levelCount + code]
          }
        }
        body(first, second) {
          table.withUnsafeBufferPointer { CellTable(columns[first], columns[second], histogram: $0) }
        }
      }
    }
  }
}

/// Counts the rows of each pair of codes.
enum PairCounter {
  /// `joint[width · first + second] += 1` for every row.
  static func count(
    _ first: DiscreteColumn, _ second: DiscreteColumn, width: Int, into joint: UnsafeMutableBufferPointer<UInt32>
  ) {
    switch (first.codes, second.codes) {
    case (.bytes(let a), .bytes(let b)): count(a, b, width, joint)
    case (.bytes(let a), .words(let b)): count(a, b, width, joint)
    case (.words(let a), .bytes(let b)): count(a, b, width, joint)
    case (.words(let a), .words(let b)): count(a, b, width, joint)
    case (.longs(let a), .bytes(let b)): count(a, b, width, joint)
    case (.bytes(let a), .longs(let b)): count(a, b, width, joint)
    case (.longs(let a), .words(let b)): count(a, b, width, joint)
    case (.words(let a), .longs(let b)): count(a, b, width, joint)
    case (.longs(let a), .longs(let b)): count(a, b, width, joint)
    }
  }

  @inline(__always)
  private static func count<A: FixedWidthInteger, B: FixedWidthInteger>(
    _ first: [A], _ second: [B], _ width: Int, _ joint: UnsafeMutableBufferPointer<UInt32>
  ) {
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        guard let a = first.baseAddress, let b = second.baseAddress, let table = joint.baseAddress else { return }
        for row in 0..<first.count {
          table[Int(truncatingIfNeeded: a[row]) &* width &+ Int(truncatingIfNeeded: b[row])] &+= 1
        }
      }
    }
  }
}
