import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

@Suite("k-means")
struct KMeansTests {
  @Test(
    "the fixed point, inertia and labels of scikit-learn from the same start",
    arguments: ClusteringReference.kMeans)
  func matchesReference(_ reference: ClusteringReference.KMeansCase) throws {
    let rows = try RowMatrix(reference.values, columnCount: reference.columns)
    let start = try KMeans(centers: reference.centers(of: reference.centers))
    let fit = try KMeans.fit(rows, weights: reference.weights, from: start)
    #expect(fit.converged)
    #expect(abs(fit.inertia / reference.inertia - 1) < 1e-13)
    #expect(abs(fit.history[0] / reference.initialInertia - 1) < 1e-13)
    #expect(try fit.model.assignments(of: rows) == reference.assignments)
    for (center, expected) in zip(fit.model.centers, reference.centers(of: reference.finalCenters)) {
      for (a, b) in zip(center, expected) { #expect(abs(a - b) < 1e-12) }
    }
  }

  @Test("the reference is there") func hasReference() {
    #expect(ClusteringReference.kMeans.count == 4)
    #expect(ClusteringReference.ward.count == 3)
  }

  @Test(
    "R's kmeans on iris (100 starts) and faithful (200 starts)",
    arguments: [
      ("iris", 3, 78.851441426146, [62.0, 50, 38]), ("iris", 2, 152.347951760358, [97, 53]),
      ("faithful", 2, 8901.768720947206, [172, 100]), ("faithful", 3, 5188.540468232615, [94, 92, 86]),
      ("faithful", 4, 2941.720903313763, [87, 84, 59, 42]),
    ])
  func matchesR(_ name: String, _ clusters: Int, _ inertia: Double, _ counts: [Double]) throws {
    guard let rows = name == "iris" ? SharedTable.iris : SharedTable.faithful else { return }
    let fit = try KMeans.fit(rows, clusters: clusters)
    #expect(abs(fit.inertia / inertia - 1) < 1e-12)
    #expect(fit.counts == counts)
    #expect(fit.startRowCount == rows.rowCount)
  }

  @Test("weights are repetitions; weight 0 is absence", arguments: [1, 2, 3, 4])
  func weights(_ seed: UInt64) throws {
    let values = ClusterSample.values(rows: 150, columns: 3, clusters: 4, separation: 2, seed: seed)
    let weights = (0..<150).map { Double($0 * 7 % 4) }
    let repeated = (0..<150).flatMap { row in
      (0..<Int(weights[row])).flatMap { _ in values[row * 3..<row * 3 + 3] }
    }
    var spoiled = values
    for row in 0..<150 where weights[row] == 0 { spoiled[row * 3] = 1e300 }
    let start = try KMeans(centers: (1...4).map { Array(values[$0 * 3..<$0 * 3 + 3]) })
    let weighted = try KMeans.fit(RowMatrix(spoiled, columnCount: 3), weights: weights, from: start)
    let plain = try KMeans.fit(RowMatrix(repeated, columnCount: 3), from: start)
    #expect(weighted.iterations == plain.iterations)
    #expect(abs(weighted.inertia / plain.inertia - 1) < 1e-13)
    #expect(weighted.counts == plain.counts)
  }

  @Test("the order of rows and columns does not matter from the same start")
  func permutations() throws {
    let (n, d) = (5_000, 3)
    let values = ClusterSample.values(rows: n, columns: d, clusters: 5, separation: 2, seed: 8)
    let start = (0..<5).map { Array(values[$0 * d..<$0 * d + d]) }
    let fit = try KMeans.fit(RowMatrix(values, columnCount: d), from: KMeans(centers: start))
    let turned = (0..<n).reversed().flatMap { row in (0..<d).reversed().map { values[row * d + $0] } }
    let other = try KMeans.fit(
      RowMatrix(turned, columnCount: d), from: KMeans(centers: start.map { $0.reversed() }))
    #expect(other.iterations == fit.iterations)
    #expect(abs(other.inertia / fit.inertia - 1) < 1e-12)
    for (a, b) in zip(fit.model.centers, other.model.centers) {
      for (x, y) in zip(a, b.reversed()) { #expect(abs(x - y) < 1e-11) }
    }
  }

  @Test("the same bits on any number of threads", arguments: [(9_001, 2, 7), (40_000, 17, 5)])
  func threads(_ rows: Int, _ columns: Int, _ clusters: Int) throws {
    let values = ClusterSample.values(
      rows: rows, columns: columns, clusters: clusters, separation: 1, seed: 3)
    let matrix = try RowMatrix(values, columnCount: columns)
    let fits = try [1, 2, 3, 8].map {
      try KMeans.fit(matrix, clusters: clusters, starts: 3, seed: 5, maximumIterations: 40, threads: $0)
    }
    for fit in fits.dropFirst() {
      #expect(fit.model == fits[0].model)
      #expect(fit.inertia.bitPattern == fits[0].inertia.bitPattern)
      #expect(fit.history == fits[0].history)
    }
    let assigned = try [1, 4].map { try fits[0].model.assignments(of: matrix, threads: $0) }
    #expect(assigned[0] == assigned[1])
  }

  @Test("inertia never rises, and is that of the returned centers", arguments: 1...40)
  func monotone(_ seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let columns = 1 + generator.nextInteger(below: 20)
    let clusters = 1 + generator.nextInteger(below: 12)
    let rows = clusters + generator.nextInteger(below: 400)
    var values = ClusterSample.values(
      rows: rows, columns: columns, clusters: 3, separation: Double(seed % 5), seed: seed)
    // Coarse numbers give ties and duplicates.
    if seed % 3 == 0 { values = values.map { ($0 * 2).rounded() / 2 } }
    let matrix = try RowMatrix(values, columnCount: columns)
    let fit = try KMeans.fit(matrix, clusters: clusters, starts: 5, seed: seed)
    for (earlier, later) in zip(fit.history, fit.history.dropFirst()) { #expect(later <= earlier) }
    #expect(fit.converged && fit.history.last == fit.inertia)
    #expect(fit.counts.reduce(0, +) == Double(rows))
    var direct = 0.0
    for row in 0..<rows {
      let distances = fit.model.centers.map { center in
        zip(center, matrix.row(row)).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      direct += distances.min() ?? 0
    }
    #expect(abs(direct - fit.inertia) <= 1e-12 * max(direct, 1e-12))
  }

  @Test(
    "offsets and scales cost no digits",
    arguments: [
      (0.0, 1e-300), (0, 1e-150), (0, 1e-8), (0, 1e8), (0, 1e150), (0, 1e300), (1e8, 1), (-1e8, 1),
    ])
  func offsetsAndScales(_ offset: Double, _ scale: Double) throws {
    let plain = ClusterSample.values(rows: 400, columns: 2, clusters: 4, seed: 21)
    let start = (0..<4).map { Array(plain[$0 * 2..<$0 * 2 + 2]) }
    let expected = try KMeans.fit(RowMatrix(plain, columnCount: 2), from: KMeans(centers: start))
    let rows = try RowMatrix(plain.map { $0 * scale + offset }, columnCount: 2)
    let moved = try KMeans(centers: start.map { $0.map { $0 * scale + offset } })
    let fit = try KMeans.fit(rows, from: moved)
    #expect(fit.counts == expected.counts)
    #expect(fit.iterations == expected.iterations)
    for (a, b) in zip(fit.model.centers.joined(), expected.model.centers.joined()) {
      #expect(abs((a - offset) / scale - b) < 1e-7 * (offset == 0 ? 1e-5 : 1))
    }
    let ratio = fit.inertia / scale / scale / expected.inertia
    if fit.inertia.isFinite, fit.inertia > 1e-290 { #expect(abs(ratio - 1) < 1e-6) }
    #expect(
      try fit.model.assignments(of: rows)
        == expected.model.assignments(of: RowMatrix(plain, columnCount: 2)))
  }

  @Test("a large set: starts on a sample, the answer on all rows")
  func large() throws {
    let values = ClusterSample.values(rows: 50_000, columns: 2, clusters: 6, separation: 10, seed: 2)
    let rows = try RowMatrix(values, columnCount: 2)
    let fit = try KMeans.fit(rows, clusters: 6, seed: 1)
    // Row r was drawn around center r mod 6.
    let reference = try KMeans.fit(rows, from: KMeans(centers: (0..<6).map { rows.row($0) }))
    #expect(fit.startRowCount == 16_384)
    #expect(fit.counts.reduce(0, +) == 50_000)
    #expect(fit.inertia <= reference.inertia * (1 + 1e-9))
  }

  @Test("a model is read back as it was saved")
  func file() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("k-means-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let model = try KMeans(centers: [[1, .pi, -0.0], [0x1p-1074, 1e308, 3]], columnNames: ["a", "b", "ü"])
    try model.save(to: path)
    #expect(try KMeans(contentsOf: path) == model)
  }
}
