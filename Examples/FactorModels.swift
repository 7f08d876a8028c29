import Surprisal

/// Probabilistic PCA: EM from a random start reaches the closed form, and its bound is tight.
func probabilisticPCA() throws {
  let faithful = try BuiltInDataSet(named: "old-faithful").table()
  for method in ProbabilisticPCA.Method.allCases {
    let fit = try ProbabilisticPCA.fit(faithful.rows, factors: 1, method: method)
    print(
      "\(method.rawValue): log p(X) = \(show(fit.logLikelihood, 4)) nats, σ² = \(show(fit.model.noiseVariance, 4)), "
        + "gap \(show(fit.evidence.gap?.nats ?? .nan, 6))")
  }
}

/// Factor analysis finds the factor that columns share, whatever the units: a noisy sum of two hidden numbers in six
/// columns, of which the first three hold one and the others the other.
func factorAnalysis() throws {
  var generator = RandomGenerator(seed: 1)
  let normal = try Normal(mean: 0, standardDeviation: 1)
  let draws = normal.sample([2_000, 8], using: &generator).converted(to: .float64).scalars(as: Double.self)
  let units: [Double] = [1, 10, 100, 1e-3, 1, 1e6]
  var values: [Double] = []
  for row in 0..<2_000 {
    let start = 8 * row
    for (d, unit) in units.enumerated() {
      let hidden: Double = draws[start + d / 3]
      let noise: Double = draws[start + 2 + d]
      values.append(unit * (hidden + 0.5 * noise))
    }
  }
  let fit = try FactorAnalysis.fit(RowMatrix(values, columnCount: 6), factors: 2)
  print("noise has \(fit.model.uniquenesses.map { show($0, 1) }.joined(separator: ", ")) of the variances (truth: 0.2)")
  for (d, row) in fit.model.rotated().correlations.enumerated() {
    print("column \(d + 1) with the factors: \(row.map { show($0.magnitude, 1) }.joined(separator: ", "))")
  }
  print("gap of the bound \(show(fit.evidence.gap?.nats ?? .nan, 4)) nats after \(fit.ledger.count) E-steps")
}
