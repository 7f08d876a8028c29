/// What a report on a fitted Gaussian mixture says, as plain values.
public struct MixtureReportContent: Sendable {
  /// A component of the mixture, in the unit of x.
  public struct Component: Sendable, Hashable {
    /// The mixing proportion.
    public var weight: Double
    /// The mean, [D].
    public var mean: [Double]
    /// The covariance, [D][D]; entries may be infinite.
    public var covariance: [[Double]]

    /// A component from its parameters.
    public init(weight: Double, mean: [Double], covariance: [[Double]]) {
      self.weight = weight
      self.mean = mean
      self.covariance = covariance
    }
  }

  /// One iteration of EM; values are totals in nats at the unit of x.
  public typealias Iteration = ModelReportContent.Iteration

  /// A named value, shown as it is.
  public typealias Fact = ModelReportContent.Fact

  /// A model that was compared by the Bayesian information criterion.
  public struct Candidate: Sendable, Hashable {
    /// The number of components.
    public var components: Int
    /// The covariance model's name, such as VVV.
    public var covarianceModel: String
    /// −2 log p(x | θ) + (parameters) · ln n; smaller is better; nil where the fit failed.
    public var bic: Double?
    /// Why the fit failed.
    public var failure: String?

    /// A candidate from its values.
    public init(components: Int, covarianceModel: String, bic: Double?, failure: String? = nil) {
      self.components = components
      self.covarianceModel = covarianceModel
      self.bic = bic
      self.failure = failure
    }
  }

  /// The page's title.
  public var title: String
  /// The command line that makes the same fit again.
  public var command: String?
  /// The names of the columns, [D].
  public var columnNames: [String]
  /// The number of rows.
  public var rowCount = 0
  /// The sum of the rows' weights.
  public var totalWeight = 0.0
  /// The covariance model's name, such as VVV.
  public var covarianceModel = "VVV"
  /// The number of free parameters.
  public var parameterCount = 0
  /// Options of the fit and the seed.
  public var settings: [Fact] = []
  /// The components by falling weight, [K].
  public var components: [Component]
  /// log p(x | θ) in nats, in total.
  public var logLikelihood = 0.0
  /// log p(x | θ) + log p(θ) in nats, in total; equal to the log-likelihood without a prior.
  public var objective = 0.0
  /// Whether a prior makes the objective differ from the log-likelihood.
  public var hasPrior = false
  /// L(q, θ) in nats, in total.
  public var lowerBound = 0.0
  /// KL(q ‖ posterior) in nats, in total.
  public var gap = 0.0
  /// Criteria of model choice; smaller is better.
  public var bic = 0.0, aic = 0.0, icl = 0.0
  /// Whether the fit stopped by its stop rule, and after how many E-steps.
  public var converged = false, iterations = 0
  /// How many of the starts reached the best objective.
  public var startsAtBest = 0, starts = 0
  /// How long the fit took.
  public var seconds = 0.0
  /// The iterations of the winning run.
  public var ledger: [Iteration] = []
  /// The models that were compared, if any.
  public var candidates: [Candidate] = []
  /// What the reader should know before using the fit.
  public var warnings: [String] = []
  /// Some of the rows, [n][D].
  public var sampleRows: [[Double]] = []
  /// Their responsibilities, [n][K].
  public var sampleResponsibilities: [[Double]] = []
  /// Counts of all rows, per column; empty where a column was not counted.
  public var histograms: [Int: Histogram] = [:]

  /// Content with a title, columns and components; everything else is set afterwards.
  public init(title: String, columnNames: [String], components: [Component]) {
    self.title = title
    self.columnNames = columnNames
    self.components = components
  }

  /// The name of a column, or its number where it has none.
  func columnName(_ column: Int) -> String { ColumnName.of(column, in: columnNames) }

  /// The columns that the charts show, by rising number: at most five.
  package var chartColumns: [Int] { ColumnChoice.columns(of: self, atMost: 5) }

  var columnCount: Int { components.first?.mean.count ?? columnNames.count }
}
