/// The kind of distribution that one column of a table has within a component.
public enum ColumnFamily: Sendable, Hashable {
  /// 0 or 1.
  case bernoulli
  /// One of `levels` levels, coded 0, 1, …, levels − 1.
  case categorical(levels: Int)
  /// Counts 0, 1, 2, …, of a variance like their mean.
  case poisson
  /// Counts 0, 1, 2, … of failures before a success.
  case geometric
  /// Numbers of at least 0: waiting times.
  case exponential
  /// Any finite number.
  case normal

  /// The family's name in files and messages.
  public var name: String {
    switch self {
    case .bernoulli: "bernoulli"
    case .categorical: "categorical"
    case .poisson: "poisson"
    case .geometric: "geometric"
    case .exponential: "exponential"
    case .normal: "normal"
    }
  }

  /// The levels of a discrete column; nil for the others.
  package var levelCount: Int? {
    switch self {
    case .bernoulli: 2
    case .categorical(let levels): levels
    default: nil
    }
  }

  /// The numbers that hold the parameters of one component: probabilities of all levels, a mean, or mean and variance.
  package var valueCount: Int { levelCount ?? (self == .normal ? 2 : 1) }

  /// The free parameters of one component.
  package var parameterCount: Int { levelCount.map { $0 - 1 } ?? valueCount }

  /// Whether it has a mass rather than a density.
  package var isDiscrete: Bool { self != .exponential && self != .normal }
}

/// The families of a table's columns: `[.poisson, .normal]`, or `.all(.bernoulli)` where every column has the same.
public struct ColumnFamilies: Sendable, Hashable, ExpressibleByArrayLiteral {
  private enum Content: Hashable {
    case same(ColumnFamily)
    case each([ColumnFamily])
  }

  private let content: Content

  /// One family for every column.
  public static func all(_ family: ColumnFamily) -> ColumnFamilies { ColumnFamilies(content: .same(family)) }

  /// A family for each column.
  public static func each(_ families: [ColumnFamily]) -> ColumnFamilies { ColumnFamilies(content: .each(families)) }

  /// A family for each column.
  public init(arrayLiteral elements: ColumnFamily...) { content = .each(elements) }

  private init(content: Content) { self.content = content }

  /// The families of `count` columns, fewer or more where a list of another length was given.
  package func list(count: Int) -> [ColumnFamily] {
    switch content {
    case .same(let family): [ColumnFamily](repeating: family, count: count)
    case .each(let families): families
    }
  }
}
