import Surprisal

/// Measures the columns of a table and gives the answer as text, CSV or JSON.
struct InformationAnswer {
  var arguments: Arguments
  var console: Console

  init(_ arguments: Arguments, _ console: Console) {
    self.arguments = arguments
    self.console = console
  }

  var estimator: DiscreteEstimator {
    switch arguments[InformationOptions.estimator] {
    case "plug-in": .plugIn
    case "shrinkage": .shrinkage
    default: .millerMadow
    }
  }

  var neighbors: NeighborEstimator {
    var neighbors = NeighborEstimator(
      neighborCount: arguments[InformationOptions.neighbors] ?? 3, threads: arguments[SharedOptions.threads])
    neighbors.discreteEstimator = estimator
    return neighbors
  }

  /// The entropy of each column.
  func entropy() throws -> Int32 {
    let input = try InformationInput(dataName, arguments, console)
    var rows: [InformationRow] = []
    for column in input.columns {
      try InputTable.named(input.name) {
        switch column.sample {
        case .discrete(let levels):
          rows.append(InformationRow("H(\(column.name))", kind: column.kind, try levels.entropy(estimator: estimator)))
        case .continuous(let values):
          let entropy = try neighbors.entropy(values)
          rows.append(InformationRow("h(\(column.name))", kind: "continuous, at the unit of x", entropy))
          if let width = arguments[InformationOptions.binWidth] {
            rows.append(InformationRow(quantized: entropy, "H(\(column.name))", width: width))
          }
        }
      }
    }
    return try show(rows, of: input)
  }

  /// The joint entropy of all columns.
  func joint() throws -> Int32 {
    let input = try InformationInput(dataName, arguments, console)
    let names = input.columns.map(\.name).joined(separator: ", ")
    let levels = input.columns.compactMap(\.discrete)
    let values = input.columns.compactMap(\.continuous)
    let row = try InputTable.named(input.name) {
      if levels.count == input.columns.count {
        return InformationRow(
          "H(\(names))", kind: "discrete", try DiscreteColumn.jointEntropy(of: levels, estimator: estimator))
      }
      if values.count == input.columns.count {
        return InformationRow(
          "h(\(names))", kind: "continuous, at the units of x", try neighbors.entropy(columns: values))
      }
      return InformationRow(
        "h(\(names))", kind: "discrete and continuous, at the units of x",
        try neighbors.jointEntropy(of: input.columns.map(\.sample)))
    }
    return try show([row], of: input)
  }

  /// The entropy of one column given others.
  func conditional() throws -> Int32 {
    let (input, known, free) = try knownAndFree(
      freeCount: 1, for: "the one column whose entropy is asked and --given the known ones")
    let name = "(\(free[0].name) | \(known.map(\.name).joined(separator: ", ")))"
    let others = known.map(\.sample)
    let row = try InputTable.named(input.name) {
      switch free[0].sample {
      case .discrete(let levels):
        InformationRow("H" + name, kind: free[0].kind, try neighbors.conditionalEntropy(of: levels, given: others))
      case .continuous(let values):
        InformationRow(
          "h" + name, kind: "continuous, at the unit of x",
          try neighbors.conditionalEntropy(of: values, given: others))
      }
    }
    return try show([row], of: input)
  }

  /// The pointwise mutual information of two discrete columns.
  func pointwise() throws -> Int32 {
    let input = try InformationInput(dataName, arguments, console)
    let columns = try pair(of: input)
    guard let first = columns.0.discrete, let second = columns.1.discrete else {
      throw SurprisalError(
        .usage, "pointwise mutual information needs discrete columns", remedy: "name them by --discrete")
    }
    let rows = try InputTable.named(input.name) {
      let table = try PointwiseInformation(first, second)
      let pairs = first.levelCount.multipliedReportingOverflow(by: second.levelCount)
      if pairs.overflow || pairs.partialValue > InformationAnswer.mostPairs {
        throw SurprisalError(
          .usage, "\(first.levelCount) × \(second.levelCount) levels are too many pairs to list",
          remedy: "choose columns of fewer levels, at most \(NumberText.grouped(InformationAnswer.mostPairs)) pairs")
      }
      var rows: [InformationRow] = []
      for a in table.firstLevels.indices where table.counts.first[a] > 0 {
        for b in table.secondLevels.indices where table.counts.second[b] > 0 {
          let name = "\(columns.0.name) = \(table.firstLevels[a]), \(columns.1.name) = \(table.secondLevels[b])"
          rows.append(InformationRow(name, kind: "\(table.count(a, b)) rows", try table.estimate(a, b)))
        }
      }
      return rows
    }
    return try show(rows, of: input)
  }

  /// The most pairs of levels that are listed.
  private static let mostPairs = 1_000_000

  // MARK: - Shared by the measures

  /// Refuses an option that the answer would not heed.
  func refuse(_ option: String, beside other: String) throws {
    guard arguments.texts[option] != nil else { return }
    throw SurprisalError(.usage, "--\(option) does not go with --\(other)", remedy: "give one of them")
  }

  var dataName: String { arguments.word(0) ?? "" }

  /// The columns of --given and the others of the table, which must be `freeCount`.
  func knownAndFree(
    freeCount: Int, for purpose: String
  ) throws -> (input: InformationInput, known: [InformationInput.Column], free: [InformationInput.Column]) {
    guard let given = arguments[InformationOptions.given] else {
      throw SurprisalError(.usage, "--given is missing: name the known columns", remedy: "for example: --given waiting")
    }
    // The known columns are read too, whether --columns names them or not.
    let all = arguments[DataOptions.columns].map { columns in columns + given.filter { !columns.contains($0) } }
    let input = try InformationInput(dataName, arguments, console, columns: all)
    let known = try given.map(input.column)
    let asked = arguments[DataOptions.columns] ?? []
    if let both = given.first(where: asked.contains) {
      throw SurprisalError(
        .usage, "column `\(both)` is in --columns and in --given", remedy: "leave it out of --columns")
    }
    let free = input.columns.filter { column in !known.contains { $0.name == column.name } }
    guard free.count == freeCount else {
      throw SurprisalError(
        .usage,
        "there \(free.count == 1 ? "is 1 column" : "are \(free.count) columns") beside --given, not \(freeCount)",
        remedy: "give --columns \(purpose)")
    }
    return (input, known, free)
  }

  /// The two columns of the table.
  func pair(of input: InformationInput) throws -> (InformationInput.Column, InformationInput.Column) {
    guard input.columns.count == 2 else {
      throw SurprisalError(
        .usage, "there are \(input.columns.count) columns, two are needed",
        remedy: "name two by --columns, or use 'information matrix' for all pairs")
    }
    return (input.columns[0], input.columns[1])
  }

  /// Writes rows in the form that was asked for.
  func show(_ rows: [InformationRow], of input: InformationInput, more: [JSONMember] = []) throws -> Int32 {
    if arguments[SharedOptions.json] {
      let members: [JSONMember] =
        [JSONMember("data", JSONValue(input.name)), JSONMember("rows", JSONValue(input.rowCount))] + more
        + [JSONMember("measures", .array(rows.map(\.json)))]
      try console.writeLine(JSONValue.object(members).answerText)
    } else {
      try console.write(InformationRow.text(rows, rowCount: input.rowCount))
    }
    return ExitCode.success
  }
}
