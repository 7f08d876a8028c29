import CSurprisalKernels
import SurprisalTensors

/// Moves every parameter of an average towards a network's, in place, and takes over its buffers.
struct AverageStep: FieldVisitor {
  /// s in θ̄ ← θ̄ − s (θ̄ − θ).
  let share: Double
  /// The network's tensors in the order of its fields.
  let tensors: [Tensor]
  var path = FieldPath()
  private var index = 0

  init(share: Double, tensors: [Tensor]) {
    self.share = share
    self.tensors = tensors
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    if share == 1 {
      tensor = tensors[index]
    } else {
      // Descent along the gradient −θ with the decay 1.
      var none: [Tensor] = []
      let rates = surprisal_step_rates(
        learningRate: share, gradientScale: -1, coupledDecay: 1, decoupledDecay: 0, decay1: 0, decay2: 0, weight: 1,
        root: 1, epsilon: 0)
      tensor.step(SURPRISAL_DESCENT, rates, along: tensors[index], states: &none, name: path.name(name))
    }
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
