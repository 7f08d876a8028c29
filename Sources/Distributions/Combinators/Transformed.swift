import SurprisalCore
import SurprisalTensors

/// The distribution of y = f(x) for x of a base distribution and a bijection f.
///
/// log p(y) = log p_base(x) − log |det ∂y / ∂x| at x = f⁻¹(y).
public struct Transformed<Base: Distribution>: Sendable {
  /// The distribution of x.
  public let base: Base
  /// f.
  public let bijection: any Bijection

  /// - Throws: `usage` for a base with a mass, if the bijection is one of vectors and the events are numbers, or if it is
  ///   not one-to-one on the support, or if an affine map has more members than the base.
  public init(_ base: Base, by bijection: any Bijection) throws {
    guard !base.support.isDiscrete else {
      throw SurprisalError(.usage, "Transformed: \(Divergence.name(base)) has a mass, not a density")
    }
    guard bijection.eventRank <= base.eventShape.count, bijection.eventRank == 0 || base.eventShape.count == 1 else {
      throw SurprisalError(
        .usage,
        "Transformed: \(bijection) is of vectors, the events of \(Divergence.name(base)) have the shape "
          + "\(base.eventShape)", remedy: "make a batch axis one of the event with Independent")
    }
    guard bijection.isDefined(on: base.support, shape: base.eventShape) else {
      throw SurprisalError(
        .usage,
        "Transformed: \(bijection) is not one-to-one, or has no density, where events of \(Divergence.name(base)) are")
    }
    var eventShape = base.eventShape
    for part in (bijection as? ComposedBijection)?.parts ?? [bijection] {
      let shape = base.batchShape + eventShape
      if let affine = part as? AffineBijection, broadcastShape(shape, affine.shift.shape) != shape {
        throw SurprisalError(
          .usage,
          "Transformed: shift and scale of shape \(affine.shift.shape) do not broadcast to the batch and events of "
            + "\(Divergence.name(base)), \(shape)")
      }
      eventShape = part.forwardShape(eventShape)
    }
    (self.base, self.bijection) = (base, bijection)
  }

  /// log |det ∂y / ∂x|, [..., batchShape], of all axes of an event.
  func logDeterminant(at x: Tensor) -> Tensor {
    let extra = base.eventShape.count - bijection.eventRank
    let value = bijection.logDeterminant(at: x)
    return extra == 0 ? value : value.sum(alongAxes: Array(-extra..<0))
  }
}

extension Transformed: Distribution {
  /// The base's.
  public var batchShape: [Int] { base.batchShape }
  /// What the bijection makes of the base's.
  public var eventShape: [Int] { bijection.forwardShape(base.eventShape) }
  /// The base's type.
  public var dtype: DType { base.dtype }
  /// The base and the bijection.
  public var description: String { "Transformed(\(base), by: \(bijection))" }
  /// The image of the base's support.
  public var support: Support { bijection.range(of: base.support, shape: base.eventShape) }

  /// That of x less the log-determinant; −∞ outside the range and where x is infinite.
  public func logDensity(of y: Tensor) -> Tensor {
    let y = y.dtype == dtype ? y : y.converted(to: dtype)
    let isKnown = isKnown(y)
    var mask = isKnown
    for _ in eventShape { mask = mask.expandingAxis(-1) }
    // Elsewhere the image of ½ is asked instead, which keeps NaN from the derivatives.
    let x = bijection.inverse(Tensor(where: mask, y, else: bijection.forward(middle)))
    let value = base.logDensity(of: x) - logDeterminant(at: x)
    let known = Tensor(where: isKnown, value, else: -.infinity)
    let axes = Array(-eventShape.count..<0)
    var isNumber = y .== y
    if !axes.isEmpty { isNumber = isNumber.all(alongAxes: axes) }
    return Tensor(where: isNumber, known, else: .nan)
  }

  /// Where y is in the range and x finite.
  private func isKnown(_ y: Tensor) -> Tensor {
    let isInside = support.contains(y)
    var mask = isInside
    for _ in eventShape { mask = mask.expandingAxis(-1) }
    let fixed = y.withoutDerivative()
    let x = bijection.inverse(Tensor(where: mask, fixed, else: bijection.forward(middle))).withoutDerivative()
    let isFinite = x.abs() .< .infinity
    return isInside .& (base.eventShape.isEmpty ? isFinite : isFinite.all(alongAxes: Array(-base.eventShape.count..<0)))
  }

  /// An event within every domain of a bijection.
  private var middle: Tensor { Tensor(repeating: 0.5, shape: batchShape + base.eventShape, dtype: dtype) }

  /// shift + scale · E[x] of an `AffineBijection` map; NaN of others, which have no closed form.
  public var mean: Tensor { (bijection as? AffineBijection)?.forward(base.mean) ?? unknown }
  /// scale² · Var[x] of an `AffineBijection` map; NaN of others.
  public var variance: Tensor { (bijection as? AffineBijection).map { base.variance * $0.scale.square() } ?? unknown }
  /// That of x of an `AffineBijection` map; NaN of others.
  public var mode: Tensor { (bijection as? AffineBijection)?.forward(base.mode) ?? unknown }

  private var unknown: Tensor { Tensor(repeating: .nan, shape: batchShape + eventShape, dtype: dtype) }

  /// f of the base's samples.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    bijection.forward(base.sample(shape, using: &generator)).withoutDerivative()
  }

  /// That of the bases if the bijections are equal: a bijection changes no divergence.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? any TransformedForm, q.map.isEqual(to: bijection) else { return nil }
    return try? klDivergence(base, q.source)
  }
}

/// `Transformed` of any base.
protocol TransformedForm: Distribution {
  var source: any Distribution { get }
  var map: any Bijection { get }
}

extension Transformed: TransformedForm {
  var source: any Distribution { base }
  var map: any Bijection { bijection }
}

extension Transformed: Reparameterized where Base: Reparameterized {
  /// f of the base's reparameterized samples.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    bijection.forward(base.reparameterizedSample(shape, using: &generator))
  }
}

extension Transformed: UnivariateDistribution where Base: UnivariateDistribution {
  /// F(f⁻¹(y)), or 1 − F of it where f falls; 0 and 1 outside the range.
  public func cumulative(at y: Tensor) -> Tensor { probability(at: y, below: true) }
  /// 1 − F(f⁻¹(y)), or F of it where f falls.
  public func complementaryCumulative(at y: Tensor) -> Tensor { probability(at: y, below: false) }

  /// f of the base's quantile at p, or at 1 − p where f falls.
  public func quantile(at p: Tensor) -> Tensor {
    let isIncreasing = bijection.isIncreasing
    return bijection.forward(base.quantile(at: Tensor(where: isIncreasing, p, else: 1 - p)))
  }

  private func probability(at y: Tensor, below: Bool) -> Tensor {
    guard case .interval(let lower, let upper) = support else { return y * .nan }
    let inside = (y .>= lower) .& (y .<= upper)
    let x = bijection.inverse(Tensor(where: inside, y, else: bijection.forward(Tensor(0.5, dtype: dtype))))
    let isIncreasing = bijection.isIncreasing
    let value = Tensor(
      where: below ? isIncreasing : .!isIncreasing, base.cumulative(at: x), else: base.complementaryCumulative(at: x))
    let (under, over) = below ? (0.0, 1.0) : (1.0, 0.0)
    let known = Tensor(where: y .< lower, under, else: Tensor(where: y .> upper, over, else: value))
    return Tensor(where: y .== y, known, else: .nan)
  }
}
