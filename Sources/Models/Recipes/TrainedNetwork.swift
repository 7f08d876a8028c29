import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors

/// A network of a recipe with all that belongs to it: what its inputs are, how they are prepared, and what its outputs
/// mean.
public struct TrainedNetwork: Sendable {
  /// What a model file says it holds; its configuration names the recipe.
  public static let fileKind = "module"

  /// What a network takes and gives.
  public struct Interface: Codable, Sendable, Hashable {
    /// The shape of one input in the data, before augmentation takes a part of it.
    public var inputShape: [Int]
    /// The columns of the inputs where they are a table, else empty.
    public var inputNames: [String]
    /// The classes; empty where targets are numbers.
    public var classNames: [String]
    /// The columns of the targets where they are numbers of a table, else empty.
    public var targetNames: [String]
    /// How many numbers the network gives: the logits of the classes, or the means of the targets.
    public var outputCount: Int
    /// What a batch does to inputs.
    public var inputStandardization: Standardization?
    /// What a batch does to targets that are numbers.
    public var targetStandardization: Standardization?

    /// That of data, which are standardized already if they are to be.
    public init(of data: SupervisedData) {
      inputShape = data.inputShape
      inputNames = data.inputNames
      classNames = data.classNames
      targetNames = data.targetNames
      outputCount = data.outputCount
      inputStandardization = data.inputStandardization
      targetStandardization = data.targetStandardization
    }

    /// Whether the outputs are logits of classes.
    public var isClassification: Bool { !classNames.isEmpty }
  }

  /// The settings it was built and trained by.
  public let configuration: RecipeConfiguration
  /// What it takes and gives.
  public let interface: Interface
  /// The network.
  public var network: NetworkBox

  /// An untrained network for data of that interface, its weights drawn from the configuration's seed.
  ///
  /// - Throws: a data error where the recipe does not fit the data; a usage error for settings out of range.
  public init(_ configuration: RecipeConfiguration, for interface: Interface) throws {
    self.configuration = configuration
    self.interface = interface
    guard interface.outputCount > 0, !interface.inputShape.contains(0) else {
      throw SurprisalError(.data, "there is nothing to tell apart", remedy: "give data with targets")
    }
    var shape = interface.inputShape
    let augmentation = configuration.data.augmentation
    if !augmentation.steps.isEmpty { shape = try augmentation.outputShape(for: shape) }
    let weights = configuration.network.weightCount(for: shape, outputs: interface.outputCount)
    try requireMemory(4 * weights, for: "the network", remedy: "make the network smaller")
    var generator = RandomGenerator(seed: configuration.training.seed, stream: TrainedNetwork.weightStream)
    network = NetworkBox(
      try configuration.network.network(for: shape, outputs: interface.outputCount, using: &generator))
    // A chain that does not fit is found before any data are read.
    let output = try network.outputShape(for: [1] + shape)
    guard output == [1, interface.outputCount] else {
      throw SurprisalError(
        .internal, "\(configuration.recipeName) gives \(output) instead of [1, \(interface.outputCount)]")
    }
  }

  /// Weights have random numbers of their own, so that the order of the data does not change with the network.
  private static let weightStream: UInt64 = 0x7765_6967_6874_7300

  /// What a file of the network holds beside its tensors.
  public var json: JSONValue {
    get throws {
      var json = try configuration.json
      json["interface"] = try JSONValue(encoding: interface)
      return json
    }
  }

  /// The untrained network that `json` describes; what `json` gave.
  public init(_ json: JSONValue) throws {
    var settings = json
    settings["interface"] = nil
    guard let interface = json["interface"] else {
      throw SurprisalError(
        .data, "the file does not say what the network takes", remedy: "give a file that 'surprisal train' wrote")
    }
    try self.init(RecipeConfiguration(settings), for: interface.decoded(as: Interface.self))
  }

  /// Writes the network to a safetensors file.
  public func save(to path: String) throws {
    try network.save(to: path, configuration: json)
  }

