import SurprisalCore
import SurprisalTensors

/// A distribution whose samples have a derivative by its parameters (the pathwise derivative).
///
/// An event is a differentiable function of the parameters and of noise that does not depend on them, x = g(ε, θ), or
/// is differentiated implicitly, dx/dθ = −(∂F/∂θ) / p(x) (Figurnov, Mohamed and Mnih 2018, equation 5).
public protocol Reparameterized: Distribution {
  /// Independent events, [shape, batchShape, eventShape], which the derivative by the parameters follows.
  func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor
}

extension Reparameterized {
  /// One event for each member of the batch; see `reparameterizedSample(_:using:)`.
  public func reparameterizedSample(using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample([], using: &generator)
  }
}
