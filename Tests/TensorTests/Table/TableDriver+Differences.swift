import SurprisalCore
import SurprisalTensors
import Testing

/// Derivatives against central differences in one random direction (RELIABILITY A57): step 1e-6, absolute 1e-5,
/// relative 1e-3, in float64.
extension TableDriver {
  static let step = 1e-6

  /// The first derivative of the loss by the case's variables.
  func checkFirstDerivative() {
    let point = variables.map { reference.inputs[$0] }
    let direction = directions(like: point, stream: 1)
    let slope = inner(gradients(), direction)
    let difference = centralDifference(at: point, along: direction) { loss(ofVariables: $0, reference.cotangents).item }
    expectNear(slope, difference, "gradient")
  }

  /// The derivative of ⟨w, gradient⟩ by the variables and by the cotangents, by nested tapes.
  func checkSecondDerivative() {
    let cotangents = reference.cotangents.indices.filter { reference.cotangents[$0] != nil }
    let point = variables.map { reference.inputs[$0] } + cotangents.compactMap { reference.cotangents[$0] }
    let weights = directions(like: variables.map { reference.inputs[$0] }, stream: 2)
    let direction = directions(like: point, stream: 3)
    // A function of variables and cotangents together: the cotangents enter through the inner loss.
    func innerGradients(_ values: [Tensor]) -> [Tensor] {
      var gs = reference.cotangents
      for (place, g) in zip(cotangents, values.dropFirst(variables.count)) { gs[place] = g }
      return valueAndGradient(of: Array(values.prefix(variables.count))) { loss(ofVariables: $0, gs) }.gradients
    }
    func weighted(_ values: [Tensor]) -> Tensor {
      zip(innerGradients(values), weights).map { ($0 * $1).sum() }.reduce(Tensor(0, dtype: .float64), +)
    }
    var composed: [Tensor] = []
    let (_, gradients) = valueAndGradient(of: point) { values in
      composed = innerGradients(values).map { $0.withoutDerivative() }
      return weighted(values)
    }
    // Under an outer tape fused rules give way to composed ones: the same gradient.
    compare(gradients: composed, with: reference.expectedGradients, " under an outer tape")
    let difference = centralDifference(at: point, along: direction) { weighted($0).item }
    expectNear(inner(gradients, direction), difference, "second derivative")
  }

  private func expectNear(_ value: Double, _ difference: Double, _ what: String) {
    if abs(value - difference) <= 1e-5 + 1e-3 * abs(difference) { return }
    Issue.record(
      "\(reference.name) \(reference.attributes.json) \(what): \(value), by differences \(difference)")
  }

  private func centralDifference(
    at point: [Tensor], along direction: [Tensor], _ function: ([Tensor]) -> Double
  ) -> Double {
    let moved = { (by: Double) in zip(point, direction).map { $0 + $1 * Tensor(by, dtype: .float64) } }
    return (function(moved(TableDriver.step)) - function(moved(-TableDriver.step))) / (2 * TableDriver.step)
  }

  /// Standard normal numbers in the shapes of `tensors`, the same in every run.
  private func directions(like tensors: [Tensor], stream: UInt64) -> [Tensor] {
    var generator = RandomGenerator(seed: UInt64(reference.index), stream: stream)
    var normal = NormalSource()
    return tensors.map { tensor in
      Tensor((0..<tensor.count).map { _ in normal.next(using: &generator) }, shape: tensor.shape)
    }
  }

  private func inner(_ first: [Tensor], _ second: [Tensor]) -> Double {
    zip(first, second).reduce(0) { sum, pair in
      zip(pair.0.scalars(as: Double.self), pair.1.scalars(as: Double.self)).reduce(sum) { $0 + $1.0 * $1.1 }
    }
  }
}
