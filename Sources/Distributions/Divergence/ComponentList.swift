import SurprisalCore
import SurprisalTensors

/// A mixture, of any component type, as the bounds of its entropy and divergence see it.
protocol MixtureForm {
  /// log w, [batchShape, K].
  var logWeights: Tensor { get }
  /// The components one by one, or nil if they are the members of a batch.
  var memberList: [any Distribution]? { get }
  /// The batch of components, or nil if they are an array.
  var memberBatch: (any Distribution)? { get }
}

extension Mixture: MixtureForm {
  var memberList: [any Distribution]? {
    if case .list(let components) = components { components.map(Divergence.unwrapped) } else { nil }
  }
  var memberBatch: (any Distribution)? {
    if case .batch(let components) = components { components } else { nil }
  }
}

/// The components of one mixture that have weight, or one other distribution.
struct ComponentList {
  /// w, [K].
  let weights: [Double]
  /// The components' entropies in nats, if all have one.
  let entropies: [Double]?
  /// The components one by one, unless they are the members of a batch.
  let members: [any Distribution]?
  /// The natural parameters of all side by side, [K, …] each, if the components are of one exponential family.
  let natural: NaturalBatch?

  /// - Throws: `usage` for a batch of more than one distribution.
  init(_ distribution: any Distribution, _ function: String) throws {
    try Divergence.requireSingle(distribution, function)
    let distribution = Divergence.unwrapped(distribution)
    guard let mixture = distribution as? any MixtureForm else {
      (weights, members) = ([1], [distribution])
      entropies = (try? distribution.entropy()).map(\.doubleValues)
      natural = NaturalBatch(list: [distribution])
      return
    }
    let all = mixture.logWeights.exp().doubleValues
    if let batch = mixture.memberBatch {
      (weights, members) = (all, nil)
      entropies = (try? batch.entropy()).map(\.doubleValues)
      natural = NaturalBatch(batch: batch)
    } else {
      // Components that are never drawn say nothing.
      let drawn = all.indices.filter { all[$0] > 0 }
      let list = drawn.map { (mixture.memberList ?? [])[$0] }
      (weights, members) = (drawn.map { all[$0] }, list)
      let values = list.compactMap { try? $0.entropy().doubleValues[0] }
      entropies = values.count == list.count ? values : nil
      natural = NaturalBatch(list: list)
    }
  }
}

/// Members of one exponential family by their natural parameters, and what is computed of pairs of them.
struct NaturalBatch {
  private let family: any ExponentialFamily
  private let parameters: [Tensor]
  private let gradients: [Tensor]

  /// The members along the batch axes of one distribution.
  init?(batch: any Distribution) {
    guard let family = batch as? any ExponentialFamily, batch.support.hasOneBaseMeasure else { return nil }
    let count = batch.batchShape.reduce(1, *)
    func flat(_ tensors: [Tensor]) -> [Tensor] {
      tensors.map {
        $0.withoutDerivative().reshaped(to: [count] + $0.shape.dropFirst(batch.batchShape.count))
          .converted(to: .float64)
      }
    }
    self.family = family
    parameters = flat(family.naturalParameters)
    gradients = flat(family.logPartitionGradient)
  }

  /// The members of an array, if they are of one type and share their base measure.
  init?(list: [any Distribution]) {
    guard let family = list.first as? any ExponentialFamily else { return nil }
    let members = list.compactMap { $0 as? any ExponentialFamily }
    guard members.count == list.count,
      members.allSatisfy({ type(of: $0) == type(of: family) && $0.support.sharesBaseMeasure(with: family.support) })
    else { return nil }
    func stacked(_ tensors: [[Tensor]]) -> [Tensor] {
      tensors[0].indices.map { place in
        let extra = tensors[0][place].rank - family.batchShape.count
        return Tensor(
          stacking: tensors.map { tensors in
            let tensor = tensors[place].withoutDerivative().converted(to: .float64)
            return tensor.reshaped(to: Array(tensor.shape.suffix(extra)))
          })
      }
    }
    self.family = family
    parameters = stacked(members.map(\.naturalParameters))
    gradients = stacked(members.map(\.logPartitionGradient))
  }

