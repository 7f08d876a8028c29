import Surprisal

/// What every command may ask of a model that a file holds; each kind of model answers in a file of its own.
protocol CommandModel: Sendable {
  /// What a model file says it is, such as `gaussian-mixture`.
  static var fileKind: String { get }
  /// The names of the columns that the model reads.
  var columnNames: [String] { get }
  /// For each column of words the words that the model knows; nil for a column of numbers.
  var columnLevels: [[String]?] { get }
  /// Whether NaN stands for a missing cell that the model integrates out.
  var acceptsMissingCells: Bool { get }
  /// Whether rows follow each other in time.
  var isSequential: Bool { get }

  /// Reads a model that `fit` wrote.
  init(contentsOf path: String) throws

  /// What the model is, in one line without a period.
  var headline: String { get }
  /// The parameters for a person.
  var parametersText: String { get }
  /// The parameters for a program.
  var parametersJSON: JSONValue { get }
}

/// A model with a density: `score` and `sample`.
protocol DensityCommandModel: CommandModel {
  /// log p of every row in nats.
  func scores(of data: ModelData, threads: Int?) throws -> [Double]
  /// Drawn rows; with `hasLabels` behind them the part of the model that each came from, if it has parts.
  func drawnColumns(
    _ count: Int, hasLabels: Bool, using generator: inout RandomGenerator
  ) throws -> [RowOutput.Column]
}

/// A model that assigns rows to its parts: `assign`.
protocol AssigningCommandModel: CommandModel {
  /// The columns that `assign` writes behind the row's number.
  func assignment(of data: ModelData, threads: Int?) throws -> [RowOutput.Column]
}

/// A table that was read for a model.
struct ModelData {
  /// The model's columns in the model's order.
  var table: Table
  /// How many rows each sequence has; one sequence of all rows if nil.
  var sequenceLengths: [Int]?

  /// Whether missing cells were kept as NaN.
  var missingCells: MissingCells = .error

  /// The rows.
  var rows: RowMatrix { table.rows }
}

extension CommandModel {
  var columnLevels: [[String]?] { columnNames.map { _ in nil } }
  var acceptsMissingCells: Bool { false }
  var isSequential: Bool { false }

  /// What the file says the model is.
  var kind: String { Self.fileKind }

  /// Refuses options of reading that the model has no use for.
  func refuseOptions(_ arguments: Arguments, file: String) throws {
    if arguments[DataOptions.sequence] != nil, !isSequential {
      throw SurprisalError(
        .usage, "--sequence is for models of sequences, and \(file) holds a \(kind)", remedy: "leave it out")
    }
    if arguments[DataOptions.missingOrModel] == "model", !acceptsMissingCells {
      throw SurprisalError(
        .usage, "--missing model is for models that integrate missing cells out, and \(file) holds a \(kind)",
        remedy: "choose --missing drop")
    }
  }

  /// The columns of rows under the model's names; places among levels come as their words.
  func columns(of rows: RowMatrix) -> [RowOutput.Column] {
    let levels = columnLevels
    return columnNames.enumerated().map { index, name in
      guard let words = levels[index] else {
        return RowOutput.Column(name: name, values: .numbers { rows[$0, index] })
      }
      return RowOutput.Column(name: name, values: .words { words[Int(rows[$0, index])] })
    }
  }
}

extension DensityCommandModel where Self: FittedModel {
  func scores(of data: ModelData, threads: Int?) throws -> [Double] {
    try logDensities(of: data.rows, threads: threads)
  }

  func drawnColumns(
    _ count: Int, hasLabels: Bool, using generator: inout RandomGenerator
  ) throws -> [RowOutput.Column] {
    let drawn = drawn(count, using: &generator)
    var result = columns(of: drawn.rows)
    if hasLabels, let components = drawn.components {
      result.append(.init(name: "component", values: .integers { components[$0] + 1 }))
    }
    return result
  }
}

extension AssigningCommandModel where Self: ComponentModel {
  /// The component of the greatest responsibility and all responsibilities.
  func assignment(of data: ModelData, threads: Int?) throws -> [RowOutput.Column] {
    RowOutput.Column.assignment(by: try responsibilities(of: data.rows, threads: threads))
  }
}

extension RowOutput.Column {
  /// The component of the greatest responsibility and all responsibilities, [n][K].
  static func assignment(by responsibilities: RowMatrix) -> [RowOutput.Column] {
    let labels = (0..<responsibilities.rowCount).map { row in
      let values = responsibilities.row(row)
      return values.indices.max { values[$0] < values[$1] } ?? 0
    }
    let label = RowOutput.Column(name: "component", values: .integers { labels[$0] + 1 })
    return [label]
      + (0..<responsibilities.columnCount).map { component in
        .init(name: "responsibility\(component + 1)", values: .numbers { responsibilities[$0, component] })
      }
  }
}
