/// Models of several sizes fitted to the same rows, and what chose among them.
public struct SizeComparison: Sendable, Hashable {
  /// What names the best; smaller is better.
  public enum Criterion: String, Sendable, Hashable, CaseIterable {
    /// Schwarz's criterion.
    case bic
    /// Akaike's criterion.
    case aic
    /// The integrated completed likelihood, for models that assign rows to components.
    case icl
  }

  /// One size that was tried.
  public struct Candidate: Sendable, Hashable {
    /// How many components, states or factors.
    public var size: Int
    /// log p(x | θ) in nats; nil where the fit failed, like all that follows.
    public var logLikelihood: Double?
    /// Smaller is better.
    public var bic: Double?
    /// Smaller is better.
    public var aic: Double?
    /// Smaller is better; nil also without components.
    public var icl: Double?
    /// The number of free parameters.
    public var parameterCount: Int?
    /// How many of the polished starts ended at the best objective.
    public var startsAtBest: Int?
    /// How many starts were run to convergence.
    public var polishedStarts: Int?
    /// How many starts there were.
    public var starts: Int?
    /// Whether the stop rule ended the winning run.
    public var converged: Bool?
    /// Why there is no fit.
    public var failure: String?

    /// The size that `fit` has.
    public init<Model>(size: Int, fit: ModelFit<Model>) {
      self.size = size
      (logLikelihood, bic, aic, icl) = (fit.logLikelihood, fit.bic, fit.aic, fit.icl)
      parameterCount = fit.parameterCount
      (startsAtBest, polishedStarts, starts) = (fit.startsAtBest, fit.polishedStarts, fit.starts)
      converged = fit.converged
    }

    /// A size that could not be fitted.
    public init(size: Int, failure: String) {
      self.size = size
      self.failure = failure
    }

    /// The criterion's value; nil where there is none.
    public func value(_ criterion: Criterion) -> Double? {
      switch criterion {
      case .bic: bic
      case .aic: aic
      case .icl: icl
      }
    }
  }

  /// What is counted: `components`, `states` or `factors`.
  public var sizeName: String
  /// What chose.
  public var criterion: Criterion
  /// The sizes in the order they were tried.
  public var candidates: [Candidate]

  /// A comparison from its parts.
  public init(sizeName: String, criterion: Criterion, candidates: [Candidate] = []) {
    self.sizeName = sizeName
    self.criterion = criterion
    self.candidates = candidates
  }
}
