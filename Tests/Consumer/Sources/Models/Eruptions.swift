import Surprisal

/// Fits short and long eruptions, writes the model, and says how surprising a new eruption is.
///
/// `minutes` holds duration and waiting time of one eruption after the other.
public func fitEruptions(_ minutes: [Double], savingTo path: String) async throws -> Information {
  let fit = try await GaussianMixture.fit(
    RowMatrix(minutes, columnCount: 2), columnNames: ["eruptions", "waiting"],
    configuration: GaussianMixtureConfiguration(components: 2))

  print("log p(x|θ) = \(fit.logLikelihood) nats, gap \(fit.evidence.gap?.nats ?? .nan) nats")
  for (weight, mean) in zip(fit.model.weights, fit.model.means) { print(weight, mean) }
  try fit.model.save(to: path, fit: fit)

  let saved = try GaussianMixture(contentsOf: path)
  let newcomer = try RowMatrix([3, 70], columnCount: 2)  // three minutes long, after 70 minutes
  let logDensity = LogDensity(nats: try saved.logDensities(of: newcomer)[0])
  return logDensity.quantized(binWidth: 0.1, columnCount: 2)  // its surprisal to a tenth of a minute
}
