import SurprisalDistributions
import SurprisalTensors
import Testing

/// Differences beyond the type whose quotients are within it.
struct FarLocationTests {
  @Test(arguments: [(DType.float64, 1.5e308), (.float32, 3e38)])
  func quotientsWithinTheType(_ dtype: DType, _ size: Double) throws {
    let (x, location) = (Tensor(size, dtype: dtype), Tensor(-size, dtype: dtype))
    let scale = Tensor(size / 2, dtype: dtype)
    func expectStandard<Family: UnivariateDistribution>(
      _ far: Family, _ standard: Family, _ logScale: Tensor
    ) throws {
      let four = Tensor(4, dtype: dtype)
      let density = far.logDensity(of: x).item
      let expected = (standard.logDensity(of: four) - logScale).item
      #expect(abs(density - expected) < 1e-6 * abs(expected), "\(far): \(density), not \(expected)")
      #expect(abs(far.cumulative(at: x).item - standard.cumulative(at: four).item) < 1e-7)
      #expect(abs(far.complementaryCumulative(at: x).item - standard.complementaryCumulative(at: four).item) < 1e-7)
      #expect(far.logDensity(of: Tensor(.infinity, dtype: dtype)).item == -.infinity)
    }
    let (zero, one) = (Tensor(0, dtype: dtype), Tensor(1, dtype: dtype))
    try expectStandard(
      Normal(mean: location, standardDeviation: scale), Normal(mean: zero, standardDeviation: one), scale.log())
    try expectStandard(
      Laplace(location: location, scale: scale), Laplace(location: zero, scale: one), scale.log())
    try expectStandard(
      Logistic(location: location, scale: scale), Logistic(location: zero, scale: one), scale.log())
    let freedom = Tensor(3, dtype: dtype)
    try expectStandard(
      StudentT(degreesOfFreedom: freedom, location: location, scale: scale),
      StudentT(degreesOfFreedom: freedom, location: zero, scale: one), scale.log())
    let tiny = try Normal(mean: location, standardDeviation: one)
    #expect(tiny.logDensity(of: x).item == -.infinity && tiny.cumulative(at: x).item == 1)
    let standard = try Normal(mean: zero, standardDeviation: one)
    #expect(tiny.logDensity(of: location).item == standard.logDensity(of: zero).item)
    let gradients = try valueAndGradient(of: [location, scale]) {
      try Normal(mean: $0[0], standardDeviation: $0[1]).logDensity(of: x).sum()
    }.gradients
    for gradient in gradients { #expect(gradient.item.isFinite) }
    let (p, q) = (try Normal(mean: x, standardDeviation: scale), try Normal(mean: location, standardDeviation: scale))
    let divergence = try klDivergence(p, q).item
    #expect(abs(divergence - 8) < 1e-6)
  }
}
