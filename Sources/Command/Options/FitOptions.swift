import Surprisal

/// The options that say what is fitted, and how.
enum FitOptions {
  static let model = "model"
  static let search = "search"
  static let output = "output"

  /// The names that other programs give four of the shapes.
  static let covarianceAliases: [CovarianceModel: String] = [
    .vvv: "full", .eee: "tied", .vvi: "diag", .vii: "spherical",
  ]

  static let covarianceChoices: [ValueKind.Choice] = CovarianceModel.allCases.map { model in
    .init(model.rawValue, aliases: covarianceAliases[model].map { [$0] } ?? [])
  }

  static let components = Option.integer(
    "components", 1...10_000, placeholder: "K", section: model, standard: "chosen from 1 to 9 by BIC",
    "how many components")
  static let clusters = Option.integer(
    "clusters", aliases: ["components"], 1...1_000_000, placeholder: "K", section: model,
    "how many clusters; must be given")
  static let covariance = Option.choice(
    "covariance", covarianceChoices, section: model, standard: "VVV", "the shape of the covariances")
  static let prior = Option.flag(
    "prior", section: model,
    "maximize log p(x|θ) + log p(θ) with a prior relative to the scale of the data (MAP)")
  static let priorMean = Option.real(
    "prior-mean-strength", 1e-9...1e9, section: model, standard: "0.01",
    "rows that the prior counts for in a mean; with --prior")
  static let priorCovariance = Option.real(
    "prior-covariance-strength", 1e-9...1e9, section: model, standard: "1",
    "rows that the prior counts for in a covariance; with --prior")
  static let priorWeight = Option.real(
    "prior-weight-strength", 0...1e9, section: model, standard: "1",
    "rows that the prior adds to each component; with --prior")
  static let collapse = Option.choice(
    "on-collapse", [.init("restart"), .init("drop"), .init("error")], placeholder: "POLICY",
    section: model, standard: "restart", "what to do with a component that collapses onto too few rows")

  static let starts = Option.integer(
    "starts", 1...1_000_000, section: search, standard: "20", "how many starts are tried")
  static let fewerStarts = Option.integer(
    "starts", 1...1_000_000, section: search, standard: "10", "how many starts are tried")
  static let start = Option.choice(
    "start",
    [
      .init("automatic"), .init("k-means", aliases: ["kmeans"]), .init("random-rows"),
      .init("hierarchical"),
    ],
    section: search, standard: "automatic: one hierarchical, then random rows, whitened and scaled k-means++",
    "where the starts come from")
  static let initial = Option.path(
    "initial", section: search, placeholder: "MODEL-FILE", "start from this model alone (warm start)")
  static let tolerance = Option.real(
    "tolerance", 0...1, section: search, standard: "1e-9",
    "stop when the gain that remains is at most this many nats per row")
  static let iterations = Option.integer(
    "maximum-iterations", 1...1_000_000_000, section: search, standard: "10000",
    "the most E-steps of one run")
  static let acceleration = Option.choice(
    "acceleration", [.init("squarem"), .init("anderson"), .init("none")], section: search,
    standard: "squarem", "how slow runs are shortened; no step that lowers the objective is taken")

  static let modelFile = Option.path(
    "model", letter: "o", section: output, "write the model to this file (safetensors)")
  static let report = Option.path(
    "report", section: output, placeholder: "FILE.html", "write a page with charts that stands alone")

  static let gaussianMixture: [OptionDescription] = [
    components.description, covariance.description, collapse.description, prior.description,
    priorMean.description, priorCovariance.description, priorWeight.description,
    starts.description, start.description, initial.description, tolerance.description,
    iterations.description, acceleration.description,
  ]

  /// The files to write, after a look whether they can be written and are not the input.
  static func checkedOutputs(_ arguments: Arguments, source: String) throws -> (model: String?, report: String?) {
    for option in [modelFile, report] {
      if let path = arguments[option] { try FileSystem.checkOutput(path, option: option.description.name) }
    }
    try FileSystem.checkDistinct([modelFile, report].compactMap { arguments[$0] } + [source])
    return (arguments[modelFile], arguments[report])
  }
}
