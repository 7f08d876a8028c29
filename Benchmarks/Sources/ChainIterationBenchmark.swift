import Surprisal

/// Seconds per EM iteration of a hidden Markov model with Gaussian states from a case's common start, measured as
/// `IterationBenchmark` does.
struct ChainIterationBenchmark {
  var folder: String
  var fewer: Int
  var more: Int
  var check: Int
  var threads: Int
  var repeats: Int

  func run() throws {
    let rows = try NumPyArray(path: folder + "/data.npy").rows()
    let start = try commonStart()
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

  private func commonStart() throws -> HiddenMarkov {
    func array(_ name: String) throws -> [Double] {
      try NumPyArray(path: folder + "/start-\(name).npy").doubles()
    }
    let initial = try array("initial")
    let means = try array("means")
    let width = means.count / initial.count
    return try HiddenMarkov(
      initialProbabilities: initial, transitions: split(array("transitions"), every: initial.count),
      means: split(means, every: width),
      covariances: split(array("covariances"), every: width * width).map { split($0, every: width) })
  }

  private func split(_ values: [Double], every count: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
  }

  /// Plain EM with `steps` M-steps: one E-step more, at whose parameters the log-likelihood is given.
  private func fit(_ rows: RowMatrix, from start: HiddenMarkov, steps: Int) throws -> ModelFit<HiddenMarkov> {
    let fit = try HiddenMarkov.fit(
      rows, states: start.stateCount, start: start,
      configuration: FitConfiguration(
        starts: 1,
        engine: EngineOptions(tolerance: 0, maximumIterations: steps + 1, acceleration: .none, threads: threads)))
    guard fit.ledger.count == steps + 1 else {
      throw BenchmarkFailure(description: "stopped after \(fit.ledger.count) of \(steps + 1) E-steps")
    }
    return fit
  }
}
