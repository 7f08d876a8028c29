import Surprisal

/// Seconds per EM iteration of a Gaussian mixture from a case's common start, as the peers are measured:
/// (time of `more` M-steps − time of `fewer`) / (more − fewer), the least of the repeats for each count.
///
/// `check` is the count of M-steps whose log-likelihood is compared with the peers'.
struct IterationBenchmark {
  var folder: String
  var covariance: String
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

  private func commonStart() throws -> GaussianMixture {
    func array(_ name: String) throws -> [Double] {
      try NumPyArray(path: folder + "/start-\(name).npy").doubles()
    }
    let weights = try array("weights")
    let means = try array("means")
    let covariances = try array("covariances")
    let width = means.count / weights.count
    return try GaussianMixture(
      weights: weights, means: split(means, every: width),
      covariances: split(covariances, every: width * width).map { split($0, every: width) },
      covarianceModel: covariance == "diagonal" ? .vvi : .vvv)
  }

  private func split(_ values: [Double], every count: Int) -> [[Double]] {
    stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
  }

  /// Plain EM with `steps` M-steps: one E-step more, at whose parameters the log-likelihood is given.
  private func fit(_ rows: RowMatrix, from start: GaussianMixture, steps: Int) throws -> GaussianMixtureFit {
    var configuration = GaussianMixtureConfiguration()
    configuration.components = start.componentCount
    configuration.covarianceModel = start.covarianceModel
    configuration.start = .given(start)
    configuration.starts = 1
    configuration.engine = EngineOptions(
      tolerance: 0, maximumIterations: steps + 1, acceleration: .none, threads: threads)
    let fit = try GaussianMixture.fit(rows, configuration: configuration)
    guard fit.ledger.count == steps + 1 else {
      throw BenchmarkFailure(description: "stopped after \(fit.ledger.count) of \(steps + 1) E-steps")
    }
    return fit
  }
}
