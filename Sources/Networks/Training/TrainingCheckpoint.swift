import CSurprisalKernels
import SurprisalCore
import SurprisalData
import SurprisalTensors

/// The whole state of a training after a step, as a safetensors file holds it.
///
/// Tensors are named by what they belong to and their path there: `model.…`, `optimizer.…`, and `average.…` where a
/// moving average of the weights is kept. The rest is JSON in the metadata.
public struct TrainingCheckpoint: Sendable {
  /// What a file of this kind says it holds.
  public static let kind = "training-checkpoint"
  /// The newest version of the state that this program reads, and the one it writes.
  static let version = 1
  /// The name of the state in the metadata.
  static let metadataKey = "surprisal.training"

  /// The file.
  let file: SafetensorsFile
  /// How far the training had come.
  public let progress: TrainingProgress
  /// How it ran.
  public let configuration: TrainingConfiguration
  /// What is needed to build the network again, as the trainer was given it.
  public let modelConfiguration: JSONValue
  /// The digest of the data.
  public let fingerprint: String
  /// The base of the learning rates.
  let baseRate: Double
  /// The learning rates, in words.
  let schedule: String
  /// What computed it: the kernels and the number of threads.
  let machine: [String]

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: a data error for a damaged file, one of another kind or of a newer version; the errors of reading.
  public init(path: String) throws {
    file = try SafetensorsFile(path: path)
    let location = SurprisalError.Location(file: file.name)
    guard file.kind == TrainingCheckpoint.kind, let text = file.metadata(TrainingCheckpoint.metadataKey) else {
      throw SurprisalError(
        .data, "the file holds \(file.kind.map { "a \($0)" } ?? "tensors"), not the state of a training",
        remedy: "give a checkpoint of surprisal train", at: location)
    }
    let state = try JSONValue(parsing: text, file: file.name)
    guard let version = state["version"]?.integerValue, version >= 1 else { throw TrainingCheckpoint.torn(location) }
    guard version <= TrainingCheckpoint.version else {
      throw SurprisalError(
        .data,
        "the training's state has version \(version), this program reads up to \(TrainingCheckpoint.version)",
        remedy: "use a newer surprisal", at: location)
    }
    guard let progress = state["progress"].flatMap(TrainingProgress.init(json:)),
      let configuration = state["configuration"], let fingerprint = state["fingerprint"]?.stringValue,
      let baseRate = state["baseRate"]?.doubleValue, let machine = state["machine"]?.arrayValue
    else { throw TrainingCheckpoint.torn(location) }
    self.progress = progress
    self.configuration = try TrainingConfiguration(configuration, file: file.name)
    self.fingerprint = fingerprint
    self.baseRate = baseRate
    schedule = state["schedule"]?.stringValue ?? ""
    self.machine = machine.compactMap(\.stringValue)
    modelConfiguration = try file.configuration()
  }

  private static func torn(_ location: SurprisalError.Location) -> SurprisalError {
    SurprisalError(
      .data, "the training's state is not complete", remedy: "restore the checkpoint from a copy", at: location)
  }

  /// The kernels and the number of threads of this process: what the bits of a training depend on beside its inputs.
  static var machine: [String] {
    ["kernels \(String(cString: surprisal_instruction_set_name()))", "threads \(Threads.available)"]
  }
}

// MARK: - Tensors

extension TrainingCheckpoint {
  /// Takes the parameters and buffers of the network, or of the average of its weights where there is one, into
  /// `network`, which changes only if all of it fits.
  ///
  /// - Throws: a data error that names all tensors which are missing, have another shape or type, or have no place in
  ///   the network, or those that hold NaN.
  public func load(into network: inout some Module) throws {
    if hasTensors("average.") {
      var average = MovingAverage(of: network, decay: nil)
      try load("average.", into: &average)
      network = average.model
    } else {
      try load("model.", into: &network)
    }
  }

  /// Whether there are tensors whose names begin with `prefix`.
  func hasTensors(_ prefix: String) -> Bool { file.tensors.contains { $0.name.hasPrefix(prefix) } }

  /// Takes the tensors whose names begin with `prefix` into `module`, which changes only if all of it fits.
  func load(_ prefix: String, into module: inout some Module, allowingNaN: Bool = false) throws {
    var copy = module
    try copy.load(from: file, prefix: prefix, allowingNaN: allowingNaN)
    // Numbers of another type would go on, but not with the same bits.
    var types = ElementTypes(file: file, prefix: prefix)
    try module.fields(&types)
    module = copy
  }
}

/// Refuses tensors whose elements have another type in a file.
private struct ElementTypes: FieldVisitor {
  let file: SafetensorsFile
  let prefix: String
  var path = FieldPath()

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    let full = prefix + path.name(name)
    let type = try file.tensor(named: full).type
    guard type != tensor.dtype.elementType else { return }
    throw SurprisalError(
      .data, "'\(full)' is \(type), not \(tensor.dtype)", remedy: "build the model with that type of numbers",
      at: .init(file: file.name))
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }
}