  private var count: Int { parameters[0].shape[0] }

  /// Whether pairs with the other's members have Chernoff's divergence and the Bregman form.
  func isComparable(to other: NaturalBatch) -> Bool {
    type(of: family) == type(of: other.family) && family.support.sharesBaseMeasure(with: other.family.support)
      && zip(parameters, other.parameters).allSatisfy { $0.shape.dropFirst() == $1.shape.dropFirst() }
  }

  /// KL(a ‖ b) of all pairs, [K, other's K], by the Bregman form.
  func divergences(to other: NaturalBatch) -> Matrix {
    var value = Tensor(zeros: [count, other.count], dtype: .float64)
    var scale = 1.0
    for ((a, b), mean) in zip(zip(parameters, other.parameters), gradients) {
      let product = (b.expandingAxis(0) - a.expandingAxis(1)) * mean.expandingAxis(1)
      value = value - (product.rank == 2 ? product : product.sum(alongAxes: Array(2..<product.rank)))
      scale = max(scale, product.abs().max().item)
    }
    let (own, others) = (partitions(parameters), partitions(other.parameters))
    value = value + others.expandingAxis(0) - own.expandingAxis(1)
    return matrix(value, scale, own, others)
  }

  /// −log ∫ a^(1−s) b^s of all pairs, [K, other's K]: (1 − s) A(η_a) + s A(η_b) − A((1 − s) η_a + s η_b).
  func chernoff(_ s: Double, to other: NaturalBatch) -> Matrix {
    let (own, others) = (partitions(parameters), partitions(other.parameters))
    let between = zip(parameters, other.parameters).map { a, b in
      a.expandingAxis(1) * (1 - s) + b.expandingAxis(0) * s
    }
    let value = own.expandingAxis(1) * (1 - s) + others.expandingAxis(0) * s - partitions(between)
    return matrix(value, 1, own, others)
  }

  private func partitions(_ parameters: [Tensor]) -> Tensor { family.logPartition(parameters).converted(to: .float64) }

  private func matrix(_ value: Tensor, _ scale: Double, _ a: Tensor, _ b: Tensor) -> Matrix {
    let largest = max(scale, a.abs().max().item, b.abs().max().item)
    return Matrix(value: value.doubleValues.map { max($0, 0) }, columns: value.shape[1], rounding: 0x1p-46 * largest)
  }
}

/// A table of divergences of at least 0, with a bound of their rounding.
struct Matrix {
  var value: [Double]
  var columns: Int
  var rounding: Double

  var rows: Int { value.count / columns }
  subscript(_ row: Int, _ column: Int) -> Double { value[row * columns + column] }
}

extension Divergence {
  /// The distribution that a wrapper stands for.
  static func unwrapped(_ distribution: any Distribution) -> any Distribution {
    var distribution = distribution
    while let wrapper = distribution as? any ForwardingDistribution { distribution = wrapper.wrapped }
    return distribution
  }
}

extension Tensor {
  /// The elements in float64.
  var doubleValues: [Double] { withoutDerivative().converted(to: .float64).scalars(as: Double.self) }
}

extension Support {
  /// Whether all members of the batch have the same support.
  var hasOneBaseMeasure: Bool { sharesBaseMeasure(with: self) }

  /// Whether both supports are the same for all members of both batches: members of an exponential family of one type
  /// then have one base measure.
  func sharesBaseMeasure(with other: Support) -> Bool {
    switch (self, other) {
    case (.interval(let lower, let upper), .interval(let otherLower, let otherUpper)),
      (.integers(let lower, let upper), .integers(let otherLower, let otherUpper)):
      func isOne(_ a: Tensor, _ b: Tensor) -> Bool {
        let values = a.doubleValues + b.doubleValues
        return values.allSatisfy { $0 == values[0] }
      }
      return isOne(lower, otherLower) && isOne(upper, otherUpper)
    case (.counts(let total, let count), .counts(let otherTotal, let otherCount)):
      let totals = total.doubleValues + otherTotal.doubleValues
      return count == otherCount && totals.allSatisfy { $0 == totals[0] }
    default:
      return isContained(in: other)?.all().item == 1
    }
  }
}
