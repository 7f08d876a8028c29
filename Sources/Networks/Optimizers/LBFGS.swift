import CSurprisalKernels
import SurprisalTensors

/// L-BFGS: steps along an inverse Hessian that is made of the last steps and the gradient's changes along them
/// (Nocedal and Wright 2006, algorithms 7.4 and 7.5).
///
/// For losses without noise, as on all data at once:
///
/// ```swift
/// var optimizer = LBFGS()
/// for _ in 0..<10 { optimizer.update(&model) { model in model(x).halfSquaredError(with: y).mean() } }
/// ```
/// That form evaluates the loss several times, and searches along each direction for a length that satisfies the
/// strong Wolfe conditions. `update(_:along:)` takes one step of length η along the direction and trusts it.
///
/// As in PyTorch the first step has length min(1, 1 / Σ|g|) η, a pair with y·s ≤ 1e-10 is not kept, and groups and
/// decay are not offered. The defaults are PyTorch's, but for the line search, which is on, and a history of 10 instead
/// of 100: the book's advice is 3 to 20.
public struct LBFGS: Optimizer {
  /// η: the length that is tried first.
  public var learningRate: Double
  /// How many pairs of steps and changes of the gradient are kept.
  public let history: Int
  /// The most directions in one update with a loss.
  public var maximumIterations: Int
  /// The evaluations of the loss after which an update tries no other direction; a search may pass it by one.
  public var maximumEvaluations: Int
  /// Nothing is done where no element of the gradient is above this.
  public var gradientTolerance: Double
  /// An update ends once the loss or every parameter changes by less.
  public var changeTolerance: Double
  /// Whether an update with a loss searches along a direction.
  public var searchesLine: Bool
  /// The calls of `update` so far.
  public private(set) var stepCount = 0
  private var memory = CurvatureMemory()

  /// An optimizer that has not yet taken a step.
  public init(
    learningRate: Double = 1, history: Int = 10, maximumIterations: Int = 20, maximumEvaluations: Int? = nil,
    gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9, searchesLine: Bool = true
  ) {
    self.learningRate = learningRate
    self.history = history
    self.maximumIterations = maximumIterations
    self.maximumEvaluations = maximumEvaluations ?? maximumIterations * 5 / 4
    self.gradientTolerance = gradientTolerance
    self.changeTolerance = changeTolerance
    self.searchesLine = searchesLine
  }

