import SurprisalTensors

/// What an optimizer keeps of one parameter.
public struct ParameterState: Sendable {
  /// The parameter's path.
  public let path: String
  /// One tensor for each of the optimizer's kinds of state, of the parameter's shape; float32 for bfloat16.
  public var tensors: [Tensor]
  /// The steps taken along a gradient of this parameter, which may have been frozen at first; in a step it is counted.
  public internal(set) var stepCount = 0
  /// What its group says, once it has been looked up; a step asks for it without touching paths.
  var rates: GroupRates?
}

/// What an optimizer keeps of all parameters, by path, and how it treats them.
public struct ParameterStates: Sendable {
  /// Parameters with rates of their own.
  public var groups: [ParameterGroup] {
    didSet { for index in entries.indices { entries[index].rates = nil } }
  }
  /// The calls of `update` so far.
  public internal(set) var stepCount = 0
  /// In the order in which the parameters were met.
  public internal(set) var entries: [ParameterState] = []

  /// No states yet.
  public init(groups: [ParameterGroup] = []) { self.groups = groups }

  /// Where the state of `path` is, looked for first at `guess`. It starts with the value of each kind, also if another
  /// parameter, of another shape or type, takes over the path, or if more or less is kept than before.
  mutating func position(
    of path: String, near guess: Int, like tensor: Tensor, kinds: KeyValuePairs<String, Double>
  ) -> Int {
    var index = guess
    if index >= entries.count || entries[index].path != path {
      index = entries.firstIndex { $0.path == path } ?? entries.count
    }
    let dtype = tensor.dtype.ofOptimizerState
    if index < entries.count, entries[index].tensors.count == kinds.count,
      entries[index].tensors.first.map({ $0.shape == tensor.shape && $0.dtype == dtype }) ?? true
    {
      return index
    }
    let tensors = kinds.map { Tensor(repeating: $0.value, shape: tensor.shape, dtype: dtype) }
    let start = ParameterState(path: path, tensors: tensors)
    if index < entries.count { entries[index] = start } else { entries.append(start) }
    return index
  }

  /// The rates of the parameter of entry `index`.
  mutating func rates(at index: Int, rank: Int, learningRate: Double, weightDecay: Double) -> StepRates {
    let rates: GroupRates
    if let known = entries[index].rates {
      rates = known
    } else {
      let path = entries[index].path
      let group = groups.first { $0.contains(path, rank: rank) }
      rates = GroupRates(learningRateFactor: group?.learningRateFactor ?? 1, weightDecay: group?.weightDecay)
      entries[index].rates = rates
    }
    return StepRates(
      learningRate: learningRate * rates.learningRateFactor, weightDecay: rates.weightDecay ?? weightDecay)
  }

  /// Shows every state as a buffer: each kind by `kind.path`, the count of steps by `steps.path`.
  mutating func fields(_ kinds: KeyValuePairs<String, Double>, _ visitor: inout some FieldVisitor) throws {
    try visitor.count("stepCount", &stepCount)
    for index in entries.indices {
      let path = entries[index].path
      try visitor.count("steps.\(path)", &entries[index].stepCount)
      for (place, kind) in kinds.enumerated() {
        try visitor.buffer("\(kind.key).\(path)", &entries[index].tensors[place])
      }
    }
  }
}

/// The rates of a group relative to the optimizer's.
struct GroupRates: Sendable {
  let learningRateFactor: Double
  /// λ, or nil for the optimizer's.
  let weightDecay: Double?
}

/// The rates of one parameter in one step.
public struct StepRates: Sendable, Hashable {
  /// The optimizer's, times the factor of the parameter's group.
  public var learningRate: Double
  /// λ of the parameter's group, or the optimizer's.
  public var weightDecay: Double
}

extension FieldVisitor {
  /// Visits a whole number from 0 on as a buffer, an int64 tensor of shape []. What a file may hold otherwise is
  /// brought into the range.
  mutating func count(_ name: String, _ count: inout Int) throws {
    var tensor = Tensor([Int64(count)], shape: [])
    try buffer(name, &tensor)
    count = Int(min(max(tensor.scalars(as: Int64.self).first ?? 0, 0), 1 << 62))
  }

  /// Visits a number as a buffer, a float64 tensor of shape [].
  mutating func number(_ name: String, _ number: inout Double) throws {
    var tensor = Tensor(number, dtype: .float64)
    try buffer(name, &tensor)
    number = tensor.item
  }
}
