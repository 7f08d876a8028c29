import SurprisalTensors
import Testing

/// Runs an operation over a case and compares; every mismatch becomes an issue that names the case and the element.
struct TableDriver {
  let entry: OperationEntry
  let reference: ReferenceCase

  /// The operation's outputs for `inputs`.
  func outputs(_ inputs: [Tensor]) -> [Tensor] { entry.apply(inputs, reference.attributes) }

  /// Σ ⟨gᵢ, yᵢ⟩ over the outputs that have a cotangent: its gradient is the reference's.
  func loss(
    _ inputs: [Tensor], _ cotangents: [Tensor?], _ product: (Tensor, Tensor) -> Tensor = { ($0 * $1).sum() }
  ) -> Tensor {
    let terms = zip(outputs(inputs), cotangents).compactMap { y, g in g.map { product(y, $0) } }
    guard let first = terms.first else { preconditionFailure("\(reference.name): no output has a cotangent") }
    return terms.dropFirst().reduce(first, +)
  }

  /// The inputs whose gradient is asked, as positions.
  var variables: [Int] { reference.gradients.indices.filter { reference.gradients[$0] != nil } }

  /// The loss as a function of the variables alone, the other inputs being those of the case.
  func loss(
    ofVariables variables: [Tensor], _ cotangents: [Tensor?],
    _ product: (Tensor, Tensor) -> Tensor = { ($0 * $1).sum() }
  ) -> Tensor {
    var inputs = reference.inputs
    for (place, variable) in zip(self.variables, variables) { inputs[place] = variable }
    return loss(inputs, cotangents, product)
  }

  /// The gradients of the loss by the variables, for the case's inputs.
  func gradients(_ reference: ReferenceCase? = nil) -> [Tensor] {
    let reference = reference ?? self.reference
    let driver = TableDriver(entry: entry, reference: reference)
    return valueAndGradient(of: variables.map { reference.inputs[$0] }) {
      driver.loss(ofVariables: $0, reference.cotangents)
    }.gradients
  }

  /// Compares outputs with expectations in number, shape, type and value; `dtype` stands for float64.
  func compare(
    outputs: [Tensor], with expected: [Tensor], in dtype: DType = .float64, _ how: String = ""
  ) {
    guard outputs.count == expected.count else {
      Issue.record("\(reference.name)\(how): \(outputs.count) outputs, not \(expected.count)")
      return
    }
    for (index, (y, wanted)) in zip(outputs, expected).enumerated() {
      let type = wanted.dtype == .float64 ? dtype : wanted.dtype
      compare(y, wanted, type: type, entry.tolerances.value(type), "output \(index)\(how)")
    }
  }

  /// Compares gradients with expectations, whose types are those of the inputs.
  func compare(gradients: [Tensor], with expected: [Tensor], in dtype: DType = .float64, _ how: String = "") {
    guard gradients.count == expected.count else {
      Issue.record("\(reference.name)\(how): \(gradients.count) gradients, not \(expected.count)")
      return
    }
    for (place, (gradient, wanted)) in zip(variables, zip(gradients, expected)) {
      compare(gradient, wanted, type: dtype, entry.tolerances.gradient(dtype), "gradient \(place)\(how)")
    }
  }

  private func compare(
    _ value: Tensor, _ expected: Tensor, type: DType, _ tolerance: Tolerance, _ what: String
  ) {
    guard value.shape == expected.shape, value.dtype == type else {
      Issue.record(
        "\(reference.name) \(what): \(value.dtype) \(value.shape), not \(type) \(expected.shape)")
      return
    }
    // In 64-bit integers, which float64 would round; else in float64, the expectation rounded to the type.
    if type == .int64 {
      let (found, wanted) = (value.scalars(as: Int64.self), expected.scalars(as: Int64.self))
      if found != wanted { Issue.record("\(reference.name) \(what): \(found), not \(wanted)") }
      return
    }
    let found = value.scalars(as: Double.self)
    let wanted = expected.converted(to: type).scalars(as: Double.self)
    let exact = expected.scalars(as: Double.self)
    for (index, number) in found.enumerated() {
      // Near a type's largest number the rounded expectation may be infinite while the exact one is not.
      if tolerance.accepts(number, exact[index], type) || tolerance.accepts(number, wanted[index], type) { continue }
      let count = found.indices.count {
        !tolerance.accepts(found[$0], exact[$0], type) && !tolerance.accepts(found[$0], wanted[$0], type)
      }
      Issue.record(
        """
        \(reference.name) \(reference.attributes.json) \(what) \(type) \(value.shape) element \(index): \
        \(number), not \(exact[index]) (\(count) of \(found.count) elements)
        """)
      return
    }
  }
}

extension ReferenceCase {
  /// The gradients that are expected, without those that do not exist.
  var expectedGradients: [Tensor] { gradients.compactMap { $0 } }
}
