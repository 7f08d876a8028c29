import SurprisalCore
import Testing

@testable import SurprisalLatent

@Suite("Ward's method and scaling")
struct HierarchicalTreeTests {
  private func wardTree(_ values: [Double], _ columns: Int, weights: [Double]? = nil) -> HierarchicalTree? {
    values.withUnsafeBufferPointer { rows in
      rows.baseAddress.map {
        PartitionStart.hierarchical(
          rows: $0, rowCount: values.count / columns, columnCount: columns, weights: weights)
      }
    }
  }

  @Test("scipy's heights and clusters", arguments: ClusteringReference.ward)
  func matchesReference(_ reference: ClusteringReference.WardCase) throws {
    let tree = try #require(wardTree(reference.values, reference.columns))
    #expect(tree.heights.count == reference.heights.count)
    for (height, expected) in zip(tree.heights, reference.heights) {
      #expect(abs(height / expected - 1) < 1e-12)
    }
    for (clusters, labels) in reference.labels {
      #expect(tree.labels(clusters: Int(clusters) ?? 0) == labels)
    }
  }

  @Test("R's hclust(ward.D2) on faithful")
  func matchesR() throws {
    guard let rows = SharedTable.faithful else { return }
    let tree = rows.withUnsafeValues { PartitionStart.hierarchical(rows: $0, rowCount: 272, columnCount: 2) }
    for (clusters, counts) in [(2, [172, 100]), (3, [129, 100, 43])] {
      let labels = tree.labels(clusters: clusters)
      #expect((0..<clusters).map { cluster in labels.count { $0 == Int32(cluster) } } == counts)
    }
  }

  @Test("weights are repetitions, weight 0 is absence")
  func weights() throws {
    let values = ClusterSample.values(rows: 60, columns: 2, clusters: 3, separation: 2, seed: 3)
    let weights = (0..<60).map { Double($0 % 4) }
    let present = (0..<60).flatMap { row in [Int](repeating: row, count: row % 4) }
    let weighted = try #require(wardTree(values, 2, weights: weights))
    let repeated = try #require(wardTree(present.flatMap { [values[$0 * 2], values[$0 * 2 + 1]] }, 2))
    for clusters in 1...10 {
      let labels = weighted.labels(clusters: clusters)
      #expect(Set(labels) == Set((0..<clusters).map(Int32.init)))
      let expanded = repeated.labels(clusters: clusters)
      for (place, row) in present.enumerated() {
        for (other, second) in present.enumerated() {
          #expect((labels[row] == labels[second]) == (expanded[place] == expanded[other]))
        }
      }
    }
  }

  @Test("duplicates stay together and every cut has its number of clusters")
  func duplicates() throws {
    var generator = RandomGenerator(seed: 2)
    let values = (0..<400).map { _ in Double(generator.nextInteger(below: 5)) / 10 }
    let tree = try #require(wardTree(values, 2))
    let distinct = Set((0..<200).map { [values[$0 * 2], values[$0 * 2 + 1]] }).count
    for clusters in 1...distinct {
      let labels = tree.labels(clusters: clusters)
      #expect(Set(labels).count == clusters)
      for row in 0..<200 {
        for other in 0..<row
        where values[row * 2] == values[other * 2] && values[row * 2 + 1] == values[other * 2 + 1] {
          #expect(labels[row] == labels[other])
        }
      }
    }
    #expect(tree.labels(clusters: 1_000) == (0..<200).map { Int32($0) })
    #expect(zip(tree.heights, tree.heights.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("whitened rows have covariance 1, and empty directions are dropped")
  func whitening() throws {
    let base = ClusterSample.values(rows: 500, columns: 2, clusters: 2, separation: 3, seed: 5)
    let weights = (0..<500).map { Double($0 % 3) }
    // The third column is the sum of the others, the fourth constant.
    var values: [Double] = []
    for row in 0..<500 {
      let (first, second) = (base[row * 2], base[row * 2 + 1] * 1e-3)
      values += [first, second, first + second, 0.1]
    }
    let result = values.withUnsafeBufferPointer { rows in
      rows.baseAddress.map {
        PartitionStart.whitened(rows: $0, rowCount: 500, columnCount: 4, weights: weights)
      }
    }
    let (whitened, columns) = try #require(result)
    #expect(columns == 2)
    let total = weights.reduce(0, +)
    for i in 0..<2 {
      var mean = 0.0
      for row in 0..<500 { mean += weights[row] * whitened[row * 2 + i] / total }
      #expect(abs(mean) < 1e-9)
      for j in 0..<2 {
        var moment = 0.0
        for row in 0..<500 { moment += weights[row] * whitened[row * 2 + i] * whitened[row * 2 + j] / total }
        #expect(abs(moment - (i == j ? 1 : 0)) < 1e-9)
      }
    }
  }

  @Test("scaled columns have mean 0 and variance 1; constant ones become 0")
  func columnScaling() throws {
    let base = ClusterSample.values(rows: 300, columns: 1, clusters: 2, separation: 3, seed: 5)
    let values = base.flatMap { [$0 * 50 + 7, 0.1] }
    let result = values.withUnsafeBufferPointer { rows in
      rows.baseAddress.map { PartitionStart.columnScaled(rows: $0, rowCount: 300, columnCount: 2) }
    }
    let (scaled, columns) = try #require(result)
    #expect(columns == 2)
    #expect((0..<300).allSatisfy { scaled[$0 * 2 + 1] == 0 })
    var (mean, variance) = (0.0, 0.0)
    for row in 0..<300 {
      mean += scaled[row * 2] / 300
      variance += scaled[row * 2] * scaled[row * 2] / 300
    }
    #expect(abs(mean) < 1e-12)
    #expect(abs(variance - 1) < 1e-12)
  }
}
