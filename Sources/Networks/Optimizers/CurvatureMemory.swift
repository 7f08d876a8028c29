import SurprisalTensors

/// The last steps s and the changes y of the gradient along them: what L-BFGS knows of the Hessian.
struct CurvatureMemory: Sendable {
  /// The last step, and the gradient before it.
  var lastStep = Gradients()
  private var lastGradient = Gradients()
  /// Oldest first; of these the first `pairCount` count, the rest is room.
  private var steps: [Gradients] = []
  private var differences: [Gradients] = []
  private var pairCount = 0
  /// The gradients learned so far.
  private var gradientCount = 0

  /// Forgets everything if it was of other parameters than `zeros`, of which there must be none that is not 0.
  mutating func start(like zeros: Gradients, history: Int) {
    if lastGradient.isLike(zeros), steps.count == history { return }
    self = CurvatureMemory()
    (lastStep, lastGradient) = (zeros, zeros)
    steps = [Gradients](repeating: zeros, count: history)
    differences = steps
  }

  /// Takes note of the gradient after the last step; whether it is the first.
  mutating func learn(_ gradient: Gradients, history: Int) -> Bool {
    if !lastGradient.isLike(gradient) || steps.count != history {
      start(like: gradient.mapValues { Tensor(zeros: $0.shape, dtype: $0.dtype) }, history: history)
    }
    if gradientCount > 0, history > 0 {
      let difference = gradient.subtracting(lastGradient)
      // Only where the loss is curved upwards.
      if difference.dot(lastStep) > 1e-10 {
        if pairCount == history {
          steps.removeFirst()
          differences.removeFirst()
          steps.append(lastStep)
          differences.append(difference)
        } else {
          steps[pairCount] = lastStep
          differences[pairCount] = difference
          pairCount += 1
        }
      }
    }
    lastGradient = gradient
    gradientCount += 1
    return gradientCount == 1
  }

  /// −H g by the two loops of algorithm 7.4, from the diagonal H₀ = s·y / y·y of the newest pair.
  func direction(at gradient: Gradients) -> Gradients {
    var q = gradient.scaled(by: -1)
    let curvatures = (0..<pairCount).map { differences[$0].dot(steps[$0]) }
    var weights = [Double](repeating: 0, count: pairCount)
    for pair in (0..<pairCount).reversed() {
      weights[pair] = steps[pair].dot(q) / curvatures[pair]
      q = q.adding(differences[pair], times: -weights[pair])
    }
    if let newest = curvatures.last {
      let difference = differences[pairCount - 1]
      q = q.scaled(by: newest / difference.dot(difference))
    }
    for pair in 0..<pairCount {
      q = q.adding(steps[pair], times: weights[pair] - differences[pair].dot(q) / curvatures[pair])
    }
    return q
  }

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.count("pairs", &pairCount)
    pairCount = min(pairCount, steps.count)
    try visitor.count("gradients", &gradientCount)
    try lastStep.fields("lastStep", &visitor)
    try lastGradient.fields("lastGradient", &visitor)
    for pair in steps.indices {
      try steps[pair].fields("step.\(pair)", &visitor)
      try differences[pair].fields("difference.\(pair)", &visitor)
    }
  }
}

extension Gradients {
  /// Shows each as the buffer `kind.path`.
  fileprivate mutating func fields(_ kind: String, _ visitor: inout some FieldVisitor) throws {
    for path in paths {
      guard var tensor = self[path] else { continue }
      try visitor.buffer("\(kind).\(path)", &tensor)
      self[path] = tensor
    }
  }
}
