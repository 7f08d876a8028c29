import SurprisalCore

/// Columns of both kinds, checked and brought near 1 for the neighbor estimators.
struct MixedColumns: Sendable {
  var levels: [DiscreteColumn]
  /// Nil without continuous columns.
  var matrix: SampleMatrix?

  /// The columns, whose first is number `firstColumn` to the caller and whose random stream is `stream`.
  ///
  /// - Throws: `data` for numbers that are not finite and for columns of other lengths than `rowCount`.
  init(_ columns: [SampleColumn], rowCount: Int, _ name: String, stream: UInt64) throws {
    levels = []
    var values: [[Double]] = []
    for (index, column) in columns.enumerated() {
      let count: Int
      switch column {
      case .discrete(let column):
        levels.append(column)
        count = column.count
      case .continuous(let column):
        values.append(column)
        count = column.count
      }
      if count != rowCount {
        throw SurprisalError(.data, "\(name): column \(index) of a group has \(count) rows, another one \(rowCount)")
      }
    }
    matrix = values.isEmpty ? nil : try SampleMatrix(values, name, stream: stream)
  }

  /// Whether a continuous column's ties on a grid were spread.
  var isSpread: Bool { matrix?.isSpread ?? false }

  /// The columns of both.
  func joined(with other: MixedColumns) -> MixedColumns {
    var result = self
    result.levels += other.levels
    if let matrix, let more = other.matrix {
      result.matrix = matrix.joined(with: more)
    } else {
      result.matrix = matrix ?? other.matrix
    }
    return result
  }

  /// The space of the columns.
  func space(rowCount: Int) -> MixedSpace { MixedSpace(levels, matrix, rowCount: rowCount) }
}

extension SampleColumn {
  /// The number of rows.
  var count: Int {
    switch self {
    case .continuous(let values): values.count
    case .discrete(let levels): levels.count
    }
  }

  /// Whether it is one of levels.
  var isDiscrete: Bool {
    if case .discrete = self { true } else { false }
  }
}
