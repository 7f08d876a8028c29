import Foundation
import SurprisalCore
import SurprisalData
import Testing

@testable import SurprisalLatent

/// Data without a maximum, hostile data and files; random problems.
@Suite struct FactorFaultTests {
  private func message(_ body: () throws -> some Sendable) -> String {
    do {
      _ = try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func faultsAreNamed() throws {
    let rows = FactorFixtures.rows(seed: 41, count: 30, columns: 4, factors: 1)
    let constant = MixtureFixtures.map(rows) { [$0[0], 7, $0[2], $0[3]] }
    #expect(
      message { try FactorAnalysis.fit(constant, factors: 1).model.columnCount }.contains("column `x2` is constant"))
    #expect(message { try ProbabilisticPCA.fit(constant, factors: 1).model.columnCount } == "")
    #expect(
      message { try FactorAnalysis.fit(rows, factors: 4).model.columnCount }.contains("4 columns have less than 4"))
    #expect(message { try FactorAnalysis.fit(rows, factors: 0).model.columnCount }.contains("at least 1"))
    let flat = MixtureFixtures.map(rows) { [$0[0], $0[1], $0[0] + $0[1], $0[0] - $0[1]] }
    #expect(
      message { try ProbabilisticPCA.fit(flat, factors: 2).model.columnCount }.contains("vary in 2 of 4 dimensions"))
    let missing = MixtureFixtures.map(rows) { [$0[0], $0[1], $0[2] > 0 ? .nan : 1, $0[3]] }
    #expect(
      message { try FactorAnalysis.fit(missing, factors: 1).model.columnCount }.contains("column `x3` is missing"))
    let still = MixtureFixtures.map(rows) { _ in [1, 2, 3, 4] }
    #expect(message { try ProbabilisticPCA.fit(still, factors: 1).model.columnCount }.contains("all rows are equal"))
    let tight = MixtureFixtures.map(rows) { [1e16 + ($0[0] > 0 ? 2 : 0), $0[1], $0[2], $0[3]] }
    #expect(message { try FactorAnalysis.fit(tight, factors: 1).model.columnCount }.contains("cannot resolve"))
    let model = try FactorAnalysis.fit(rows, factors: 1).model
    #expect(throws: SurprisalError.self) { try model.logDensities(of: RowMatrix([1, 2], columnCount: 2)) }
    // So far away that the square of the distance is not a number.
    let far = try model.logDensities(of: RowMatrix([1e200, -1e200, 1e300, 1], columnCount: 4))
    #expect(far == [-.infinity])
  }

  /// Iris has a Heywood case with two factors: the noise of a column falls to 0.
  @Test func aHeywoodCaseIsSaid() throws {
    let iris = try #require(FactorReference.cases.first { $0.name == "iris" })
    var last = -Double.infinity
    for floor in [1e-2, 1e-4, 1e-6] {
      let fit = try FactorAnalysis.fit(iris.matrix, factors: 2, minimumUniqueness: floor)
      #expect(fit.warnings.contains { $0.contains("Heywood") && $0.contains("`x") }, "\(fit.warnings)")
      #expect(fit.converged)
      #expect(fit.model.uniquenesses.contains { ($0 / floor - 1).magnitude < 0.01 })
      #expect(fit.logLikelihood > last)
      last = fit.logLikelihood
    }
  }

  @Test func fewerRowsThanColumns() throws {
    let rows = FactorFixtures.rows(seed: 42, count: 12, columns: 30, factors: 2)
    let fit = try FactorAnalysis.fit(rows, factors: 2, minimumUniqueness: 0.01)
    #expect(fit.warnings.contains { $0.contains("12 rows in 30 columns") })
    #expect(fit.logLikelihood.isFinite)
    // Probabilistic PCA works in the space of the rows, as in that of the columns.
    let closed = try ProbabilisticPCA.fit(rows, factors: 3)
    let em = try ProbabilisticPCA.fit(
      rows, factors: 3, method: .expectationMaximization,
      configuration: FitConfiguration(engine: EngineOptions(tolerance: 1e-13)))
    #expect((closed.logLikelihood - em.logLikelihood).magnitude < 1e-7)
    let evidence = try closed.model.evidence(of: rows)
    #expect(((evidence.logLikelihood?.nats ?? .nan) - closed.logLikelihood).magnitude < 1e-9)
  }

  /// A file that names more factors than columns would ask for their product.
  @Test func moreFactorsThanColumnsAreNoModel() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("factors-\(UUID().uuidString).st").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var writer = SafetensorsWriter(
      kind: ProbabilisticPCA.fileKind, configuration: ["columns": JSONValue(["a"])], units: "", kernelVariant: "")
    try writer.add("loadings", [Double](repeating: 0.5, count: 100_000), shape: [1, 100_000])
    for (name, value) in [("noise", 1.0), ("shift", 0), ("scale", 1), ("location", 0)] {
      try writer.add(name, [value], shape: [1])
    }
    try writer.write(to: path)
    #expect(message { try ProbabilisticPCA(contentsOf: path).factorCount }.contains("100000 factors of 1 columns"))
  }

  @Test func filesRoundTrip() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("fa-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let rows = MixtureFixtures.map(FactorFixtures.rows(seed: 43, count: 60, columns: 5, factors: 2)) {
      $0.enumerated().map { ($1 + 1) * [1e-120, 1, 1e120, 3, 5][$0] }
    }
    let analysis = try FactorAnalysis.fit(rows, columnNames: ["a", "b", "ü", "d", "e"], factors: 2)
    try analysis.model.save(to: file.path, fit: analysis)
    let loaded = try FactorAnalysis(contentsOf: file.path)
    #expect(loaded.columnNames == analysis.model.columnNames)
    #expect(try loaded.logDensities(of: rows) == analysis.model.logDensities(of: rows))
    #expect(throws: SurprisalError.self) { try ProbabilisticPCA(contentsOf: file.path) }
    let plain = FactorFixtures.rows(seed: 43, count: 60, columns: 5, factors: 2)
    let ppca = try ProbabilisticPCA.fit(plain, factors: 1)
    try ppca.model.save(to: file.path)
    #expect(try ProbabilisticPCA(contentsOf: file.path).logDensities(of: plain) == ppca.model.logDensities(of: plain))
    // Every prefix of the file is refused.
    let bytes = try Data(contentsOf: file)
    for length in stride(from: 0, to: bytes.count, by: 97) {
      try bytes.prefix(length).write(to: file)
      #expect(throws: SurprisalError.self) { try ProbabilisticPCA(contentsOf: file.path) }
    }
  }

  /// 1,000 problems of 2 … 12 columns, with offsets, scales, weights, ties and collinear columns: no certificate
  /// fails, nothing is NaN, the log-likelihood is that of the returned parameters.
  @Test func randomProblems() throws {
    var (fits, refusals, converged, steps) = (0, 0, 0, 0)
    for number in 0..<1000 {
      var draw = ProblemDraw(seed: 77, stream: UInt64(number))
      let D = draw.integer(2...12)
      let Q = draw.integer(1...max(1, min(4, D - 1)))
      let n = draw.integer(2...60) + (number % 3 == 0 ? 200 : 0)
      let noise = draw.pick([0, 0.01, 0.3, 1, 3])
      let base = FactorFixtures.rows(seed: UInt64(number), count: n, columns: D, factors: Q, noise: noise)
      let spread = number % 2 == 0 ? 6 : 0.3
      let scales = (0..<D).map { _ in draw.logUniform(-spread, spread) }
      let offset = draw.pick([0, 0, 1, 1e5])
      let isRounded = draw.integer(0...5) == 0
      let rows = MixtureFixtures.map(base) { row in
        row.enumerated().map { (isRounded ? ($1 * 2).rounded() / 2 : $1) * scales[$0] + offset * scales[$0] }
      }
      let weights: [Double]? = draw.integer(0...2) == 0 ? (0..<n).map { _ in draw.uniform(0.01, 4) } : nil
      let summary = "problem \(number): \(n) × \(D), \(Q) factors, noise \(noise), offset \(offset)"
      do {
        let analysis = try FactorAnalysis.fit(
          rows, weights: weights, factors: Q, method: number % 4 < 2 ? .newton : .expectationMaximization,
          minimumUniqueness: draw.pick([1e-2, 1e-4, 1e-6]),
          configuration: FitConfiguration(starts: 1, engine: EngineOptions(maximumIterations: 200)))
        try judge(analysis, rows, weights, summary)
        fits += 1
        converged += analysis.converged ? 1 : 0
        steps += analysis.iterations
      } catch let error as SurprisalError where error.category == .data {
        refusals += 1
      } catch { Issue.record("\(summary): \(error)") }
      do {
        let ppca = try ProbabilisticPCA.fit(
          rows, weights: weights, factors: Q, method: number % 2 == 0 ? .closedForm : .expectationMaximization,
          configuration: FitConfiguration(engine: EngineOptions(maximumIterations: 200)))
        try judge(ppca, rows, weights, summary)
      } catch let error as SurprisalError where error.category == .data {
        refusals += 1
      } catch { Issue.record("\(summary): \(error)") }
    }
    print("factor problems: \(fits) fits, \(converged) converged, \(steps) steps, \(refusals) refused")
    #expect(fits > 800)
  }

  private func judge<Model: FactorModel>(
    _ fit: ModelFit<Model>, _ rows: RowMatrix, _ weights: [Double]?, _ summary: String
  ) throws {
    let fault = FactorFixtures.fault(fit.ledger)
    #expect(fault == nil, "\(summary): \(fault ?? "")")
    #expect(fit.logLikelihood.isFinite, "\(summary)")
    let rowwise = try fit.model.evidence(of: rows, weights: weights)
    let bound = (fit.ledger.last?.roundingBound ?? 0) * 16 + 1e-9 * (1 + fit.logLikelihood.magnitude)
    let difference = ((rowwise.logLikelihood?.nats ?? .nan) - fit.logLikelihood).magnitude
    #expect(difference <= bound, "\(summary): \(difference), allowed \(bound)")
  }

  /// With the noise at a millionth of the variance, squares from the covariance would differ from those of the rows by
  /// more than is shown, and once more between log p and its bound.
  @Test(arguments: [60, 60_000])
  func theBoundOfAHeywoodCaseIsNotAboveTheLikelihood(count: Int) throws {
    var generator = RandomGenerator(seed: 77)
    var normal = NormalSource()
    var values: [Double] = []
    for _ in 0..<count {
      let z = (0..<2).map { _ in normal.next(using: &generator) }
      let noise = (0..<5).map { _ in 0.4 * normal.next(using: &generator) }
      values += [z[0], z[0] + noise[1], z[0] - z[1] + noise[2], z[1] + noise[3], 2 * z[1] + noise[4]]
    }
    let rows = RowMatrix(unchecked: values, columnCount: 5)
    for floor in [1e-6, 1e-12] {
      let fit = try FactorAnalysis.fit(rows, factors: 2, minimumUniqueness: floor)
      let direct = try fit.model.logDensities(of: rows).reduce(0, +)
      #expect((fit.logLikelihood - direct).magnitude <= 1e-13 * direct.magnitude)
      let gap = try #require(fit.evidence.gap?.nats)
      #expect(gap.magnitude <= 1e-14 * Double(count) + 8 * fit.logLikelihood.magnitude.ulp, "\(gap)")
    }
  }

  @Test func memoryIsAskedForBeforeItIsTaken() throws {
    // 8 times the matrix, or what two threads sum into: 8,192 columns take at least four gigabytes.
    let few = SecondMoments.byteCount(rows: 1_000, columns: 8192, threads: 2)
    let many = SecondMoments.byteCount(rows: 1_000_000, columns: 8192, threads: 2)
    #expect(few >= 8 * 8 * 8192 * 8192 && many > few && many < 100e9)
    #expect(SecondMoments.byteCount(rows: 1_000_000, columns: 64, threads: 2) < 100e6)
    try MemoryNeed.require(1e6, for: "a test", remedy: "none", limit: 2e6)
    #expect(
      message { try MemoryNeed.require(2.34e9, for: "a test", remedy: "take less", limit: 2e6) }
        .contains("a test needs 2.4 GB of memory, and 2.0 MB can be had"))
    let wide = RowMatrix(unchecked: [Double](repeating: 0, count: 2 * 8193), columnCount: 8193)
    let refusal = message { try FactorAnalysis.fit(wide, factors: 1).model.columnCount }
    #expect(refusal.contains("8193 columns") && refusal.contains("GB of memory"), "\(refusal)")
  }
}
