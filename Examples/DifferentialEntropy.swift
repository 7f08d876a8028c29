import Surprisal

/// Quantizing N(0, 1) to bins of width Δ: H_Δ ≈ h − ln Δ diverges as Δ → 0, and H_Δ + ln Δ tends to
/// h = ½ ln 2πe = 1.418938533 nats.
func differentialEntropy() throws {
  let normal = try Normal(mean: 0, standardDeviation: 1)
  for width in [1.0, 0.5, 0.1, 0.01] {
    let bins = try QuantizedDensity(over: -10...10, binWidth: width) { x in normal.logDensity(of: Tensor(x)).item }
    let shifted = bins.differentialEntropy
    print("Δ = \(width): H_Δ = \(show(bins.entropy.nats)) nats, H_Δ + ln Δ = \(show(shifted.nats)) nats")
  }
  print("h = \(show(normal.entropy().item)) nats")
}
