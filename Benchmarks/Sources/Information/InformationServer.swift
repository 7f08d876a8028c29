import Surprisal

/// A case of the information benchmarks: inputs made once, then one repetition at a time.
protocol InformationWork {
  /// One repetition; returns what is compared with the peer, in nats.
  func step(threads: Int) throws -> [Double]
}

/// Answers one line of JSON for each line `time CASE` read, as the peer process does, so that the driver can take turns:
///
///     {"seconds": of one repetition, "values": [what is compared]}
struct InformationServer {
  var threads: Int
  private var prepared: [String: any InformationWork] = [:]

  init(threads: Int) { self.threads = threads }

  mutating func run() throws {
    while let line = readLine() {
      guard let name = line.split(separator: " ").last.map(String.init) else { continue }
      guard let work = try prepared[name] ?? Self.work(named: name) else {
        throw BenchmarkFailure(description: "no case \(name)")
      }
      prepared[name] = work
      var values: [Double] = []
      let time = try seconds { values = try work.step(threads: threads) }
      writeLine("{\"seconds\": \(time), \"values\": \(values)}")
    }
  }

  private static func work(named name: String) throws -> (any InformationWork)? {
    let words = name.split(separator: "-")
    let sizes = words.last?.split(separator: "x").compactMap { Int($0) } ?? []
    switch words.first {
    case "pairwise" where sizes.count == 3:
      return try PairwiseWork(rows: sizes[0], columns: sizes[1], levels: sizes[2])
    case "ksg" where sizes.count == 2:
      return KraskovWork(rows: sizes[0], columns: sizes[1])
    case "pca" where sizes.count == 2:
      return try FactorWork(.components, rows: sizes[0], columns: sizes[1])
    case "factors" where sizes.count == 2:
      return try FactorWork(.analysis, rows: sizes[0], columns: sizes[1])
    case "normal" where sizes.count == 1:
      return try NormalDensityWork(count: sizes[0])
    case "gamma" where sizes.count == 1:
      return SamplingWork(.gamma, count: sizes[0])
    case "dirichlet" where sizes.count == 1:
      return SamplingWork(.dirichlet, count: sizes[0])
    default:
      return nil
    }
  }
}
