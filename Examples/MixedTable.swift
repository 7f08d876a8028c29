import Surprisal

/// Customers of a shop: visits a month, whether they hold a card, and the minutes they wait on average. Two kinds of
/// customer explain all three columns, each in its own family.
func mixedTable() throws {
  let rows = try RowMatrix(
    [
      1, 0, 12.5, 0, 0, 3, 2, 0, 8, 1, 1, 20, 0, 0, 6.5, 3, 0, 11, 1, 0, 2, 2, 0, 15,
      7, 1, 1.5, 9, 1, 0.5, 6, 1, 2.5, 8, 1, 1, 11, 0, 3.5, 7, 1, 0.2, 10, 1, 0.8,
    ], columnCount: 3)
  let fit = try ProductMixture.fit(
    rows, columnNames: ["visits", "card", "minutes"], families: [.poisson, .bernoulli, .exponential], components: 2)
  for (weight, columns) in zip(fit.model.weights, fit.model.components) {
    let means = columns.map { show($0.mean, 4) }
    print("share \(show(weight, 4)): visits \(means[0]), card \(means[1]), minutes \(means[2])")
  }
  print("log p(X) = \(show(fit.logLikelihood, 4)) nats, gap \(show(fit.evidence.gap?.nats ?? .nan)) nats")
  let new = try RowMatrix([4, 1, 2, 4, 0, 10], columnCount: 3)
  let shares = try fit.model.responsibilities(of: new)
  for (row, surprise) in try fit.model.logDensities(of: new).enumerated() {
    print(
      "customer \(row + 1): frequent with probability \(show(shares[row, 1], 4)), log p(x) = \(show(surprise, 4)) nats")
  }
}
