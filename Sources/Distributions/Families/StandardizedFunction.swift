import SurprisalTensors

extension Tensor {
  /// (x − location) / scale, also where the difference would leave the type and the quotient does not.
  static func standardScore(_ x: Tensor, _ location: Tensor, _ scale: Tensor) -> Tensor {
    // From a smaller location no finite number has an infinite distance.
    let isFar = location.withoutDerivative().abs() .>= (location.dtype == .float64 ? 0x1p969 : 0x1p102)
    guard isFar.any().item == 1 else { return (x - location) / scale }
    let half = Tensor(where: isFar, 0.5, else: Tensor(1, dtype: location.dtype))
    return (x * half - location * half) / scale / half
  }

  /// F(z) of a distribution function of standardized numbers that is 0 or 1 to rounding beyond ±1e4, or F(−z) if
  /// `isUpper`, with z = (x − location) / scale.
  ///
  /// Beyond that the value is 0 or 1 with derivative 0: infinite numbers, and quotients that overflow, would have NaN.
  static func standardized(
    _ x: Tensor, _ location: Tensor, _ scale: Tensor, isUpper: Bool = false, _ function: (Tensor) -> Tensor
  ) -> Tensor {
    let score = standardScore(x.withoutDerivative(), location.withoutDerivative(), scale.withoutDerivative())
    let isFar = score.abs() .>= 1e4
    let z = standardScore(Tensor(where: isFar, location, else: x), location, scale)
    let near = function(isUpper ? -z : z)
    return Tensor(where: isFar, (isUpper ? score .< 0 : score .> 0).converted(to: near.dtype), else: near)
  }
}
