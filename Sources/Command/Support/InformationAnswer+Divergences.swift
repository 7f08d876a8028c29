import Surprisal

extension InformationAnswer {
  /// −E[log q] of the rows, q another sample or a model.
  func crossEntropy() throws -> Int32 {
    if let model = try model() {
      let (input, estimate) = try crossEntropy(under: model)
      return try show(
        [InformationRow("H(\(dataName), \(otherName))", kind: "model, at the units of x", estimate)], of: input)
    }
    let (input, first, second) = try samples()
    guard let p = first.first?.discrete, let q = second.first?.discrete, first.count == 1 else {
      throw SurprisalError(
        .usage, "a cross-entropy with other data is of one discrete column",
        remedy: "name it by --columns and --discrete, or give a model file")
    }
    let row = InformationRow(
      "H(\(dataName), \(otherName))", kind: first[0].kind, try p.crossEntropy(with: q, estimator: estimator))
    return try show([row], of: input)
  }

  /// KL(p ‖ q) of the rows' distribution from another sample's or a model's.
  func klDivergence() throws -> Int32 {
    let name = "KL(\(dataName) ‖ \(otherName))"
    if let model = try model() {
      let (input, cross) = try crossEntropy(under: model)
      let values = input.columns.compactMap(\.continuous)
      let entropy = try InputTable.named(input.name) { try neighbors.entropy(columns: values) }
      return try show([InformationRow(name, kind: "model", InformationAnswer.difference(cross, entropy))], of: input)
    }
    let (input, first, second) = try samples()
    let estimate = try InputTable.named(input.name) {
      if first.count == 1, let p = first[0].discrete, let q = second[0].discrete {
        return try p.klDivergence(from: q, estimator: estimator)
      }
      let (p, q) = (first.compactMap(\.continuous), second.compactMap(\.continuous))
      guard p.count == first.count, q.count == second.count else {
        throw SurprisalError(
          .usage, "KL is of one discrete column, or of continuous columns",
          remedy: "choose by --columns, or make them one kind by --discrete or --continuous")
      }
      return try neighbors.klDivergence(columns: p, from: q)
    }
    return try show([InformationRow(name, kind: first[0].kind, estimate)], of: input)
  }

  private var otherName: String { arguments.word(1) ?? "" }

  /// The model in OTHER, nil if it is a table.
  private func model() throws -> GaussianMixture? {
    if dataName.hasSuffix(".safetensors") {
      throw SurprisalError(.usage, "\(dataName) stands in the place of the data", remedy: "the model comes second")
    }
    if dataName == "-", otherName == "-" {
      throw SurprisalError(.usage, "standard input can be read once only", remedy: "name a file for one of both")
    }
    guard otherName.hasSuffix(".safetensors") else { return nil }
    return try ModelFile(path: otherName).model(GaussianMixture.self, for: "information")
  }

  /// The same columns of both tables.
  private func samples() throws -> (InformationInput, [InformationInput.Column], [InformationInput.Column]) {
    let first = try InformationInput(dataName, arguments, console)
    if dataName == otherName {
      console.note("warning: both are the same data; the estimate is for samples that are independent of each other")
    }
    let second = try InformationInput(otherName, arguments, console, like: first)
    // A column with few whole numbers in one table only is one kind in both.
    for (a, b) in zip(first.columns, second.columns) where (a.discrete == nil) != (b.discrete == nil) {
      throw SurprisalError(
        .usage, "column `\(a.name)` is \(a.kind) in \(dataName) and \(b.kind) in \(otherName)",
        remedy: "say which by --discrete or --continuous")
    }
    return (first, first.columns, second.columns)
  }

  /// −(1/n) Σ log q(xᵢ), with its standard error from the rows.
  private func crossEntropy(
    under model: GaussianMixture
  ) throws -> (InformationInput, Estimate<DifferentialEntropy>) {
    let table: Table = try ModelColumns(names: model.columnNames, file: otherName)
      .read(dataName, with: InputTable(arguments: arguments, console: console))
    let surprisals = try InputTable.named(table.sourceName) {
      try model.logDensities(of: table.rows, threads: arguments[SharedOptions.threads]).map { -$0 }
    }
    let n = Double(surprisals.count)
    let mean = surprisals.reduce(0, +) / n
    let variance = surprisals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    // One row says nothing of the others, and beside a surprisal beyond float64 nothing is known of the mean.
    let isKnown = n > 1 && mean.isFinite && !variance.isNaN
    let error = isKnown ? (variance / n).squareRoot() : .infinity
    let (low, high) = isKnown ? (mean - 1.959964 * error, mean + 1.959964 * error) : (-.infinity, .infinity)
    var input = InformationInput(name: dataName, rowCount: surprisals.count)
    input.columns = try table.columnNames.map { name in
      InformationInput.Column(name: name, sample: .continuous(try table.column(named: name)))
    }
    let estimate = Estimate(
      value: DifferentialEntropy(nats: mean), standardError: error,
      interval: DifferentialEntropy(nats: low)...DifferentialEntropy(nats: high),
      estimator: "mean surprisal", sampleCount: surprisals.count,
      assumptions: ["rows are independent", "the model was not fitted to these rows"])
    return (input, estimate)
  }

  /// −E[log q] − h(p): both errors added, since nobody knows how they go together.
  private static func difference(
    _ cross: Estimate<DifferentialEntropy>, _ entropy: Estimate<DifferentialEntropy>
  ) -> Estimate<Information> {
    let raw = (cross.value - entropy.value).nats
    let low = (cross.interval.lowerBound - entropy.interval.upperBound).nats
    let high = (cross.interval.upperBound - entropy.interval.lowerBound).nats
    return Estimate(
      value: Information(nats: max(0, raw)), standardError: cross.standardError + entropy.standardError,
      interval: Information(nats: max(0, low))...Information(nats: max(0, high)),
      estimator: "\(cross.estimator) − \(entropy.estimator)", sampleCount: cross.sampleCount,
      assumptions: cross.assumptions + entropy.assumptions.filter { !cross.assumptions.contains($0) },
      clamped: raw < 0 ? [Clamp(bound: "KL is at least 0", nats: raw)] : [])
  }
}

extension InformationInput {
  /// An input whose columns come from elsewhere.
  init(name: String, rowCount: Int) {
    self.name = name
    self.rowCount = rowCount
    columns = []
  }
}
