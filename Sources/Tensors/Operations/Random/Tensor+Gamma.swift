import SurprisalCore

extension Tensor {
  /// Numbers drawn from the gamma distribution with the given concentrations (shape parameters) and scale 1.
  ///
  /// The density is x^(a−1) e^(−x) / Γ(a); multiply by a scale or divide by a rate. By Marsaglia and Tsang (2000),
  /// below 1 as G(a + 1)·U^(1/a), computed as a logarithm so that it is right down to the smallest number of the type;
  /// what is smaller becomes 0, which at a = 0.001 is nearly half of the draws. A concentration of 0 gives 0, the
  /// distribution's limit; a negative one and NaN give NaN, and ∞ gives ∞. The normal numbers behind them, of Box and
  /// Muller's pairs, have 52 random bits for the radius and 52 for the angle, 32 more decide what is accepted.
  ///
  /// - Returns: one draw for each element, in the shape and type of `concentrations`; on no tape.
  public static func gamma(concentrations: Tensor, using generator: inout RandomGenerator) -> Tensor {
    precondition(
      concentrations.dtype.isFloatingPoint,
      "gamma: concentrations are \(concentrations.dtype), not of a floating-point type")
    return Kernels.gamma(concentrations.withoutDerivative(), logarithms: false, using: &generator)
      .converted(to: concentrations.dtype)
  }

  /// The logarithms of such numbers in float64, which stay finite where the numbers are below the smallest one.
  package static func logGamma(concentrations: Tensor, using generator: inout RandomGenerator) -> Tensor {
    Kernels.gamma(concentrations.withoutDerivative(), logarithms: true, using: &generator)
  }
}
