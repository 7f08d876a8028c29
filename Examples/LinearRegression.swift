import Surprisal

/// ŷ = wᵀx + b by minibatch SGD and in closed form, for y = 2 x₁ − 3.4 x₂ + 4.2 + ε with ε ~ N(0, 0.1²); and why half
/// the squared error is the loss: over σ² and with a constant it is −log p(y | x) under Gaussian noise.
func linearRegression() throws {
  var generator = RandomGenerator(seed: 1)
  let (count, batch) = (200, 20)
  let x = Tensor.normal(shape: [count, 2], dtype: .float64, using: &generator)
  let noise = Tensor.normal(standardDeviation: 0.1, shape: [count, 1], dtype: .float64, using: &generator)
  let y = x.matmul(Tensor([2.0, -3.4], shape: [2, 1])) + noise + 4.2

  var model = Linear(weight: Tensor(zeros: [1, 2], dtype: .float64), bias: Tensor(zeros: [1], dtype: .float64))
  var optimizer = SGD(learningRate: 0.2)
  for epoch in 0..<100 {
    // A rate that stays would leave w moving about the minimum, from one batch's to the next one's.
    optimizer.learningRate = 0.2 / (1 + Double(epoch) / 3)
    for start in stride(from: 0, to: count, by: batch) {
      let rows = start..<start + batch
      let (_, gradients) = valueAndGradient(of: &model) { model in
        model(x[rows]).halfSquaredError(with: y[rows]).mean()
      }
      optimizer.update(&model, along: gradients)
    }
  }
  let fit = try LinearRegression(fitting: x, to: y)
  print("SGD: w = \(show(model.weight[0])), b = \(show(model.bias?.item ?? .nan))")
  print("closed form: w = \(show(fit.weights.transposed()[0])), b = \(show(fit.intercept.item))")

  let variance = fit.noiseVariance.item
  let loss = fit.halfSquaredError(x, y)
  let constant = naturalLog(2 * Double.pi * variance) / 2
  print("loss = \(show(loss)), σ² = \(show(variance))")
  print("loss / σ² + ½ ln 2πσ² = \(show(loss / variance + constant)) nats per datum")
  print("−log p(y | x) = \(show(-fit.logLikelihood(x, y))) nats per datum")
  let other = model(x).gaussianLoss(with: y, variance: variance).mean().item
  print("−log p(y | x) with the weights by SGD = \(show(other)) nats per datum")
}
