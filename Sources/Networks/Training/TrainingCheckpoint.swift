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
  /// - Throws: a data error that names the first tensor which is missing, has another shape or type, has no place in
  ///   the network or is not finite, and says how many there are.
  public func load(into network: inout some Module) throws {
    let hasAverage = file.tensors.contains { $0.name.hasPrefix("average.") }
    try load(hasAverage ? "average" : "model", into: &network, requiresFinite: true)
  }

  /// Whether the state of a plateau rule is there.
  var hasPlateau: Bool { file.tensors.contains { $0.name.hasPrefix("plateau.") } }

  /// Takes the tensors whose names start with `prefix` into `module`, which changes only if all of it fits.
  func load(_ prefix: String, into module: inout some Module, requiresFinite: Bool) throws {
    var copy = module
    var reader = StateReader(file: file, prefix: prefix + ".", requiresFinite: requiresFinite)
    try copy.fields(&reader)
    try reader.finish()
    module = copy
  }
}

/// Adds every tensor of a module to a file, its name behind a prefix.
struct StateWriter: FieldVisitor {
  var writer: SafetensorsWriter
  var prefix = ""
  var path = FieldPath()

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    try writer.add(prefix + path.name(name), tensor)
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }
}

/// Takes every tensor of a module from a file and collects what does not fit.
private struct StateReader: FieldVisitor {
  let file: SafetensorsFile
  let prefix: String
  let requiresFinite: Bool
  var path = FieldPath()
  private var read: Set<String> = []
  private var faults: [String] = []

  init(file: SafetensorsFile, prefix: String, requiresFinite: Bool) {
    (self.file, self.prefix, self.requiresFinite) = (file, prefix, requiresFinite)
  }

  mutating func parameter(_ name: String, _ tensor: inout Tensor) throws {
    let name = path.name(name)
    read.insert(prefix + name)
    guard file.tensors.contains(where: { $0.name == prefix + name }) else {
      faults.append("\(name) is not in the file")
      return
    }
    let found = try Tensor(prefix + name, of: file)
    guard found.shape == tensor.shape, found.dtype == tensor.dtype else {
      faults.append("\(name) is \(found.dtype) \(found.shape) in the file, \(tensor.dtype) \(tensor.shape) here")
      return
    }
    if requiresFinite, let index = found.firstNonFiniteIndex {
      faults.append("element \(index) of \(name) is not finite")
      return
    }
    tensor = found
  }

  mutating func buffer(_ name: String, _ tensor: inout Tensor) throws { try parameter(name, &tensor) }

  /// Throws if anything did not fit.
  func finish() throws {
    let extra = file.tensors.filter { $0.name.hasPrefix(prefix) && !read.contains($0.name) }
    let all = faults + extra.map { "\($0.name.dropFirst(prefix.count)) has no place here" }
    guard let first = all.first else { return }
    let rest = all.count > 1 ? ", and \(all.count - 1) more" : ""
    throw SurprisalError(
      .data, "\(prefix.dropLast()): \(first)\(rest)",
      remedy: "build the model and the optimizer that the checkpoint was saved from", at: .init(file: file.name))
  }
}

extension Tensor {
  /// The place, in row-major order, of the first element that is infinite or NaN; nil if there is none.
  var firstNonFiniteIndex: Int? {
    guard dtype.isFloatingPoint else { return nil }
    return withUnsafeBytes { bytes in
      switch dtype {
      case .float32:
        bytes.bindMemory(to: UInt32.self).firstIndex { $0 & 0x7F80_0000 == 0x7F80_0000 }
      case .bfloat16:
        bytes.bindMemory(to: UInt16.self).firstIndex { $0 & 0x7F80 == 0x7F80 }
      default:
        bytes.bindMemory(to: UInt64.self).firstIndex { $0 & 0x7FF0_0000_0000_0000 == 0x7FF0_0000_0000_0000 }
      }
    }
  }
}
