import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension KMeans {
  /// What a model file of this kind says it is.
  public static let fileKind = "k-means"

  /// Writes the model as a safetensors file with a checksum, whole or not at all.
  ///
  /// The tensor `centers` [K, D] is in the unit of x; the column names are in the configuration. Throws if the
  /// file cannot be created or written.
  public func save(to path: String) throws {
    var writer = SafetensorsWriter(
      kind: KMeans.fileKind, configuration: ["columns": JSONValue(columnNames)],
      units: "centers in the unit of x", kernelVariant: String(cString: surprisal_instruction_set_name()))
    try writer.add("centers", centers.flatMap { $0 }, shape: [clusterCount, columnCount])
    try writer.write(to: path)
  }

  /// Reads a model that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers
  /// that are no centers.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(path: path)
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(
        .data, what, remedy: "give a model file that `surprisal fit k-means` wrote", at: .init(file: path))
    }
    guard file.kind == KMeans.fileKind else {
      throw failure("the file holds \(file.kind.map { "a \($0)" } ?? "no model of ours")")
    }
    guard let names = try file.configuration()["columns"]?.arrayValue?.compactMap(\.stringValue),
      !names.isEmpty
    else { throw failure("the column names are missing") }
    let shape = try file.tensor(named: "centers").shape
    guard shape.count == 2, shape[0] > 0, shape[1] == names.count else {
      throw failure("tensor `centers` has shape \(shape), expected [K, \(names.count)]")
    }
    let values = try file.doubles(named: "centers")
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw failure("tensor `centers` is \(values[index]) at index \(index)")
    }
    centers = (0..<shape[0]).map { Array(values[$0 * names.count..<($0 + 1) * names.count]) }
    columnNames = names
  }
}
