import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension GaussianMixture {
  /// What a model file of this kind says it is.
  public static let fileKind = "gaussian-mixture"

  /// Writes the mixture as a safetensors file with a checksum, whole or not at all.
  ///
  /// Tensors, in standardized coordinates: `weights` [K], `means` [K, D], `covariances` [K, D, D] or [K, D],
  /// `shift` and `scale` [D]. With `fit` the file also records how the model was obtained. Throws if the file
  /// cannot be created or written.
  public func save(to path: String, fit: GaussianMixtureFit? = nil) throws {
    let (K, D) = (componentCount, columnCount)
    var configuration: [JSONMember] = [
      JSONMember("covariance", .string(covarianceModel.rawValue)),
      JSONMember("columns", JSONValue(columnNames)),
    ]
    if let fit { configuration += fit.fileRecord }
    var writer = SafetensorsWriter(
      kind: GaussianMixture.fileKind, configuration: .object(configuration),
      units: "log-densities in nats; parameters standardized by z = (x - shift) / scale",
      kernelVariant: String(cString: surprisal_instruction_set_name()))
    try writer.add("weights", weights, shape: [K])
    try writer.add("means", parameters.means, shape: [K, D])
    try writer.add(
      "covariances", parameters.covariances, shape: covarianceModel.isDiagonal ? [K, D] : [K, D, D])
    try writer.add("shift", standardization.shift, shape: [D])
    try writer.add("scale", standardization.scale, shape: [D])
    try writer.write(to: path)
  }

  /// Reads a mixture that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers
  /// that make no mixture.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(path: path)
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(
        .data, what, remedy: "give a model file that `surprisal fit gaussian-mixture` wrote",
        at: .init(file: path))
    }
    guard file.kind == GaussianMixture.fileKind else {
      throw failure("the file holds \(file.kind.map { "a \($0)" } ?? "no model of ours")")
    }
    let configuration = try file.configuration()
    guard let name = configuration["covariance"]?.stringValue, let model = CovarianceModel(rawValue: name) else {
      throw failure("the covariance model is unknown")
    }
    guard let names = configuration["columns"]?.arrayValue?.compactMap(\.stringValue), !names.isEmpty else {
      throw failure("the column names are missing")
    }
    let K = try file.tensor(named: "weights").shape.first ?? 0
    let D = names.count
    let shapes: [(String, [Int])] = [
      ("weights", [K]), ("means", [K, D]), ("covariances", model.isDiagonal ? [K, D] : [K, D, D]),
      ("shift", [D]), ("scale", [D]),
    ]
    for (tensor, shape) in shapes {
      let found = try file.tensor(named: tensor).shape
      guard found == shape else { throw failure("tensor `\(tensor)` has shape \(found), expected \(shape)") }
      for (index, value) in try file.doubles(named: tensor).enumerated() where !value.isFinite {
        throw failure("tensor `\(tensor)` is \(value) at index \(index)")
      }
    }
    let scale = try file.doubles(named: "scale")
    guard K > 0, scale.allSatisfy({ $0 > 0 && $0.significand == 1 }) else {
      throw failure("a scale is not a power of two")
    }
    guard
      let parameters = GaussianParameters(
        covarianceModel: model, weights: try file.doubles(named: "weights"),
        means: try file.doubles(named: "means"), covariances: try file.doubles(named: "covariances"))
    else { throw failure("a weight is not positive or a covariance not positive definite") }
    self.init(
      parameters: parameters,
      standardization: Standardization(shift: try file.doubles(named: "shift"), scale: scale),
      columnNames: names)
  }
}
