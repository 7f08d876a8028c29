import Surprisal

/// A model file of any kind that commands can use.
enum ModelFile {
  case gaussianMixture(GaussianMixture)
  case kMeans(KMeans)

  /// Reads the model at `path`; the file says what it is.
  init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    switch file.kind {
    case "gaussian-mixture": self = .gaussianMixture(try GaussianMixture(contentsOf: path))
    case "k-means": self = .kMeans(try KMeans(contentsOf: path))
    case let kind:
      throw SurprisalError(
        .data,
        kind.map { "holds a '\($0)', not a model that this command uses" } ?? "is no model of surprisal",
        remedy: "give a file that 'surprisal fit' wrote", at: .init(file: path))
    }
  }

  /// The mixture; other models throw a data error that names `command`.
  func mixture(for command: String, path: String) throws -> GaussianMixture {
    guard case .gaussianMixture(let model) = self else {
      throw SurprisalError(
        .data, "k-means has no density, which '\(command)' needs", remedy: "fit a gaussian-mixture",
        at: .init(file: path))
    }
    return model
  }
}
