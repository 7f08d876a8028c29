import Surprisal

/// What names the winner among models of several sizes; smaller is better.
enum SizeCriterion: String, CaseIterable {
  case bic, aic, icl
}

/// The options of `select` for models of one size each.
enum SizeOptions {
  /// What names the winner; ICL is for models that assign rows to components.
  static func criterion(hasICL: Bool) -> Option<String> {
    Option.choice(
      "criterion", SizeCriterion.allCases.filter { hasICL || $0 != .icl }.map { .init($0.rawValue) },
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
  /// One size that was tried.
  struct Candidate {
    var size: Int
    var fit: (any FitSummary)?
    /// Why there is no fit.
    var failure: String?

    func value(_ criterion: SizeCriterion) -> Double? {
      switch criterion {
      case .bic: fit?.bic
      case .aic: fit?.aic
      case .icl: fit?.componentICL
      }
    }

    func json(_ name: String) -> JSONValue {
      [
        name: JSONValue(size), "logLikelihood": JSONValue(fit?.logLikelihood), "bic": JSONValue(fit?.bic),
        "aic": JSONValue(fit?.aic), "icl": JSONValue(fit?.componentICL), "parameterCount": JSONValue(fit?.parameterCount),
        "startsAtBest": JSONValue(fit?.startsAtBest), "starts": JSONValue(fit?.starts),
        "converged": fit.map { JSONValue($0.converged) } ?? .null, "failure": JSONValue(failure),
      ]
    }
  }

  var winner: ModelFit<Model>
  var candidates: [Candidate]
  var winningSize: Int

  /// Fits every size and keeps the best; a single size must be there, of several some may fail.
  init(sizes: [Int], criterion: SizeCriterion, fit: (Int) throws -> ModelFit<Model>) throws {
    var best: (fit: ModelFit<Model>, size: Int, value: Double)?
    var candidates: [Candidate] = []
    var first: (any Error)?
    for size in sizes {
      do {
        let result = try fit(size)
        let candidate = Candidate(size: size, fit: result)
        candidates.append(candidate)
        let value = candidate.value(criterion) ?? .infinity
        if best == nil || value < best?.value ?? .infinity { best = (result, size, value) }
      } catch let error as SurprisalError where error.category == .data {
        first = first ?? error
        candidates.append(Candidate(size: size, failure: error.message))
      }
    }
    guard let best else {
      throw first ?? SurprisalError(.usage, "no size to try", remedy: "give at least one")
    }
    winner = best.fit
    winningSize = best.size
    self.candidates = candidates
  }

  /// The sizes with their criteria.
  func table(_ name: String) -> TextTable {
    var table = TextTable(columns: [
      .init(name), .init("log p(x|θ)", unit: "nats"), .init("BIC"), .init("AIC"), .init("ICL"), .init("parameters"),
      .init("starts at best"), .init("", alignment: .left),
    ])
    func text(_ value: Double?) -> String { value.map { NumberText.fixed($0, 4) } ?? "–" }
    for candidate in candidates {
      let fit = candidate.fit
      table.rows.append([
        "\(candidate.size)", text(fit?.logLikelihood), text(fit?.bic), text(fit?.aic), text(fit?.componentICL),
        fit.map { "\($0.parameterCount)" } ?? "–",
        fit.map { "\($0.startsAtBest) of \($0.polishedStarts)" } ?? "–",
        candidate.failure ?? (candidate.size == winningSize ? "chosen" : ""),
      ])
    }
    return table
  }

  /// The answer of `select` for a person.
  func text(_ name: String, criterion: SizeCriterion) -> String {
    table(name).description + "smaller is better; chosen by \(criterion.rawValue.uppercased())\n"
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
