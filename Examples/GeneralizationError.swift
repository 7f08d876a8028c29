import Surprisal

/// The error on data kept apart estimates the error on all data of the kind, and how far off it may be is known: here
/// the classes are N(−1, 1) and N(1, 1), so that the true error of every threshold is known too.
func generalizationError() throws {
  var generator = RandomGenerator(seed: 2)
  func draw(_ count: Int) throws -> SupervisedData {
    let classes = (0..<count).map { $0 % 2 }
    let centers = Tensor(classes.map { 2 * Double($0) - 1 }, shape: [count, 1])
    let x = centers + Tensor.normal(shape: [count, 1], dtype: .float64, using: &generator)
    return try SupervisedData(inputs: x, targets: Tensor(classes), classNames: ["left", "right"])
  }
  let training = try draw(20)
  let held = try draw(1_000)
  var model = Linear(weight: Tensor(zeros: [2, 1], dtype: .float64), bias: Tensor(zeros: [2], dtype: .float64))
  var optimizer = LBFGS(maximumIterations: 100, changeTolerance: 1e-14)
  optimizer.update(&model) { model in model(training.inputs).crossEntropy(with: training.targets).mean() }

  for (name, data) in [("training", training), ("held-out", held)] {
    let evaluation = try Evaluation(of: model, on: data)
    guard let accuracy = evaluation.accuracy, let interval = evaluation.accuracyInterval else { continue }
    print(
      "\(name) error \(show(1 - accuracy, 4)) of \(data.count), Wilson's 95 % interval "
        + "\(show(1 - interval.upperBound, 4)) to \(show(1 - interval.lowerBound, 4))")
  }
  // P(|R̂ − R| ≥ t) ≤ 2 exp(−2 n t²), whatever the classes are like.
  let reach = (naturalLog(2 / 0.05) / (2 * Double(held.count))).squareRoot()
  print("Hoeffding's inequality: within \(show(reach, 4)) with 95 % probability at least")

  // R = ½ P(x > t | left) + ½ P(x < t | right).
  let weights = model.weight.scalars(as: Double.self)
  let biases = model.bias?.scalars(as: Double.self) ?? [0, 0]
  let threshold = -(biases[1] - biases[0]) / (weights[1] - weights[0])
  let error = (1 - normalDistribution(threshold + 1) + normalDistribution(threshold - 1)) / 2
  print("generalization error \(show(error, 4)), of the best threshold \(show(normalDistribution(-1), 4))")
}

/// Φ(z), the share of N(0, 1) below z.
private func normalDistribution(_ z: Double) -> Double {
  (1 + Tensor(z / 2.0.squareRoot(), dtype: .float64).erf().item) / 2
}
