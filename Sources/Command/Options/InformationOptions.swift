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
  /// The columns as the command line spells them, in the order of the table; nil if all are taken.
  private var requested: [String]?

  /// Reads the table called `name` with the options of the command line.
  ///
  /// - Parameters:
  ///   - columns: the columns to take; those of the command line if nil.
  ///   - first: the table whose columns are taken from this one too.
  init(
    _ name: String, _ arguments: Arguments, _ console: Console, columns: [String]? = nil,
    like first: InformationInput? = nil
  ) throws {
    self.name = name
    let input = InputTable(arguments: arguments, console: console)
    var options = input.options
    // Numbers count the columns of the first table.
    let discrete = try (arguments[InformationOptions.discrete] ?? []).map { try first?.column($0).name ?? $0 }
    let continuous = try (arguments[InformationOptions.continuous] ?? []).map { try first?.column($0).name ?? $0 }
    if let columns = columns ?? first?.columns.map(\.name) { options.columns = columns }
    let requested = options.columns
    self.requested = requested
    let table = try InformationInput.table(name, input, options, counted: discrete, continuous: continuous)
    let names = table.columnNames
    func places(_ columns: [String]) throws -> Set<Int> {
      try Set(columns.map { try InformationInput.place(of: $0, in: names, requested: requested, file: name) })
    }
    let (isDiscrete, isContinuous) = (try places(discrete), try places(continuous))
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
    columns[try InformationInput.place(of: column, in: columns.map(\.name), requested: requested, file: name)]
  }

  /// The place of a column among those that were taken.
  ///
  /// A number counts the columns of the file, of which only some may have been taken: then it is found as it was
  /// asked for, and is no place.
  private static func place(
    of column: String, in names: [String], requested: [String]?, file: String
  ) throws -> Int {
    guard let requested else { return try Table.columnIndex(column, in: names, of: file) }
    if let place = requested.firstIndex(of: column) ?? names.firstIndex(of: column) { return place }
    guard Int(column) == nil else {
      throw SurprisalError(
        .usage, "there is no column `\(column)` among those taken", remedy: "spell it as in --columns",
        at: .init(file: file))
    }
    return try Table.columnIndex(column, in: names, of: file)
  }

  /// The table; a column of `counted` may hold a word behind the first rows, by which columns of words are found.
  private static func table(
    _ name: String, _ input: InputTable, _ options: CSVOptions, counted: [String], continuous: [String]
  ) throws -> Table {
    var options = options
    options.wordColumns = .automatic(also: [])
    // Numbers are read much faster than words: only a table that needs it is read again.
    return try input.read(name, options: options) { result in
      var words: [String] = []
      switch result {
      case .success(let table): words = large(in: table, options, counted: counted, continuous: continuous)
      case .failure(let error as SurprisalError) where error.category == .data: words = counted
      case .failure: break
      }
      if words.isEmpty { return nil }
      options.wordColumns = .automatic(also: words)
      return options
    }
  }

  /// The columns to count that hold whole numbers of which float64 holds several as one: they are read as words.
  private static func large(
    in table: Table, _ options: CSVOptions, counted: [String], continuous: [String]
  ) -> [String] {
    func index(_ column: String) -> Int? {
      try? place(of: column, in: table.columnNames, requested: options.columns, file: table.sourceName)
    }
    let named = Set(counted.compactMap(index))
    let others = Set(continuous.compactMap(index))
    return table.columnNames.indices.filter { index in
      guard table.levels[index] == nil, !others.contains(index),
        let values = try? table.column(named: table.columnNames[index]),
        values.contains(where: { $0.magnitude >= 0x1p53 })
      else { return false }
      return named.contains(index) || isCounted(values)
    }.map { table.columnNames[$0] }
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
