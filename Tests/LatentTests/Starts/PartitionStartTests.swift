import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

@Suite("Partition starts")
struct PartitionStartTests {
  private func kMeans(
    _ values: [Double], _ columns: Int, _ clusters: Int, weights: [Double]? = nil, seed: UInt64 = 1,
    iterations: Int = 10
  ) -> [Int32] {
    var generator = RandomGenerator(seed: seed)
    return values.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return [] }
      return PartitionStart.kMeans(
        rows: base, rowCount: values.count / columns, columnCount: columns, weights: weights,
        clusters: clusters, iterations: iterations, using: &generator)
    }
  }

  private func randomRows(
    _ values: [Double], _ columns: Int, _ clusters: Int, weights: [Double]? = nil, seed: UInt64 = 1
  ) -> [Int32] {
    var generator = RandomGenerator(seed: seed)
    return values.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return [] }
      return PartitionStart.randomRows(
        rows: base, rowCount: values.count / columns, columnCount: columns, weights: weights,
        clusters: clusters, using: &generator)
    }
  }

  @Test("well separated clusters are found, from every seed", arguments: 1...30)
  func separated(_ seed: UInt64) {
    let clusters = 2 + Int(seed % 6)
    let values = ClusterSample.values(rows: 300, columns: 2, clusters: clusters, separation: 1e4, seed: seed)
    let labels = kMeans(values, 2, clusters, seed: seed)
    for row in clusters..<300 { #expect(labels[row] == labels[row % clusters]) }
    #expect(Set(labels).count == clusters)
  }

  @Test("every cluster has a row while there are K different ones", arguments: 1...60)
  func nonEmpty(_ seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    let columns = 1 + generator.nextInteger(below: 9)
    let distinct = 1 + generator.nextInteger(below: 9)
    var points = (0..<distinct * columns).map { _ in generator.nextUniform() }
    // Differences whose squares vanish, beside a far row.
    if seed % 4 == 0 { points = points.map { $0 * 1e-200 } }
    if seed % 8 == 0 { points[0] = 1e3 }
    let values = (0..<100).flatMap { row in
      let point = row < distinct ? row : generator.nextInteger(below: distinct)
      return Array(points[point * columns..<(point + 1) * columns])
    }
    for clusters in 1...10 {
      for labels in [
        kMeans(values, columns, clusters, seed: seed), randomRows(values, columns, clusters, seed: seed),
        kMeans(values, columns, clusters, seed: seed, iterations: 1),
      ] {
        #expect(Set(labels).count == min(clusters, distinct))
        #expect(labels.allSatisfy { $0 >= 0 && $0 < clusters })
      }
    }
  }

  @Test("equal rows share a cluster, equal seeds give equal labels, others differ")
  func deterministic() {
    let values = ClusterSample.values(rows: 200, columns: 3, clusters: 3, separation: 0, seed: 4)
    let doubled = values + values
    let labels = kMeans(doubled, 3, 6)
    #expect(Array(labels.prefix(200)) == Array(labels.suffix(200)))
    #expect(labels == kMeans(doubled, 3, 6))
    #expect(labels != kMeans(doubled, 3, 6, seed: 2))
    #expect(randomRows(values, 3, 6) == randomRows(values, 3, 6))
    #expect(randomRows(values, 3, 6) != randomRows(values, 3, 6, seed: 2))
  }

  @Test("rows of weight 0 have no influence")
  func absentRows() {
    let values = ClusterSample.values(rows: 120, columns: 2, clusters: 3, separation: 1, seed: 6)
    var weights = [Double](repeating: 1, count: 120)
    var spoiled = values
    for row in stride(from: 0, to: 120, by: 5) {
      weights[row] = 0
      spoiled[row * 2] = 1e200
    }
    let present = (0..<120).filter { weights[$0] > 0 }
    #expect(
      present.map { kMeans(values, 2, 5, weights: weights)[$0] }
        == present.map { kMeans(spoiled, 2, 5, weights: weights)[$0] })
    #expect(
      present.map { randomRows(values, 2, 5, weights: weights)[$0] }
        == present.map { randomRows(spoiled, 2, 5, weights: weights)[$0] })
    var onlyTwo = [Double](repeating: 0, count: 120)
    onlyTwo[7] = 1
    onlyTwo[90] = 3
    let labels = kMeans(values, 2, 4, weights: onlyTwo)
    #expect(labels[7] != labels[90])
  }

  @Test("different rows are counted up to the limit; -0 is 0")
  func distinctRows() {
    let values: [Double] = [1, 2, 1, 2, 0, 3, -0.0, 3, 5, 5]
    values.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      func count(_ limit: Int, _ weights: [Double]? = nil) -> Int {
        PartitionStart.distinctRowCount(
          rows: base, rowCount: 5, columnCount: 2, weights: weights, upTo: limit)
      }
      #expect([1, 2, 3, 9].map { count($0) } == [1, 2, 3, 3])
      #expect(count(9, [0, 0, 1, 1, 0]) == 1)
    }
  }

  @Test("one row, one cluster")
  func tiny() {
    #expect(kMeans([1, 2], 2, 1) == [0])
    #expect(kMeans([1, 2], 2, 3) == [0])
    #expect(randomRows([1, 2], 2, 3) == [0])
    #expect(kMeans([5, 5, 5, 5], 1, 2) == [0, 0, 0, 0])
  }
}
