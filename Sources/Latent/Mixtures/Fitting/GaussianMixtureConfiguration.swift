/// Where a mixture's EM begins.
public enum MixtureStart: Sendable {
  /// One hierarchical clustering, then k-means++ on whitened rows, k-means++ on column-scaled rows and rows
  /// drawn at random in turn; the best of each kind is polished.
  case automatic
  /// k-means++ on column-scaled rows.
  case kMeans
  /// The rows nearest to K rows drawn at random.
  case randomRows
  /// Ward's hierarchical clustering of at most 2,000 rows: one start.
  case hierarchical
  /// One start from given parameters.
  case given(GaussianMixture)
}

/// What happens when a component collapses onto too few rows or dimensions.
public enum CollapsePolicy: String, Sendable, Hashable, CaseIterable {
  /// The start is drawn anew, with three attempts in all.
  case restart
  /// The component is dropped and the fit goes on with one less.
  case drop
  /// The fit ends with an error that names the component and its columns.
  case error
}

/// How a Gaussian mixture is fitted.
public struct GaussianMixtureConfiguration: Sendable {
  /// The number of components; nil tries 1 to 9 and takes the lowest BIC.
  public var components: Int?
  /// What the covariances share.
  public var covarianceModel: CovarianceModel
  /// How many starts.
  public var starts: Int
  /// Where they begin.
  public var start: MixtureStart
  /// What happens when a component collapses.
  public var collapsePolicy: CollapsePolicy
  /// A prior for maximum a-posteriori fits; nil for maximum likelihood.
  public var prior: MixturePrior?
  /// The seed of all random choices.
  public var seed: UInt64
  /// When EM stops, how it is accelerated, on how many threads.
  public var engine: EngineOptions
  /// Without a prior, a component whose smallest eigenvalue in units of the columns' standard deviations is
  /// below this has collapsed, unless all components are as tight.
  public var collapseEigenvalue: Double
  /// What becomes of missing cells (NaN).
  public var missingCells: MissingCells

  /// The defaults: full covariances by maximum likelihood from 20 starts, the number of components by BIC.
  public init(
    components: Int? = nil, covarianceModel: CovarianceModel = .vvv, starts: Int = 20,
    start: MixtureStart = .automatic, collapsePolicy: CollapsePolicy = .restart, prior: MixturePrior? = nil,
    seed: UInt64 = 0, engine: EngineOptions = EngineOptions(), collapseEigenvalue: Double = 1e-5,
    missingCells: MissingCells = .error
  ) {
    self.components = components
    self.covarianceModel = covarianceModel
    self.starts = starts
    self.start = start
    self.collapsePolicy = collapsePolicy
    self.prior = prior
    self.seed = seed
    self.engine = engine
    self.collapseEigenvalue = collapseEigenvalue
    self.missingCells = missingCells
  }
}
