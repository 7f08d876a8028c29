import SurprisalCore

/// Principal components as a density: x = m + W z + ε with z ~ N(0, 1) and ε ~ N(0, σ² 1) (Tipping and Bishop 1999).
///
/// The maximum of the likelihood is known: with the eigenvalues λ and eigenvectors U of the covariance (divisor
/// Σ w), σ² is the mean of the D − Q least λ and W = U (Λ − σ²)^(½). EM reaches the same W up to a rotation.
public struct ProbabilisticPCA: FactorModel {
  /// What a model file of this kind says it is.
  public static let fileKind = "ppca"
  /// The names of the D columns.
  public let columnNames: [String]
  /// m, W and σ².
  public let gaussian: LinearGaussian

  init(columnNames: [String], gaussian: LinearGaussian) {
    (self.columnNames, self.gaussian) = (columnNames, gaussian)
  }

  /// σ², the variance of the noise in every column, in the unit of x squared.
  public var noiseVariance: Double { gaussian.noiseVariances[0] }
  /// D + D Q − Q (Q − 1)/2 + 1: W counts up to a rotation.
  public var parameterCount: Int {
    FactorEM.parameterCount(columns: columnCount, factors: factorCount, isIsotropic: true)
  }

  /// How the maximum of the likelihood is found.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// From eigenvectors; a few steps of EM then show in the ledger that it is one.
    case closedForm = "closed-form"
    /// EM from a random W.
    case expectationMaximization = "em"
  }

  /// Writes the model as a safetensors file with a checksum, whole or not at all.
  ///
  /// Tensors, in units of y = (x − shift) / scale − location: `loadings` [D, Q] and `noise` [1], and `shift`,
  /// `scale`, `location` [D]. With `fit` the file also records how it was obtained. Throws if the file cannot be
  /// created or written.
  public func save(to path: String, fit: ModelFit<ProbabilisticPCA>? = nil) throws {
    try gaussian.save(
      to: path, kind: ProbabilisticPCA.fileKind, columnNames: columnNames, noiseCount: 1,
      record: fit?.fileRecord ?? [])
  }

  /// Reads a model that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that
  /// are no model.
  public init(contentsOf path: String) throws {
    let file = try FactorFile(path, kind: ProbabilisticPCA.fileKind)
    columnNames = file.columnNames
    gaussian = try file.linearGaussian(noiseCount: 1)
  }
}

extension ProbabilisticPCA: CustomStringConvertible {
  /// The numbers of factors and columns.
  public var description: String {
    "probabilistic PCA with \(factorCount.counted("factor")) of \(columnCount.counted("column"))"
  }
}