  /// Shows the pairs kept, `step.k.path` and `difference.k.path` from the oldest on, and the last step and gradient.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.count("stepCount", &stepCount)
    try memory.fields(&visitor)
  }

  /// Makes room for the pairs of every parameter of `model`.
  public mutating func prepare(for model: inout some Module) {
    var walk = ZeroGradients()
    visit(&model, with: &walk)
    memory.start(like: Gradients(walk.entries), history: history)
  }

  /// Takes one step of length η, without another evaluation of the loss. An entry that no parameter has the path of
  /// stops the program.
  public mutating func update(_ model: inout some Module, along gradients: Gradients) {
    stepCount += 1
    let gradient = gradients.inStateTypes()
    if gradient.largestMagnitude() <= gradientTolerance { return }
    guard let (direction, length, _) = descent(at: gradient) else { return }
    move(&model, by: length, along: direction)
    memory.lastStep = direction.scaled(by: length)
  }

  /// Lowers `loss` along up to `maximumIterations` directions; `loss` must return one number and be the same function
  /// at each call. Returns it as it was before.
  @discardableResult
  public mutating func update<Model: Module>(
    _ model: inout Model, minimizing loss: (inout Model) throws -> Tensor
  ) rethrows -> Double {
    try step(&model) { model in
      let (value, gradients) = try valueAndGradient(of: &model, loss)
      return (value.item, gradients)
    }
  }

  /// As `update(_:minimizing:)`, from the loss and its gradients: what a `Trainer` calls.
  public mutating func step<Model: Module>(
    _ model: inout Model, evaluating evaluate: (inout Model) throws -> (loss: Double, gradients: Gradients)
  ) rethrows -> Double {
    stepCount += 1
    precondition(learningRate >= 0, "LBFGS: the learning rate \(learningRate) is not 0 or more")
    var (value, gradient) = try evaluation(of: &model, evaluate)
    let first = value
    var evaluations = 1
    for iteration in 0..<maximumIterations {
      if gradient.largestMagnitude() <= gradientTolerance || (iteration > 0 && evaluations >= maximumEvaluations) {
        break
      }
      guard let (direction, trial, slope) = descent(at: gradient) else { break }
      let before = value
      var length = trial
      if searchesLine {
        let start = ModelState(of: &model)
        var search = WolfeSearch(
          start: LinePoint(length: 0, value: value, slope: slope, gradient: gradient),
          limit: maximumEvaluations - evaluations,
          tolerance: changeTolerance / direction.largestMagnitude())
        let end = try search.point(from: trial) { length in
          start.restore(&model)
          move(&model, by: length, along: direction)
          let (value, gradient) = try evaluation(of: &model, evaluate)
          return LinePoint(length: length, value: value, slope: gradient.dot(direction), gradient: gradient)
        }
        start.restore(&model)
        (length, value, gradient) = (end.length, end.value, end.gradient)
        evaluations += search.evaluations
      }
      move(&model, by: length, along: direction)
      memory.lastStep = direction.scaled(by: length)
      if !searchesLine {
        // The next update begins with an evaluation here.
        if iteration == maximumIterations - 1 { break }
        (value, gradient) = try evaluation(of: &model, evaluate)
        evaluations += 1
      }
      if memory.lastStep.largestMagnitude() <= changeTolerance || abs(value - before) < changeTolerance { break }
    }
    return first
  }

  /// The direction at a gradient, the length to try first and the slope; nil if it does not lead down.
  private mutating func descent(at gradient: Gradients) -> (Gradients, length: Double, slope: Double)? {
    let isFirst = memory.learn(gradient, history: history)
    let direction = isFirst ? gradient.scaled(by: -1) : memory.direction(at: gradient)
    let slope = gradient.dot(direction)
    guard slope <= -changeTolerance else { return nil }
    return (direction, isFirst ? min(1, 1 / gradient.sumOfMagnitudes()) * learningRate : learningRate, slope)
  }
}

/// The loss and its gradient, in the types that optimizers keep.
private func evaluation<Model: Module>(
  of model: inout Model, _ evaluate: (inout Model) throws -> (loss: Double, gradients: Gradients)
) rethrows -> (Double, Gradients) {
  let (value, gradients) = try evaluate(&model)
  return (value, gradients.inStateTypes())
}

/// θ ← θ + length · d in place.
private func move(_ model: inout some Module, by length: Double, along direction: Gradients) {
  var step = SGD(learningRate: -length)
  step.update(&model, along: direction)
}

extension Gradients {
  /// On no tape, in the types that optimizers keep.
  fileprivate func inStateTypes() -> Gradients { mapValues { $0.converted(to: $0.dtype.ofOptimizerState) } }
}

/// A zero of every parameter's shape.
private struct ZeroGradients: FieldVisitor {
  var path = FieldPath()
  var entries: [(path: String, gradient: Tensor)] = []

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    entries.append((path.name(name), Tensor(zeros: tensor.shape, dtype: tensor.dtype.ofOptimizerState)))
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}

/// The values of all parameters and buffers, in the model's order: places that are only tried leave no trace in running
/// averages.
private struct ModelState: FieldVisitor {
  var path = FieldPath()
  private var values: [Tensor] = []
  /// Where the next value stands, while they are put back.
  private var next: Int?

  init(of model: inout some Module) { visit(&model, with: &self) }

  func restore(_ model: inout some Module) {
    var walk = self
    walk.next = 0
    visit(&model, with: &walk)
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    guard let place = next else {
      values.append(tensor)
      return
    }
    tensor = values[place]
    next = place + 1
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) { parameter(name, &tensor) }
}
