import Surprisal

/// Maximum likelihood minimizes KL(p_true ‖ p_θ): KL = −(1/N) ln p(X) − H(p_true), and H does not depend on θ.
func maximumLikelihoodAsKL() {
  let values = Array(Set(TwoCoins.data)).sorted()
  let truth = values.map { value in Double(TwoCoins.data.filter { $0 == value }.count) / Double(TwoCoins.data.count) }
  var coins = TwoCoins.start
  for iteration in 0...3 {
    let mean = coins.total / Double(TwoCoins.data.count)
    let divergence = zip(values, truth).reduce(0) { $0 + $1.1 * (naturalLog($1.1) - coins.logLikelihood($1.0)) }
    print(
      "\(iteration): ln p(X) / N = \(show(mean)), KL = \(show(divergence)), "
        + "sum = \(show(mean + divergence)) = −H(p_true) nats")
    coins = TwoCoins.maximizing(TwoCoins.data.map { coins.posterior($0) })
  }
}

/// EM alternately minimizes KL(p_true(x, z) ‖ p_θ(x, z)): over p_true(z | x), then over θ. On Old Faithful every
/// half-step lowers it by exactly what it adds to the bound per row.
func emFromKL() throws {
  let table = try BuiltInDataSet(named: "old-faithful").table()
  let fit = try GaussianMixture.fit(
    table.rows, columnNames: table.columnNames,
    configuration: GaussianMixtureConfiguration(
      components: 2, starts: 1, start: .randomRows, seed: 3, engine: EngineOptions(acceleration: .none)))
  for entry in fit.ledger.prefix(6) {
    print(
      "\(entry.iteration): E-step lowers KL by \(show(entry.expectationGain, 9)), "
        + "M-step by \(show(entry.maximizationGain, 9)) nats per row; gap \(show(entry.gap.magnitude, 9))")
  }
  print("log p(X) = \(show(fit.logLikelihood)) nats after \(fit.iterations) E-steps")
}
