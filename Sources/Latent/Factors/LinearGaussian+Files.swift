import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension LinearGaussian {
  /// Writes a model file of `kind` with the first `noiseCount` noise variances.
  func save(
    to path: String, kind: String, columnNames: [String], noiseCount: Int, record: [JSONMember]
  ) throws {
    var writer = SafetensorsWriter(
      kind: kind, configuration: .object([JSONMember("columns", JSONValue(columnNames))] + record),
      units: "log-densities in nats; parameters in units of y = (x - shift) / scale - location",
      kernelVariant: String(cString: surprisal_instruction_set_name()))
    try writer.add("loadings", parameters.loadings, shape: [columnCount, factorCount])
    try writer.add("noise", Array(parameters.noise.prefix(noiseCount)), shape: [noiseCount])
    try map.add(to: &writer)
    try writer.write(to: path)
  }
}

extension FactorFile {
  /// The model in the file, with one noise variance for every column or one for all.
  func linearGaussian(noiseCount: Int) throws -> LinearGaussian {
    let D = columnNames.count
    let Q = try count(ofColumnsIn: "loadings")
    guard Q <= D else { throw failure("\(Q) factors of \(D) columns") }
    let loadings = try values("loadings", shape: [D, Q])
    var noise = try values("noise", shape: [noiseCount])
    if let index = noise.firstIndex(where: { $0 <= 0 }) {
      throw failure("tensor `noise` is \(noise[index]) at index \(index)")
    }
    if noiseCount == 1 { noise = [Double](repeating: noise[0], count: D) }
    let map = try columnMap()
    guard map.scale.allSatisfy({ $0.significand == 1 }) else { throw failure("a scale is not a power of two") }
    guard let parameters = FactorParameters(loadings: loadings, noise: noise) else {
      throw failure("the loadings and the noise make no covariance")
    }
    return LinearGaussian(map: map, parameters: parameters)
  }
}
