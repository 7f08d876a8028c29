import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// Counts that are 0 for sure with probability `zeros`, and Poisson otherwise: z says which.
private struct ZeroInflatedPoisson: RowModel {
  var zeros, mean: Double
  /// What the bound is off by, for a test of the certificate.
  var fault = 0.0

  var parameterCount: Int { 2 }
  var statisticCount: Int { 3 }

  func expectation(of row: [Double], statistics: inout [Double]) -> (logDensity: Double, posteriorEntropy: Double) {
    let x = row[0]
    let poisson = log(1 - zeros) + x * log(mean) - mean - lgamma(x + 1)
    let logDensity = x == 0 ? log(zeros + exp(poisson)) : poisson
    let q = x == 0 ? zeros / exp(logDensity) : 0
    statistics[0] = q
    statistics[1] = (1 - q) * x
    statistics[2] = lgamma(x + 1)
    return (logDensity, [q, 1 - q].reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 })
  }

  func expectedLogJoint(_ moments: RowMoments) -> Double {
    let (n, s) = (moments.weight, moments.sums)
    return s[0] * log(zeros) + (n - s[0]) * (log(1 - zeros) - mean) + s[1] * log(mean) - s[2] + fault * mean
  }

  func maximized(_ moments: RowMoments) throws -> ZeroInflatedPoisson {
    let rest = moments.weight - moments.sums[0]
    return ZeroInflatedPoisson(zeros: moments.sums[0] / moments.weight, mean: moments.sums[1] / rest, fault: fault)
  }
}

@Suite struct RowModelTests {
  private static let counts: [Double] = [70, 25, 30, 20, 9, 4, 2]
  private static let rows = RowMatrix(unchecked: (0..<7).map(Double.init), columnCount: 1)

  /// The maximum solves m / (1 − exp(−m)) = mean of the positive counts, and n₀/n = z + (1 − z) exp(−m).
  @Test func zeroInflatedCountsReachTheirClosedForm() throws {
    let outcome = try ZeroInflatedPoisson(zeros: 0.5, mean: 1)
      .fitted(to: RowModelTests.rows, weights: RowModelTests.counts, options: EngineOptions(tolerance: 1e-14))
    let n = RowModelTests.counts.reduce(0, +)
    let positive = n - RowModelTests.counts[0]
    let sum = RowModelTests.counts.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    let m = outcome.model.mean
    #expect(outcome.converged)
    #expect((m / (1 - exp(-m)) - sum / positive).magnitude < 1e-5)
    let z = outcome.model.zeros
    #expect((z + (1 - z) * exp(-m) - RowModelTests.counts[0] / n).magnitude < 1e-6)
    for (before, after) in zip(outcome.ledger, outcome.ledger.dropFirst()) {
      #expect(after.objective >= before.objective - after.roundingBound)
      #expect(after.gap.magnitude <= after.roundingBound)
    }
  }

  @Test func weightsAreRepeatedRowsAndThreadsChangeNoBit() throws {
    let repeated = RowModelTests.counts.enumerated().flatMap { index, count in
      [Double](repeating: Double(index), count: Int(count))
    }
    let start = ZeroInflatedPoisson(zeros: 0.5, mean: 1)
    let options = EngineOptions(tolerance: 0, maximumIterations: 20)
    let weighted = try start.fitted(to: RowModelTests.rows, weights: RowModelTests.counts, options: options)
    let other = try start.fitted(to: RowMatrix(unchecked: repeated, columnCount: 1), options: options)
    #expect((weighted.objective - other.objective).magnitude < 1e-10)
    // A weight of 0 is absent, even on a row that has no density.
    let absent = try start.fitted(
      to: RowMatrix(unchecked: [.nan] + (0..<7).map(Double.init), columnCount: 1),
      weights: [0] + RowModelTests.counts, options: options)
    #expect(absent.objective.bitPattern == weighted.objective.bitPattern)
    let many = RowMatrix(unchecked: (0..<3_000_000).map { Double($0 % 5) }, columnCount: 1)
    let bits = try [1, 2].map { threads in
      try start.fitted(to: many, options: EngineOptions(maximumIterations: 2, threads: threads)).objective.bitPattern
    }
    #expect(bits[0] == bits[1])
  }

  @Test func aWrongBoundFailsTheCertificate() throws {
    let start = ZeroInflatedPoisson(zeros: 0.5, mean: 3, fault: 100)
    let error = #expect(throws: SurprisalError.self) {
      try start.fitted(to: RowModelTests.rows, weights: RowModelTests.counts)
    }
    #expect(error?.category == .internal)
    #expect(throws: CancellationError.self) {
      try start.fitted(to: RowModelTests.rows, isCancelled: { true })
    }
    #expect(throws: SurprisalError.self) { try start.fitted(to: RowModelTests.rows, weights: [1]) }
  }
}
