import SurprisalCore
import Testing

@testable import SurprisalInformation

/// The tree and the sorted columns against all pairs.
struct NeighborTreeTests {
  enum Content: String, CaseIterable, Sendable {
    case random, ties, duplicates, sorted
  }

  static func columns(_ content: Content, rows: Int, width: Int) -> [[Double]] {
    var samples = NeighborSamples(seed: 7, stream: UInt64(rows * 10 + width))
    return (0..<width).map { column in
      let normals = samples.normals(rows)
      switch content {
      case .random: return normals
      case .ties: return normals.map { ($0 * 2).rounded() }
      case .duplicates: return (0..<rows).map { normals[$0 % max(1, rows / 9)] }
      case .sorted: return column == 0 ? normals.sorted() : (0..<rows).map { Double($0 * $0) }
      }
    }
  }

  static func distance(_ columns: [[Double]], _ scales: [Double], _ a: Int, _ b: Int) -> Double {
    zip(columns, scales).map { abs($0[a] - $0[b]) * $1 }.max() ?? 0
  }

  @Test(arguments: Content.allCases, 1...5)
  func neighborsAreThoseOfAllPairs(_ content: Content, width: Int) throws {
    for rows in [2, 9, 17, 100, 401] {
      let columns = Self.columns(content, rows: rows, width: width)
      let scales = (0..<width).map { 1 + Double($0) / 3 }
      let tree = NeighborTree(columns: columns, scales: scales)
      let k = min(4, rows - 1)
      let found = tree.nearestOfAll(k: k, threads: 2)
      try #require(tree.order.sorted() == (0..<Int32(rows)).map { $0 })
      for position in 0..<rows {
        let row = Int(tree.order[position])
        let expected = (0..<rows).filter { $0 != row }.map { Self.distance(columns, scales, row, $0) }.sorted()
        let own = Array(found.distances[(position * k)..<((position + 1) * k)])
        let others = found.positions[(position * k)..<((position + 1) * k)].map { Int(tree.order[Int($0)]) }
        if own != Array(expected[..<k]) || Set(others).count != k
          || others.map({ Self.distance(columns, scales, row, $0) }) != own
        {
          Issue.record("\(content), \(width) columns, \(rows) rows: row \(row) has \(own), not \(expected[..<k])")
        }
      }
    }
  }

  @Test(arguments: Content.allCases, 1...3)
  func countsAreThoseOfAllPairs(_ content: Content, width: Int) {
    let rows = 300
    let columns = Self.columns(content, rows: rows, width: width)
    let scales = (0..<width).map { 0.7 + Double($0) }
    let tree = NeighborTree(columns: columns, scales: scales)
    let sorted = SortedValues(columns[0])
    for position in stride(from: 0, to: rows, by: 3) {
      let row = Int(tree.order[position])
      let distances = (0..<rows).map { Self.distance(columns, scales, row, $0) }
      let single = columns[0].map { abs($0 - columns[0][row]) * scales[0] }
      // Radii that are distances: the comparison with the radius itself must be exact.
      for radius in [0, distances[(row + 1) % rows], single[(row + 5) % rows], 0.3, 1e9] {
        for isStrict in [false, true] {
          let expected = distances.filter { isStrict ? $0 < radius : $0 <= radius }.count
          let counted = tree.withSearch(AnyColumns.self) {
            $0.count(within: radius, of: $0.points + position * width, isStrict: isStrict)
          }
          let singles = single.filter { isStrict ? $0 < radius : $0 <= radius }.count
          let found = sorted.withView(scale: scales[0]) {
            $0.count(within: radius, of: columns[0][row], isStrict: isStrict)
          }
          if counted != expected || found != singles {
            Issue.record("row \(row), radius \(radius): \(counted ?? -1) and \(found), not \(expected), \(singles)")
          }
        }
      }
    }
  }

  @Test(arguments: 1...4) func neighborsInAnotherSample(_ width: Int) {
    let columns = Self.columns(.random, rows: 500, width: width)
    let scales = [Double](repeating: 1, count: width)
    let (first, second) = (columns.map { Array($0[..<180]) }, columns.map { Array($0[180...]) })
    let tree = NeighborTree(columns: first, scales: scales)
    let other = NeighborTree(columns: second, scales: scales)
    let found = tree.nearest(toRowsOf: other, k: 3, threads: 2)
    for position in 0..<320 {
      let row = 180 + Int(other.order[position])
      let expected = (0..<180).map { Self.distance(columns, scales, row, $0) }.sorted()
      if Array(found.distances[(position * 3)..<(position * 3 + 3)]) != Array(expected[..<3]) {
        Issue.record("row \(row)")
      }
    }
  }

  @Test func digammaOfIntegers() {
    let table = HarmonicTable(upTo: 200)
    // mpmath, 50 digits.
    #expect(abs(table[1] - -0.57721566490153286) < 1e-16)
    #expect(abs(table[10] - 2.2517525890667211) < 1e-15)
    #expect(abs(table[33] - 3.4812795305349872) < 1e-14)
    #expect(abs(table[200] - 5.2958152832199116) < 1e-14)
    for n in 2...200 where abs(table[n] - table[n - 1] - 1 / Double(n - 1)) > 3e-15 { Issue.record("ψ(\(n))") }
  }
}
