import SurprisalCore
import Testing

@testable import SurprisalLatent

@Suite("k-means: hostile input")
struct KMeansFaultTests {
  private func message(
    _ values: [Double], columns: Int = 1, weights: [Double]? = nil, clusters: Int = 2, starts: Int = 1
  ) throws -> (SurprisalError.Category, String)? {
    let rows = try RowMatrix(values, columnCount: columns)
    do {
      _ = try KMeans.fit(rows, weights: weights, clusters: clusters, starts: starts)
      return nil
    } catch let error as SurprisalError {
      return (error.category, error.description)
    }
  }

  @Test("rows, weights and options that cannot be used are named") func errors() throws {
    let cases: [((SurprisalError.Category, String)?, SurprisalError.Category, String)] = [
      (try message([1, 2, 3], clusters: 5), .data, "5 clusters need at least 5 rows, there are 3"),
      (try message([], clusters: 1), .data, "there are 0"),
      (try message([1, 2, 3, .nan], columns: 2), .data, "row 2, column x2 is nan"),
      (try message([1, 2, -.infinity, 4], columns: 2), .data, "row 2, column x1 is -inf"),
      (try message([1, 2, 3], weights: [1, 1]), .data, "2 weights for 3 rows"),
      (try message([1, 2, 3], weights: [1, -1, 1]), .data, "the weight of row 2 is -1.0"),
      (try message([1, 2, 3], weights: [1, 1, .nan]), .data, "the weight of row 3 is nan"),
      (try message([1, 2, 3], weights: [0, 0, 0]), .data, "the weights of all 3 rows are 0"),
      (try message([1, 2, 3], weights: [1, 0, 0]), .data, "2 clusters need at least 2 rows, there are 1"),
      (try message([1, 2, 3], clusters: 0), .usage, "0 clusters"),
      (try message([1, 2, 3], clusters: -1), .usage, "-1 clusters"),
      (try message([1, 2, 3], starts: 0), .usage, "0 starts"),
    ]
    for (found, category, text) in cases {
      #expect(found?.0 == category)
      #expect(found?.1.contains(text) == true, "\(found?.1 ?? "no error") should contain \(text)")
    }
  }

  @Test("one row; equal rows; two different rows") func fewRows() throws {
    let one = try KMeans.fit(RowMatrix([3, 4], columnCount: 2), clusters: 1)
    #expect(one.model.centers == [[3, 4]] && one.inertia == 0 && one.counts == [1])
    let equal = try KMeans.fit(
      RowMatrix([Double](repeating: 0.1, count: 100), columnCount: 2), clusters: 2)
    #expect(equal.model.centers == [[0.1, 0.1]] && equal.inertia == 0 && equal.counts == [50])
    #expect(equal.warnings == ["only 1 different rows: 1 of 2 clusters kept"])
    let two = try KMeans.fit(RowMatrix([1, 1, 1, 5], columnCount: 1), clusters: 3)
    #expect(two.model.centers == [[1], [5]] && two.counts == [3, 1])
  }

  @Test("a center that gets no row moves to the farthest row") func emptyCluster() throws {
    let rows = try RowMatrix([0, 1, 2, 30, 31], columnCount: 1)
    let start = try KMeans(centers: [[0], [1e6], [2e6]])
    let fit = try KMeans.fit(rows, from: start)
    #expect(fit.counts.allSatisfy { $0 > 0 } && fit.counts.count == 3)
    for (earlier, later) in zip(fit.history, fit.history.dropFirst()) { #expect(later <= earlier) }
    let same = try KMeans.fit(rows, from: KMeans(centers: [[1], [1], [1], [1], [1]]))
    #expect(same.inertia == 0 && same.counts == [1, 1, 1, 1, 1])
  }

  @Test("rows of one magnitude beside rows whose squares would overflow or vanish") func extremes() throws {
    let rows = try RowMatrix([1e-200, 0, 2e-200, 0, 1e200, 0, 1.1e200, 0, -1e200, 1], columnCount: 2)
    let fit = try KMeans.fit(rows, clusters: 5)
    // The squared distance of 1e-200 and 2e-200 vanishes at any scale that holds 1e200.
    #expect(fit.counts == [2, 1, 1, 1])
    #expect(fit.warnings == ["1 clusters without rows were left out"])
    #expect(fit.model.centers.joined().allSatisfy { $0.isFinite })
    let widest = try RowMatrix([-.greatestFiniteMagnitude, .greatestFiniteMagnitude], columnCount: 1)
    let far = try KMeans.fit(widest, clusters: 2)
    #expect(Set(far.model.centers) == [[-.greatestFiniteMagnitude], [.greatestFiniteMagnitude]])
  }

  @Test("other columns than the model's") func columns() throws {
    let model = try KMeans(centers: [[0, 0], [1, 1]])
    #expect(throws: SurprisalError.self) {
      try model.assignments(of: RowMatrix([1, 2, 3], columnCount: 3))
    }
    #expect(throws: SurprisalError.self) { try KMeans(centers: []) }
    #expect(throws: SurprisalError.self) { try KMeans(centers: [[1], [1, 2]]) }
    #expect(throws: SurprisalError.self) { try KMeans(centers: [[1], [.nan]]) }
    #expect(throws: SurprisalError.self) { try KMeans(centers: [[1]], columnNames: ["a", "b"]) }
    #expect(try model.assignments(of: RowMatrix([], columnCount: 2)).isEmpty)
  }

  @Test("a canceled task ends its fit within an iteration") func cancellation() async throws {
    let values = ClusterSample.values(rows: 200_000, columns: 4, clusters: 30, separation: 0, seed: 1)
    let rows = try RowMatrix(values, columnCount: 4)
    let task = Task {
      try await KMeans.fit(rows, clusters: 30, starts: 100_000, maximumIterations: 1_000_000, threads: 1)
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    // Left alone it would run for hours: however late the machine lets this task cancel it, the fit still runs.
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }
}
