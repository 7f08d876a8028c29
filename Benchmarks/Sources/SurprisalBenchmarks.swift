import Surprisal

/// Measures Surprisal through its library and prints one JSON object per call (for tensors and information: per line
/// read), for `Benchmarks/run`.
@main
struct SurprisalBenchmarks {
  static let usage = """
    usage: SurprisalBenchmarks iterations FOLDER COVARIANCE FEWER MORE CHECK THREADS REPEATS
           SurprisalBenchmarks bernoulli FOLDER FEWER MORE CHECK THREADS REPEATS
           SurprisalBenchmarks chains FOLDER FEWER MORE CHECK THREADS REPEATS
           SurprisalBenchmarks csv FILE THREADS REPEATS
           SurprisalBenchmarks tensors
           SurprisalBenchmarks information THREADS
           SurprisalBenchmarks tasks TASKS CALLS
    """

  static func main() async throws {
    let words = Array(CommandLine.arguments.dropFirst())
    let numbers = words.compactMap(Int.init)
    switch words.first {
    case "iterations" where words.count == 8 && numbers.count == 5:
      try IterationBenchmark(folder: words[1], numbers).runMixture(covariance: words[2])
    case "bernoulli" where words.count == 7 && numbers.count == 5:
      try IterationBenchmark(folder: words[1], numbers).runBernoulli()
    case "chains" where words.count == 7 && numbers.count == 5:
      try IterationBenchmark(folder: words[1], numbers).runChain()
    case "csv" where words.count == 4 && numbers.count == 2:
      try CSVReadingBenchmark(path: words[1], threads: numbers[0], repeats: numbers[1]).run()
    case "tensors" where words.count == 1:
      var server = TensorServer()
      try server.run()
    case "information" where words.count == 2 && numbers.count == 1:
      var server = InformationServer(threads: numbers[0])
      try server.run()
    case "tasks" where words.count == 3 && numbers.count == 2:
      writeLine(await SharedModelBenchmark(tasks: numbers[0], calls: numbers[1]).run())
    default:
      print(usage)
    }
  }
}
