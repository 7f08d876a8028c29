import SurprisalCore
import SurprisalTensors

/// A distribution that stands for another one in every respect.
public protocol ForwardingDistribution: Distribution {
  /// The distribution whose every property this one has.
  var wrapped: any Distribution { get }
}

extension ForwardingDistribution {
  /// That of the wrapped distribution.
  public var batchShape: [Int] { wrapped.batchShape }
  /// That of the wrapped distribution.
  public var eventShape: [Int] { wrapped.eventShape }
  /// That of the wrapped distribution.
  public var dtype: DType { wrapped.dtype }
  /// That of the wrapped distribution.
  public var support: Support { wrapped.support }
  /// That of the wrapped distribution.
  public var mean: Tensor { wrapped.mean }
  /// That of the wrapped distribution.
  public var variance: Tensor { wrapped.variance }
  /// That of the wrapped distribution.
  public var mode: Tensor { wrapped.mode }
  /// That of the wrapped distribution.
  public var description: String { wrapped.description }
  /// That of the wrapped distribution.
  public func logDensity(of x: Tensor) -> Tensor { wrapped.logDensity(of: x) }
  /// That of the wrapped distribution.
  public func entropy() throws -> Tensor { try wrapped.entropy() }
  /// Samples of the wrapped distribution.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    wrapped.sample(shape, using: &generator)
  }
  /// That of the wrapped distribution.
  public func closedFormKL(to q: any Distribution) -> Tensor? { try? klDivergence(wrapped, q) }
  /// That of the wrapped distribution.
  public func closedFormKL(from p: any Distribution) -> Tensor? { try? klDivergence(p, wrapped) }
}

/// Any distribution, for mixtures of several families.
public struct AnyDistribution: ForwardingDistribution {
  /// What is wrapped.
  public let wrapped: any Distribution

  /// Wraps a distribution.
  public init(_ base: any Distribution) { wrapped = base }
}

/// Any distribution of single numbers with a distribution function, for mixtures of several families.
public struct AnyUnivariateDistribution: ForwardingDistribution, UnivariateDistribution {
  private let base: any UnivariateDistribution
  /// What is wrapped.
  public var wrapped: any Distribution { base }

  /// Wraps a distribution.
  public init(_ base: any UnivariateDistribution) { self.base = base }

  /// That of the wrapped distribution.
  public func cumulative(at x: Tensor) -> Tensor { base.cumulative(at: x) }
  /// That of the wrapped distribution.
  public func complementaryCumulative(at x: Tensor) -> Tensor { base.complementaryCumulative(at: x) }
  /// That of the wrapped distribution.
  public func quantile(at p: Tensor) -> Tensor { base.quantile(at: p) }
}
