import Surprisal

/// The options of `select` for models of one size each.
enum SizeOptions {
  /// What names the winner; ICL is for models that assign rows to components.
  static func criterion(hasICL: Bool) -> Option<String> {
    Option.choice(
      "criterion", SizeComparison.Criterion.allCases.filter { hasICL || $0 != .icl }.map { .init($0.rawValue) },
      section: FitOptions.model, standard: "bic", "what names the winner")
  }

  /// The sizes to compare, under the name that the model gives them.
  static func sizes(_ name: String) -> Option<[Int]> {
    Option.integers(
      name, 1...10_000, placeholder: "1-9", section: FitOptions.model, standard: "1-9",
      "numbers of \(name) to compare")
  }
}

/// Models of several sizes, and the best of them.
struct SizeSelection<Model: FitCommandModel> {
  /// The best, with the comparison.
  var winner: ModelFit<Model>
  var winningSize: Int
  var comparison: SizeComparison

  /// Fits every size and keeps the best; a single size must be there, of several some may fail.
  init(
    sizes: [Int], of name: String, criterion: SizeComparison.Criterion, fit: (Int) throws -> ModelFit<Model>
  ) throws {
    var best: (fit: ModelFit<Model>, size: Int, value: Double)?
    var comparison = SizeComparison(sizeName: name, criterion: criterion)
    var first: (any Error)?
    for size in sizes {
      do {
        let result = try fit(size)
        let candidate = SizeComparison.Candidate(size: size, fit: result)
        comparison.candidates.append(candidate)
        let value = candidate.value(criterion) ?? .infinity
        if best == nil || value < best?.value ?? .infinity { best = (result, size, value) }
      } catch let error as SurprisalError where error.category == .data {
        first = first ?? error
        comparison.candidates.append(.init(size: size, failure: error.message))
      }
    }
    guard let best else {
      throw first ?? SurprisalError(.usage, "no size to try", remedy: "give at least one")
    }
    (winner, winningSize, self.comparison) = (best.fit, best.size, comparison)
    if sizes.count > 1 { winner.comparison = comparison }
  }

  /// The sizes with their criteria.
  var table: TextTable {
    var table = TextTable(columns: [
      .init(comparison.sizeName), .init("log p(x|θ)", unit: "nats"), .init("BIC"), .init("AIC"), .init("ICL"),
      .init("parameters"), .init("starts at best"), .init("", alignment: .left),
    ])
    func text(_ value: Double?) -> String { value.map { NumberText.fixed($0, 4) } ?? "–" }
    for candidate in comparison.candidates {
      var starts = "–"
      if let best = candidate.startsAtBest, let count = candidate.polishedStarts { starts = "\(best) of \(count)" }
      table.rows.append([
        "\(candidate.size)", text(candidate.logLikelihood), text(candidate.bic), text(candidate.aic),
        text(candidate.icl), candidate.parameterCount.map { "\($0)" } ?? "–", starts,
        candidate.failure ?? (candidate.size == winningSize ? "chosen" : ""),
      ])
    }
    return table
  }

  /// The answer of `select` for a person.
  var text: String {
    table.description + "smaller is better; chosen by \(comparison.criterion.rawValue.uppercased())\n"
  }

  /// The sizes as an array of objects.
  var json: JSONValue { .array(comparison.candidates.map { $0.json(comparison.sizeName) }) }
}

extension SizeComparison.Candidate {
  fileprivate func json(_ name: String) -> JSONValue {
    [
      name: JSONValue(size), "logLikelihood": JSONValue(logLikelihood), "bic": JSONValue(bic), "aic": JSONValue(aic),
      "icl": JSONValue(icl), "parameterCount": JSONValue(parameterCount), "startsAtBest": JSONValue(startsAtBest),
      "starts": JSONValue(starts), "converged": converged.map { JSONValue($0) } ?? .null,
      "failure": JSONValue(failure),
    ]
  }
}

extension Command {
  /// The options of every fit that EM does from several starts.
  static let engineOptions: [OptionDescription] = [
    FitOptions.fewerStarts.description, FitOptions.tolerance.description, FitOptions.iterations.description,
    FitOptions.acceleration.description,
  ]

  /// The options of every fit that reads a table and writes a model.
  static let fitFiles: [OptionDescription] = [
    DataOptions.columns.description, DataOptions.weights.description, DataOptions.delimiter.description,
    DataOptions.decimal.description, DataOptions.header.description, DataOptions.missing.description,
    FitOptions.modelFile.description, FitOptions.report.description, SharedOptions.json.description,
    SharedOptions.seed.description, SharedOptions.threads.description, SharedOptions.quiet.description,
  ]

  /// `fit NAME` for one kind of model; `options` are those beside the size.
  static func fitting<Model: FitCommandModel>(
    _ specification: FitSpecification<Model>, aliases: [String] = [], summary: String, discussion: [String],
    options: [OptionDescription], examples: [Example]
  ) -> Command {
    Command(
      name: specification.name, aliases: aliases, summary: summary, discussion: discussion,
      positionals: [DataOptions.positional], options: [specification.size.description] + options + fitFiles,
      examples: examples,
      action: { try FitAnswer(specification: specification, arguments: $0, console: $1).fit() })
  }

  /// `select NAME` for one kind of model.
  static func selecting<Model: FitCommandModel>(
    _ specification: FitSpecification<Model>, aliases: [String] = [], summary: String,
    options: [OptionDescription], examples: [Example]
  ) -> Command {
    Command(
      name: specification.name, aliases: aliases, summary: summary,
      discussion: [
        "Every size is fitted; the table shows BIC, AIC and, where rows belong to parts, ICL (smaller is better). "
          + "The winner goes to --model and --report."
      ],
      positionals: [DataOptions.positional],
      options: [
        SizeOptions.sizes(specification.sizeName).description,
        SizeOptions.criterion(hasICL: specification.hasICL).description,
      ]
        + options + fitFiles,
      examples: examples,
      action: { try FitAnswer(specification: specification, arguments: $0, console: $1).select() })
  }
}
