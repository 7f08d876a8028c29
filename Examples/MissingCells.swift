import Surprisal

/// Old Faithful with every fourth waiting time lost. With one Gaussian the maximum is known (Anderson 1957): the
/// eruptions' own moments, and the regression of waiting on them in the rows that have both. EM finds it.
func missingCells() throws {
  let faithful = try BuiltInDataSet(named: "old-faithful").table()
  var values = (0..<faithful.rows.rowCount).flatMap { faithful.rows.row($0) }
  for row in stride(from: 3, to: faithful.rows.rowCount, by: 4) { values[2 * row + 1] = .nan }
  let rows = try RowMatrix(values, columnCount: 2)
  let fit = try GaussianMixture.fit(
    rows, columnNames: faithful.columnNames,
    configuration: GaussianMixtureConfiguration(components: 1, missingCells: .model))
  let (mean, deviation) = (fit.model.means[0][1], fit.model.covariances[0][1][1].squareRoot())
  print("waiting \(show(mean, 4)) ± \(show(deviation, 4)) minutes, log p(X) = \(show(fit.logLikelihood, 4)) nats")
  let filled = try fit.model.imputed(rows)
  print(
    "the fourth wait, from its eruption: \(show(filled.rows[3, 1], 4)) ± \(show(filled.standardDeviations[3, 1], 4)) "
      + "minutes; it was \(show(faithful.rows[3, 1]))")
}
