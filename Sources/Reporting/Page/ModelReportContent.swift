/// What a report on a fitted model says, as plain values.
///
/// Numbers that a model does not have are nil, and the page leaves out what it would say of them: a model without
/// EM has no ledger, one without a likelihood no evidence.
public struct ModelReportContent: Sendable {
  /// One iteration of EM; values are totals in nats at the unit of x.
  public struct Iteration: Sendable, Hashable {
    /// The number of the E-step, from 1.
    public var number: Int
    /// Whether the parameters were reached by an extrapolated step instead of the M-step before.
    public var isExtrapolated: Bool
    /// log p(x | θ), plus log p(θ) where there is a prior.
    public var objective: Double
    /// The bound after the E-step, plus log p(θ) where there is a prior.
    public var lowerBound: Double
    /// KL(q ‖ posterior) after the E-step.
    public var gap: Double
    /// The bound after the M-step, plus log p(θ) where there is a prior; nil where none followed.
    public var boundAfterMaximization: Double?
    /// The most that rounding can lower the objective.
    public var roundingBound: Double

    /// An iteration from its values.
    public init(
      number: Int, isExtrapolated: Bool = false, objective: Double, lowerBound: Double, gap: Double,
      boundAfterMaximization: Double?, roundingBound: Double
    ) {
      self.number = number
      self.isExtrapolated = isExtrapolated
      self.objective = objective
      self.lowerBound = lowerBound
      self.gap = gap
      self.boundAfterMaximization = boundAfterMaximization
      self.roundingBound = roundingBound
    }
  }

  /// A named value, shown as it is.
  public struct Fact: Sendable, Hashable {
    /// What it is.
    public var name: String
    /// Its value with its unit.
    public var value: String

    /// A named value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A model that was compared with others.
  public struct Candidate: Sendable, Hashable {
    /// How many components, states or factors.
    public var size: Int
    /// What else it differs in, such as the covariance model VVV; empty where only sizes were compared.
    public var kind: String
    /// The criterion; smaller is better; nil where the fit failed.
    public var value: Double?
    /// Why the fit failed.
    public var failure: String?

    /// A candidate from its values.
    public init(size: Int, kind: String = "", value: Double?, failure: String? = nil) {
      self.size = size
      self.kind = kind
      self.value = value
      self.failure = failure
    }
  }

  /// Models that were compared by one criterion.
  public struct Comparison: Sendable, Hashable {
    /// What is counted: `components`, `states` or `factors`.
    public var sizeName: String
    /// The criterion's name: BIC, AIC or ICL, in nats.
    public var criterion: String
    /// The models.
    public var candidates: [Candidate]

    /// A comparison from its parts.
    public init(sizeName: String = "components", criterion: String = "BIC", candidates: [Candidate] = []) {
      self.sizeName = sizeName
      self.criterion = criterion
      self.candidates = candidates
    }
  }

  /// The page's title.
  public var title: String
  /// One sentence: what was fitted to what.
  public var description: String
  /// The command line that makes the same fit again.
  public var command: String?
  /// The names of the columns, [D].
  public var columnNames: [String]
  /// D, where not every column has a name.
  public var columnCount: Int
  /// The number of rows.
  public var rowCount = 0
  /// The sum of the rows' weights.
  public var totalWeight = 0.0
  /// The model's own numbers for the top of the page, such as the share of variance that is explained.
  public var headlines: [Fact] = []
  /// What kind of model it is: its components, states or shape.
  public var facts: [Fact] = []
  /// The number of free parameters.
  public var parameterCount: Int?
  /// Options of the fit and the seed.
  public var settings: [Fact] = []
  /// log p(x | θ) in nats, in total.
  public var logLikelihood: Double?
  /// log p(x | θ) + log p(θ) in nats, in total; shown where there is a prior.
  public var objective: Double?
  /// Whether a prior makes the objective differ from the log-likelihood.
  public var hasPrior = false
  /// Whether x has a density, which depends on its unit, rather than a probability.
  public var isDensity = true
  /// L(q, θ) in nats, in total.
  public var lowerBound: Double?
  /// KL(q ‖ posterior) in nats, in total.
  public var gap: Double?
  /// Criteria of model choice; smaller is better.
  public var bic: Double?, aic: Double?, icl: Double?
  /// Whether the fit stopped by its stop rule; nil where there is nothing to iterate.
  public var converged: Bool?
  /// After how many E-steps the fit stopped.
  public var iterations = 0
  /// How many of the starts reached the best objective.
  public var startsAtBest = 0, starts = 0
  /// How long the fit took.
  public var seconds = 0.0
  /// The iterations of the winning run.
  public var ledger: [Iteration] = []
  /// What the reader should know before using the fit.
  public var warnings: [String] = []
  /// The pictures of the model, in the order of the page.
  public var figures: [ReportFigure] = []
  /// The models among which this one was chosen; none if empty.
  public var comparison = Comparison()
  /// What the tables leave out, if they leave out anything.
  public var tableNote: String?
  /// The parameters.
  public var tables: [ReportTable] = []

  /// Content with a title, a description and columns; everything else is set afterwards.
  public init(title: String, description: String, columnNames: [String]) {
    self.title = title
    self.description = description
    self.columnNames = columnNames
    columnCount = columnNames.count
  }

  /// The name of a column, or its number where it has none.
  func columnName(_ column: Int) -> String { ColumnName.of(column, in: columnNames) }
}

/// Names of columns and components where some may be missing.
enum ColumnName {
  /// The name at `index`, or "column" (or another `kind`) with its number from 1.
  static func of(_ index: Int, in names: [String], kind: String = "column") -> String {
    let name = names.indices.contains(index) ? names[index] : ""
    return name.isEmpty ? "\(kind) \(index + 1)" : name
  }
}
