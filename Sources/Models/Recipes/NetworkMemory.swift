import SurprisalCore
import SurprisalNetworks

/// Throws unless `bytes` can be had.
///
/// - Parameter what: what needs them, in the singular.
func requireMemory(_ bytes: Double, for what: String, remedy: String) throws {
  try MemoryNeed.require(
    bytes, for: what, remedy: remedy + ", or raise the limit of memory", category: .internal)
}

extension TrainedNetwork {
  /// Throws unless there is memory for a step with `batch` data, `beside` the bytes of gradients and states: every
  /// layer's result is kept for the way back, on which each has a gradient.
  func requireTrainingMemory(batch: Int, beside bytes: Double) throws {
    let activations = try resultCounts.reduce(0, +) * 2
    try requireMemory(
      bytes + 4 * Double(batch) * activations, for: "training this network in batches of \(batch)",
      remedy: "take smaller batches or a smaller network")
  }

  /// Throws unless there is memory to evaluate `batch` data at once, `beside` so many bytes: what a layer takes and
  /// what it gives are there together, and nothing else.
  func requireEvaluationMemory(batch: Int, beside bytes: Double = 0) throws {
    let activations = try resultCounts.sorted(by: >).prefix(2).reduce(0, +)
    try requireMemory(
      bytes + 4 * Double(batch) * activations,
      for: "evaluating this network on \(batch.counted("datum", "data")) at once",
      remedy: "make the network smaller")
  }

  /// The numbers in one datum and in each layer's result for it.
  private var resultCounts: [Double] {
    get throws {
      let augmentation = configuration.data.augmentation
      let shape =
        try augmentation.steps.isEmpty ? interface.inputShape : augmentation.outputShape(for: interface.inputShape)
      let input = shape.reduce(1) { $0 * Double($1) }
      return try [input] + network.network.summary(inputShape: [1] + shape).resultCounts
    }
  }
}

extension LinearRecipe {
  /// Inputs times powers times outputs.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    elements(shape) * Double(degree) * Double(outputs)
  }
}

extension SoftmaxRecipe {
  /// Inputs times outputs.
  public func weightCount(for shape: [Int], outputs: Int) -> Double { elements(shape) * Double(outputs) }
}

extension PerceptronRecipe {
  /// The sum over layers of inputs times outputs.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    let widths = [elements(shape)] + hidden.map(Double.init) + [Double(outputs)]
    return zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension LeNetRecipe {
  /// Of the first linear layer, which has nearly all of them for large images.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    guard shape.count == 3 else { return 0 }
    return Double(shape[1]) / 4 * Double(shape[2]) / 4 * 16 * 120
  }
}

extension ResNetRecipe {
  /// Of the blocks' convolutions of 3 × 3, two a block.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    var (sum, last, channels) = (0.0, Double(width), Double(width))
    for count in stages where count > 0 {
      sum += 9 * (last * channels + Double(2 * count - 1) * channels * channels)
      last = channels
      channels *= 2
    }
    return sum
  }
}

extension ResNeXtRecipe {
  /// Of the blocks' convolutions of 1 × 1, two a block, and of 3 × 3 in groups.
  public func weightCount(for shape: [Int], outputs: Int) -> Double {
    var (sum, inner) = (0.0, Double(groups) * Double(groupWidth))
    for count in stages where count > 0 {
      sum += Double(count) * (3 * inner * inner + 9 * inner * inner / Double(max(1, groups)))
      inner *= 2
    }
    return sum
  }
}

extension NetworkRecipe {
  fileprivate func elements(_ shape: [Int]) -> Double { shape.reduce(1) { $0 * Double($1) } }
}

extension OptimizerConfiguration {
  /// How many numbers the rule's state has for each weight.
  private var stateCount: Int {
    switch name {
    case .sgd, .nesterov: momentum > 0 ? 1 : 0
    case .adagrad: 1
    case .rmsprop: momentum > 0 ? 2 : 1
    case .adadelta, .adam, .adamw: 2
    // Pairs of steps and differences, and the last of both.
    case .lbfgs: 2 * LBFGS().history + 2
    }
  }

  /// How many numbers a training holds for each weight: the weight, its gradient, and the rule's state.
  var copies: Int { 2 + stateCount }
}
