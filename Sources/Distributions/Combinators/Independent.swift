import SurprisalCore
import SurprisalTensors

/// A distribution whose last batch axes count the parts of one event, which are independent of each other.
///
/// A batch [N, D] of normal distributions becomes N distributions of vectors of D independent numbers.
public struct Independent<Base: Distribution>: Sendable {
  /// The distribution of the parts.
  public let base: Base
  /// How many of the last batch axes belong to the event.
  public let reinterpreted: Int

  /// Makes the last `reinterpreted` batch axes of `base` axes of the event.
  ///
  /// - Throws: `usage` if there are not so many.
  public init(_ base: Base, reinterpreted: Int) throws {
    guard reinterpreted >= 0, reinterpreted <= base.batchShape.count else {
      throw SurprisalError(
        .usage, "Independent: \(reinterpreted) axes cannot be taken of the batch shape \(base.batchShape)")
    }
    (self.base, self.reinterpreted) = (base, reinterpreted)
  }

  /// The sum over the parts of values [..., base.batchShape].
  private func summed(_ x: Tensor) -> Tensor {
    reinterpreted == 0 ? x : x.sum(alongAxes: Array(-reinterpreted..<0))
  }
}

extension Independent: Distribution {
  /// The base's batch shape without the axes of the event.
  public var batchShape: [Int] { Array(base.batchShape.dropLast(reinterpreted)) }
  /// The axes taken of the batch, then the base's event shape.
  public var eventShape: [Int] { base.batchShape.suffix(reinterpreted) + base.eventShape }
  /// The base's type.
  public var dtype: DType { base.dtype }
  /// The base and the number of axes.
  public var description: String { "Independent(\(base), reinterpreted: \(reinterpreted))" }
  /// Where each part is within the base's support.
  public var support: Support {
    if reinterpreted == 0 { return base.support }
    if case .interval(let lower, let upper) = base.support, base.eventShape.isEmpty, reinterpreted == 1,
      (lower .== -.infinity).all().item == 1, (upper .== .infinity).all().item == 1
    {
      return .vectors(count: eventShape[0])
    }
    let (support, axes) = (base.support, Array(-reinterpreted..<0))
    return .events(isDiscrete: support.isDiscrete) { support.contains($0).all(alongAxes: axes) }
  }

  /// The base's.
  public var mean: Tensor { base.mean }
  /// The base's.
  public var variance: Tensor { base.variance }
  /// The base's.
  public var mode: Tensor { base.mode }
  /// The sum of the parts' entropies.
  public func entropy() throws -> Tensor { summed(try base.entropy()) }
  /// The sum of the parts' log-densities.
  public func logDensity(of x: Tensor) -> Tensor { summed(base.logDensity(of: x)) }
  /// Independent events.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    base.sample(shape, using: &generator)
  }

  /// The sum of the parts' divergences, to another of as many axes, if they have a closed form.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? any IndependentForm, q.axes == reinterpreted, q.eventShape == eventShape,
      let parts = try? klDivergence(base, q.part)
    else { return nil }
    return summed(parts)
  }
}

extension Independent: EntropyByQuadrature where Base: EntropyByQuadrature {
  /// The sums of the parts' entropies and bounds; the tolerance is that of each part.
  public func boundedEntropy(tolerance: Double) throws -> BoundedEntropy {
    let parts = try base.boundedEntropy(tolerance: tolerance)
    return try BoundedEntropy(
      summed(parts.entropy), bounds: summed(parts.errorBound).doubleValues, tolerance: .infinity, of: self, remedy: "")
  }
}

/// `Independent` of any base.
protocol IndependentForm: Distribution {
  var part: any Distribution { get }
  var axes: Int { get }
}

extension Independent: IndependentForm {
  var part: any Distribution { base }
  var axes: Int { reinterpreted }
}

extension Independent: Reparameterized where Base: Reparameterized {
  /// The base's reparameterized sample.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    base.reparameterizedSample(shape, using: &generator)
  }
}

extension Independent: ExponentialFamily where Base: ExponentialFamily {
  /// The base's.
  public var naturalParameters: [Tensor] { base.naturalParameters }
  /// The base's.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { base.sufficientStatistics(of: x) }
  /// The sum of the parts' log b.
  public func logBaseMeasure(of x: Tensor) -> Tensor { summed(base.logBaseMeasure(of: x)) }
  /// The sum of the parts' A.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor { summed(base.logPartition(naturalParameters)) }
}
