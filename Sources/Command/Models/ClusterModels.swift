import Surprisal

extension GaussianMixture: DensityCommandModel, AssigningCommandModel {
  var headline: String {
    "mixture of \(componentCount) Gaussian\(componentCount == 1 ? "" : "s") over "
      + "\(ModelColumns.list(columnNames)), covariance \(covarianceModel.rawValue), "
      + parameterCount.counted("parameter")
  }

  var acceptsMissingCells: Bool { true }

  func scores(of data: ModelData, threads: Int?) throws -> [Double] {
    try logDensities(of: data.rows, missing: data.missingCells, threads: threads)
  }

  /// The component of the greatest responsibility and all responsibilities.
  func assignment(of data: ModelData, threads: Int?) throws -> [RowOutput.Column] {
    RowOutput.Column.assignment(
      by: try responsibilities(of: data.rows, missing: data.missingCells, threads: threads))
  }

  /// Weights, means and standard deviations of the first columns.
  var parametersText: String { MixtureFitText.parameters(of: self) }

  /// Weights, means and covariances in the unit of x; z = (x − shift) / scale are the model's coordinates.
  var parametersJSON: JSONValue {
    [
      "weights": JSONValue(weights), "means": JSONValue(means),
      "covariances": .array(covariances.map { JSONValue($0) }),
      "shift": JSONValue(standardization.shift), "scale": JSONValue(standardization.scale),
    ]
  }
}

extension KMeans: AssigningCommandModel {
  var headline: String { "k-means with \(clusterCount) centers over \(ModelColumns.list(columnNames))" }
  var parametersText: String { "" }
  var parametersJSON: JSONValue { ["centers": JSONValue(centers)] }

  /// The nearest center.
  func assignment(of data: ModelData, threads: Int?) throws -> [RowOutput.Column] {
    let labels = try assignments(of: data.rows, threads: threads)
    return [.init(name: "cluster", values: .integers { labels[$0] + 1 })]
  }
}
