import Surprisal

/// The options of the commands that measure information.
enum InformationOptions {
  static let section = "measure"

  static let discrete = Option.columns(
    "discrete", section: section,
    standard: "columns of words, and of whole numbers with at most 50 different ones",
    "count these columns' values as levels")
  static let continuous = Option.columns(
    "continuous", section: section, standard: "the other columns",
    "take these columns' numbers as drawn from a density")
  static let given = Option.columns(
    "given", section: section, "the columns that are known")
  static let target = Option.column(
    "target", section: section, "rank every other column by its information about this one")
  static let estimator = Option.choice(
    "estimator",
    [.init("miller-madow"), .init("plug-in", aliases: ["maximum-likelihood"]), .init("shrinkage")],
    section: section, standard: "miller-madow", "how counts become entropies")
  static let neighbors = Option.integer(
    "neighbors", 1...1_000, placeholder: "K", section: section, standard: "3",
    "the nearest neighbor whose distance stands for the density")
  static let permutations = Option.integer(
    "permutations", 1...1_000_000, section: section, "test independence by so many permutations")
  static let binWidth = Option.real(
    "bin-width", 0...1e300, isOpen: true, section: section,
    "also the entropy of the values rounded to bins of this width, h − log Δ for each column")
  static let csv = Option.flag("csv", section: "answer", "write CSV, one row a pair")
  static let plot = Option.path("plot", section: "answer", "draw the matrix as SVG into this file")

  /// The options of every command that reads one table.
  static let reading: [OptionDescription] =
    DataOptions.all + [
      discrete.description, continuous.description, estimator.description, neighbors.description,
      SharedOptions.json.description, SharedOptions.threads.description, SharedOptions.quiet.description,
    ]
}

/// The columns of a table, each with its kind.
struct InformationInput {
  /// One column and what it is called.
  struct Column {
    var name: String
    var sample: SampleColumn

    /// The column as levels.
    var discrete: DiscreteColumn? {
      if case .discrete(let column) = sample { column } else { nil }
    }

    /// The column as numbers of a density.
    var continuous: [Double]? {
      if case .continuous(let values) = sample { values } else { nil }
    }

    /// Its kind in words.
    var kind: String {
      discrete.map { "discrete, \($0.levelCount) level\($0.levelCount == 1 ? "" : "s")" } ?? "continuous"
    }
  }

  /// More different numbers than this are taken as drawn from a density.
  private static let mostLevels = 50

  var name: String
  var columns: [Column]
  var rowCount: Int

  /// Reads the table called `name` with the options of the command line.
  ///
  /// - Parameter columns: the columns to take; those of the command line if nil.
  init(_ name: String, _ arguments: Arguments, _ console: Console, columns: [String]? = nil) throws {
    self.name = name
    let input = InputTable(arguments: arguments, console: console)
    var options = input.options
    let discrete = arguments[InformationOptions.discrete] ?? []
    let continuous = arguments[InformationOptions.continuous] ?? []
    if let columns { options.columns = columns }
    options.wordColumns = .automatic(also: [])
    let table = try input.read(name, options: options)
    let isDiscrete = try Set(Table.columnIndices(orEmpty: discrete, in: table.columnNames, of: table.sourceName))
    let isContinuous = try Set(Table.columnIndices(orEmpty: continuous, in: table.columnNames, of: table.sourceName))
    if let both = isDiscrete.intersection(isContinuous).min() {
      throw SurprisalError(
        .usage, "column `\(table.columnNames[both])` is both --discrete and --continuous", remedy: "choose one")
    }
    rowCount = table.rows.rowCount
    self.columns = try table.columnNames.enumerated().map { index, column in
      let values = try table.column(named: column)
      if let levels = table.levels[index] {
        if isContinuous.contains(index) {
          throw SurprisalError(
            .usage, "column `\(column)` holds words, it is not --continuous", remedy: "leave it out")
        }
        return Column(name: column, sample: .discrete(DiscreteColumn(values.map { levels[Int($0)] })))
      }
      let isCounted = isDiscrete.contains(index) || !isContinuous.contains(index) && InformationInput.isCounted(values)
      return Column(name: column, sample: isCounted ? .discrete(try DiscreteColumn(values)) : .continuous(values))
    }
    warn(console)
  }

  /// Says which columns name their rows rather than describe them.
  private func warn(_ console: Console) {
    for column in columns {
      guard let levels = column.discrete?.levelCount, rowCount > 20, levels > rowCount / 2 else { continue }
      console.note(
        "warning: column `\(column.name)` has \(levels) levels in \(rowCount) rows; what it says of others is mostly chance"
      )
    }
  }

  /// The column of that name or number.
  func column(_ column: String) throws -> Column {
    columns[try Table.columnIndex(column, in: columns.map(\.name), of: name)]
  }

  /// Whether numbers look like levels: whole, and few different ones.
  private static func isCounted(_ values: [Double]) -> Bool {
    var levels: Set<Double> = []
    for value in values {
      guard value == value.rounded() else { return false }
      levels.insert(value)
      if levels.count > mostLevels { return false }
    }
    return true
  }
}

extension Table {
  /// The places of columns, none for no names.
  fileprivate static func columnIndices(orEmpty columns: [String], in names: [String], of file: String) throws -> [Int]
  {
    columns.isEmpty ? [] : try columnIndices(columns, in: names, of: file)
  }
}
