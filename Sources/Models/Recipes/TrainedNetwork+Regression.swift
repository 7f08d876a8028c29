import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

extension TrainedNetwork {
  /// A polynomial regression in closed form on all of `data`, as the network that training tends to: inputs and targets
  /// are standardized, and λ is for those.
  ///
  /// - Throws: a usage error if the targets are classes; the errors of ``LinearRegression``.
  public init(regression data: SupervisedData, degree: Int, decay: Double = 0) throws {
    guard !data.isClassification else {
      throw SurprisalError(.usage, "the targets are classes", remedy: "train softmax")
    }
    var recipe = LinearRecipe()
    recipe.degree = degree
    var configuration = RecipeConfiguration(for: recipe)
    configuration.optimizer.weightDecay = decay
    var data = data
    data.inputStandardization = Standardization(of: data.inputs)
    data.targetStandardization = Standardization(of: data.targets)
    try self.init(configuration, for: Interface(of: data))
    let (x, y) = data.batch(at: Array(0..<data.count), dtype: .float64)
    let features = Powers(degree: degree)(x.reshaped(to: [data.count, data.inputShape.reduce(1, *)]))
    let fit = try LinearRegression(fitting: features, to: y, decay: decay)
    guard var chain = network.network as? Sequential, !chain.layers.isEmpty else { return }
    chain.layers[chain.layers.count - 1] = Linear(
      weight: fit.weights.transposed().converted(to: .float32), bias: fit.intercept.converted(to: .float32))
    network = NetworkBox(chain)
  }
}
