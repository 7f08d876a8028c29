import SurprisalCore

extension KMeans {
  /// Finds `clusters` centers of `rows` [n][D] with a small inertia Σ w_n min_k |x_n − c_k|².
  ///
  /// Each of `starts` runs seeds by greedy k-means++ (Arthur and Vassilvitskii 2007) and repeats Lloyd's two
  /// steps until no row changes its cluster; the run with the lowest inertia wins. From 32,769 rows (or 128
  /// per cluster) on, the starts run on a random sample of 16,384 rows (or 64 per cluster) and the best is
  /// continued on all rows. An empty cluster takes the row farthest from every center. Distances are taken
  /// between shifted numbers under one power-of-two scale, so that neither offsets nor scales cost digits.
  ///
  /// - Parameters:
  ///   - rows: The observations; finite numbers.
  ///   - weights: One per row, not negative; 0 leaves the row out, 2 counts it twice.
  ///   - columnNames: One per column; x1, x2, … if nil.
  ///   - clusters: K, at most the number of rows. With fewer different rows there are fewer clusters, and a
  ///     warning.
  ///   - starts: How many seedings to try.
  ///   - seed: Equal seeds give equal bits, on any number of threads.
  ///   - maximumIterations: The most assignments of one run.
  ///   - tolerance: A run also stops when an iteration gains at most this share of the inertia.
  ///   - threads: The threads to use; nil takes every processor.
  ///   - isCancelled: Asked once an iteration.
  /// - Throws: `SurprisalError` for rows, weights or options that cannot be used; `CancellationError`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, clusters: Int,
    starts: Int = 20, seed: UInt64 = 0, maximumIterations: Int = 1_000, tolerance: Double = 0,
    threads: Int? = nil, isCancelled: () -> Bool = { Task.isCancelled }
  ) throws -> KMeansFit {
    let options = KMeansOptions(
      clusters: clusters, starts: starts, seed: seed, maximumIterations: maximumIterations,
      tolerance: tolerance, threads: Threads.resolve(threads))
    try options.validate()
    return try withClusteringRows(rows, weights, columnNames, clusters: clusters, threads: options.threads) {
      try KMeansTrainer(data: $0, names: $1, options: options).fit(isCancelled: isCancelled)
    }
  }

  /// As `fit` above, cancelled with the calling task within one iteration.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, columnNames: [String]? = nil, clusters: Int,
    starts: Int = 20, seed: UInt64 = 0, maximumIterations: Int = 1_000, tolerance: Double = 0,
    threads: Int? = nil
  ) async throws -> KMeansFit {
    let run: () throws -> KMeansFit = {
      try fit(
        rows, weights: weights, columnNames: columnNames, clusters: clusters, starts: starts, seed: seed,
        maximumIterations: maximumIterations, tolerance: tolerance, threads: threads,
        isCancelled: { Task.isCancelled })
    }
    return try run()
  }

  /// Continues from the centers of `model` by Lloyd's algorithm; the clusters keep their order.
  ///
  /// The other arguments and the errors are those of `fit(_:weights:columnNames:clusters:)`.
  public static func fit(
    _ rows: RowMatrix, weights: [Double]? = nil, from model: KMeans, maximumIterations: Int = 1_000,
    tolerance: Double = 0, threads: Int? = nil, isCancelled: () -> Bool = { Task.isCancelled }
  ) throws -> KMeansFit {
    let options = KMeansOptions(
      clusters: model.clusterCount, starts: 1, seed: 0, maximumIterations: maximumIterations,
      tolerance: tolerance, threads: Threads.resolve(threads))
    try options.validate()
    try model.requireColumns(of: rows)
    return try withClusteringRows(
      rows, weights, model.columnNames, clusters: model.clusterCount, threads: options.threads,
      also: model.centers
    ) {
      try KMeansTrainer(data: $0, names: $1, options: options)
        .continued(from: model.centers, isCancelled: isCancelled)
    }
  }
}

/// The options of one fit.
struct KMeansOptions: Sendable {
  var clusters: Int
  var starts: Int
  var seed: UInt64
  var maximumIterations: Int
  var tolerance: Double
  var threads: Int

  func validate() throws {
    func require(_ isValid: Bool, _ message: String, _ remedy: String) throws {
      guard isValid else { throw SurprisalError(.usage, message, remedy: remedy) }
    }
    try require(clusters >= 1, "\(clusters) clusters asked for", "ask for at least 1")
    try require(clusters <= Int(Int32.max), "\(clusters) clusters asked for", "ask for fewer than 2³¹")
    try require(starts >= 1, "\(starts) starts asked for", "ask for at least 1")
    try require(maximumIterations >= 1, "at most \(maximumIterations) iterations allowed", "allow at least 1")
    try require(tolerance >= 0, "the tolerance is \(tolerance)", "give a number that is not negative")
  }
}
