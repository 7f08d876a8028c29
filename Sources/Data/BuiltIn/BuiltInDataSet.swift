import SurprisalCore

/// A data set that comes with the program, used by name only.
public struct BuiltInDataSet: Sendable {
  enum Kind: Sendable {
    case oldFaithful
    case digits
    case synthetic(GaussianClusters)
  }

  /// The name, such as `old-faithful`.
  public let name: String
  /// What it holds, in one line.
  public let summary: String
  /// Where the numbers come from.
  public let source: String
  /// Under which terms they may be used.
  public let license: String
  /// The number of observations.
  public let rowCount: Int
  /// The columns' names.
  public let columnNames: [String]
  let kind: Kind

  /// All sets.
  public static let all: [BuiltInDataSet] = [oldFaithful, digits, threeClusters, overlapping]

  /// The set called `name`.
  ///
  /// Throws a usage error with the nearest name if there is none.
  public init(named name: String) throws {
    guard let found = BuiltInDataSet.all.first(where: { $0.name == name }) else {
      let names = BuiltInDataSet.all.map(\.name)
      let remedy =
        nearestName(to: name, in: names).map { "did you mean \($0)?" }
        ?? "there are \(names.joined(separator: ", "))"
      throw SurprisalError(.usage, "there is no built-in set `\(name)`", remedy: remedy)
    }
    self = found
  }

  init(
    name: String, summary: String, source: String, license: String, rowCount: Int, columnNames: [String],
    kind: Kind
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.license = license
    self.rowCount = rowCount
    self.columnNames = columnNames
    self.kind = kind
  }

  /// Whether the numbers are drawn from a seed.
  public var isSynthetic: Bool {
    if case .synthetic = kind { true } else { false }
  }

  /// The numbers, drawn from `seed` where the set is synthetic.
  public func table(seed: UInt64 = 0) throws -> Table {
    try labeledTable(seed: seed).table
  }

  /// The numbers with each row's class, where there are classes: the digit drawn, or the cluster.
  public func labeledTable(seed: UInt64 = 0) throws -> (table: Table, labels: [Int]?) {
    let values: [Double]
    let labels: [Int]?
    switch kind {
    case .oldFaithful: (values, labels) = (BuiltInDataSet.oldFaithfulValues, nil)
    case .digits: (values, labels) = BuiltInDataSet.decodedDigits()
    case .synthetic(let clusters): (values, labels) = clusters.draw(rowCount: rowCount, seed: seed)
    }
    let rows = try RowMatrix(values, columnCount: columnNames.count)
    return (try Table(columnNames: columnNames, rows: rows, sourceName: name), labels)
  }
}

extension BuiltInDataSet {
  static let oldFaithful = BuiltInDataSet(
    name: "old-faithful",
    summary: "eruptions of the Old Faithful geyser and waiting times to the next, in minutes",
    source: "A. Azzalini and A. W. Bowman 1990, Applied Statistics 39; the numbers of R's faithful",
    license: "published measurements", rowCount: 272, columnNames: ["eruptions", "waiting"],
    kind: .oldFaithful)

  package static let digits = BuiltInDataSet(
    name: "digits",
    summary: "handwritten digits of 13 writers, 8 × 8 pixels of 0 … 16",
    source: "E. Alpaydin and C. Kaynak 1998, UCI Optical Recognition of Handwritten Digits, test set",
    license: "CC BY 4.0", rowCount: 1797,
    columnNames: (0..<64).map { "pixel_\($0 / 8)_\($0 % 8)" }, kind: .digits)

  static let threeClusters = BuiltInDataSet(
    name: "three-clusters",
    summary: "three elongated Gaussian clusters that hardly overlap",
    source: "drawn from the seed", license: "Apache-2.0", rowCount: 900, columnNames: ["x", "y"],
    kind: .synthetic(
      GaussianClusters([
        .init(weight: 0.4, mean: (-5, 0), deviations: (2.5, 0.4), angle: 0.7),
        .init(weight: 0.35, mean: (4, -2), deviations: (2, 0.5), angle: -0.9),
        .init(weight: 0.25, mean: (2, 5), deviations: (3, 0.3), angle: 0.1),
      ])))

  static let overlapping = BuiltInDataSet(
    name: "overlapping",
    summary: "three round Gaussian clusters whose means lie two standard deviations apart",
    source: "drawn from the seed", license: "Apache-2.0", rowCount: 1500, columnNames: ["x", "y"],
    kind: .synthetic(
      GaussianClusters([
        .init(weight: 0.5, mean: (0, 0), deviations: (1, 1), angle: 0),
        .init(weight: 0.3, mean: (2, 0), deviations: (1, 1), angle: 0),
        .init(weight: 0.2, mean: (1, 1.732_050_807_568_877_2), deviations: (1, 1), angle: 0),
      ])))
}
