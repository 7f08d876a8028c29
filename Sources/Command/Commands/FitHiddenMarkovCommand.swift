import Surprisal

/// The options of hidden Markov models.
enum HiddenMarkovOptions {
  static let states = Option.integer(
    "states", aliases: ["components"], 1...1_000, placeholder: "K", section: FitOptions.model,
    "how many states; must be given")
  static let emissions = Option.choice(
    "emissions", [.init("gaussian"), .init("categorical"), .init("poisson")], section: FitOptions.model,
    standard: "gaussian", "the distribution of a row given its state")
  static let covariance = Option.choice(
    "covariance", FitOptions.covarianceChoices, section: FitOptions.model, standard: "VVV",
    "the shape of the covariances of Gaussian emissions")

  static let specification = FitSpecification<HiddenMarkov>(
    name: "hidden-markov", size: states,
    reading: { options, arguments in
      if arguments[emissions] == "categorical" { FamilyColumns.reading(&options, choices: allCategorical) }
    },
    fit: { input in
      let arguments = input.arguments
      var rows = input.rows
      var levels: [[String]?]?
      let family: EmissionFamily
      switch arguments[emissions] {
      case "categorical":
        let columns = try FamilyColumns(input.data.table, choices: allCategorical)
        (rows, levels) = (columns.rows, columns.levels)
        family = .categorical(levels: columns.levels.map { $0?.count ?? 1 })
      case "poisson": family = .poisson
      default:
        family = .gaussian(arguments[covariance].flatMap(CovarianceModel.init(rawValue:)) ?? .vvv)
      }
      if arguments[covariance] != nil, arguments[emissions] ?? "gaussian" != "gaussian" {
        throw SurprisalError(.usage, "--covariance is for Gaussian emissions", remedy: "leave it out")
      }
      var fit = try HiddenMarkov.fit(
        rows, sequences: input.data.layout, weights: input.data.sequenceWeights(), columnNames: input.columnNames,
        states: input.size, emissions: family, configuration: input.configuration, progress: input.progress,
        isCancelled: input.isCancelled)
      if let levels { fit.model = try fit.model.named(levels: levels) }
      return fit
    })

  private static var allCategorical: [FamilyChoice] { [FamilyChoice("categorical")].compactMap(\.self) }

  static let options: [OptionDescription] =
    [emissions.description, covariance.description, DataOptions.sequence.description] + Command.engineOptions
}

extension Command {
  static let fitHiddenMarkov: Command = fitting(
    HiddenMarkovOptions.specification, aliases: ["hmm"],
    summary: "fit a hidden Markov model to sequences of rows",
    discussion: [
      "Rows follow each other in time; --sequence names a column whose equal values form one sequence. 'score' gives "
        + "log p of each row given those before it, 'assign' the most probable path of states and the probabilities "
        + "of all states."
    ],
    options: HiddenMarkovOptions.options,
    examples: [
      Example("surprisal fit hidden-markov old-faithful --states 2 --seed 1", "short and long eruptions in turn"),
      Example(
        "surprisal fit hmm old-faithful --columns waiting --states 2 --emissions poisson --starts 3",
        "one column as counts"),
    ])

  static let selectHiddenMarkov: Command = selecting(
    HiddenMarkovOptions.specification, aliases: ["hmm"], summary: "compare numbers of states",
    options: HiddenMarkovOptions.options,
    examples: [Example("surprisal select hidden-markov old-faithful --states 1-3", "three sizes and the winner by BIC")]
  )
}
