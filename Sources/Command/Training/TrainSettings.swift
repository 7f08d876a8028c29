import Surprisal

/// The configuration of a training: the recipe's standard, then `--config`, then the options given.
struct TrainSettings {
  var arguments: Arguments
  var recipe: String

  /// The whole configuration.
  func configuration() throws -> RecipeConfiguration {
    var settings = try RecipeConfiguration(recipe: recipe)
    if let path = arguments[TrainOptions.config] {
      let file = try MappedFile(path: path)
      let json = try file.withUnsafeBytes { try JSONValue(parsing: $0, file: path) }
      do {
        settings = try RecipeConfiguration(json, recipe: recipe)
      } catch var error as SurprisalError {
        // What is wrong stands in the file, not on the command line.
        error.category = .data
        error.location = error.location ?? .init(file: path)
        throw error
      }
    }
    if let name = arguments[TrainOptions.optimizer].flatMap(OptimizerConfiguration.Name.init(rawValue:)) {
      settings.choose(name)
    }
    set(&settings.training)
    set(&settings.optimizer)
    set(&settings.data)
    if let name = arguments[TrainOptions.schedule].flatMap(ScheduleConfiguration.Name.init(rawValue:)) {
      settings.schedule.name = name
    }
    if let warmUp = arguments[TrainOptions.warmUp] { settings.schedule.warmUp = warmUp }
    settings.network = network(settings.network)
    return settings
  }

  private func set(_ training: inout TrainingConfiguration) {
    if let epochs = arguments[TrainOptions.epochs] { training.epochs = epochs }
    if let steps = arguments[TrainOptions.steps] {
      training.steps = steps
      if arguments[TrainOptions.epochs] == nil { training.epochs = nil }
    }
    if let batch = arguments[TrainOptions.batch] { training.batchSize = batch }
    if let count = arguments[TrainOptions.accumulate] { training.accumulation = count }
    if let norm = arguments[TrainOptions.clip] { training.clipNorm = norm }
    if let decay = arguments[TrainOptions.average] { training.averageDecay = decay }
    if let patience = arguments[TrainOptions.patience] { training.patience = patience }
    if let seed = arguments[SharedOptions.seed] { training.seed = seed }
  }

  private func set(_ optimizer: inout OptimizerConfiguration) {
    if let rate = arguments[TrainOptions.rate] { optimizer.learningRate = rate }
    if let momentum = arguments[TrainOptions.momentum] { optimizer.momentum = momentum }
    if let decay = arguments[TrainOptions.decay] { optimizer.weightDecay = decay }
    if arguments[TrainOptions.decoupledDecay] { optimizer.decoupled = true }
  }

  private func set(_ data: inout RecipeConfiguration.DataConfiguration) {
    if let share = arguments[TrainOptions.validation] { data.validation = share }
    if arguments[TrainOptions.rawInputs] { data.standardizes = false }
    if let smoothing = arguments[TrainOptions.smoothing] { data.labelSmoothing = smoothing }
    var steps: [Augmentation.Step] = []
    if let pixels = arguments[TrainOptions.shift] { steps.append(.shift(down: pixels, right: pixels)) }
    if let pixels = arguments[TrainOptions.crop] { steps.append(.crop(height: nil, width: nil, padding: pixels)) }
    if arguments[TrainOptions.flip] { steps.append(.horizontalFlip(probability: 0.5)) }
    if !steps.isEmpty { data.augmentation = Augmentation(steps) }
  }

  private func network(_ network: any NetworkRecipe) -> any NetworkRecipe {
    let hasNorm = arguments[TrainOptions.batchNorm].map { $0 == "yes" }
    switch network {
    case var recipe as LinearRecipe:
      if let degree = arguments[TrainOptions.degree] { recipe.degree = degree }
      return recipe
    case var recipe as PerceptronRecipe:
      if let hidden = arguments[TrainOptions.hidden] { recipe.hidden = hidden }
      if let name = arguments[TrainOptions.activation].flatMap(PerceptronRecipe.Activation.init(rawValue:)) {
        recipe.activation = name
      }
      if let dropout = arguments[TrainOptions.dropout] { recipe.dropout = dropout }
      if let hasNorm { recipe.batchNormalization = hasNorm }
      return recipe
    case var recipe as LeNetRecipe:
      if arguments[TrainOptions.classic] { recipe.classic = true }
      if let hasNorm { recipe.batchNormalization = hasNorm }
      return recipe
    case var recipe as ResNetRecipe:
      if let stages = arguments[TrainOptions.stages] { recipe.stages = stages }
      if let width = arguments[TrainOptions.width] { recipe.width = width }
      return recipe
    case var recipe as ResNeXtRecipe:
      if let stages = arguments[TrainOptions.stages] { recipe.stages = stages }
      if let groups = arguments[TrainOptions.groups] { recipe.groups = groups }
      if let width = arguments[TrainOptions.groupWidth] { recipe.groupWidth = width }
      return recipe
    default: return network
    }
  }
}
