#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

/// Writes a line to standard output at once, also where that is a pipe.
func writeLine(_ line: String) {
  print(line)
  fflush(nil)
}
