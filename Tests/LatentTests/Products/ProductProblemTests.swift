import Foundation
import SurprisalCore
import Testing

@testable import SurprisalLatent

/// A thousand random problems in which no certificate may fail, and no number be NaN; with SURPRISAL_LONG=1 ten
/// thousand, with SURPRISAL_PROBLEMS=n that one.
@Suite struct ProductProblemTests {
  private struct Problem {
    var families: [ColumnFamily] = []
    var rows: RowMatrix
    var weights: [Double]?
    var components: Int
    var smoothing: Double
    var configuration: FitConfiguration

    init(number: Int) throws {
      var generator = RandomGenerator(seed: 2026, stream: UInt64(number))
      let D = 1 + generator.nextInteger(below: 7)
      let isHomogeneous = generator.nextInteger(below: 3) == 0
      func family() -> ColumnFamily {
        switch generator.nextInteger(below: 6) {
        case 0: .bernoulli
        case 1: .categorical(levels: 1 + generator.nextInteger(below: 5))
        case 2: .poisson
        case 3: .geometric
        case 4: .exponential
        default: .normal
        }
      }
      let first = family()
      families = (0..<D).map { _ in isHomogeneous ? first : family() }
      let K = 1 + generator.nextInteger(below: 4)
      let truth = try ProductFixtures.model(families, components: K, using: &generator)
      let count = K + generator.nextInteger(below: 90)
      var values: [Double] = []
      let sample = truth.drawn(count, using: &generator).rows
      let scale = [1.0, 1e-30, 1e20][generator.nextInteger(below: 3)]
      let offset = generator.nextInteger(below: 2) == 0 ? 0 : 1e6 * scale
      for row in 0..<count {
        for column in 0..<D {
          let value = sample[row, column]
          switch families[column] {
          case .normal: values.append(value * scale + offset)
          case .exponential: values.append(value * scale)
          case .poisson where number % 7 == 0: values.append((value * 1e5).rounded())
          default: values.append(value)
          }
        }
      }
      rows = RowMatrix(unchecked: values, columnCount: D)
      weights =
        generator.nextInteger(below: 3) == 0 ? (0..<count).map { _ in Double(generator.nextInteger(below: 4)) } : nil
      components = 1 + generator.nextInteger(below: 4)
      smoothing = generator.nextInteger(below: 4) == 0 ? 0.5 : 0
      let accelerations: [EngineOptions.Acceleration] = [.squarem, .none, .anderson, .squarem]
      configuration = FitConfiguration(
        starts: 1 + generator.nextInteger(below: 3), seed: UInt64(number),
        engine: EngineOptions(maximumIterations: 300, acceleration: accelerations[number % 4], threads: 1))
    }
  }

  @Test func noCertificateFailsAndNothingIsNaN() throws {
    let environment = ProcessInfo.processInfo.environment
    let long = environment["SURPRISAL_LONG"] == "1"
    let only = environment["SURPRISAL_PROBLEMS"].flatMap { Int($0) }
    var refused = 0
    var faults: [String] = []
    for number in only.map({ $0..<$0 + 1 }) ?? 0..<(long ? 10_000 : 1000) {
      let problem = try Problem(number: number)
      do {
        let fit = try ProductMixture.fit(
          problem.rows, weights: problem.weights, families: .each(problem.families), components: problem.components,
          smoothing: problem.smoothing, configuration: problem.configuration)
        if let fault = ProductProblemTests.fault(fit, problem) { faults.append("\(number): \(fault)") }
      } catch let error as SurprisalError where error.category == .data {
        refused += 1
      } catch {
        faults.append("\(number), \(problem.families.map(\.name)): \(error)")
      }
    }
    print("product mixtures: \(refused) of the problems have no sound maximum")
    #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(10).joined(separator: "\n"))")
    // Few rows and normal columns collapse; constant columns and no rows of weight are refused.
    #expect(refused < (long ? 3000 : 300))
  }

  private static func fault(_ fit: ModelFit<ProductMixture>, _ problem: Problem) -> String? {
    let numbers =
      [fit.logLikelihood, fit.objective, fit.evidence.lowerBound.nats, fit.icl ?? .nan] + fit.model.parameters.values
    guard numbers.allSatisfy(\.isFinite) else {
      return "\(problem.families.map(\.name)), \(problem.components) of \(problem.rows.rowCount) rows: not finite, "
        + "\(fit.logLikelihood), last \(fit.ledger.last?.logLikelihood ?? .nan)"
    }
    var expected = 0.0
    var size = 0.0
    for row in 0..<problem.rows.rowCount {
      let weight = problem.weights?[row] ?? 1
      guard weight > 0 else { continue }
      let value = ProductFixtures.logDensity(fit.model, problem.rows.row(row))
      expected += weight * value
      // lgamma and the offset of normal columns cancel in the formulas of the fixture.
      size += weight * (value.magnitude + problem.rows.row(row).reduce(0) { $0 + Swift.min(1e9, $1.magnitude) })
    }
    guard (fit.logLikelihood - expected).magnitude <= 1e-9 * max(1, size) else {
      return "\(fit.logLikelihood) is not \(expected)"
    }
    // The ledger's totals are in the unit of x, which costs a rounding of their own.
    for (earlier, later) in zip(fit.ledger, fit.ledger.dropFirst())
    where later.objective < earlier.objective - max(later.roundingBound, earlier.roundingBound)
      - 8 * earlier.objective.ulp
    {
      return "iteration \(later.iteration) fell by \(earlier.objective - later.objective)"
    }
    guard let gap = fit.ledger.last?.gap, gap.magnitude <= 4 * (fit.ledger.last?.roundingBound ?? 0) + 1e-12 else {
      return "gap \(fit.ledger.last?.gap ?? .nan), rounding \(fit.ledger.last?.roundingBound ?? .nan)"
    }
    return nil
  }
}
