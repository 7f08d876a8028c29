import CSurprisalKernels
import SurprisalTensors

/// A model whose parameters are a running mean of another's: often the better one to validate and keep (Polyak and
/// Juditsky 1992).
///
/// ```swift
/// var average = MovingAverage(of: model, decay: 0.999)
/// optimizer.update(&model, along: gradients)
/// average.update(with: &model)
/// ```
/// With a decay β: θ̄ ← β θ̄ + (1 − β) θ after each step, from the model as it is given. Without: the plain mean of the
/// models seen by `update`, for stochastic weight averaging (Izmailov et al. 2018). Buffers, such as running
/// statistics, are the model's own: after averaging weights they should be estimated anew.
public struct MovingAverage<Model: Module>: Module {
  /// The model of the mean parameters.
  public private(set) var model: Model
  /// β, or nil for the plain mean.
  public var decay: Double?
  /// The models seen.
  public private(set) var count = 0

  /// The mean before any update: `model` itself.
  public init(of model: Model, decay: Double?) {
    precondition(decay.map { (0...1).contains($0) } ?? true, "MovingAverage: β is \(decay ?? 0), not in 0 ... 1")
    self.model = model
    self.decay = decay
  }

  /// Takes in the parameters of `other`, in place. Both must have the same fields.
  public mutating func update(with other: inout Model) {
    count += 1
    var source = ModelTensors()
    visit(&other, with: &source)
    var walk = AverageWalk(source: source, share: decay.map { 1 - $0 } ?? 1 / Double(count))
    visit(&model, with: &walk)
  }

  /// Shows the averaged model's fields by their own names, and the count.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.count("averageCount", &count)
    try model.fields(&visitor)
  }
}

/// All parameters and buffers of a model, in its order.
private struct ModelTensors: FieldVisitor {
  var path = FieldPath()
  var parameters: [Tensor] = []
  var buffers: [Tensor] = []

  mutating func parameter(_ name: String, _ tensor: inout Tensor) { parameters.append(tensor) }
  mutating func buffer(_ name: String, _ tensor: inout Tensor) { buffers.append(tensor) }
}

private struct AverageWalk: FieldVisitor {
  let source: ModelTensors
  let share: Double
  var path = FieldPath()
  private var parameters = 0
  private var buffers = 0

  init(source: ModelTensors, share: Double) {
    self.source = source
    self.share = share
  }

  /// θ̄ ← θ̄ − share · (θ̄ − θ): descent along the gradient −θ with the decay 1.
  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    if share == 1 {
      tensor = source.parameters[parameters]
    } else {
      var none: [Tensor] = []
      let rates = surprisal_step_rates(
        learningRate: share, gradientScale: -1, coupledDecay: 1, decoupledDecay: 0, decay1: 0, decay2: 0, weight: 1,
        root: 1, epsilon: 0)
      tensor.step(SURPRISAL_DESCENT, rates, along: source.parameters[parameters], states: &none, name: path.name(name))
    }
    parameters += 1
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {
    tensor = source.buffers[buffers]
    buffers += 1
  }
}
