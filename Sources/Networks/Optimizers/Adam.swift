import SurprisalTensors

/// Adam: steps scaled by running moments of the gradient (Kingma and Ba 2015, algorithm 1).
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
///     θ ← θ − α · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// The defaults are the paper's. The moments of a parameter have its shape, in its type, or in float32 for bfloat16.
public struct Adam: Sendable {
  /// α, the length of a step.
  public var learningRate: Double
  /// β₁, the decay of the first moment.
  public var beta1: Double
  /// β₂, the decay of the second moment.
  public var beta2: Double
  /// ε, beside the root.
  public var epsilon: Double
  /// The calls of `update` so far. t in the formula counts those that had a gradient of the parameter.
  public private(set) var stepCount = 0
  private var moments: [Moments] = []

  /// The state of one parameter.
  private struct Moments: Sendable {
    let path: String
    var first: Tensor
    var second: Tensor
    /// The steps taken along a gradient of this parameter, which may have been frozen at first.
    var stepCount = 0

    mutating func step(_ parameter: inout Tensor, along gradient: Tensor, _ rates: inout AdamRates) {
      stepCount += 1
      rates.step(
        &parameter, along: gradient, first: &first, second: &second, number: stepCount, name: path)
    }
  }

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Takes one step: changes, in place, every parameter of `model` that `gradients` has an entry for. An entry that no
  /// parameter has the path of stops the program.
  public mutating func update(_ model: inout some Module, along gradients: Gradients) {
    stepCount += 1
    var step = AdamStep(optimizer: self, gradients: gradients)
    swap(&step.moments, &moments)
    visit(&model, with: &step)
    swap(&step.moments, &moments)
    if step.stepped < gradients.entries.count { step.refuseUnused(by: &model) }
  }

  private struct AdamStep: FieldVisitor {
    var rates: AdamRates
    let gradients: Gradients
    var moments: [Moments] = []
    var path = FieldPath()
    /// How many parameters had a gradient.
    private(set) var stepped = 0
    private var position = 0

    init(optimizer: Adam, gradients: Gradients) {
      rates = AdamRates(
        learningRate: optimizer.learningRate, beta1: optimizer.beta1, beta2: optimizer.beta2,
        epsilon: optimizer.epsilon)
      self.gradients = gradients
    }

    mutating func parameter(_ name: String, _ tensor: inout Tensor) {
      guard let found = gradients.position(of: name, at: path, near: position) else { return }
      position = found + 1
      stepped += 1
      let index = state(of: gradients.entries[found].path, near: found, like: tensor)
      moments[index].step(&tensor, along: gradients.entries[found].gradient, &rates)
    }

    mutating func buffer(_ name: String, _ tensor: inout Tensor) {}

    /// Stops the program for a gradient that would otherwise be lost in silence.
    func refuseUnused(by model: inout some Module) {
      var paths = ParameterPaths()
      visit(&model, with: &paths)
      if let unused = gradients.paths.first(where: { !paths.found.contains($0) }) {
        preconditionFailure("Adam: there is a gradient of \(unused), but the model has no parameter of that path")
      }
    }

    /// Where the moments of `path` are; they start at 0, also if another parameter takes over the path.
    private mutating func state(of path: String, near guess: Int, like tensor: Tensor) -> Int {
      var index = guess
      if index >= moments.count || moments[index].path != path {
        index = moments.firstIndex { $0.path == path } ?? moments.count
      }
      let dtype = tensor.dtype == .float64 ? DType.float64 : .float32
      if index < moments.count, moments[index].first.shape == tensor.shape, moments[index].first.dtype == dtype {
        return index
      }
      let zeros = Tensor(zeros: tensor.shape, dtype: dtype)
      let start = Moments(path: path, first: zeros, second: zeros)
      if index < moments.count { moments[index] = start } else { moments.append(start) }
      return index
    }
  }
}

/// Collects the paths of all parameters.
private struct ParameterPaths: FieldVisitor {
  var found: Set<String> = []
  var path = FieldPath()

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { found.insert(path.name(name)) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}
