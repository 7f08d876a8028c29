import Surprisal

/// The options of `select`.
enum SelectOptions {
  static let components = Option.integers(
    "components", 1...10_000, placeholder: "1-9", section: FitOptions.model, standard: "1-9",
    "numbers of components to compare")
  static let covariances = Option.choices(
    "covariances", FitOptions.covarianceChoices, section: FitOptions.model,
    standard: "EII,VII,EEI,VVI,EEE,VVV", "shapes to compare")
  static let criterion = Option.choice(
    "criterion",
    [
      .init("bic"), .init("aic"), .init("icl"), .init("held-out"),
      .init("description-length", aliases: ["bits"]),
    ], section: FitOptions.model, standard: "bic", "what names the winner")
  static let folds = Option.integer(
    "folds", 2...1000, section: FitOptions.model, standard: "5 for --criterion held-out, otherwise none",
    "folds of the cross-validated log-likelihood")

  /// The criterion and the folds that it needs.
  static func criterion(_ arguments: Arguments) throws -> (criterion: SelectionCriterion, folds: Int) {
    let criterion = arguments[criterion].flatMap(SelectionCriterion.init(rawValue:)) ?? .bic
    return (criterion, arguments[folds] ?? (criterion == .heldOut ? 5 : 0))
  }

  /// The shapes to compare.
  static func models(_ arguments: Arguments) -> [CovarianceModel] {
    let names = arguments[covariances] ?? ["EII", "VII", "EEI", "VVI", "EEE", "VVV"]
    return names.compactMap { CovarianceModel(rawValue: $0) }
  }
}

extension Command {
  static let selectGaussianMixture: Command = .init(
    name: "gaussian-mixture", aliases: ["gmm"],
    summary: "compare mixtures of Gaussians: components × covariance shapes",
    discussion: [
      "Every pair is fitted; the table shows BIC, AIC and ICL (smaller is better), the held-out "
        + "log-likelihood per row, the description length in bits, and how many starts found the best answer."
    ],
    positionals: [DataOptions.positional],
    options: [
      SelectOptions.components.description, SelectOptions.covariances.description,
      SelectOptions.criterion.description, SelectOptions.folds.description,
      BootstrapTestOptions.test.description, BootstrapTestOptions.replicates.description,
      BootstrapTestOptions.level.description,
      FitOptions.collapse.description, FitOptions.prior.description, FitOptions.starts.description,
      FitOptions.start.description, FitOptions.tolerance.description, FitOptions.iterations.description,
      FitOptions.acceleration.description, DataOptions.columns.description, DataOptions.weights.description,
      DataOptions.delimiter.description, DataOptions.decimal.description, DataOptions.header.description,
      DataOptions.missingOrModel.description, FitOptions.modelFile.description, FitOptions.report.description,
      SharedOptions.json.description, SharedOptions.seed.description, SharedOptions.threads.description,
      SharedOptions.quiet.description,
    ],
    examples: [
      Example(
        "surprisal select gaussian-mixture old-faithful --components 1-4 --covariances tied,full",
        "eight models and the winner by BIC"),
      Example(
        "surprisal select gmm old-faithful --bootstrap-test --covariances EEE --components 1-4 --replicates 99",
        "tests of K against K + 1 components, with p-values"),
    ],
    action: { try MixtureAnswer(arguments: $0, console: $1).select() })
}
