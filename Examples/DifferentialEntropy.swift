import Surprisal

/// Quantizing N(0, 1) to bins of width Δ: H_Δ ≈ h − ln Δ diverges as Δ → 0, and H_Δ + ln Δ tends to
/// h = ½ ln 2πe = 1.418938533 nats.
func differentialEntropy() throws {
  let normal = try GaussianMixture(weights: [1], means: [[0]], covariances: [[[1]]])
  for width in [1.0, 0.5, 0.1, 0.01] {
    let centers = stride(from: -10.0, through: 10, by: width).map { $0 }
    let densities = try normal.logDensities(of: RowMatrix(centers, columnCount: 1))
    // Each bin's surprisal is −ln(p(x) Δ); its probability weighs it.
    var quantized = Information.zero
    for density in densities {
      let surprisal = LogDensity(nats: density).quantized(binWidth: width)
      quantized = quantized + Information(nats: exponential(-surprisal.nats) * surprisal.nats)
    }
    let shifted = quantized - Information(surprisalOfProbability: width)
    print("Δ = \(width): H_Δ = \(show(quantized.nats)) nats, H_Δ + ln Δ = \(show(shifted.nats)) nats")
  }
}
