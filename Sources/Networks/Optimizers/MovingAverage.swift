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
    var source = FieldTensors()
    visit(&other, with: &source)
    var step = AverageStep(share: decay.map { 1 - $0 } ?? 1 / Double(count), tensors: source.tensors)
    visit(&model, with: &step)
  }

  /// Shows the averaged model's fields by their own names, and the count.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.count("averageCount", &count)
    try model.fields(&visitor)
  }
}
