import Surprisal

/// An image of 2 × 2 pixels is a cat, a chicken or a dog: o = W x + b, ŷ = softmax(o), the loss −Σ y log ŷ, and its
/// derivative by o, which is ŷ − y.
func softmaxRegression() throws {
  let x = Tensor([0.1, 0.9, 0.4, 0.6], shape: [1, 4])
  let weight = Tensor([1.0, -0.5, 0.2, 0.3, -0.8, 0.6, 0.1, 0.4, 0.3, 0.2, -0.4, 0.9], shape: [3, 4])
  var model = Linear(weight: weight, bias: Tensor([0.1, 0.0, -0.2]))
  let target = Tensor([1] as [Int])
  let oneHot = Tensor(oneHot: target, depth: 3, dtype: .float64)
  let logits = model(x)
  print("o = \(show(logits[0]))")
  print("ŷ = softmax(o) = \(show(logits.softmax()[0])), y = \(show(oneHot[0]))")

  let (loss, derivative) = valueAndGradient(of: logits) { $0.crossEntropy(with: target).mean() }
  let bySum = logits.logSumExp().item - (oneHot * logits).sum().item
  print("−Σ y log ŷ = \(show(loss.item)) nats = log Σ exp(o) − Σ y o = \(show(bySum)) nats")
  print("∂loss/∂o = \(show(derivative[0]))")
  print("softmax(o) − y = \(show((logits.softmax() - oneHot)[0]))")
  let (_, gradients) = valueAndGradient(of: &model) { $0(x).crossEntropy(with: target).mean() }
  let outer = (logits.softmax() - oneHot)[0].outer(x[0])
  let difference = gradients["weight"].map { ($0 - outer).abs().max().item } ?? .nan
  print("∂loss/∂W differs from (softmax(o) − y) xᵀ by \(show(difference))")

  // exp(1000) is beyond the numbers of the machine; the logarithm of the sum is not.
  let large = Tensor([1000.0, 1001, 1002], shape: [1, 3])
  print("Σ exp(o) of o = 1000, 1001, 1002: \(large.exp().sum().item)")
  print("its loss = \(show(large.crossEntropy(with: target).item)) nats")
}
