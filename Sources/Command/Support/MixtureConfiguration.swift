import Surprisal

extension GaussianMixtureConfiguration {
  /// The configuration that the options of `fit` and `select` give.
  init(_ arguments: Arguments) throws {
    self.init()
    components = arguments[FitOptions.components]
    if let name = arguments[FitOptions.covariance], let model = CovarianceModel(rawValue: name) {
      covarianceModel = model
    }
    if let count = arguments[FitOptions.starts] { starts = count }
    switch arguments[FitOptions.start] {
    case "k-means": start = .kMeans
    case "random-rows": start = .randomRows
    case "hierarchical": start = .hierarchical
    default: start = .automatic
    }
    if let name = arguments[FitOptions.collapse], let policy = CollapsePolicy(rawValue: name) {
      collapsePolicy = policy
    }
    prior = try GaussianMixtureConfiguration.prior(arguments)
    if arguments[DataOptions.missingOrModel] == "model" { missingCells = .model }
    if let seed = arguments[SharedOptions.seed] { self.seed = seed }
    if let tolerance = arguments[FitOptions.tolerance] { engine.tolerance = tolerance }
    if let iterations = arguments[FitOptions.iterations] { engine.maximumIterations = iterations }
    if let name = arguments[FitOptions.acceleration],
      let acceleration = EngineOptions.Acceleration(rawValue: name)
    {
      engine.acceleration = acceleration
    }
    engine.threads = arguments[SharedOptions.threads]
  }

  private static func prior(_ arguments: Arguments) throws -> MixturePrior? {
    let strengths = [FitOptions.priorMean, FitOptions.priorCovariance, FitOptions.priorWeight]
    guard arguments[FitOptions.prior] else {
      if let first = strengths.first(where: { arguments[$0] != nil }) {
        throw SurprisalError(
          .usage, "--\(first.description.name) says how strong a prior is, and there is none",
          remedy: "add --prior")
      }
      return nil
    }
    var prior = MixturePrior()
    if let strength = arguments[FitOptions.priorMean] { prior.meanStrength = strength }
    if let strength = arguments[FitOptions.priorCovariance] { prior.covarianceStrength = strength }
    if let strength = arguments[FitOptions.priorWeight] { prior.weightConcentration = 1 + strength }
    return prior
  }

  /// Makes `path`'s model the only start; its shape and number of components hold where options are silent.
  mutating func start(from path: String, arguments: Arguments) throws -> GaussianMixture {
    for option in [FitOptions.start.description, FitOptions.starts.description]
    where arguments.texts[option.name] != nil {
      throw SurprisalError(
        .usage, "--\(option.name) and --initial exclude each other", remedy: "give one of them")
    }
    let model = try ModelFile(path: path).model(GaussianMixture.self, for: "fit --initial")
    if let components, components != model.componentCount {
      throw SurprisalError(
        .usage, "--components is \(components), and the start \(path) has \(model.componentCount)",
        remedy: "leave --components away")
    }
    if arguments[FitOptions.covariance] == nil { covarianceModel = model.covarianceModel }
    components = model.componentCount
    start = .given(model)
    starts = 1
    return model
  }
}
