import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Weighted maximum-likelihood fits of every family that has one.
struct FittingTests {
  static let count = 20_000

  /// A fit is at least as likely as the truth, and as far above it as χ² allows: 2 Δ log p is χ² of as many degrees of
  /// freedom as there are parameters, at most 15 here, and exceeds 80 with a probability below 1e-10.
  @Test(arguments: familyTable.map(\.family)) func recoversTheParameters(_ family: String) throws {
    var (asked, fitted) = (0, 0)
    for (distribution, reference) in try distributions(family) {
      guard let distribution = distribution as? any RefittableDistribution else { continue }
      asked += 1
      if try checkFit(distribution, "\(reference)") { fitted += 1 }
    }
    #expect(asked == 0 || fitted > 0, "no member could be fitted")
  }

  /// Weights count as repetitions, and statistics of parts merge to those of the whole.
  @Test(arguments: familyTable.map(\.family)) func weightsAndParts(_ family: String) throws {
    for (distribution, reference) in try distributions(family) {
      guard let distribution = distribution as? any RefittableDistribution else { continue }
      try checkWeights(distribution, "\(reference)")
    }
  }
}

/// Whether there was a fit to check.
private func checkFit<Family: RefittableDistribution>(_ truth: Family, _ name: String) throws -> Bool {
  var generator = RandomGenerator(seed: 19)
  let x = truth.sample([FittingTests.count], using: &generator)
  // The sums of such numbers leave the range of float64.
  guard x.abs().max().item < 1e300, let fit = fit(truth, x, nil, name) else { return false }
  let gain = (fit.logDensity(of: x) - truth.logDensity(of: x)).doubles.reduce(0, +)
  let rounding = 1e-10 * truth.logDensity(of: x).doubles.reduce(0) { $0 + abs($1) }
  #expect(gain >= -1e-6 - rounding, "\(name): the fit \(fit) is less likely than the truth, by \(-gain) nats")
  #expect(2 * gain <= 80, "\(name): the fit \(fit) is \(gain) nats above the truth")
  return true
}

private func checkWeights<Family: RefittableDistribution>(_ truth: Family, _ name: String) throws {
  var generator = RandomGenerator(seed: 23)
  let x = truth.sample([60], using: &generator)
  let weights = (0..<60).map { $0 % 4 }
  var indices: [Int64] = []
  for (row, weight) in weights.enumerated() { indices += [Int64](repeating: Int64(row), count: weight) }
  let repeated = x.selected(at: Tensor(indices, shape: [indices.count]))
  let numbers = Tensor(weights.map(Double.init), shape: [60])
  guard let weighted = fit(truth, x, numbers, name), let other = fit(truth, repeated, nil, name) else {
    return
  }
  var statistics = truth.statistics()
  try statistics.add(x.sliced(..<25, alongAxis: 0), weights: numbers.sliced(..<25, alongAxis: 0))
  var rest = truth.statistics()
  try rest.add(x.sliced(25..., alongAxis: 0), weights: numbers.sliced(25..., alongAxis: 0))
  try statistics.merge(rest)
  let merged = try Family(fitting: statistics)
  let expected = weighted.logDensity(of: repeated).doubles
  for (what, model) in [("repeated rows", other), ("merged parts", merged)] {
    var worst = 0.0
    for (a, b) in zip(model.logDensity(of: repeated).doubles, expected) where a != b {
      worst = max(worst, abs(a - b) / max(1, abs(b)))
    }
    #expect(worst <= 1e-5, "\(name): \(what) are fitted otherwise, by \(worst)")
  }
}

/// The fit, or nil where the rows have no spread or leave the numbers that a fit can hold.
private func fit<Family: RefittableDistribution>(
  _ truth: Family, _ x: Tensor, _ weights: Tensor?, _ name: String
) -> Family? {
  do { return try truth.refitted(to: x, weights: weights) } catch let error as SurprisalError {
    #expect(error.category == .data, "\(name): \(error)")
    return nil
  } catch {
    Issue.record("\(name): \(error)")
    return nil
  }
}
