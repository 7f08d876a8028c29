import Foundation
import SurprisalCore
import Synchronization
import Testing

@testable import SurprisalLatent

/// RELIABILITY A52: random problems in which no certificate may fail, no number be NaN, and the returned
/// log-likelihood must be that of the returned parameters.
///
/// The suite takes 600 problems; with SURPRISAL_LONG=1 it takes 10,000. SURPRISAL_PROBLEMS=a-b takes those.
@Suite struct RandomProblemTests {
  @Test func noCertificateFailsAndNothingIsNaN() throws {
    let range = RandomProblemTests.range
    let tally = Mutex(Tally())
    let next = Mutex(range.lowerBound)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      while true {
        let number = next.withLock { value -> Int in
          value += 1
          return value - 1
        }
        guard number < range.upperBound else { return }
        let clock = ContinuousClock.now
        let problem = RandomMixtureProblem(number: number)
        let verdict = RandomProblemTests.judge(problem)
        let seconds = (ContinuousClock.now - clock) / .seconds(1)
        tally.withLock { $0.add(verdict, problem, seconds) }
      }
    }
    let result = tally.withLock { $0 }
    print(result.report)
    #expect(result.faults.isEmpty, "\(result.faults.prefix(10).joined(separator: "\n"))")
    // Some problems have no sound maximum: tied values, more components than the rows can hold.
    #expect(result.collapses * 4 < range.count)
  }

  static var range: Range<Int> {
    let environment = ProcessInfo.processInfo.environment
    if let text = environment["SURPRISAL_PROBLEMS"] {
      let ends = text.split(separator: "-").compactMap { Int($0) }
      if ends.count == 2, ends[0] < ends[1] { return ends[0]..<ends[1] }
    }
    return 0..<(environment["SURPRISAL_LONG"] == "1" ? 10_000 : 600)
  }

  enum Verdict {
    case passed(relativeError: Double, gapShare: Double, converged: Bool, collapsed: Bool)
    case refused(String)
    case fault(String)
  }

  static func judge(_ problem: RandomMixtureProblem) -> Verdict {
    let fit: GaussianMixtureFit
    do {
      fit = try GaussianMixture.fit(
        problem.rows, weights: problem.weights, configuration: problem.configuration)
    } catch let error as SurprisalError where error.category == .data {
      return .refused(error.message)
    } catch {
      return .fault("\(problem.summary): \(error)")
    }
    return judge(fit, problem)
  }

  private static func judge(_ fit: GaussianMixtureFit, _ problem: RandomMixtureProblem) -> Verdict {
    let model = fit.model
    let numbers =
      [fit.logLikelihood, fit.objective, fit.bic, fit.aic, fit.icl, fit.evidence.lowerBound.nats]
      + model.weights + model.means.flatMap { $0 } + model.covariances.flatMap { $0.flatMap { $0 } }
    guard numbers.allSatisfy(\.isFinite) else { return .fault("\(problem.summary): not finite") }
    if let fall = ledgerFault(fit.ledger) { return .fault("\(problem.summary): \(fall)") }
    let expected = IndependentEvaluation(model).logLikelihood(problem.rows, weights: problem.weights)
    let difference = (fit.logLikelihood - expected.total).magnitude
    let relative = difference / max(1, expected.total.magnitude)
    guard relative <= 1e-10 else {
      return .fault("\(problem.summary): \(fit.logLikelihood) is not \(expected), relative \(relative)")
    }
    guard let last = fit.ledger.last else { return .fault("\(problem.summary): no ledger") }
    // The bound comes from the statistics, so its rounding has c for √c.
    let size = expected.magnitude + fit.totalWeight * Double(model.columnCount)
    let limit = 8 * 0x1p-53 * size * model.parameters.condition + last.roundingBound
    let gap = max(last.gap.magnitude, (fit.evidence.gap?.nats ?? .nan).magnitude)
    guard gap <= limit else { return .fault("\(problem.summary): gap \(gap), allowed \(limit)") }
    return .passed(
      relativeError: relative, gapShare: gap / limit, converged: fit.converged,
      collapsed: fit.warnings.contains { $0.contains("collapse") })
  }

  private static func ledgerFault(_ ledger: [LedgerEntry]) -> String? {
    for (before, after) in zip(ledger, ledger.dropFirst()) {
      let allowed = max(before.roundingBound, after.roundingBound)
      if !(after.objective >= before.objective - allowed * 1.001) {
        // Totals are shifted to the unit of x, which rounds once more.
        let shiftRounding = 4 * after.objective.magnitude.ulp
        if !(after.objective >= before.objective - allowed - shiftRounding) {
          return "objective \(before.objective) fell to \(after.objective), allowed \(allowed)"
        }
      }
      if !after.gap.isFinite || !after.maximizationGain.isFinite { return "a ledger entry is not finite" }
    }
    return nil
  }

  /// What was seen.
  struct Tally {
    var passed = 0
    var converged = 0
    var collapses = 0
    var refusals: [String: Int] = [:]
    var worst = (error: 0.0, problem: "")
    var worstGap = 0.0
    var slowest = (seconds: 0.0, problem: "")
    var faults: [String] = []

    mutating func add(_ verdict: Verdict, _ problem: RandomMixtureProblem, _ seconds: Double) {
      if seconds > slowest.seconds { slowest = (seconds, problem.summary) }
      switch verdict {
      case .passed(let error, let gapShare, let isConverged, let isCollapsed):
        passed += 1
        if isConverged { converged += 1 }
        if isCollapsed { collapses += 1 }
        if error > worst.error { worst = (error, problem.summary) }
        worstGap = max(worstGap, gapShare)
      case .refused(let message):
        collapses += 1
        let kind = message.prefix { !$0.isNumber && $0 != ":" && $0 != "`" }
        refusals[String(kind), default: 0] += 1
      case .fault(let text): faults.append(text)
      }
    }

    var report: String {
      "\(passed) fits (\(converged) converged), \(collapses) with a collapse, refused \(refusals), largest "
        + "error \(worst.error) (\(worst.problem)), gap at most \(worstGap) of its bound, slowest "
        + "\(slowest.seconds) s (\(slowest.problem)), faults \(faults.count)"
    }
  }
}
