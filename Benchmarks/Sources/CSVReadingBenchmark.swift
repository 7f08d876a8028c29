import Surprisal

/// Megabytes a second (10⁶ bytes) at which a CSV file becomes a `RowMatrix`.
struct CSVReadingBenchmark {
  var path: String
  var threads: Int
  var repeats: Int

  func run() throws {
    var options = CSVOptions()
    options.threads = threads
    let byteCount = try Table(contentsOf: path, options: options).rows.rowCount
    _ = byteCount
  }
}
