import Surprisal

/// A model of any kind that commands can use, with the file that it came from.
struct ModelFile {
  /// Every kind of model that a file can hold.
  static let kinds: [any CommandModel.Type] = [
    GaussianMixture.self, ProductMixture.self, HiddenMarkov.self, PrincipalComponents.self, ProbabilisticPCA.self,
    FactorAnalysis.self,
    NaiveBayes.self, KMeans.self,
  ]

  private static let order =
    "give the model file first, which 'surprisal fit' wrote with --model, and then the data"

  var path: String
  var model: any CommandModel

  /// Reads the model at `path`; the file says what it is.
  init(path: String) throws {
    let file: SafetensorsFile
    do {
      file = try SafetensorsFile(path: path)
    } catch var error as SurprisalError where error.category == .missingInput {
      error.remedy =
        BuiltInDataSet.all.contains { $0.name == path }
        ? "\(path) is a built-in data set: \(ModelFile.order)"
        : "check the path; a model is a file that 'surprisal fit' wrote with --model"
      throw error
    } catch let error as SurprisalError where error.category == .data {
      // A file of ours begins with eight bytes of length and a brace, whatever became of the rest.
      let isOurs = try MappedFile(path: path).withUnsafeBytes { $0.count > 8 && $0[8] == UInt8(ascii: "{") }
      guard !isOurs else { throw error }
      throw SurprisalError(.data, "is no model file", remedy: ModelFile.order, at: .init(file: path))
    }
    guard let kind = ModelFile.kinds.first(where: { $0.fileKind == file.kind }) else {
      throw SurprisalError(
        .data,
        file.kind.map { "holds a '\($0)', not a model that this command uses" } ?? "is no model of surprisal",
        remedy: "give a file that 'surprisal fit' wrote", at: .init(file: path))
    }
    self.path = path
    model = try kind.init(contentsOf: path)
  }

  /// The model if it is of the kind that `command` needs; others throw a data error that names both.
  func model<Model: CommandModel>(_ type: Model.Type, for command: String) throws -> Model {
    guard let model = model as? Model else {
      throw SurprisalError(
        .data, "the file holds a \(model.kind), and '\(command)' needs a \(Model.fileKind)",
        remedy: "fit a \(Model.fileKind)", at: .init(file: path))
    }
    return model
  }

  /// The model as one with a density; others throw a data error that names `command`.
  func withDensity(for command: String) throws -> any DensityCommandModel {
    guard let model = model as? any DensityCommandModel else { throw lacks("density", for: command) }
    return model
  }

  /// The model as one that assigns rows to its parts; others throw a data error that names `command`.
  func withParts(for command: String) throws -> any AssigningCommandModel {
    guard let model = model as? any AssigningCommandModel else { throw lacks("components or classes", for: command) }
    return model
  }

  /// The error of a model without what a command needs.
  func lacks(_ what: String, for command: String) -> SurprisalError {
    SurprisalError(
      .data, "\(model.kind) has no \(what), which '\(command)' needs",
      remedy: "'surprisal help \(command)' says which models have", at: .init(file: path))
  }

  /// Runs `body`; its data errors that say no place get this file's name.
  func named<Result>(_ body: () throws -> Result) throws -> Result {
    try InputTable.named(path, body)
  }

  /// Reads the model's columns from the table called `data`.
  func read(_ data: String, with input: InputTable) throws -> ModelData {
    try ModelColumns(of: model, file: path).read(data, with: input)
  }
}
