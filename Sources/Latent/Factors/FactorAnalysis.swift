import SurprisalCore

/// Factor analysis: x = m + Λ z + ε with z ~ N(0, 1) of Q common factors and ε ~ N(0, diag ψ), a variance of its own
/// for every column (Lawley 1940; Rubin and Thayer 1982).
///
/// The likelihood does not depend on the units of the columns, nor on a rotation of the factors: `fit` gives loadings
/// that are orthogonal in the metric of Ψ⁻¹, by falling length, and `rotated()` those of varimax.
public struct FactorAnalysis: FactorModel {
  /// What a model file of this kind says it is.
  public static let fileKind = "factor-analysis"
  /// The names of the D columns.
  public let columnNames: [String]
  /// m, Λ and ψ.
  public let gaussian: LinearGaussian

  init(columnNames: [String], gaussian: LinearGaussian) {
    (self.columnNames, self.gaussian) = (columnNames, gaussian)
  }

  /// ψ, [D], in the unit of x squared.
  public var noiseVariances: [Double] { gaussian.noiseVariances }
  /// The share of each column's variance that the factors leave, 1 − communality, [D].
  public var uniquenesses: [Double] {
    zip(gaussian.parameters.noise, communalityParts).map { $0 / ($1 + $0) }
  }
  /// The correlation of each column with each factor, [D][Q]: the loadings of standardized columns.
  public var correlations: [[Double]] {
    let Q = factorCount
    let parameters = gaussian.parameters
    return zip(parameters.noise, communalityParts).enumerated().map { d, parts in
      let deviation = (parts.0 + parts.1).squareRoot()
      return (0..<Q).map { parameters.loadings[d * Q + $0] / deviation }
    }
  }
  /// D + D Q − Q (Q − 1)/2 + D: loadings count up to a rotation.
  public var parameterCount: Int {
    FactorEM.parameterCount(columns: columnCount, factors: factorCount, isIsotropic: false)
  }

  /// Σ_k Λ_dk² in units of y.
  private var communalityParts: [Double] {
    let Q = factorCount
    return (0..<columnCount).map { d in
      gaussian.parameters.loadings[d * Q..<(d + 1) * Q].reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Writes the model as a safetensors file with a checksum, whole or not at all.
  ///
  /// Tensors, in units of y = (x − shift) / scale − location: `loadings` [D, Q] and `noise` [D], and `shift`,
  /// `scale`, `location` [D]. With `fit` the file also records how it was obtained. Throws if the file cannot be
  /// created or written.
  public func save(to path: String, fit: ModelFit<FactorAnalysis>? = nil) throws {
    try gaussian.save(
      to: path, kind: FactorAnalysis.fileKind, columnNames: columnNames, noiseCount: columnCount,
      record: fit?.fileRecord ?? [])
  }

  /// Reads a model that `save` wrote.
  ///
  /// Throws a data error, with the file's name, for a file of another kind, a failed checksum, or numbers that
  /// are no model.
  public init(contentsOf path: String) throws {
    let file = try FactorFile(path, kind: FactorAnalysis.fileKind)
    columnNames = file.columnNames
    gaussian = try file.linearGaussian(noiseCount: file.columnNames.count)
  }
}

extension FactorAnalysis: CustomStringConvertible {
  /// The numbers of factors and columns.
  public var description: String {
    "factor analysis with \(factorCount.counted("factor")) of \(columnCount.counted("column"))"
  }
}
