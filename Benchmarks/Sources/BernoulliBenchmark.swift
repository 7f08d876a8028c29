import Surprisal

/// Seconds per EM iteration of a Bernoulli mixture from the common start that the peer wrote, measured as it is there:
/// (time of `more` M-steps − time of `fewer`) / (more − fewer), the least of the repeats for each count.
struct BernoulliBenchmark {
  var folder: String
  var fewer: Int
  var more: Int
  var check: Int
  var threads: Int
  var repeats: Int

  func run() throws {
    let rows = try NumPyArray(path: folder + "/data.npy").rows()
    let weights = try NumPyArray(path: folder + "/start-weights.npy").doubles()
    let probabilities = try NumPyArray(path: folder + "/start-probabilities.npy").doubles()
    let width = rows.columnCount
    let start = try ProductMixture(
      weights: weights,
      components: weights.indices.map { k in
        (0..<width).map { .bernoulli(probability: probabilities[k * width + $0]) }
      })
    _ = try fit(rows, from: start, steps: fewer)
    var times = [fewer: [Double](), more: [Double]()]
    for _ in 0..<repeats {
      for count in [fewer, more] {
        let time = try seconds { _ = try fit(rows, from: start, steps: count) }
        times[count, default: []].append(time)
      }
    }
    let least = times.mapValues { $0.min() ?? .nan }
    let perIteration = ((least[more] ?? .nan) - (least[fewer] ?? .nan)) / Double(more - fewer)
    let reached = try fit(rows, from: start, steps: check)
    print(
      """
      {"peer": "Surprisal", "threads": \(threads), "secondsPerIteration": \(perIteration), \
      "times": {"\(fewer)": \(times[fewer] ?? []), "\(more)": \(times[more] ?? [])}, \
      "checkIterations": \(check), "logLikelihood": \(reached.logLikelihood)}
      """)
  }

  /// Plain EM with `steps` M-steps: one E-step more, at whose parameters the log-likelihood is given.
  private func fit(_ rows: RowMatrix, from start: ProductMixture, steps: Int) throws -> ModelFit<ProductMixture> {
    let engine = EngineOptions(tolerance: 0, maximumIterations: steps + 1, acceleration: .none, threads: threads)
    let fit = try ProductMixture.fit(
      rows, families: .all(.bernoulli), components: start.componentCount, start: start,
      configuration: FitConfiguration(starts: 1, engine: engine))
    guard fit.ledger.count == steps + 1 else {
      throw BenchmarkFailure(description: "stopped after \(fit.ledger.count) of \(steps + 1) E-steps")
    }
    return fit
  }
}
