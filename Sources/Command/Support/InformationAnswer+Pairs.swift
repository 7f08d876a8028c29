import Surprisal

extension InformationAnswer {
  /// The mutual information of two columns, given others, or of every column with a target.
  func mutual() throws -> Int32 {
    if arguments[InformationOptions.target] != nil {
      try refuse(InformationOptions.given.description.name, beside: InformationOptions.target.description.name)
      return try ranking()
    }
    if arguments[InformationOptions.given] != nil {
      try refuse(InformationOptions.permutations.description.name, beside: InformationOptions.given.description.name)
      return try conditionalMutual()
    }
    let input = try InformationInput(dataName, arguments, console)
    let (first, second) = try pair(of: input)
    var row = InformationRow(
      "I(\(first.name); \(second.name))", kind: kinds(first, second),
      try InputTable.named(input.name) {
        try neighbors.mutualInformation(first.sample, second.sample)
      })
    if let permutations = arguments[InformationOptions.permutations] {
      var generator = RandomGenerator(seed: arguments[SharedOptions.seed] ?? 0)
      row.pValue = try test(first, second, permutations, using: &generator).pValue
    }
    return try show([row], of: input)
  }

  /// Every other column by its information about the target, most first.
  private func ranking() throws -> Int32 {
    let name = arguments[InformationOptions.target] ?? ""
    // The target is read too, whether --columns names it or not.
    let all = arguments[DataOptions.columns].map { $0.contains(name) ? $0 : $0 + [name] }
    let input = try InformationInput(dataName, arguments, console, columns: all)
    let target = try input.column(name)
    let others = input.columns.filter { $0.name != target.name }
    guard !others.isEmpty else {
      throw SurprisalError(.usage, "there is no column beside the target", remedy: "name others by --columns")
    }
    var generator = RandomGenerator(seed: arguments[SharedOptions.seed] ?? 0)
    var rows: [InformationRow] = []
    for column in others {
      let name = "I(\(column.name); \(target.name))"
      var row = try InformationRow(name, kind: kinds(column, target), of: input) { try information(column, target) }
      if let permutations = arguments[InformationOptions.permutations], row.missing == nil {
        row.pValue = try test(column, target, permutations, using: &generator).pValue
      }
      rows.append(row)
    }
    try noteMissing(rows)
    rows = rows.filter { $0.missing == nil }.sorted { $0.nats > $1.nats } + rows.filter { $0.missing != nil }
    return try show(rows, of: input)
  }

  /// I(X; Y | Z).
  private func conditionalMutual() throws -> Int32 {
    let (input, known, free) = try knownAndFree(freeCount: 2, for: "two columns and --given the known ones")
    let estimate = try InputTable.named(input.name) {
      try neighbors.conditionalMutualInformation(free[0].sample, free[1].sample, given: known.map(\.sample))
    }
    let name = "I(\(free[0].name); \(free[1].name) | \(known.map(\.name).joined(separator: ", ")))"
    return try show([InformationRow(name, kind: kinds(free[0], free[1]), estimate)], of: input)
  }

  private func test(
    _ first: InformationInput.Column, _ second: InformationInput.Column, _ permutations: Int,
    using generator: inout RandomGenerator
  ) throws -> IndependenceTest {
    let threads = arguments[SharedOptions.threads]
    switch (first.sample, second.sample) {
    case (.discrete(let a), .discrete(let b)):
      return try IndependenceTest(a, b, permutations: permutations, using: &generator, threads: threads)
    case (.continuous(let a), .continuous(let b)):
      return try neighbors.independenceTest(
        columns: [a], and: [b], permutations: permutations, using: &generator)
    case (.discrete(let levels), .continuous(let values)), (.continuous(let values), .discrete(let levels)):
      let neighbors = neighbors
      return IndependenceTest(
        rowCount: values.count, permutations: permutations, using: &generator, threads: threads
      ) { order in
        // The columns have been measured once: no order of theirs is an error.
        (try? neighbors.mutualInformation(levels: levels, columns: [order.map { values[$0] }]).value.nats) ?? 0
      }
    }
  }

  /// The mutual information of one pair of many; errors name the pair.
  private func information(
    _ first: InformationInput.Column, _ second: InformationInput.Column
  ) throws -> Estimate<Information> {
    do {
      return try neighbors.mutualInformation(first.sample, second.sample)
    } catch var error as SurprisalError {
      error.message = "`\(first.name)` and `\(second.name)`: \(error.message)"
      throw error
    }
  }

  private func kinds(_ first: InformationInput.Column, _ second: InformationInput.Column) -> String {
    switch (first.discrete, second.discrete) {
    case (nil, nil): "continuous"
    case (.some(let a), .some(let b)): "discrete, \(a.levelCount) × \(b.levelCount) levels"
    default: "discrete and continuous"
    }
  }

