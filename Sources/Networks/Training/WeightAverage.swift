import SurprisalTensors

/// Changes every parameter of an average towards a network's, and takes over its buffers.
struct AverageStep: FieldVisitor {
  /// d in θ̄ ← d θ̄ + (1 − d) θ.
  let decay: Double
  /// The network's tensors in the order of its fields.
  let tensors: [Tensor]
  var path = FieldPath()
  private var index = 0

  init(decay: Double, tensors: [Tensor]) {
    self.decay = decay
    self.tensors = tensors
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    tensor = tensor + (1 - decay) * (tensors[index] - tensor)
    index += 1
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {
    tensor = tensors[index]
    index += 1
  }
}

/// Collects all tensors of a module in the order of its fields.
struct FieldTensors: FieldVisitor {
  var path = FieldPath()
  private(set) var tensors: [Tensor] = []

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { tensors.append(tensor) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) { tensors.append(tensor) }
}

/// Finds the first parameter with an element that is not finite.
struct NonFiniteParameter: FieldVisitor {
  var path = FieldPath()
  private(set) var found: (name: String, index: Int)?

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    if found == nil, let index = tensor.firstNonFiniteIndex { found = (path.name(name), index) }
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}
