import SurprisalCore

/// A mixture over tables whose columns each have a family of their own: p(x) = Σ_k π_k Π_d f_d(x_d; θ_kd).
///
/// Within a component the columns are independent; what they share, the component explains. With discrete columns
/// only it is the latent class model (Lazarsfeld 1950; McLachlan and Peel 2000, section 5.11), whose log p(x) is that
/// of a probability; each exponential and normal column makes it that of a density at the column's unit.
public struct ProductMixture: Sendable {
  let parameters: ProductParameters

  init(parameters: ProductParameters) { self.parameters = parameters }

  var columns: ProductColumns { parameters.columns }

  /// K.
  public var componentCount: Int { parameters.componentCount }
  /// D.
  public var columnCount: Int { columns.count }
  /// The names of the columns, [D].
  public var columnNames: [String] { columns.names }
  /// The families of the columns, [D].
  public var families: [ColumnFamily] { columns.families }
  /// The words of each categorical column's levels in the order of their codes, where they are known, [D].
  public var levels: [[String]?] { columns.words }
  /// The number of free parameters: K − 1 weights and, for each component, those of every column.
  public var parameterCount: Int { componentCount - 1 + componentCount * columns.parameterCount }
  /// π, [K], summing to 1; after a fit in falling order.
  public var weights: [Double] { parameters.weights }

  /// The distribution of every column in every component, [K][D], in the unit of x.
  public var components: [[ColumnDistribution]] {
    (0..<componentCount).map { k in (0..<columnCount).map { parameters.distribution(k, $0) } }
  }
}
