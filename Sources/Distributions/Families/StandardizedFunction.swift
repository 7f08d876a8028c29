import SurprisalTensors

extension Tensor {
  /// F(difference / scale) of a distribution function of standardized numbers that is 0 or 1 to rounding beyond ±1e4.
  ///
  /// Beyond that the value is 0 or 1 with derivative 0: infinite numbers, and quotients that overflow, would have NaN.
  static func standardized(_ difference: Tensor, _ scale: Tensor, _ function: (Tensor) -> Tensor) -> Tensor {
    let isFar = (difference.withoutDerivative() / scale.withoutDerivative()).abs() .>= 1e4
    let near = function(Tensor(where: isFar, 0, else: difference) / scale)
    return Tensor(where: isFar, (difference .> 0).converted(to: near.dtype), else: near)
  }
}
