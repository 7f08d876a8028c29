import SurprisalCore

/// Which rows of a table form which sequence: consecutive rows, one sequence behind the other.
public struct SequenceLayout: Sendable, Hashable {
  /// The number of rows of each sequence, at least 1.
  public let lengths: [Int]

  /// Sequences of given lengths.
  ///
  /// Throws a data error that names the first sequence without rows, or if there is no sequence.
  public init(lengths: [Int]) throws {
    guard !lengths.isEmpty else {
      throw SurprisalError(.data, "no sequences", remedy: "give at least one sequence of at least one row")
    }
    if let index = lengths.firstIndex(where: { $0 < 1 }) {
      throw SurprisalError(
        .data, "sequence \(index + 1) has \(lengths[index]) rows", remedy: "leave empty sequences out")
    }
    self.lengths = lengths
  }

  /// Sequences from a column of identifiers: consecutive rows of equal value are one sequence.
  ///
  /// Throws a data error if there are no rows, or, with the row, if an identifier comes back after another.
  public init<Identifier: Hashable>(identifiers: [Identifier]) throws {
    var lengths: [Int] = []
    var seen: Set<Identifier> = []
    var last: Identifier?
    for (row, identifier) in identifiers.enumerated() {
      if let last, last == identifier {
        lengths[lengths.count - 1] += 1
        continue
      }
      guard seen.insert(identifier).inserted else {
        throw SurprisalError(
          .data, "row \(row + 1) belongs to sequence `\(identifier)`, which has ended before",
          remedy: "sort the rows by sequence")
      }
      lengths.append(1)
      last = identifier
    }
    try self.init(lengths: lengths)
  }

  /// One sequence of all rows, at least one.
  public static func single(_ rowCount: Int) throws -> SequenceLayout { try SequenceLayout(lengths: [rowCount]) }

  /// The number of sequences.
  public var count: Int { lengths.count }
  /// The number of rows of all sequences.
  public var rowCount: Int { lengths.reduce(0, +) }

  /// The rows of every sequence.
  public var ranges: [Range<Int>] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return start..<start + length
    }
  }

  /// The rows, layout and weights of the sequences whose weight is not 0: the others are absent.
  public func present(
    of rows: RowMatrix, weights: [Double]?
  ) throws -> (rows: RowMatrix, layout: SequenceLayout, weights: [Double]?) {
    guard let weights, weights.contains(0) else { return (rows, self, weights) }
    let kept = lengths.indices.filter { weights[$0] > 0 }
    let ranges = ranges
    let values = kept.flatMap { ranges[$0].flatMap { rows.row($0) } }
    return (
      try RowMatrix(values, columnCount: rows.columnCount), try SequenceLayout(lengths: kept.map { lengths[$0] }),
      kept.map { weights[$0] }
    )
  }

  /// Throws unless the sequences have as many rows as there are, and there is a valid weight for each.
  func validate(rowCount: Int, weights: [Double]? = nil) throws {
    guard self.rowCount == rowCount else {
      throw SurprisalError(
        .data, "sequences of \(self.rowCount) rows in all for \(rowCount) rows",
        remedy: "give lengths that sum to the number of rows")
    }
    guard let weights else { return }
    guard weights.count == count else {
      throw SurprisalError(
        .data, "\(weights.count) weights for \(count) sequences", remedy: "give one weight a sequence")
    }
    if let index = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw SurprisalError(
        .data, "the weight of sequence \(index + 1) is \(weights[index])",
        remedy: "weights are finite and at least 0")
    }
    guard zip(weights, lengths).reduce(0, { $0 + $1.0 * Double($1.1) }).isFinite else {
      throw SurprisalError(.data, "the sum of the weights overflows", remedy: "divide the weights by a constant")
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw SurprisalError(.data, "all \(count) weights are 0", remedy: "give at least one positive weight")
    }
  }
}
