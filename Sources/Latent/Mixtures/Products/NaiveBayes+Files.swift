import SurprisalCore

extension NaiveBayes {
  /// What a model file of this kind says it is.
  public static let fileKind = "naive-bayes"

  /// Writes the classifier as a safetensors file with a checksum, whole or not at all: the tensors and configuration of
  /// `ProductMixture.save`, and the classes' names.
  public func save(to path: String) throws {
    try parameters.write(
      kind: NaiveBayes.fileKind,
      configuration: parameters.columns.members + [JSONMember("classes", JSONValue(classNames))], to: path)
  }

  /// Reads a classifier that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that make no
  /// classifier.
  public init(contentsOf path: String) throws {
    let remedy = "give a model file that `surprisal fit naive-bayes` wrote"
    let (parameters, configuration) = try ProductParameters.read(kind: NaiveBayes.fileKind, from: path, remedy: remedy)
    let names = configuration["classes"]?.arrayValue?.compactMap(\.stringValue) ?? []
    guard names.count == parameters.componentCount else {
      throw SurprisalError(
        .data, "\(names.count) class names for \(parameters.componentCount) classes", remedy: remedy,
        at: .init(file: path))
    }
    self.init(parameters: parameters, classNames: names)
  }
}
