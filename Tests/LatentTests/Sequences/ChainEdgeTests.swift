import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

@testable import SurprisalLatent

/// Short sequences, probabilities of 0, numbers far out, and files.
@Suite struct ChainEdgeTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }

  /// log p by the recursion in logarithms, as a definition would have it.
  private func logForward(_ model: HiddenMarkov, _ rows: [[Double]]) -> Double {
    let enumeration = PathEnumeration(model)
    func logSum(_ terms: [Double]) -> Double {
      let top = terms.max() ?? 0
      return top > -.infinity ? top + log(terms.reduce(0) { $0 + exp($1 - top) }) : -.infinity
    }
    var now = model.initialProbabilities.indices.map {
      log(enumeration.initial[$0]) + enumeration.logEmission(rows[0], $0)
    }
    for row in rows.dropFirst() {
      now = now.indices.map { j in
        logSum(now.indices.map { now[$0] + log(enumeration.transitions[$0][j]) }) + enumeration.logEmission(row, j)
      }
    }
    return logSum(now)
  }

  private func rows(_ values: [[Double]]) -> RowMatrix {
    RowMatrix(unchecked: values.flatMap { $0 }, columnCount: values[0].count)
  }

  /// Two or three worlds without a way from one to another: which of them holds is told by the whole sequence, after
  /// each has been e^1000 behind the others. Scaled numbers alone would have lost the right one.
  @Test(arguments: [2, 3])
  func worldsApart(count: Int) throws {
    let identity = (0..<count).map { i in (0..<count).map { $0 == i ? 1.0 : 0 } }
    let model = try HiddenMarkov(
      initialProbabilities: [Double](repeating: 1 / Double(count), count: count), transitions: identity,
      means: (0..<count).map { [10 * Double($0)] }, covariances: [[[Double]]](repeating: [[1]], count: count))
    // First the first world is nearest, then the second for long, then the last.
    for lengths in [[10, 40, 5], [300, 700, 200], [600, 300, 100]] {
      let centers: [Double] = [0, 10, Double(count - 1) * 10]
      var values: [[Double]] = []
      for (center, length) in zip(centers, lengths) {
        for t in 0..<length { values.append([center + Double(t % 3) - 1]) }
      }
      let expected = logForward(model, values)
      let found = try model.logDensities(of: rows(values)).reduce(0, +)
      #expect((found - expected).magnitude < 1e-12 * expected.magnitude)
      let evidence = try model.evidence(of: rows(values))
      #expect(((evidence.logLikelihood?.nats ?? 0) - expected).magnitude < 1e-12 * expected.magnitude)
      #expect((evidence.gap?.nats ?? 1).magnitude < 1e-10 * max(1, expected.magnitude))
      let best = lengths[1] >= lengths[0] ? 1 : 0
      #expect(try model.assignments(of: rows(values)).allSatisfy { $0 == best })
      #expect(try model.mostProbablePaths(of: rows(values)).states.allSatisfy { $0 == best })
    }
  }

  /// From left to right, with states so far apart that the scaled form underflows at every change.
  @Test func leftToRight() throws {
    let model = try HiddenMarkov(
      initialProbabilities: [1, 0, 0], transitions: [[0.9, 0.1, 0], [0, 0.9, 0.1], [0, 0, 1]],
      means: [[0], [100], [0]], covariances: [[[1]], [[1]], [[0.5]]])
    let values = (0..<700).map { t -> [Double] in t < 280 || t > 500 ? [0.1] : [99.7] }
    let expected = logForward(model, values)
    let evidence = try model.evidence(of: rows(values))
    #expect(((evidence.logLikelihood?.nats ?? 0) - expected).magnitude < 1e-12 * expected.magnitude)
    #expect((evidence.gap?.nats ?? 1).magnitude < 1e-9)
    let states = try model.mostProbablePaths(of: rows(values)).states
    #expect(states[279] == 0 && states[280] == 1 && states[500] == 1 && states[501] == 2)
  }

  @Test func impossibleRows() throws {
    let model = try HiddenMarkov(
      initialProbabilities: [1, 0], transitions: [[0.5, 0.5], [0, 1]], probabilities: [[[1, 0, 0]], [[0, 0.5, 0.5]]])
    let values = [[0.0], [0], [1], [0], [2]]
    let densities = try model.logDensities(of: rows(values))
    #expect(densities[0] == 0)
    #expect(densities[1] == log(0.5))
    #expect(densities[2] == log(0.25))
    #expect(densities[3] == -.infinity && densities[4] == -.infinity)
    #expect(message { _ = try model.responsibilities(of: rows(values)) }.contains("row 4"))
    #expect(message { _ = try model.mostProbablePaths(of: rows(values)) }.contains("row 4"))
    #expect(message { _ = try model.evidence(of: rows(values)) }.contains("row 4"))
    // Outside the support: a level that the model does not have, a number that is no level.
    #expect(try model.logDensities(of: rows([[0], [7]]))[1] == -.infinity)
    #expect(try model.logDensities(of: rows([[0.5], [0]]))[0] == -.infinity)
    let counts = try HiddenMarkov(initialProbabilities: [1], transitions: [[1]], rates: [[2]])
    #expect(try counts.logDensities(of: rows([[1], [-1]]))[1] == -.infinity)
    #expect(try counts.logDensities(of: rows([[1], [0.5]]))[1] == -.infinity)
    // EM cannot start where the data are impossible.
    let text = message {
      _ = try HiddenMarkov.fit(rows(values), states: 2, emissions: .categorical(levels: nil), start: model)
    }
    #expect(text.contains("row 4"), "\(text)")
  }

  /// A rate of 0 meets counts of 0: p = 1; zeros of maxima stay zeros.
  @Test func ratesOfZero() throws {
    let model = try HiddenMarkov(
      initialProbabilities: [0.5, 0.5], transitions: [[0.5, 0.5], [0.5, 0.5]], rates: [[0], [4]])
    let found = try model.logDensities(of: rows([[0], [3]]))
    let (first, second): (Double, Double) = (log(0.5 + 0.5 * exp(-4)), log(0.5 * exp(-4) * 64 / 6))
    #expect((found[0] - first).magnitude < 1e-14)
    #expect((found[1] - second).magnitude < 1e-13)
    var counts: [[Double]] = []
    for t in 0..<60 { counts.append(t % 20 < 10 ? [0] : [Double(3 + t % 4)]) }
    let fit = try HiddenMarkov.fit(rows(counts), states: 2, emissions: .poisson)
    #expect(fit.model.rates.flatMap { $0 }.contains(0))
  }

  @Test func oneRow() throws {
    let model = try HiddenMarkov(
      initialProbabilities: [0.3, 0.7], transitions: [[0.5, 0.5], [0.2, 0.8]], means: [[0], [1]],
      covariances: [[[1]], [[4]]])
    let density = try model.logDensities(of: rows([[0.5]]))[0]
    let expected: Double = 0.3 * exp(-0.125) / (2 * Double.pi).squareRoot()
    let other: Double = 0.7 * exp(-0.03125) / (8 * Double.pi).squareRoot()
    #expect((density - log(expected + other)).magnitude < 1e-14)
    #expect(try model.logDensities(of: RowMatrix(unchecked: [], columnCount: 1)).isEmpty)
    // Sequences of one row each are a mixture: transitions stay as they were.
    var draw = ChainDraw(seed: 3)
    var values: [[Double]] = []
    for t in 0..<80 { values.append([draw.gaussian() + (t % 2 == 0 ? 0 : 5)]) }
    let fit = try HiddenMarkov.fit(
      rows(values), sequences: SequenceLayout(lengths: [Int](repeating: 1, count: 80)), states: 2, start: model)
    #expect(fit.converged)
    #expect(fit.model.transitions.flatMap { $0 }.sorted() == [0.2, 0.5, 0.5, 0.8])
  }

  @Test func layouts() throws {
    #expect(message { _ = try SequenceLayout(lengths: [3, 0, 2]) }.contains("sequence 2 has 0 rows"))
    #expect(message { _ = try SequenceLayout(lengths: []) }.contains("no sequences"))
    #expect(try SequenceLayout(identifiers: ["a", "a", "b", "c", "c"]).lengths == [2, 1, 2])
    #expect(message { _ = try SequenceLayout(identifiers: [1, 1, 2, 1]) }.contains("row 4"))
    let data = rows([[0], [1], [0], [1]])
    let text = message {
      _ = try HiddenMarkov.fit(data, sequences: SequenceLayout(lengths: [2, 1]), states: 1, emissions: .poisson)
    }
    #expect(text.contains("3 rows in all for 4 rows"), "\(text)")
    let weights = message {
      _ = try HiddenMarkov.fit(
        data, sequences: SequenceLayout(lengths: [2, 2]), weights: [1, -1], states: 1, emissions: .poisson)
    }
    #expect(weights.contains("weight of sequence 2"), "\(weights)")
  }

  @Test func dataThatCannotBeFitted() throws {
    let names = ["a", "b"]
    func fit(_ values: [[Double]], _ family: EmissionFamily, states: Int = 2) -> String {
      message { _ = try HiddenMarkov.fit(rows(values), columnNames: names, states: states, emissions: family) }
    }
    let fractions = fit([[0, 1], [1, 0.5], [2, 2]], .poisson)
    #expect(fractions.contains("row 2, column `b`"), "\(fractions)")
    let levels = fit([[0, 1], [1, 4], [2, 2]], .categorical(levels: [3, 3]))
    #expect(levels.contains("row 2, column `b`"), "\(levels)")
    let missing = fit([[0, 1], [.nan, 4], [2, 2]], .gaussian(.vvv))
    #expect(missing.contains("row 2, column `a`"), "\(missing)")
    let constant = fit((0..<20).map { t -> [Double] in [Double(t), 3] }, .gaussian(.vvv))
    #expect(constant.contains("column `b` is constant") && !constant.contains("--prior"), "\(constant)")
    let collinear = fit((0..<20).map { t -> [Double] in [Double(t % 7), 2 * Double(t % 7) + 1] }, .gaussian(.vvv))
    #expect(collinear.contains("collinear") && !collinear.contains("prior"), "\(collinear)")
    let equal = fit([[Double]](repeating: [1, 2], count: 20), .gaussian(.vvv))
    #expect(equal.contains("equal") || equal.contains("distinct"), "\(equal)")
    #expect(fit([[0, 1], [1, 1]], .poisson, states: 3).contains("2 rows cannot hold 3 states"))
    #expect(fit([[0, 1], [1, 1]], .poisson, states: 0).contains("0 states"))
  }

  /// Scales from 1e-200 to 1e200 and far offsets: the same model in other units.
  @Test(arguments: [(1e-200, 0.0), (1e200, 0), (1, 1e6), (0x1p-300, 0)])
  func scales(scale: Double, offset: Double) throws {
    var draw = ChainDraw(seed: 12)
    let truth = try draw.model(.full, states: 2, separation: 3)
    let lengths = [400, 300]
    let plain = draw.rows(truth, lengths)
    let moved = RowMatrix(
      unchecked: (0..<plain.rowCount).flatMap { plain.row($0).map { $0 * scale + offset } }, columnCount: 2)
    let configuration = FitConfiguration(starts: 3)
    let layout = try SequenceLayout(lengths: lengths)
    let one = try HiddenMarkov.fit(plain, sequences: layout, states: 2, configuration: configuration)
    let two = try HiddenMarkov.fit(moved, sequences: layout, states: 2, configuration: configuration)
    let shift = 2 * Double(plain.rowCount) * log(scale)
    #expect((two.logLikelihood + shift - one.logLikelihood).magnitude < 1e-6 * one.logLikelihood.magnitude)
    #expect(
      ChainRuns.difference(two.model.transitions.flatMap { $0 }, one.model.transitions.flatMap { $0 }) < 1e-4)
    #expect((two.evidence.gap?.nats ?? 1).magnitude < 1e-8)
  }

  @Test(arguments: ChainDraw.Kind.allCases)
  func files(kind: ChainDraw.Kind) throws {
    var draw = ChainDraw(seed: 6)
    let truth = try draw.model(kind, states: 2)
    let data = draw.rows(truth, [150])
    let fit = try HiddenMarkov.fit(
      data, columnNames: ["a", "b"], states: 2, emissions: truth.emissionFamily,
      configuration: FitConfiguration(starts: 2))
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("chain-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try fit.model.save(to: file.path, fit: fit)
    let loaded = try HiddenMarkov(contentsOf: file.path)
    #expect(loaded.columnNames == ["a", "b"])
    #expect(loaded.emissionFamily == fit.model.emissionFamily)
    #expect(loaded.transitions == fit.model.transitions && loaded.means == fit.model.means)
    #expect(try loaded.logDensities(of: data) == fit.model.logDensities(of: data))
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 3] ^= 0x40
    try bytes.write(to: file)
    #expect(message { _ = try HiddenMarkov(contentsOf: file.path) }.contains(file.path))
    let mixture = try GaussianMixture(weights: [1], means: [[0]], covariances: [[[1]]])
    try mixture.save(to: file.path)
    #expect(message { _ = try HiddenMarkov(contentsOf: file.path) }.contains("gaussian-mixture"))
  }

  @Test(arguments: ChainDraw.Kind.allCases)
  func distributions(kind: ChainDraw.Kind) throws {
    var draw = ChainDraw(seed: 21)
    let model = try draw.model(kind, states: 3)
    let distribution = model.distribution(length: 4)
    #expect(distribution.eventShape == [4, 2])
    let events = distribution.sample([20_000], using: &draw.generator)
    #expect(events.shape == [20_000, 4, 2])
    let rows = RowMatrix(unchecked: events.scalars(as: Double.self), columnCount: 2)
    let densities = distribution.logDensity(of: events).scalars(as: Double.self)
    let lengths = [Int](repeating: 4, count: 20_000)
    #expect(try densities == model.sequenceLogDensities(of: rows, sequences: SequenceLayout(lengths: lengths)))
    // Means and variances of 20,000 events, within six standard errors: false failures below 1e-7.
    let (mean, variance) = (distribution.mean.scalars(as: Double.self), distribution.variance.scalars(as: Double.self))
    for index in 0..<8 {
      let values = (0..<20_000).map { rows[$0 * 4 + index / 2, index % 2] }
      let average = values.reduce(0, +) / 20_000
      #expect((average - mean[index]).magnitude < 6 * (variance[index] / 20_000).squareRoot() + 1e-12)
      let squares = values.map { ($0 - mean[index]) * ($0 - mean[index]) }
      let spread = squares.reduce(0, +) / 20_000
      let error = (squares.reduce(0) { $0 + ($1 - spread) * ($1 - spread) } / 20_000 / 20_000).squareRoot()
      #expect((spread - variance[index]).magnitude < 6 * error + 1e-12)
    }
    var broken = Array(rows.row(0) + rows.row(1) + rows.row(2) + rows.row(3))
    broken[3] = .nan
    #expect(distribution.logDensity(of: Tensor(broken, shape: [4, 2])).item.isNaN)
    broken[3] = .infinity
    #expect(distribution.logDensity(of: Tensor(broken, shape: [4, 2])).item == -.infinity)
  }

  /// The mean log p of long sequences and what EM finds in them: the parameters they were drawn from.
  @Test func recovery() throws {
    var generator = RandomGenerator(seed: 5)
    let truth = try HiddenMarkov(
      initialProbabilities: [0.5, 0.5], transitions: [[0.95, 0.05], [0.1, 0.9]], means: [[0, 0], [2, 1]],
      covariances: [[[1, 0.2], [0.2, 1]], [[0.5, 0], [0, 2]]])
    let data = truth.sample(lengths: [40_000], using: &generator).rows
    let fit = try HiddenMarkov.fit(data, states: 2, configuration: FitConfiguration(starts: 3))
    #expect(fit.converged)
    // About five standard errors.
    #expect(ChainRuns.difference(fit.model.transitions.flatMap { $0 }, [0.95, 0.05, 0.1, 0.9]) < 0.015)
    #expect(ChainRuns.difference(fit.model.means.flatMap { $0 }, [0, 0, 2, 1]) < 0.06)
    #expect(ChainRuns.difference(fit.model.stationaryProbabilities, [2.0 / 3, 1.0 / 3]) < 0.03)
    #expect(fit.parameterCount == 1 + 2 + 4 + 6)
  }

  @Test func noRowsHaveNoPath() throws {
    let model = try HiddenMarkov(
      initialProbabilities: [0.5, 0.5], transitions: [[0.5, 0.5], [0.5, 0.5]], means: [[0], [1]],
      covariances: [[[1]], [[1]]])
    let none = RowMatrix(unchecked: [], columnCount: 1)
    let paths = try model.mostProbablePaths(of: none)
    #expect(paths.states.isEmpty && paths.logDensities.isEmpty)
    #expect(try model.assignments(of: none).isEmpty)
    let wide = RowMatrix(unchecked: [], columnCount: 2)
    #expect(message { _ = try model.mostProbablePaths(of: wide) }.contains("2 columns"))
    let layout = try SequenceLayout(lengths: [3])
    #expect(message { _ = try model.mostProbablePaths(of: none, sequences: layout) }.contains("3 rows in all for 0"))
  }
}