  /// Reads what `save(to:)` wrote, or the state of a training.
  ///
  /// - Throws: a data error for a file of another kind, or one that does not fit its own configuration.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(path: path)
    do {
      if file.kind == TrainingCheckpoint.kind {
        let checkpoint = try TrainingCheckpoint(path: path)
        try self.init(checkpoint.modelConfiguration)
        try checkpoint.load(into: &network)
        return
      }
      guard file.kind == TrainedNetwork.fileKind else {
        throw SurprisalError(
          .data, "the file holds \(file.kind.map { "a \($0)" } ?? "tensors"), not a network with its data's names",
          remedy: "give a file that 'surprisal train' wrote")
      }
      try self.init(file.configuration())
      try network.load(from: file)
    } catch var error as SurprisalError where error.location == nil {
      error.location = .init(file: path)
      if error.category == .usage { error.category = .data }
      throw error
    }
  }
}

extension TrainedNetwork {
  /// `data` prepared as the training data were, with the network's classes.
  ///
  /// - Throws: a data error where inputs or targets have another shape or kind.
  public func prepared(_ data: SupervisedData) throws -> SupervisedData {
    guard data.inputShape == interface.inputShape else {
      throw SurprisalError(
        .data, "the inputs have the shape \(data.inputShape), the network takes \(interface.inputShape)",
        remedy: "give data like those that it was trained on")
    }
    guard data.isClassification == interface.isClassification else {
      throw SurprisalError(
        .data,
        interface.isClassification
          ? "the network tells classes, and the targets are numbers"
          : "the network gives numbers, and the targets are classes",
        remedy: "give data like those that it was trained on")
    }
    var data = data
    data.inputStandardization = interface.inputStandardization
    data.targetStandardization = interface.targetStandardization
    if interface.isClassification, data.classNames != interface.classNames {
      data = try data.renamingClasses(to: interface.classNames)
    }
    return data
  }

  /// How well the network tells the targets of `data`.
  public func evaluation(on data: SupervisedData) throws -> Evaluation {
    try requireEvaluationMemory(batch: min(data.count, Evaluation.batchSize))
    return try Evaluation(of: network, on: prepared(data), centeredLike: configuration.data.augmentation)
  }

  /// For each datum the probabilities of the classes, float32 [count, classes], or the means of the targets in their
  /// own unit, float32 [count, outputs].
  ///
  /// - Throws: a data error where the inputs have another shape; an internal error where the memory is too small.
  public func outputs(for data: SupervisedData, batchSize: Int = Evaluation.batchSize) throws -> Tensor {
    var data = data
    data.inputStandardization = interface.inputStandardization
    guard data.inputShape == interface.inputShape else {
      throw SurprisalError(
        .data, "the inputs have the shape \(data.inputShape), the network takes \(interface.inputShape)",
        remedy: "give data like those that it was trained on")
    }
    try requireEvaluationMemory(batch: min(data.count, batchSize))
    var parts: [Tensor] = []
    for start in stride(from: 0, to: data.count, by: batchSize) {
      let indices = Array(start..<min(start + batchSize, data.count))
      let (x, _) = try data.batch(at: indices, centeredLike: configuration.data.augmentation)
      let y = network(x)
      parts.append(
        interface.isClassification ? y.softmax() : interface.targetStandardization?.undone(from: y) ?? y)
    }
    return parts.isEmpty ? Tensor(zeros: [0, interface.outputCount]) : Tensor(concatenating: parts)
  }
}

extension SupervisedData {
  /// The same data with classes numbered as in `names`.
  ///
  /// - Throws: a data error for a class that is not among them.
  func renamingClasses(to names: [String]) throws -> SupervisedData {
    var places: [Int64] = []
    for name in classNames {
      guard let place = names.firstIndex(of: name) else {
        throw SurprisalError(
          .data, "the class `\(name)` is not one that the network knows: \(names.joined(separator: ", "))",
          remedy: "leave out its data")
      }
      places.append(Int64(place))
    }
    var result = self
    result.classNames = names
    result.targets = Tensor(targets.scalars(as: Int.self).map { places[$0] }, shape: [count])
    return result
  }
}
