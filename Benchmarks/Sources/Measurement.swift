/// Seconds on the monotonic clock that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body)
  let parts = elapsed.components
  return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
}

/// A failed expectation of a benchmark.
struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String
}
