import SurprisalCore
import SurprisalNetworks

/// Everything that decides a training but the data: what `--dump-config` writes and `--config` reads.
public struct RecipeConfiguration: Sendable {
  /// What is done with the data before the network sees them.
  public struct DataConfiguration: Codable, Sendable, Hashable {
    /// The share of the training data that is kept for validation; 0 keeps none.
    public var validation = 0.1
    /// Whether inputs are standardized by the training data's means and deviations: each column of a table, each
    /// channel of images. Otherwise bytes become 0 … 1 and numbers stay as they are.
    public var standardizes = true
    /// Random changes of images, anew in every epoch.
    public var augmentation = Augmentation.none
    /// ε: the share of each target's probability that is spread evenly over all classes.
    public var labelSmoothing = 0.0

    /// A tenth for validation, standardized inputs.
    public init() {}
  }

  /// The network.
  public var network: any NetworkRecipe
  /// The optimizer.
  public var optimizer: OptimizerConfiguration
  /// The course of the learning rate.
  public var schedule: ScheduleConfiguration
  /// The course of the training.
  public var training: TrainingConfiguration
  /// The data's preparation.
  public var data = DataConfiguration()

  /// All recipes, in the order of help.
  public static let recipes: [any NetworkRecipe.Type] = [
    LinearRecipe.self, SoftmaxRecipe.self, PerceptronRecipe.self, LeNetRecipe.self, ResNetRecipe.self,
    ResNeXtRecipe.self,
  ]

  /// The name of the network's recipe.
  public var recipeName: String { type(of: network).name }

  /// The settings that are good for most data with this network.
  public init(for network: any NetworkRecipe) {
    self.network = network
    training = TrainingConfiguration(epochs: 20, batchSize: 128)
    schedule = ScheduleConfiguration(.cosine)
    switch network {
    case is LinearRecipe:
      optimizer = OptimizerConfiguration(.sgd, learningRate: 0.05, momentum: 0.9)
      training.batchSize = 64
      training.epochs = 50
    case is SoftmaxRecipe: optimizer = OptimizerConfiguration(.sgd, learningRate: 0.05, momentum: 0.9)
    case is PerceptronRecipe: optimizer = OptimizerConfiguration(.adamw, learningRate: 1e-3, weightDecay: 1e-2)
    case is LeNetRecipe: optimizer = OptimizerConfiguration(.adamw, learningRate: 3e-3, weightDecay: 1e-2)
    default:
      optimizer = OptimizerConfiguration(.nesterov, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
      schedule = ScheduleConfiguration(.cosine, warmUp: 0.1)
      training.epochs = 12
    }
  }

  /// The standard settings of the recipe called `name`.
  ///
  /// - Throws: a usage error with the nearest name if there is none.
  public init(recipe name: String) throws {
    guard let type = RecipeConfiguration.recipes.first(where: { $0.name == name }) else {
      throw SurprisalError(
        .usage, "there is no recipe `\(name)`",
        remedy: "recipes are \(RecipeConfiguration.recipes.map { $0.name }.joined(separator: ", "))")
    }
    self.init(for: type.standard)
  }
}

extension RecipeConfiguration {
  /// Takes another optimizer.
  ///
  /// L-BFGS brings its own settings along: steps of length 1 that no schedule shortens, no momentum, no decay, and a
  /// hundred epochs, each of which is one step on all data. Whoever leaves it gets the recipe's own ones back.
  public mutating func choose(_ name: OptimizerConfiguration.Name) {
    guard name != optimizer.name else { return }
    if optimizer.name == .lbfgs {
      let standard = RecipeConfiguration(for: network)
      (optimizer, schedule, training.epochs) = (standard.optimizer, standard.schedule, standard.training.epochs)
    }
    optimizer.name = name
    guard name == .lbfgs else { return }
    optimizer = OptimizerConfiguration(.lbfgs, learningRate: 1)
    schedule = ScheduleConfiguration(.constant)
    training.epochs = 100
  }

  /// All settings by name.
  public var json: JSONValue {
    get throws {
      [
        "recipe": .string(recipeName), "network": try JSONValue(encoding: network),
        "optimizer": try JSONValue(encoding: optimizer), "schedule": try JSONValue(encoding: schedule),
        "data": try JSONValue(encoding: data), "training": training.json,
      ]
    }
  }

  /// The settings that `json` gives, over the standard ones of its recipe or of `recipe`.
  ///
  /// - Throws: a data error that names a setting that is not known or of another kind, or the recipe if it is not
  ///   `recipe`.
  public init(_ json: JSONValue, recipe: String? = nil) throws {
    guard json.members != nil else {
      throw SurprisalError(.data, "a configuration is a JSON object", remedy: "dump one and edit it")
    }
    if let given = json["recipe"], given.stringValue == nil {
      throw SurprisalError(.data, "`recipe` is \(given.text()), not a name", remedy: "name the recipe in quotes")
    }
    let named = json["recipe"]?.stringValue
    guard let name = named ?? recipe else {
      throw SurprisalError(.data, "`recipe` is missing", remedy: "name the recipe that it configures")
    }
    if let named, let recipe, named != recipe {
      throw SurprisalError(
        .data, "the configuration is one of `\(named)`, not of `\(recipe)`", remedy: "train \(named), or dump another")
    }
    var standard = try RecipeConfiguration(recipe: name)
    if let optimizer = json["optimizer"]?["name"]?.stringValue.flatMap(OptimizerConfiguration.Name.init(rawValue:)) {
      standard.choose(optimizer)
    }
    let whole = try standard.json.overlaid(by: json)
    if let unknown = whole.members?.first(where: { !RecipeConfiguration.parts.contains($0.key) }) {
      throw SurprisalError(
        .data, "`\(unknown.key)` is not known",
        remedy: "settings stand in \(RecipeConfiguration.parts.dropFirst().joined(separator: ", "))")
    }
    func part<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
      do {
        return try (whole[name] ?? .null).decoded(as: type)
      } catch var error as SurprisalError {
        error.message = "\(name): \(error.message)"
        throw error
      }
    }
    func network<Recipe: NetworkRecipe>(like standard: Recipe) throws -> any NetworkRecipe {
      try part("network", as: Recipe.self)
    }
    self.network = try network(like: standard.network)
    optimizer = try part("optimizer", as: OptimizerConfiguration.self)
    schedule = try part("schedule", as: ScheduleConfiguration.self)
    data = try part("data", as: DataConfiguration.self)
    training = try TrainingConfiguration(whole["training"] ?? .null)
  }

  private static let parts = ["recipe", "network", "optimizer", "schedule", "data", "training"]
}

extension JSONValue {
  /// This object with the members of `other` in place of its own; objects inside are joined in the same way.
  func overlaid(by other: JSONValue) -> JSONValue {
    guard case .object(let members) = other, self.members != nil else { return other }
    var result = self
    for member in members { result[member.key] = (self[member.key] ?? .null).overlaid(by: member.value) }
    return result
  }
}
