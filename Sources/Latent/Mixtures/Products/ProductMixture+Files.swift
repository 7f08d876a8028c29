import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension ProductMixture {
  /// What a model file of this kind says it is.
  public static let fileKind = "mixture"

  /// Writes the mixture as a safetensors file with a checksum, whole or not at all.
  ///
  /// Tensors: `weights` [K], `values` [K, P] (of each column in turn the probabilities of all levels; a mean; or mean
  /// and variance, in standardized coordinates), `shift` and `scale` [D]; the configuration holds names, families,
  /// level counts and words. With `fit` the file also records how the model was obtained. Throws if the file cannot be
  /// created or written.
  public func save(to path: String, fit: ModelFit<ProductMixture>? = nil) throws {
    var configuration = columns.members
    if let fit { configuration += fit.fileRecord }
    try parameters.write(kind: ProductMixture.fileKind, configuration: configuration, to: path)
  }

  /// Reads a mixture that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that make no
  /// mixture.
  public init(contentsOf path: String) throws {
    let (parameters, _) = try ProductParameters.read(
      kind: ProductMixture.fileKind, from: path, remedy: "give a model file that `surprisal fit mixture` wrote")
    self.init(parameters: parameters)
  }
}

extension ProductColumns {
  /// Names, families, level counts and words for a file.
  var members: [JSONMember] {
    [
      JSONMember("columns", JSONValue(names)), JSONMember("families", JSONValue(families.map(\.name))),
      JSONMember("levels", .array(families.map { JSONValue($0.levelCount) })),
      JSONMember("words", .array(words.map { own in own.map { JSONValue($0) } ?? .null })),
    ]
  }

  /// The columns that a file's configuration describes; nil if it describes none.
  init?(_ configuration: JSONValue, standardization: Standardization) {
    guard let names = configuration["columns"]?.arrayValue?.compactMap(\.stringValue),
      let families = configuration["families"]?.arrayValue?.compactMap(\.stringValue),
      let levels = configuration["levels"]?.arrayValue, let words = configuration["words"]?.arrayValue,
      !names.isEmpty, families.count == names.count, levels.count == names.count, words.count == names.count,
      standardization.shift.count == names.count
    else { return nil }
    var list: [ColumnFamily] = []
    for (family, levels) in zip(families, levels) {
      switch family {
      case "categorical":
        guard let count = levels.integerValue, count > 0, count <= ProductColumns.mostLevels else { return nil }
        list.append(.categorical(levels: count))
      case "bernoulli": list.append(.bernoulli)
      case "poisson": list.append(.poisson)
      case "geometric": list.append(.geometric)
      case "exponential": list.append(.exponential)
      case "normal": list.append(.normal)
      default: return nil
      }
    }
    let lists = words.map { $0.arrayValue?.compactMap(\.stringValue) }
    guard
      let columns = try? ProductColumns.checked(
        count: names.count, families: .each(list), names: names, words: lists)
    else { return nil }
    self = columns.standardized(by: standardization)
  }
}

extension ProductParameters {
  /// Writes the parameters as a model file.
  func write(kind: String, configuration: [JSONMember], to path: String) throws {
    var writer = SafetensorsWriter(
      kind: kind, configuration: .object(configuration),
      units: "log-densities in nats; parameters standardized by z = (x - shift) / scale",
      kernelVariant: String(cString: surprisal_instruction_set_name()))
    try writer.add("weights", weights, shape: [componentCount])
    try writer.add("values", values, shape: [componentCount, columns.valueCount])
    try writer.add("shift", columns.standardization.shift, shape: [columns.count])
    try writer.add("scale", columns.standardization.scale, shape: [columns.count])
    try writer.write(to: path)
  }

  /// Reads what `write` wrote, with the file's configuration.
  static func read(
    kind: String, from path: String, remedy: String
  ) throws -> (parameters: ProductParameters, configuration: JSONValue) {
    let file = try SafetensorsFile(path: path)
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(.data, what, remedy: remedy, at: .init(file: path))
    }
    guard file.kind == kind else {
      throw failure("the file holds \(file.kind.map { "a \($0)" } ?? "no model of ours")")
    }
    let configuration = try file.configuration()
    func vector(_ name: String) throws -> [Double] {
      let values = try file.doubles(named: name)
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw failure("tensor `\(name)` is \(values[index]) at index \(index)")
      }
      return values
    }
    let (shift, scale) = (try vector("shift"), try vector("scale"))
    guard shift.count == scale.count, scale.allSatisfy({ $0 > 0 && $0.significand == 1 }) else {
      throw failure("a scale is not a power of two")
    }
    guard
      let columns = ProductColumns(configuration, standardization: Standardization(shift: shift, scale: scale))
    else { throw failure("the columns' names, families or levels are missing") }
    let K = try file.tensor(named: "weights").shape.first ?? 0
    for (name, shape) in [("weights", [K]), ("values", [K, columns.valueCount])] {
      let found = try file.tensor(named: name).shape
      guard found == shape, K > 0 else { throw failure("tensor `\(name)` has shape \(found), expected \(shape)") }
    }
    let parameters = ProductParameters(columns: columns, weights: try vector("weights"), values: try vector("values"))
    if let fault = parameters.fault { throw failure(fault) }
    return (parameters, configuration)
  }
}
