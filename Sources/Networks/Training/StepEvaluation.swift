import SurprisalCore
import SurprisalTensors

/// The loss of one step of a training and its gradients, as often as the optimizer asks for them.
struct StepEvaluation<Problem: LearningTask> {
  let task: Problem
  /// The data of each batch.
  let batches: [[Int]]
  let configuration: TrainingConfiguration
  let transforms: [GradientTransform]
  /// The number of the step, from 1, and its learning rate: for errors.
  let step: Int
  let rate: Double

  /// The mean loss over the data of all batches, and its gradients as a step takes them.
  ///
  /// - Throws: a data error for a loss that is not finite, if it must be; errors of the task.
  func lossAndGradients(
    of network: inout Problem.Network, using generator: inout RandomGenerator, mustBeFinite: Bool
  ) throws -> (loss: Double, gradients: Gradients) {
    let total = Double(batches.reduce(0) { $0 + $1.count })
    var loss = 0.0
    var sum = Gradients()
    for indices in batches {
      let (value, gradients) = try valueAndGradient(of: &network) { network in
        var pass = Pass.training(using: generator)
        defer { generator = pass.generator }
        return try task.loss(of: &network, at: indices, &pass)
      }
      guard value.item.isFinite || !mustBeFinite else { throw notFinite(value.item, gradients) }
      if batches.count == 1 { return (value.item, transformed(gradients)) }
      let weight = Double(indices.count) / total
      loss += value.item * weight
      sum.accumulate(gradients, weight: weight)
    }
    return (loss, transformed(sum))
  }

  private func transformed(_ gradients: Gradients) -> Gradients {
    var gradients = gradients
    if let bound = configuration.clipValue { gradients = gradients.clipped(toValue: bound) }
    if let norm = configuration.clipNorm { gradients = gradients.clipped(toNorm: norm) }
    return gradients.applying(transforms)
  }

  /// The error for a loss that is not finite: where, at what rate, and the parameter with the largest derivative.
  private func notFinite(_ loss: Double, _ gradients: Gradients) -> SurprisalError {
    var largest: (path: String, size: Double)?
    for (path, gradient) in gradients.entries where gradient.count > 0 {
      let size = gradient.firstNonFiniteIndex == nil ? gradient.abs().max().item : .infinity
      if size > largest?.size ?? -1 { largest = (path, size) }
    }
    let gradient = largest.map {
      "; the largest gradient is that of \($0.path)" + ($0.size.isFinite ? " (\($0.size))" : ", not finite")
    }
    return SurprisalError(
      .data, "the loss of step \(step) is \(loss) at the learning rate \(rate)\(gradient ?? "")",
      remedy: "lower the learning rate or clip the gradients")
  }
}
