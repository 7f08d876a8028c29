import Surprisal

/// λ/2 ‖w‖² added to the loss multiplies the weights by 1 − ηλ in every step. With 40 features and 20 data it decides
/// how much of the noise is learned; gradient descent with it ends at ridge regression's closed form.
func weightDecay() throws {
  var generator = RandomGenerator(seed: 5)
  let (known, features) = (20, 40)
  func draw(_ count: Int) -> (x: Tensor, y: Tensor) {
    let x = Tensor.normal(shape: [count, features], dtype: .float64, using: &generator)
    let noise = Tensor.normal(standardDeviation: 0.5, shape: [count, 1], dtype: .float64, using: &generator)
    // Every true weight is 0.1, the intercept 0.05.
    let truth = x.sum(alongAxes: [1], keepingAxes: true) * 0.1 + 0.05
    return (x, truth + noise)
  }
  let (x, y) = draw(known)
  let (newX, newY) = draw(1_000)
  let path = try RidgePath(x, y)
  for decay in [0, 0.1, 1, 10] {
    let fit = try LinearRegression(path, decay: decay)
    print(
      "λ = \(show(decay, 1)): ‖w‖ = \(show(fit.weights.norm().item, 4)), "
        + "loss in training \(show(fit.halfSquaredError(x, y))), of new data \(show(fit.halfSquaredError(newX, newY)))")
  }

  let ridge = try LinearRegression(path, decay: 1)
  for isDecoupled in [false, true] {
    var model = Linear(
      weight: Tensor(zeros: [1, features], dtype: .float64), bias: Tensor(zeros: [1], dtype: .float64))
    // The bias, a vector, is not decayed.
    var optimizer = SGD(
      learningRate: 0.1, weightDecay: 1, isDecayDecoupled: isDecoupled, groups: [.vectors(weightDecay: 0)])
    for _ in 0..<1_000 {
      let (_, gradients) = valueAndGradient(of: &model) { $0(x).halfSquaredError(with: y).mean() }
      optimizer.update(&model, along: gradients)
    }
    let distance = (model.weight.transposed() - ridge.weights).norm().item
    print(
      "gradient descent, decay \(isDecoupled ? "beside" : "in") the gradient: "
        + "‖w − ridge‖ = \(show(distance)), b − ridge = \(show((model.bias?.item ?? .nan) - ridge.intercept.item))")
  }
}
