import Surprisal

/// Seconds per EM iteration from a case's common start, as the peers are measured:
/// (time of `more` M-steps − time of `fewer`) / (more − fewer), the least of the repeats for each count.
///
/// `check` is the count of M-steps whose log-likelihood is compared with the peers'.
struct IterationBenchmark {
  var folder: String
  var fewer: Int
  var more: Int
  var check: Int
  var threads: Int
  var repeats: Int

  /// The numbers of a call in the order of its usage.
  init(folder: String, _ numbers: [Int]) {
    self.folder = folder
    (fewer, more, check, threads, repeats) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
  }

  /// Measures `fit` on the case's rows; it gives how many E-steps it made and the log-likelihood at the last.
  func run(_ fit: (RowMatrix, EngineOptions) throws -> (steps: Int, logLikelihood: Double)) throws {
    let rows = try NumPyArray(path: folder + "/data.npy").rows()
    // Plain EM with `steps` M-steps: one E-step more, at whose parameters the log-likelihood is given.
    func logLikelihood(steps: Int) throws -> Double {
      let engine = EngineOptions(tolerance: 0, maximumIterations: steps + 1, acceleration: .none, threads: threads)
      let end = try fit(rows, engine)
      guard end.steps == steps + 1 else {
        throw BenchmarkFailure(description: "stopped after \(end.steps) of \(steps + 1) E-steps")
      }
      return end.logLikelihood
    }
    _ = try logLikelihood(steps: fewer)
    var times = [fewer: [Double](), more: [Double]()]
    for _ in 0..<repeats {
      for count in [fewer, more] {
        let time = try seconds { _ = try logLikelihood(steps: count) }
        times[count, default: []].append(time)
      }
    }
    let least = times.mapValues { $0.min() ?? .nan }
    let perIteration = ((least[more] ?? .nan) - (least[fewer] ?? .nan)) / Double(more - fewer)
    print(
      """
      {"peer": "Surprisal", "threads": \(threads), "secondsPerIteration": \(perIteration), \
      "times": {"\(fewer)": \(times[fewer] ?? []), "\(more)": \(times[more] ?? [])}, \
      "checkIterations": \(check), "logLikelihood": \(try logLikelihood(steps: check))}
      """)
  }

  /// The numbers of the start's array `name`.
  func start(_ name: String) throws -> [Double] {
    try NumPyArray(path: folder + "/start-\(name).npy").doubles()
  }
}

extension [Double] {
  /// Runs of `count` numbers.
  func split(every count: Int) -> [[Double]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<$0 + count]) }
  }
}
