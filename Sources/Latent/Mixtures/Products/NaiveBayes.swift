import CSurprisalKernels
import SurprisalCore

/// A classifier whose classes are products over columns: p(c | x) ∝ p(c) Π_d f_d(x_d; θ_cd).
///
/// It is a product mixture whose components are known for every row, so that its maximum is in closed form; it has the
/// same families, densities and files.
public struct NaiveBayes: Sendable {
  /// The names of the classes, [C].
  public let classNames: [String]
  let parameters: ProductParameters

  init(parameters: ProductParameters, classNames: [String]) {
    self.parameters = parameters
    self.classNames = classNames
  }

  /// C.
  public var classCount: Int { parameters.componentCount }
  /// The names of the columns, [D].
  public var columnNames: [String] { parameters.columns.names }
  /// The families of the columns, [D].
  public var families: [ColumnFamily] { parameters.columns.families }
  /// The words of each categorical column's levels, where they are known, [D].
  public var levels: [[String]?] { parameters.columns.words }
  /// p(c), [C].
  public var classWeights: [Double] { parameters.weights }
  /// The number of free parameters.
  public var parameterCount: Int { classCount - 1 + classCount * parameters.columns.parameterCount }

  /// The distribution of every column in every class, [C][D], in the unit of x.
  public var components: [[ColumnDistribution]] { mixture.components }

  /// p(x) = Σ_c p(c) p(x | c), as a mixture.
  public var mixture: ProductMixture { ProductMixture(parameters: parameters) }
}

extension NaiveBayes: ComponentModel {
  /// The number of classes.
  public var componentCount: Int { classCount }

  /// log p(x_n) of every row in nats, [n]; with exponential or normal columns it depends on the unit of x.
  public func logDensities(of rows: RowMatrix, threads: Int? = nil) throws -> [Double] {
    try mixture.logDensities(of: rows, threads: threads)
  }

  /// p(c | x_n): n rows, C columns, each row summing to 1.
  ///
  /// Throws a data error for rows with other columns or numbers that a column's family excludes, and for rows that are
  /// impossible in every class.
  public func classProbabilities(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try ProductScorer(parameters, rows, threads: threads).responsibilities(of: "class")
  }

  /// The same as `classProbabilities`.
  public func responsibilities(of rows: RowMatrix, threads: Int? = nil) throws -> RowMatrix {
    try classProbabilities(of: rows, threads: threads)
  }

  /// ln p(c | x_n), [n][C], also where p underflows; −∞ where x_n is impossible in class c.
  ///
  /// Throws as `classProbabilities` does.
  public func logClassProbabilities(of rows: RowMatrix, threads: Int? = nil) throws -> [[Double]] {
    let (C, P) = (classCount, parameters.columns.valueCount)
    let joint = try (0..<C).map { c in
      let single = ProductParameters(
        columns: parameters.columns, weights: [1], values: Array(parameters.values[c * P..<(c + 1) * P]))
      return try ProductScorer(single, rows, threads: threads).logDensities()
    }
    let logWeights = classWeights.map { surprisal_log($0) }
    return try (0..<rows.rowCount).map { row in
      let terms = (0..<C).map { logWeights[$0] + joint[$0][row] }
      let top = terms.max() ?? -.infinity
      guard top > -.infinity else {
        throw SurprisalError(
          .data, "row \(row + 1) is impossible in every class",
          remedy: "leave it out, or fit with --smoothing or --scale-smoothing above 0")
      }
      let total = top + surprisal_log(terms.reduce(0) { $0 + surprisal_exp($1 - top) })
      return terms.map { $0 - total }
    }
  }

  /// `count` rows drawn from the model, and the class (from 0) of each.
  public func drawn(
    _ count: Int, using generator: inout RandomGenerator
  ) -> (rows: RowMatrix, components: [Int]?) {
    mixture.drawn(count, using: &generator)
  }
}
