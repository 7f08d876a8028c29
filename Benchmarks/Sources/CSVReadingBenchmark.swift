import Surprisal

/// Megabytes a second (10⁶ bytes) at which a CSV file becomes a `RowMatrix`.
struct CSVReadingBenchmark {
  var path: String
  var threads: Int
  var repeats: Int

  func run() throws {
    let byteCount = try MappedFile(path: path).byteCount
    var options = CSVOptions()
    options.threads = threads
    var times: [Double] = []
    var rowCount = 0
    for _ in 0..<repeats {
      times.append(try seconds { rowCount = try Table(contentsOf: path, options: options).rows.rowCount })
    }
    let rate = Double(byteCount) / (times.min() ?? .nan) / 1e6
    print(
      """
      {"bytes": \(byteCount), "rows": \(rowCount), "threads": \(threads), "times": \(times), \
      "megabytesPerSecond": \(rate)}
      """)
  }
}
