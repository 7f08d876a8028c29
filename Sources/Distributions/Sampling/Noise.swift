import SurprisalCore
import SurprisalTensors

/// Random numbers of fixed distributions that reparameterized samples are functions of.
///
/// All are made of float64 uniform numbers, so that tails in float32 reach as far as in float64.
enum Noise {
  /// Numbers of the standard exponential distribution, from 0 to 36.7.
  static func exponential(_ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator) -> Tensor {
    (-log(onePlus: -uniform(shape, using: &generator))).converted(to: dtype)
  }

  /// −1 or 1 with probability ½ each.
  static func sign(_ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator) -> Tensor {
    Tensor.bernoulli(probability: 0.5, shape: shape, dtype: dtype, using: &generator) * 2 - 1
  }

  /// The absolute value of standard logistic numbers, from 0 to 37.4.
  static func halfLogistic(_ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator) -> Tensor {
    let u = uniform(shape, using: &generator)
    return (log(onePlus: u) - log(onePlus: -u)).converted(to: dtype)
  }

  /// Numbers of the standard Gumbel distribution, from −3.6 to 37.4.
  static func gumbel(_ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator) -> Tensor {
    let u = Tensor.maximum(uniform(shape, using: &generator), 0x1p-54)
    return (-(-log(onePlus: -u)).log()).converted(to: dtype)
  }

  /// Multiples of 2⁻⁵³ from 0 to 1 without the end.
  static func uniform(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    Tensor.uniform(shape: shape, dtype: .float64, using: &generator)
  }
}
