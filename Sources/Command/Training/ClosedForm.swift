import Surprisal

/// The linear regression that gradient descent tends to, computed in closed form on the same data.
struct ClosedForm {
  /// The regression of standardized targets on the powers of standardized inputs.
  var regression: LinearRegression
  /// The loss that training lowers, at the closed form and at the trained weights: half the squared error and the decay.
  var objective: (closedForm: Double, trained: Double)
  /// The largest difference of a weight or an intercept, in standardized units.
  var distance: Double

  /// Nil for a network that is no linear regression, an optimizer whose decay is not part of the loss, or one that
  /// decays the intercept, which the closed form does not.
  init?(beside result: RecipeTraining.Result, training: RecipeTraining) throws {
    let (data, settings) = (training.task.training, training.configuration)
    guard let recipe = settings.network as? LinearRecipe, !data.isClassification,
      settings.optimizer.weightDecay == 0
        || settings.optimizer.hasDecayInLoss && !settings.optimizer.decaysVectors,
      let chain = result.model.network.network as? Sequential, let linear = chain.layers.last as? Linear
    else { return nil }
    let (x, y) = data.batch(at: Array(0..<data.count), dtype: .float64)
    let flat = x.reshaped(to: [data.count, x.count / max(1, data.count)])
    let features = Powers(degree: recipe.degree)(flat)
    let decay = settings.optimizer.weightDecay
    regression = try LinearRegression(fitting: features, to: y, decay: decay)
    let weights = linear.weight.converted(to: .float64).transposed()
    let bias = linear.bias?.converted(to: .float64) ?? Tensor(zeros: [weights.shape[1]], dtype: .float64)
    func loss(_ w: Tensor, _ b: Tensor) -> Double {
      let error = (features.matmul(w) + b - y).square().sum().item / 2 / Double(max(1, data.count))
      return error + decay / 2 * w.square().sum().item
    }
    objective = (loss(regression.weights, regression.intercept), loss(weights, bias))
    distance = max(
      (weights - regression.weights).abs().max().item, (bias - regression.intercept).abs().max().item)
  }
}
