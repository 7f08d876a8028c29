import Foundation
import Models
import Surprisal

/// What a user of the library does, with the numbers that must come out.
@main
struct Consumer {
  static func main() async throws {
    if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "figures" {
      try drawFigures(in: CommandLine.arguments[2])
      return
    }
    try await fitsArraysAndSaves()
    try await cancels()
    try fitsAModelOfItsOwn()
    try fitsNumbersWithOutliers()
    trainsANetwork()
    print("consumer: arrays, progress, cancellation, files, a model of its own and a network work")
  }

  /// Two interleaved spirals of 100 points each.
  static func trainsANetwork() {
    var generator = RandomGenerator(seed: 7)
    let angles = (0..<200).map { 0.5 + Double($0 / 2) / 16 }
    let points = angles.enumerated().flatMap { index, angle in
      let sign = index % 2 == 0 ? 1.0 : -1.0
      return [sign * angle * cos(angle) / 7, sign * angle * sin(angle) / 7]
    }
    let x = Tensor(points, shape: [200, 2], dtype: .float32)
    let classes = Tensor((0..<200).map { $0 % 2 })
    var model = Perceptron(inputs: 2, hidden: 64, classes: 2, using: &generator)
    let losses = train(&model, on: x, classes: classes, steps: 1_000)
    expect(losses[0] > 0.5 && losses[999] < 0.05, "the loss went from \(losses[0]) to \(losses[999]) nats")
    let right = (model(x).argmax(alongAxis: 1) .== classes).converted(to: .float32).mean().item
    expect(right > 0.99, "\(right) of the points are classified right")
  }

  /// The picture of the README.
  static func drawFigures(in folder: String) throws {
    let table = try BuiltInDataSet(named: "old-faithful").table()
    let fit = try GaussianMixture.fit(
      table.rows, columnNames: table.columnNames, configuration: GaussianMixtureConfiguration(components: 2))
    let svg = try fit.svgFigure(rows: table.rows, title: "Old Faithful: two kinds of eruption")
    try svg.write(toFile: folder + "/old-faithful.svg", atomically: true, encoding: .utf8)
  }

  static func fitsArraysAndSaves() async throws {
    let rows = try BuiltInDataSet(named: "old-faithful").table().rows
    let minutes = (0..<rows.rowCount).flatMap(rows.row)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let surprisal = try await fitEruptions(minutes, savingTo: path)
    expect(surprisal.bits > 0 && surprisal.bits.isFinite, "a surprisal of \(surprisal)")
    do {
      _ = try await fitEruptions([3, 70, .nan, 80], savingTo: path)
      expect(false, "not a number was fitted")
    } catch let error as SurprisalError {
      expect(error.category == .data, "\(error)")
    }
  }

  static func cancels() async throws {
    let rows = try BuiltInDataSet(named: "overlapping").table().rows
    let (messages, source) = AsyncStream.makeStream(of: FitProgress.self)
    let task = fitWatched(rows, components: 5) { source.yield($0) }
    Task {
      _ = await task.result
      source.finish()
    }
    var iterator = messages.makeAsyncIterator()
    let first = await iterator.next()
    expect(first?.components == 5, "no progress was told")
    task.cancel()
    let clock = ContinuousClock.now
    do {
      _ = try await task.value
      expect(false, "a canceled fit gave an answer")
    } catch is CancellationError {
      expect(ContinuousClock.now - clock < .seconds(60), "a canceled fit went on")
    }
  }

  /// Deaths of women over 80 in The Times, a day: 1,096 days of 1910–1912 (Hasselblad 1969).
  ///
  /// The maximum is that of Varadhan and Roland 2008: π = 0.3599, m = (1.256, 2.663), log p = −1989.946.
  static func fitsAModelOfItsOwn() throws {
    let days = Counts(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], weights: [162, 267, 271, 185, 111, 61, 27, 8, 3, 1])
    for acceleration in EngineOptions.Acceleration.allCases {
      let outcome = try ExpectationMaximization.run(
        from: PoissonMixture(weights: [0.3, 0.7], means: [1, 2.5]), over: days,
        control: .init(options: EngineOptions(tolerance: 1e-12, acceleration: acceleration)))
      let (model, ledger) = (outcome.model, outcome.ledger)
      let found = [model.weights[0], model.means[0], model.means[1], outcome.objective]
      expect(outcome.converged, "\(acceleration) did not converge")
      for (value, (published, digits)) in zip(
        found, [(0.3599, 2e-4), (1.2561, 2e-4), (2.6634, 2e-4), (-1989.946, 5e-4)])
      {
        expect(abs(value - published) < digits, "\(acceleration): \(value) instead of \(published)")
      }
      expect(ledger.allSatisfy { abs($0.gap) < 1e-9 }, "a gap is open after the E-step")
      if CommandLine.arguments.contains("--verbose") {
        print(acceleration, ledger.count, "iterations", found)
      }
    }
  }

  /// Darwin's 15 differences in height between crossed and self-fertilized maize, in eighths of an inch.
  ///
  /// The maximum at ν = 4 is scipy's (`scipy.stats.t.logpdf`, Nelder–Mead): 26.4619, 26.1588, −74.651704.
  static func fitsNumbersWithOutliers() throws {
    let outcome = try fitMaize()
    expect(outcome.converged, "the robust fit did not converge")
    for (value, published) in [
      (outcome.model.center, 26.461861560770622), (outcome.model.scale, 26.158823329522967),
      (outcome.objective, -74.65170411920529),
    ] { expect(abs(value - published) < 1e-4, "\(value) instead of \(published)") }
    for (before, after) in zip(outcome.ledger, outcome.ledger.dropFirst()) {
      expect(after.objective >= before.objective - after.roundingBound, "the objective fell")
      expect(abs(after.gap) < 1e-9, "a gap is open after the E-step")
    }
  }

  static func expect(_ condition: Bool, _ failure: @autoclosure () -> String) {
    guard !condition else { return }
    FileHandle.standardError.write(Data("error: \(failure())\n".utf8))
    exit(1)
  }
}
