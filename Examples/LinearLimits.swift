import Surprisal

/// A linear model is monotone in every feature: its output rises with x₁ everywhere or falls everywhere. Exclusive or
/// asks for both, so that softmax regression learns nothing of it and a hidden layer all.
func linearLimits() throws {
  let x = Tensor([0.0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])
  let classes = Tensor([0, 1, 1, 0] as [Int])
  var generator = RandomGenerator(seed: 6)
  func layer(_ inputs: Int, _ outputs: Int) -> Linear {
    Linear(
      weight: .normal(shape: [outputs, inputs], dtype: .float64, using: &generator),
      bias: Tensor(zeros: [outputs], dtype: .float64))
  }
  let models = [
    ("softmax regression", Sequential(layer(2, 2))), ("MLP", Sequential(layer(2, 4), Tanh(), layer(4, 2))),
  ]
  for (name, start) in models {
    var model = start
    var optimizer = Adam(learningRate: 0.1)
    for _ in 0..<500 {
      let (_, gradients) = valueAndGradient(of: &model) { $0(x).crossEntropy(with: classes).mean() }
      optimizer.update(&model, along: gradients)
    }
    let trained = model
    let loss = trained(x).crossEntropy(with: classes).mean().item
    let probabilities = trained(x).softmax().scalars(as: Double.self)
    let ones = [1, 3, 5, 7].map { show(probabilities[$0], 2) }.joined(separator: ", ")
    print("\(name): loss \(show(loss, 4)) nats, p(1) at 00, 01, 10, 11 = \(ones)")
    let slopes = [0.0, 1.0].map { second -> Double in
      let point = Tensor([0.5, second], shape: [1, 2])
      let slope = gradient(of: point) { x in
        let outputs = trained(x)
        return outputs[0, 1] - outputs[0, 0]
      }
      return slope[0, 0].item
    }
    let verdict = slopes[0] * slopes[1] < 0 ? "have opposite signs" : "have one sign"
    print("\(name): the derivatives of the log odds by x₁ at x₂ = 0 and x₂ = 1 \(verdict)")
  }
  print("a guess: ln 2 = \(show(naturalLog(2), 4)) nats")
}
