import SurprisalCore

extension KMeansTrainer {
  /// Runs every start on `data`: start s draws from stream s of the seed.
  ///
  /// Short runs go side by side, one on each thread; a long one (2 ms an iteration and more) has all threads
  /// to itself and is cancelled within an iteration.
  func starts(on data: ClusteringRows, clusters: Int, isCancelled: () -> Bool) throws -> [Start] {
    var starts = [Start](repeating: Start(), count: options.starts)
    let isLong = data.rowCount * data.columnCount * clusters > 20_000_000
    if isLong || options.threads == 1 {
      for index in starts.indices {
        starts[index] = try start(
          index, on: data, clusters: clusters, threads: options.threads, isCancelled: isCancelled)
      }
      return starts
    }
    var first = 0
    while first < starts.count {
      if isCancelled() { throw CancellationError() }
      let count = min(options.threads, starts.count - first)
      starts.withUnsafeMutableBufferPointer { buffer in
        // Every index writes to its own place and reads the rows alone.
        nonisolated(unsafe) let buffer = buffer
        nonisolated(unsafe) let trainer = self
        nonisolated(unsafe) let data = data
        let offset = first
        parallelFor(count: count, threads: count) { index in
          // Without a cancellation check a run cannot throw.
          guard
            let result = try? trainer.start(
              offset + index, on: data, clusters: clusters, threads: 1, isCancelled: { false })
          else { return }
          buffer[offset + index] = result
        }
      }
      first += count
    }
    return starts
  }

  private func start(
    _ index: Int, on data: ClusteringRows, clusters: Int, threads: Int, isCancelled: () -> Bool
  ) throws(CancellationError) -> Start {
    var generator = RandomGenerator(seed: options.seed, stream: UInt64(index))
    let solver = LloydSolver(data, clusters: clusters, threads: threads)
    solver.seedCenters(using: &generator)
    let outcome = try solver.run(
      iterations: options.maximumIterations, tolerance: options.tolerance, isCancelled: isCancelled)
    let centers = UnsafeBufferPointer(start: solver.centers, count: clusters * data.columnCount)
    return Start(centers: Array(centers), outcome: outcome)
  }

  /// Calls `body` with `count` present rows (or all, if there are fewer) drawn at random, in their order.
  func withSample<Result>(
    of count: Int, _ body: (ClusteringRows) throws -> Result
  ) rethrows -> Result {
    let columns = data.columnCount
    // A stream of its own: no start draws from it.
    var generator = RandomGenerator(seed: options.seed, stream: .max)
    var left = (0..<data.rowCount).count { data.isPresent($0) }
    let taken = min(count, left)
    var values: [Double] = []
    var weights: [Double] = []
    values.reserveCapacity(taken * columns)
    weights.reserveCapacity(taken)
    for row in 0..<data.rowCount where weights.count < taken && data.isPresent(row) {
      if generator.nextInteger(below: left) < taken - weights.count {
        values.append(contentsOf: UnsafeBufferPointer(start: data.rows + row * columns, count: columns))
        weights.append(data.weights.map { $0[row] } ?? 1)
      }
      left -= 1
    }
    return try values.withUnsafeBufferPointer { values in
      try weights.withUnsafeBufferPointer { weights in
        try body(
          ClusteringRows(
            rows: values.baseAddress ?? data.rows, rowCount: taken, columnCount: columns,
            weights: data.weights == nil ? nil : weights.baseAddress, shift: data.shift, scale: data.scale))
      }
    }
  }
}
