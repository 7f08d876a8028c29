/// A rule that changes a model's parameters along gradients, with a state for each parameter, keyed by its path.
///
/// An optimizer is a module: its fields are the buffers of its state, each named by what it is and the parameter's
/// path, as in `first.layers.0.weight`, so that a checkpoint stores it and a resumed training goes on with the same
/// bits.
public protocol Optimizer: Module {
  /// The length of a step; schedules change it.
  var learningRate: Double { get set }
  /// The calls of `update` so far.
  var stepCount: Int { get }
  /// Makes the state of every parameter of `model`, as it is before the first step, as far as there is none yet: what
  /// a checkpoint is loaded into.
  mutating func prepare(for model: inout some Module)
  /// Takes one step: changes, in place, every parameter of `model` that `gradients` has an entry for. An entry that
  /// no parameter has the path of stops the program.
  mutating func update(_ model: inout some Module, along gradients: Gradients)
  /// Takes one step from what `evaluate` gives, the loss and its gradients where the model then is, and returns the loss
  /// before the step.
  ///
  /// A rule that follows a gradient evaluates once. One that compares places, such as `LBFGS`, evaluates at each of them;
  /// `evaluate` must be the same function at each call then.
  mutating func step<Model: Module>(
    _ model: inout Model, evaluating evaluate: (inout Model) throws -> (loss: Double, gradients: Gradients)
  ) rethrows -> Double
}

extension Optimizer {
  /// Evaluates once and takes a step along the gradients.
  public mutating func step<Model: Module>(
    _ model: inout Model, evaluating evaluate: (inout Model) throws -> (loss: Double, gradients: Gradients)
  ) rethrows -> Double {
    let (loss, gradients) = try evaluate(&model)
    update(&model, along: gradients)
    return loss
  }
}
