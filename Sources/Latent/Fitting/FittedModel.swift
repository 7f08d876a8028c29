import SurprisalCore

/// A model with a density or mass for the rows of a table, which can be written to a file and read again.
public protocol FittedModel: Sendable {
  /// What a model file of this kind says it is, such as `gaussian-mixture`.
  static var fileKind: String { get }
  /// The names of the columns, [D].
  var columnNames: [String] { get }
  /// The number of free parameters.
  var parameterCount: Int { get }

  /// Reads a model that `save` wrote; throws a data error, with the file's name, for any other file.
  init(contentsOf path: String) throws

  /// log p(x_n) of every row in nats, [n]; for densities it depends on the unit of x.
  ///
  /// A row outside the support has −∞. Throws a data error for rows with other columns or numbers that are
  /// not finite.
  func logDensities(of rows: RowMatrix, threads: Int?) throws -> [Double]

  /// `count` rows drawn from the model, and the component or state (from 0) of each; nil without such.
  func drawn(_ count: Int, using generator: inout RandomGenerator) -> (rows: RowMatrix, components: [Int]?)
}

/// A model that explains every row by one of K components or states.
public protocol ComponentModel: FittedModel {
  /// K.
  var componentCount: Int { get }
  /// p(k | x_n): n rows, K columns, each row summing to 1.
  ///
  /// Throws as `logDensities` does, and for rows that no component can explain.
  func responsibilities(of rows: RowMatrix, threads: Int?) throws -> RowMatrix
  /// The most probable component of every row, from 0; the first of equals.
  func assignments(of rows: RowMatrix, threads: Int?) throws -> [Int]
}

extension ComponentModel {
  /// The component of the greatest responsibility.
  public func assignments(of rows: RowMatrix, threads: Int? = nil) throws -> [Int] {
    let values = try responsibilities(of: rows, threads: threads)
    return (0..<rows.rowCount).map { row in
      let shares = values.row(row)
      return shares.indices.max { shares[$0] < shares[$1] } ?? 0
    }
  }
}

extension GaussianMixture: ComponentModel {
  /// Rows and their components; see `sample(_:using:)`.
  public func drawn(_ count: Int, using generator: inout RandomGenerator) -> (rows: RowMatrix, components: [Int]?) {
    let result = sample(count, using: &generator)
    return (result.rows, result.components)
  }
}
