import CSurprisalKernels
import SurprisalCore
import SurprisalData

extension HiddenMarkov: ComponentModel {
  /// What a model file of this kind says it is.
  public static let fileKind = "hidden-markov"

  /// K.
  public var componentCount: Int { stateCount }

  /// Writes the model as a safetensors file with a checksum, whole or not at all.
  ///
  /// Tensors: `initial` [K], `transitions` [K, K], and of Gaussian emissions, in standardized coordinates, `means`
  /// [K, D], `covariances` [K, D, D] or [K, D], `shift` and `scale` [D]; of categorical ones `probabilities`
  /// [K, Σ levels], column by column; of Poisson ones `rates` [K, D]. With `fit` the file also records how the model was
  /// obtained. Throws if the file cannot be created or written.
  public func save(to path: String, fit: ModelFit<HiddenMarkov>? = nil) throws {
    let (K, D) = (stateCount, columnCount)
    var configuration: [JSONMember] = [
      JSONMember("emissions", .string(emissionFamily.name)), JSONMember("columns", JSONValue(columnNames)),
    ]
    if case .gaussian(let model) = emissionFamily {
      configuration.append(JSONMember("covariance", .string(model.rawValue)))
    }
    if case .categorical(let states) = parameters.emissions {
      configuration.append(JSONMember("levels", .array(states.levels.map { .integer($0) })))
      configuration.append(JSONMember("words", .array(levels.map { $0.map { JSONValue($0) } ?? .null })))
    }
    if let fit { configuration += fit.fileRecord }
    var writer = SafetensorsWriter(
      kind: HiddenMarkov.fileKind, configuration: .object(configuration),
      units: "log-densities in nats; Gaussian parameters standardized by z = (x - shift) / scale",
      kernelVariant: String(cString: surprisal_instruction_set_name()))
    try writer.add("initial", parameters.initial, shape: [K])
    try writer.add("transitions", parameters.transitions, shape: [K, K])
    switch parameters.emissions {
    case .gaussian(let gaussians, let standardization):
      try writer.add("means", gaussians.means, shape: [K, D])
      try writer.add(
        "covariances", gaussians.covariances, shape: gaussians.covarianceModel.isDiagonal ? [K, D] : [K, D, D])
      try writer.add("shift", standardization.shift, shape: [D])
      try writer.add("scale", standardization.scale, shape: [D])
    case .categorical(let states):
      try writer.add("probabilities", states.probabilities, shape: [K, states.levelCount])
    case .poisson(let states):
      try writer.add("rates", states.rates, shape: [K, D])
    }
    try writer.write(to: path)
  }

  /// Reads a model that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that make no
  /// model.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(path: path)
    func failure(_ what: String) -> SurprisalError {
      SurprisalError(
        .data, what, remedy: "give a model file that `surprisal fit hidden-markov` wrote", at: .init(file: path))
    }
    guard file.kind == HiddenMarkov.fileKind else {
      throw failure("the file holds \(file.kind.map { "a \($0)" } ?? "no model of ours")")
    }
    let configuration = try file.configuration()
    guard let names = configuration["columns"]?.arrayValue?.compactMap(\.stringValue), !names.isEmpty else {
      throw failure("the column names are missing")
    }
    func numbers(_ name: String, _ shape: [Int]) throws -> [Double] {
      let found = try file.tensor(named: name).shape
      guard found == shape else { throw failure("tensor `\(name)` has shape \(found), expected \(shape)") }
      let values = try file.doubles(named: name)
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw failure("tensor `\(name)` is \(values[index]) at index \(index)")
      }
      return values
    }
    func probabilities(_ name: String, _ shape: [Int], runs: [Int]) throws -> [Double] {
      let values = try numbers(name, shape)
      var start = 0
      while start < values.count {
        for count in runs {
          let run = values[start..<start + count]
          guard run.allSatisfy({ $0 >= 0 }), (run.reduce(0, +) - 1).magnitude <= 1e-9 else {
            throw failure("tensor `\(name)` holds no probabilities from index \(start) on")
          }
          start += count
        }
      }
      return values
    }
    let K = try file.tensor(named: "initial").shape.first ?? 0
    let D = names.count
    guard K > 0 else { throw failure("the model has no states") }
    let emissions: StateEmissions
    switch configuration["emissions"]?.stringValue {
    case "gaussian":
      guard let name = configuration["covariance"]?.stringValue, let model = CovarianceModel(rawValue: name) else {
        throw failure("the covariance model is unknown")
      }
      let scale = try numbers("scale", [D])
      guard scale.allSatisfy({ $0 > 0 && $0.significand == 1 }) else { throw failure("a scale is not a power of two") }
      guard
        let gaussians = GaussianParameters(
          covarianceModel: model, weights: [Double](repeating: 1, count: K), means: try numbers("means", [K, D]),
          covariances: try numbers("covariances", model.isDiagonal ? [K, D] : [K, D, D]))
      else { throw failure("a covariance is not positive definite") }
      emissions = .gaussian(gaussians, Standardization(shift: try numbers("shift", [D]), scale: scale))
    case "categorical":
      let levels = configuration["levels"]?.arrayValue?.compactMap(\.integerValue) ?? []
      let most = try file.tensor(named: "probabilities").shape.last ?? 0
      guard levels.count == D, levels.allSatisfy({ $0 >= 1 && $0 <= most }) else {
        throw failure("the numbers of levels are missing")
      }
      emissions = .categorical(
        CategoricalStates(
          levels: levels,
          probabilities: try probabilities("probabilities", [K, levels.reduce(0, +)], runs: levels)))
    case "poisson":
      let rates = try numbers("rates", [K, D])
      guard rates.allSatisfy({ $0 >= 0 }) else { throw failure("a rate is negative") }
      emissions = .poisson(PoissonStates(rates: rates, columns: D))
    default: throw failure("the kind of emissions is unknown")
    }
    self.init(
      parameters: ChainParameters(
        initial: try probabilities("initial", [K], runs: [K]),
        transitions: try probabilities("transitions", [K, K], runs: [K]), emissions: emissions), columnNames: names)
    guard let words = configuration["words"]?.arrayValue else { return }
    do {
      self = try named(levels: words.map { $0.arrayValue?.compactMap(\.stringValue) })
    } catch let error as SurprisalError {
      throw failure(error.message)
    }
  }
}