  /// The mutual information of all pairs.
  func matrix() throws -> Int32 {
    if arguments[SharedOptions.json] {
      try refuse(InformationOptions.csv.description.name, beside: SharedOptions.json.description.name)
    }
    if let path = arguments[InformationOptions.plot] {
      try FileSystem.checkOutput(path, option: InformationOptions.plot.description.name)
      try FileSystem.checkDistinct([path, dataName])
    }
    let input = try InformationInput(dataName, arguments, console)
    let entries = try InputTable.named(input.name) { try pairs(input) }
    let beside = entries.enumerated().flatMap { row, entries in entries[(row + 1)...].compactMap { $0 } }
    try noteMissing(beside)
    if let path = arguments[InformationOptions.plot] {
      try AtomicWrite.write(heatMap(input, entries).svg(), to: path)
    }
    if arguments[SharedOptions.json] || arguments[InformationOptions.csv] {
      return try write(entries, of: input)
    }
    let shown = min(input.columns.count, 12)
    let names = input.columns.prefix(shown).map(\.name)
    var table = TextTable(columns: [.init("nats", alignment: .left)] + names.map { .init($0) })
    for row in 0..<shown {
      let cells = (0..<shown).map { column -> String in
        guard let entry = entries[row][column] else { return "" }
        if entry.missing != nil { return "–" }
        let text = NumberText.fixed(entry.nats, 4)
        return row != column && entry.low <= 0 ? "(\(text))" : text
      }
      table.rows.append([names[row]] + cells)
    }
    try console.write(table.description)
    if shown < input.columns.count {
      try console.writeLine("\(input.columns.count - shown) more columns in --csv, --json and --plot")
    }
    let missing = beside.contains { $0.missing != nil } ? "; –: cannot be estimated" : ""
    try console.writeLine(
      "\(NumberText.grouped(input.rowCount)) rows; in parentheses: the 95 % interval reaches 0\(missing)")
    return ExitCode.success
  }

  /// All pairs; on the diagonal the entropies of discrete columns, nil for continuous ones.
  private func pairs(_ input: InformationInput) throws -> [[InformationRow?]] {
    let columns = input.columns
    let levels = columns.compactMap(\.discrete)
    let table =
      levels.count == columns.count
      ? try MutualInformationMatrix(levels, estimator: estimator, threads: arguments[SharedOptions.threads]) : nil
    var entries = [[InformationRow?]](
      repeating: [InformationRow?](repeating: nil, count: columns.count), count: columns.count)
    for row in columns.indices {
      for column in row..<columns.count {
        let name = row == column ? "H(\(columns[row].name))" : "I(\(columns[row].name); \(columns[column].name))"
        let kind = row == column ? columns[row].kind : kinds(columns[row], columns[column])
        if let table {
          entries[row][column] = InformationRow(name, kind: kind, table[row, column])
        } else if row == column {
          guard let levels = columns[row].discrete else { continue }
          entries[row][column] = InformationRow(name, kind: kind, try levels.entropy(estimator: estimator))
        } else {
          entries[row][column] = try InformationRow(name, kind: kind, of: input) {
            try information(columns[row], columns[column])
          }
        }
        entries[column][row] = entries[row][column]
      }
    }
    return entries
  }

  /// Says which pairs could not be measured.
  ///
  /// - Throws: the first one's error if all are missing.
  private func noteMissing(_ rows: [InformationRow]) throws {
    let missing = rows.compactMap(\.missing)
    if let first = missing.first, missing.count == rows.count { throw first }
    for error in missing.prefix(5) { console.note("warning: \(error.message); left out") }
    if missing.count > 5 { console.note("warning: \(missing.count - 5) more pairs were left out") }
  }

  private func heatMap(_ input: InformationInput, _ entries: [[InformationRow?]]) -> HeatMap {
    HeatMap(
      title: "Mutual information of \(input.name)", unit: "nats", names: input.columns.map(\.name),
      values: entries.map { $0.map { $0?.nats ?? .nan } },
      doubtful: entries.enumerated().map { row, entries in
        entries.enumerated().map { column, entry in row != column && entry.map { $0.low <= 0 } ?? false }
      })
  }

  /// One row a pair, with its interval.
  private func write(_ entries: [[InformationRow?]], of input: InformationInput) throws -> Int32 {
    let names = input.columns.map(\.name)
    if arguments[SharedOptions.json] {
      let rows = entries.enumerated().flatMap { row, entries in entries[row...].compactMap { $0 } }
      return try show(rows, of: input, more: [JSONMember("columnNames", JSONValue(names))])
    }
    try console.writeLine("first,second,nats,standardErrorNats,low95Nats,high95Nats,estimator")
    for row in names.indices {
      for column in row..<names.count {
        guard let entry = entries[row][column] else { continue }
        let numbers = [entry.nats, entry.standardError, entry.low, entry.high].map {
          entry.missing == nil ? $0.description : ""
        }
        let cells = [RowOutput.quoted(names[row]), RowOutput.quoted(names[column])] + numbers
        try console.writeLine((cells + [RowOutput.quoted(entry.estimator)]).joined(separator: ","))
      }
    }
    return ExitCode.success
  }
}
