import SurprisalCore
import SurprisalTensors

/// A differentiable map with a differentiable inverse, which carries a distribution from x to y = forward(x).
public protocol Bijection: Sendable, CustomStringConvertible {
  /// The number of axes of one event: 0 for a function of each number, 1 for one of vectors.
  var eventRank: Int { get }
  /// y for x.
  func forward(_ x: Tensor) -> Tensor
  /// x for y; anything where y is not in the range.
  func inverse(_ y: Tensor) -> Tensor
  /// log |det ∂y / ∂x| at x, without the event's axes.
  func logDeterminant(at x: Tensor) -> Tensor
  /// The shape of an event y for that of an event x.
  func forwardShape(_ shape: [Int]) -> [Int]
  /// Where y may be, for events x of the support and shape.
  func range(of support: Support, shape: [Int]) -> Support
  /// Whether y rises with x, booleans that broadcast with the batch; of functions of each number only.
  var isIncreasing: Tensor { get }
  /// Whether another bijection is the same function.
  func isEqual(to other: any Bijection) -> Bool
  /// Whether it is one-to-one on a support, and has a density there.
  func isDefined(on support: Support, shape: [Int]) -> Bool
}

extension Bijection {
  /// True: it is so everywhere.
  public func isDefined(on support: Support, shape: [Int]) -> Bool { true }
}

/// A function of each number.
public protocol ScalarBijection: Bijection {
  /// The values between which y is for x between the ends.
  func ends(lower: Tensor, upper: Tensor) -> (lower: Tensor, upper: Tensor)
}

extension ScalarBijection {
  /// 0.
  public var eventRank: Int { 0 }
  /// Not of the parts of a simplex or a symmetric matrix: they are not independent numbers, and the density is one in
  /// fewer numbers than the event has.
  public func isDefined(on support: Support, shape: [Int]) -> Bool { support.hasFreeNumbers }
  /// The same shape.
  public func forwardShape(_ shape: [Int]) -> [Int] { shape }
  /// True.
  public var isIncreasing: Tensor { Tensor([true], shape: []) }

  /// The images of the ends in order.
  public func ends(lower: Tensor, upper: Tensor) -> (lower: Tensor, upper: Tensor) {
    let (first, last) = (forward(lower), forward(upper))
    return (Tensor(where: isIncreasing, first, else: last), Tensor(where: isIncreasing, last, else: first))
  }

  /// The interval between the images of the ends; of vectors those whose every number is the image of one.
  public func range(of support: Support, shape: [Int]) -> Support {
    if case .interval(let lower, let upper) = support {
      let ends = ends(lower: lower, upper: upper)
      return .interval(lower: ends.lower, upper: ends.upper)
    }
    return .events(isDiscrete: support.isDiscrete) { support.contains(inverse($0)) }
  }
}

/// Bijections one after another.
public struct ComposedBijection: Bijection {
  /// The bijections in the order in which they are applied.
  public let parts: [any Bijection]

  /// Applies the first, then the next one and so on.
  public init(_ parts: [any Bijection]) { self.parts = parts }

  /// The largest of the parts'.
  public var eventRank: Int { parts.map(\.eventRank).max() ?? 0 }
  /// The parts.
  public var description: String { "ComposedBijection(\(parts.map { "\($0)" }.joined(separator: ", ")))" }
  /// One after another.
  public func forward(_ x: Tensor) -> Tensor { parts.reduce(x) { $1.forward($0) } }
  /// The inverses from the last one on.
  public func inverse(_ y: Tensor) -> Tensor { parts.reversed().reduce(y) { $1.inverse($0) } }
  /// The shape after all.
  public func forwardShape(_ shape: [Int]) -> [Int] { parts.reduce(shape) { $1.forwardShape($0) } }
  /// The range after all.
  public func range(of support: Support, shape: [Int]) -> Support {
    parts.reduce((support, shape)) { ($1.range(of: $0.0, shape: $0.1), $1.forwardShape($0.1)) }.0
  }
  /// Whether each part is, on the range of those before it.
  public func isDefined(on support: Support, shape: [Int]) -> Bool {
    var (support, shape) = (support, shape)
    for part in parts {
      guard part.isDefined(on: support, shape: shape) else { return false }
      (support, shape) = (part.range(of: support, shape: shape), part.forwardShape(shape))
    }
    return true
  }
  /// Whether the number of falling parts is even.
  public var isIncreasing: Tensor {
    parts.reduce(Tensor([true], shape: [])) { .!($0 .^ $1.isIncreasing) }
  }

  /// The sum of the parts' at what each is applied to.
  public func logDeterminant(at x: Tensor) -> Tensor {
    var (x, sum) = (x, Tensor(0, dtype: x.dtype))
    for part in parts {
      let extra = eventRank - part.eventRank
      let term = part.logDeterminant(at: x)
      sum = sum + (extra == 0 ? term : term.sum(alongAxes: Array(-extra..<0)))
      x = part.forward(x)
    }
    return sum
  }

  /// Whether the parts are equal one by one.
  public func isEqual(to other: any Bijection) -> Bool {
    guard let other = other as? ComposedBijection, other.parts.count == parts.count else { return false }
    return zip(parts, other.parts).allSatisfy { $0.isEqual(to: $1) }
  }
}

extension Support {
  /// Whether the density is one in as many numbers as an event has.
  var hasFreeNumbers: Bool {
    switch self {
    case .simplex, .positiveDefinite: false
    default: true
    }
  }
}

extension Tensor {
  /// Whether both have one shape and hold the same numbers.
  func isIdentical(to other: Tensor) -> Bool {
    shape == other.shape && (self .== other).all().item == 1
  }
}
