import Surprisal

/// ReLU, the logistic function and tanh, with their derivatives; ReLU's at 0 is taken from the left.
func activationFunctions() throws {
  let x = Tensor([-2.0, 0, 2])
  let functions: [(name: String, apply: (Tensor) -> Tensor)] = [
    ("ReLU", { $0.relu() }), ("sigmoid", { $0.sigmoid() }), ("tanh", { $0.tanh() }),
  ]
  for function in functions {
    let slopes = gradient(of: x) { function.apply($0).sum() }
    print("\(function.name) at -2, 0, 2: \(show(function.apply(x))), derivatives \(show(slopes))")
  }
  // The notes' formula divides infinity by infinity.
  let power = exponential(2_000)
  let formula = (1 - power) / (1 + power)
  let verdict = formula.isNaN ? "not a number" : show(formula)
  print("tanh(-1000): (1 − exp(2000)) / (1 + exp(2000)) is \(verdict), ours \(show(Tensor(-1000.0).tanh().item))")
}

/// Layers one upon the other are one linear layer as long as nothing nonlinear is between them; with ReLU the hidden
/// layer tells handwritten digits better than softmax regression: the first 1,000 images teach, the 797 others test.
func multilayerPerceptron() throws {
  let digits = try SupervisedData.builtIn("digits")
  let training = digits.selecting(Array(0..<1_000))
  let held = digits.selecting(Array(1_000..<digits.count))
  var generator = RandomGenerator(seed: 7)
  func layer(_ inputs: Int, _ outputs: Int) -> Linear {
    let weight = Initializer.kaimingNormal().tensor(
      shape: [outputs, inputs], dtype: .float64, using: &generator)
    return Linear(weight: weight, bias: Tensor(zeros: [outputs], dtype: .float64))
  }
  let (first, second) = (layer(4, 8), layer(8, 3))
  let x = Tensor.normal(shape: [5, 4], dtype: .float64, using: &generator)
  let product = Linear(weight: second.weight.matmul(first.weight))
  let difference = (second(first(x)) - product(x)).abs().max().item
  print("W₂ (W₁ x) and (W₂ W₁) x differ by \(show(difference))")

  let models = [
    ("softmax regression", Sequential(Flatten(), layer(64, 10))),
    ("MLP", Sequential(Flatten(), layer(64, 128), ReLU(), layer(128, 10))),
  ]
  for (name, start) in models {
    var model = start
    var optimizer = SGD(learningRate: 0.05, momentum: 0.9)
    for _ in 0..<20 {
      for first in stride(from: 0, to: training.count, by: 50) {
        let (images, labels) = training.batch(at: Array(first..<first + 50), dtype: .float64)
        let (_, gradients) = valueAndGradient(of: &model) { $0(images).crossEntropy(with: labels).mean() }
        optimizer.update(&model, along: gradients)
      }
    }
    let evaluation = try Evaluation(of: model, on: held)
    print(
      "\(name) of \(model.parameterCount) parameters: told rightly \(show((evaluation.accuracy ?? .nan) * 100, 2)) % "
        + "of \(evaluation.count), loss \(show(evaluation.loss, 4)) nats per image")
  }
}
