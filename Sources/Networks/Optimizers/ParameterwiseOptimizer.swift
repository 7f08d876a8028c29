import SurprisalTensors

/// An optimizer that steps each parameter by itself: from the parameter, its gradient and its own state.
///
/// A rule of your own says what its states are called and how one parameter is stepped; the walk through the model,
/// groups, checkpoints and counting follow:
///
/// ```swift
/// struct SignDescent: ParameterwiseOptimizer {
///   var learningRate = 1e-3, weightDecay = 0.0
///   var states = ParameterStates()
///   var stateKinds: KeyValuePairs<String, Double> { ["average": 0] }
///   func step(
///     _ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates
///   ) {
///     state.tensors[0] = 0.9 * state.tensors[0] + 0.1 * gradient
///     parameter -= rates.learningRate * state.tensors[0].sign()
///   }
/// }
/// ```
public protocol ParameterwiseOptimizer: Optimizer {
  /// λ for parameters whose group says nothing else.
  var weightDecay: Double { get set }
  /// What is kept of each parameter; starts as `ParameterStates(groups:)`.
  var states: ParameterStates { get set }
  /// The name and first value of each tensor that is kept of a parameter.
  var stateKinds: KeyValuePairs<String, Double> { get }
  /// Changes one parameter and its state along its gradient. `state.stepCount` is 1 in the first step.
  func step(_ parameter: inout Tensor, along gradient: Tensor, _ state: inout ParameterState, _ rates: StepRates)
}

extension ParameterwiseOptimizer {
  /// The calls of `update` so far. The step in a formula counts those that had a gradient of the parameter.
  public var stepCount: Int { states.stepCount }

  /// Parameters with rates of their own; of several that hold one parameter the first counts.
  public var groups: [ParameterGroup] {
    get { states.groups }
    set { states.groups = newValue }
  }

  /// Shows the state of every parameter met so far: each kind by `kind.path`, its count of steps by `steps.path`.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try states.fields(stateKinds, &visitor)
  }

  /// Makes the state of every parameter of `model` as far as there is none yet.
  public mutating func prepare(for model: inout some Module) {
    withStates { rule, states in
      var walk = PrepareWalk(kinds: rule.stateKinds, states: states)
      visit(&model, with: &walk)
      states = walk.states
    }
  }

  /// Takes one step: changes, in place, every parameter of `model` that `gradients` has an entry for. An entry that no
  /// parameter has the path of stops the program; `checkGroups(for:)` finds groups that no parameter belongs to.
  public mutating func update(_ model: inout some Module, along gradients: Gradients) {
    withStates { rule, states in
      states.stepCount += 1
      var walk = UpdateWalk(rule: rule, gradients: gradients)
      swap(&walk.states, &states)
      visit(&model, with: &walk)
      swap(&walk.states, &states)
      if walk.stepped < gradients.entries.count { refuseUnused(gradients, by: &model) }
    }
  }

  /// Takes the states out while a walk has them: memory with one owner is changed in place.
  private mutating func withStates(_ body: (Self, inout ParameterStates) -> Void) {
    var taken = ParameterStates()
    swap(&taken, &states)
    body(self, &taken)
    swap(&taken, &states)
  }
}

private struct UpdateWalk<Rule: ParameterwiseOptimizer>: FieldVisitor {
  let rule: Rule
  let kinds: KeyValuePairs<String, Double>
  let gradients: Gradients
  var states = ParameterStates()
  var path = FieldPath()
  /// How many parameters had a gradient.
  private(set) var stepped = 0
  private var position = 0

  init(rule: Rule, gradients: Gradients) {
    self.rule = rule
    kinds = rule.stateKinds
    self.gradients = gradients
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    guard let found = gradients.position(of: name, at: path, near: position) else { return }
    position = found + 1
    stepped += 1
    let index = states.position(
      of: gradients.entries[found].path, near: found, like: tensor, kinds: kinds)
    let rates = states.rates(
      at: index, rank: tensor.rank, learningRate: rule.learningRate, weightDecay: rule.weightDecay)
    states.entries[index].stepCount += 1
    rule.step(&tensor, along: gradients.entries[found].gradient, &states.entries[index], rates)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}

private struct PrepareWalk: FieldVisitor {
  let kinds: KeyValuePairs<String, Double>
  var states: ParameterStates
  var path = FieldPath()
  private var position = 0

  init(kinds: KeyValuePairs<String, Double>, states: ParameterStates) {
    self.kinds = kinds
    self.states = states
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) {
    position = states.position(of: path.name(name), near: position, like: tensor, kinds: kinds) + 1
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) {}
}

/// Stops the program for a gradient that would otherwise be lost in silence.
func refuseUnused(_ gradients: Gradients, by model: inout some Module) {
  var walk = ParameterPaths()
  visit(&model, with: &walk)
  let paths = Set(walk.paths)
  if let unused = gradients.paths.first(where: { !paths.contains($0) }) {
    preconditionFailure("Optimizer: there is a gradient of \(unused), but the model has no parameter of that path")
  }
}
