import SurprisalTensors

// What Student's t knows of itself.

extension StudentT: KnownExpectations {
  /// The location, if there are more than 1 degrees of freedom.
  var expectedValue: Tensor? { Tensor(where: degreesOfFreedom .> 1, location, else: .nan) }

  /// s² ν / (ν − 2) + (μ − c)², +∞ up to 2 degrees of freedom.
  func expectedSquare(around c: Tensor) -> Tensor? {
    Tensor.whereFinite(degreesOfFreedom .> 2, degreesOfFreedom, replacedBy: 3) { freedom in
      scale.square() * (freedom / (freedom - 2)) + (location - c).square()
    }
  }

  /// s (d (2 F(d) − 1) + 2 (ν + d²) / (ν − 1) f(d)) with d = (c − μ) / s, +∞ up to 1 degree of freedom.
  func expectedDistance(from c: Tensor) -> Tensor? {
    let d = (c - location) / scale
    let density = scale * logDensity(of: c).exp()
    return Tensor.whereFinite(degreesOfFreedom .> 1, degreesOfFreedom, replacedBy: 2) { freedom in
      scale * (d * (cumulative(at: c) * 2 - 1) + (freedom + d.square()) / (freedom - 1) * density * 2)
    }
  }
}
