import Surprisal

/// How long calls of one model take when many tasks share it, against a lone task's.
///
/// Two times are taken of every call: of the call itself, while as many run as there are processors; and of the
/// request, from when the task wanted it to when it had the answer, in which the calls of the other tasks before it
/// are counted. A task gives way to the others before each call.
struct SharedModelBenchmark {
  var tasks: Int
  var calls: Int

  /// A line of JSON: medians, 99.9 % quantiles and maxima in seconds.
  func run() async -> String {
    let model = TrainingWork(widths: [784, 400, 400, 10], batch: 128).model
    let input = SharedInputs.numbers([128, 784], seed: 1)
    _ = await times(1, calls, model, input)
    let alone = await times(1, calls, model, input)
    let shared = await times(tasks, max(1, calls / tasks), model, input)
    return """
      {"processors": \(Threads.available), "calls": \(shared.calls.count), \
      "alone": \(summary(alone.calls)), "call": \(summary(shared.calls)), "request": \(summary(shared.requests))}
      """
  }

  private struct Times: Sendable {
    var calls: [Double] = []
    var requests: [Double] = []
  }

  private func times(_ tasks: Int, _ calls: Int, _ model: Perceptron, _ input: Tensor) async -> Times {
    await withTaskGroup(of: Times.self) { group in
      for _ in 0..<tasks {
        group.addTask {
          var times = Times()
          for _ in 0..<calls {
            let wanted = ContinuousClock.now
            await Task.yield()
            let started = ContinuousClock.now
            let output = model(input)
            let ended = ContinuousClock.now
            withExtendedLifetime(output) {}
            times.calls.append((ended - started) / .seconds(1))
            times.requests.append((ended - wanted) / .seconds(1))
          }
          return times
        }
      }
      return await group.reduce(into: Times()) {
        $0.calls += $1.calls
        $0.requests += $1.requests
      }
    }
  }

  private func summary(_ times: [Double]) -> String {
    let sorted = times.sorted()
    let place = { (share: Double) in sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
    return "{\"median\": \(place(0.5)), \"nearlyAll\": \(place(0.999)), \"most\": \(place(1))}"
  }
}
