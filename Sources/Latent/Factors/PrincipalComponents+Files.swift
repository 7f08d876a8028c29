import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension PrincipalComponents {
  /// What a model file of this kind says it is.
  public static let fileKind = "pca"

  /// Writes the components as a safetensors file with a checksum, whole or not at all.
  ///
  /// Tensors: `components` [K, D], `deviations` [K] and `total` [1] in units of y = (x − shift) / scale − location,
  /// and `shift`, `scale`, `location` [D]. With `fit` the file also records what they were fitted to. Throws if the
  /// file cannot be created or written.
  public func save(to path: String, fit: PrincipalComponentsFit? = nil) throws {
    var configuration: [JSONMember] = [
      JSONMember("columns", JSONValue(columnNames)), JSONMember("standardized", .bool(isStandardized)),
    ]
    if let fit {
      configuration += [
        JSONMember("rows", .integer(fit.rowCount)), JSONMember("weight", .number(fit.totalWeight)),
      ]
    }
    var writer = SafetensorsWriter(
      kind: PrincipalComponents.fileKind, configuration: .object(configuration),
      units: "components of y = (x - shift) / scale - location",
      kernelVariant: String(cString: surprisal_instruction_set_name()))
    try writer.add("components", vectors, shape: [componentCount, columnCount])
    try writer.add("deviations", deviations, shape: [componentCount])
    try writer.add("total", [total], shape: [1])
    try map.add(to: &writer)
    try writer.write(to: path)
  }

  /// Reads components that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that
  /// are no components.
  public init(contentsOf path: String) throws {
    let reader = try FactorFile(path, kind: PrincipalComponents.fileKind)
    guard let standardized = reader.configuration["standardized"]?.boolValue else {
      throw reader.failure("whether the columns are standardized is missing")
    }
    let D = reader.columnNames.count
    let K = try reader.count(ofRowsIn: "components")
    guard K <= D else { throw reader.failure("there are \(K) components of \(D) columns") }
    let map = try reader.columnMap()
    guard standardized || map.scale.allSatisfy({ $0 == map.scale[0] }) else {
      throw reader.failure("the scales of columns that are not standardized differ")
    }
    let vectors = try reader.values("components", shape: [K, D])
    let deviations = try reader.values("deviations", shape: [K])
    let total = try reader.values("total", shape: [1])[0]
    guard deviations.allSatisfy({ $0 >= 0 }), total >= 0 else {
      throw reader.failure("a standard deviation or the total variance is negative")
    }
    for k in 0..<K {
      let length = vectors[k * D..<(k + 1) * D].reduce(0) { $0 + $1 * $1 }
      guard (length - 1).magnitude < 1e-6 else { throw reader.failure("component \(k + 1) is no unit vector") }
    }
    self.init(
      columnNames: reader.columnNames, isStandardized: standardized, map: map, vectors: vectors,
      deviations: deviations, total: total)
  }
}

extension ColumnMap {
  func add(to writer: inout SafetensorsWriter) throws {
    try writer.add("shift", shift, shape: [columnCount])
    try writer.add("scale", scale, shape: [columnCount])
    try writer.add("location", location, shape: [columnCount])
  }
}

/// A model file of a factor model, read with a check of every shape and number.
struct FactorFile {
  let columnNames: [String]
  let configuration: JSONValue
  private let file: SafetensorsFile
  private let path: String
  private let kind: String

  init(_ path: String, kind: String) throws {
    (self.path, self.kind) = (path, kind)
    file = try SafetensorsFile(path: path)
    let failure = { FactorFile.failure($0, kind, path) }
    guard file.kind == kind else {
      throw failure("the file holds \(file.kind.map { "a \($0)" } ?? "no model of ours")")
    }
    configuration = try file.configuration()
    guard let names = configuration["columns"]?.arrayValue?.compactMap(\.stringValue), !names.isEmpty else {
      throw failure("the column names are missing")
    }
    columnNames = names
  }

  func failure(_ what: String) -> SurprisalError { FactorFile.failure(what, kind, path) }

  private static func failure(_ what: String, _ kind: String, _ path: String) -> SurprisalError {
    SurprisalError(
      .data, what, remedy: "give a model file that `surprisal fit \(kind)` wrote", at: .init(file: path))
  }

  /// The first dimension of a matrix, at least 1.
  func count(ofRowsIn tensor: String) throws -> Int {
    guard let count = try file.tensor(named: tensor).shape.first, count > 0 else {
      throw failure("tensor `\(tensor)` is empty")
    }
    return count
  }

  /// The second dimension of a matrix, at least 1.
  func count(ofColumnsIn tensor: String) throws -> Int {
    let shape = try file.tensor(named: tensor).shape
    guard shape.count == 2, shape[1] > 0 else { throw failure("tensor `\(tensor)` has shape \(shape)") }
    return shape[1]
  }

  /// The finite numbers of a tensor of this shape.
  func values(_ tensor: String, shape: [Int]) throws -> [Double] {
    let found = try file.tensor(named: tensor).shape
    guard found == shape else { throw failure("tensor `\(tensor)` has shape \(found), expected \(shape)") }
    let values = try file.doubles(named: tensor)
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw failure("tensor `\(tensor)` is \(values[index]) at index \(index)")
    }
    return values
  }

  func columnMap() throws -> ColumnMap {
    let D = columnNames.count
    let scale = try values("scale", shape: [D])
    if let index = scale.firstIndex(where: { !($0 >= 0x1p-1001 && $0 <= 0x1p1001) }) {
      throw failure("tensor `scale` is \(scale[index]) at index \(index)")
    }
    return ColumnMap(
      shift: try values("shift", shape: [D]), scale: scale, location: try values("location", shape: [D]))
  }
}
