import SurprisalCore
import SurprisalTensors

/// The components of a mixture: the members along the last batch axis, or an array.
enum MixtureComponents<Component: Distribution>: Sendable {
  case batch(Component)
  case list([Component])

  /// Any of them, for the event shape and the type.
  var first: Component {
    switch self {
    case .batch(let components): components
    case .list(let components): components[0]
    }
  }

  var description: String {
    switch self {
    case .batch(let components): components.description
    case .list(let components): components.description
    }
  }

  /// [batchShape, K].
  ///
  /// - Throws: `usage` if there are no components, or of several event or batch shapes or types.
  func checkedBatchShape() throws -> [Int] {
    switch self {
    case .batch(let components):
      guard let count = components.batchShape.last, count > 0 else {
        throw SurprisalError(
          .usage, "Mixture: \(Divergence.name(components)) of batch shape \(components.batchShape) has no components",
          remedy: "the last batch axis counts the components")
      }
      return components.batchShape
    case .list(let components):
      guard let first = components.first else { throw SurprisalError(.usage, "Mixture: there are no components") }
      for (index, other) in components.enumerated() {
        guard
          other.batchShape == first.batchShape, other.eventShape == first.eventShape, other.dtype == first.dtype,
          other.support.isDiscrete == first.support.isDiscrete
        else {
          throw SurprisalError(
            .usage,
            "Mixture: component \(index) has batch shape \(other.batchShape), event shape \(other.eventShape) and type "
              + "\(other.dtype), the first one \(first.batchShape), \(first.eventShape) and \(first.dtype), "
              + "or one has a mass and the other a density")
        }
      }
      return first.batchShape + [components.count]
    }
  }

  /// A value of each component side by side: [..., batchShape, K], and behind it the event's axes if it has them.
  func each(isEvent: Bool, _ value: (Component) -> Tensor) -> Tensor {
    switch self {
    case .batch(let components): value(components)
    case .list(let components):
      Tensor(stacking: components.map(value), alongAxis: isEvent ? -1 - first.eventShape.count : -1)
    }
  }

  /// [..., batchShape, K] of a function of events [..., batchShape, eventShape].
  func each(of x: Tensor, _ value: (Component, Tensor) -> Tensor) -> Tensor {
    switch self {
    case .batch(let components): value(components, x.expandingAxis(-1 - first.eventShape.count))
    case .list(let components): Tensor(stacking: components.map { value($0, x) }, alongAxis: -1)
    }
  }

  func logDensities(of x: Tensor) -> Tensor { each(of: x) { $0.logDensity(of: $1) } }

  /// From the least lower to the greatest upper end of intervals; of other supports the first, if all are of a kind.
  func support(_ logWeights: Tensor) -> Support {
    let supports =
      switch self {
      case .batch(let components): [components.support]
      case .list(let components): components.map(\.support)
      }
    let isDrawn = logWeights .> -.infinity
    let ends = supports.compactMap(\.ends)
    if ends.count == supports.count {
      let shape = logWeights.shape
      func wide(_ ends: [Tensor]) -> Tensor {
        guard case .list = self else { return ends[0].broadcast(to: shape) }
        return Tensor(stacking: ends.map { $0.broadcast(to: Array(shape.dropLast())) }, alongAxis: -1)
      }
      let lower = Tensor(where: isDrawn, wide(ends.map(\.lower)), else: .infinity).min(alongAxes: [-1])
      let upper = Tensor(where: isDrawn, wide(ends.map(\.upper)), else: -.infinity).max(alongAxes: [-1])
      return supports[0].isDiscrete ? .integers(lower: lower, upper: upper) : .interval(lower: lower, upper: upper)
    }
    let isOneKind = supports.allSatisfy { $0.isContained(in: supports[0])?.all().item == 1 }
    if isOneKind, supports[0].isConstant { return supports[0] }
    return .events(isDiscrete: supports[0].isDiscrete) { x in
      switch self {
      case .batch(let components):
        (components.support.contains(x.expandingAxis(-1 - first.eventShape.count)) .& isDrawn).any(alongAxes: [-1])
      case .list:
        (Tensor(stacking: supports.map { $0.contains(x) }, alongAxis: -1) .& isDrawn).any(alongAxes: [-1])
      }
    }
  }
}

extension Support {
  /// The ends of an interval or of a range of whole numbers.
  var ends: (lower: Tensor, upper: Tensor)? {
    switch self {
    case .interval(let lower, let upper), .integers(let lower, let upper): (lower, upper)
    default: nil
    }
  }

  /// Whether it is the same for every member of a batch.
  var isConstant: Bool {
    switch self {
    case .vectors, .simplex, .oneHot, .positiveDefinite: true
    default: false
    }
  }
}
