import CSurprisalKernels
import SurprisalTensors

/// KL(pₖ ‖ p) of each component of mixtures p of numbers, of which the mixtures' entropies are made.
struct MixtureDivergences {
  /// w, [batchShape, K].
  let weights: [Double]
  /// K.
  let count: Int
  let batchShape: [Int]
  let members: MixtureComponents<AnyUnivariateDistribution>
  let dtype: DType
  /// That of the mixtures at numbers [..., batchShape].
  let logDensity: (Tensor) -> Tensor
  /// The mixtures of 1 − x, if they say more of numbers near 1.
  let reflected: Mixture<AnyUnivariateDistribution>?

  /// The most numbers at which components' densities are asked.
  static let limit = 1 << 22

  /// The divergences [batchShape, K], and the numbers [rows, batchShape, K] with the masses that they stand for.
  struct Terms {
    var values: [Double]
    var errors: [Double]
    var events: Tensor
    var weights: Tensor
    /// The same of 1 − x, for those that are not among the events.
    var reflectedEvents: Tensor?
    var reflectedWeights = Tensor(0, dtype: .float64)
  }

  /// A function of numbers [..., batchShape] at numbers [rows, batchShape, K].
  static func aligned(_ x: Tensor, _ function: (Tensor) -> Tensor) -> Tensor {
    let rank = x.rank
    return function(x.permuted([0, rank - 1] + Array(1..<rank - 1))).permuted([0] + Array(2..<rank) + [1])
  }

  /// [rows, batchShape, K] of numbers in that order.
  private func tensor(_ values: [Double]) -> Tensor {
    Tensor(values, shape: [values.count / weights.count] + batchShape + [count])
  }

  /// log pₖ and log p at each component's own numbers.
  private func densities(_ x: Tensor) -> (own: [Double], all: [Double]) {
    (
      members.own(x) { $0.logDensity(of: $1) }.doubleValues,
      MixtureDivergences.aligned(x, logDensity).doubleValues
    )
  }

  /// Each component's quantiles at 1 / (1 + e⁻ᵗ), and the densities there.
  private func located(_ t: [Double]) -> (numbers: [Double], own: [Double], all: [Double]) {
    guard let reflected else {
      let x = quantiles(tensor(t.map(EntropyParts.logistic)))
      let (own, all) = densities(x)
      return (x.doubleValues, own, all)
    }
    // Either half from its own end.
    let lower = tensor(t.map { EntropyParts.logistic(-abs($0)) })
    let x = quantiles(lower)
    let y = reflected.components.own(lower) { $0.quantile(at: $1) }.withoutDerivative().converted(to: .float64)
    let (own, all) = densities(x)
    let otherOwn = reflected.components.own(y) { $0.logDensity(of: $1) }.doubleValues
    let otherAll = MixtureDivergences.aligned(y) { reflected.logDensity(of: $0) }.doubleValues
    func chosen(_ a: [Double], _ b: [Double]) -> [Double] { t.indices.map { t[$0] <= 0 ? a[$0] : b[$0] } }
    return (chosen(x.doubleValues, y.doubleValues), chosen(own, otherOwn), chosen(all, otherAll))
  }

  private func quantiles(_ probabilities: Tensor) -> Tensor {
    members.own(probabilities) { $0.quantile(at: $1) }.withoutDerivative().converted(to: .float64)
  }

  /// A bound of ∫ pₖ log(pₖ / p) over events of probability δ under component k.
  private func tailBound(_ mass: Double, weight: Double) -> Double {
    mass > 0 && weight > 0 ? mass * max(-surprisal_log(weight), -surprisal_log(mass)) : 0
  }
}

// Densities: ∫ log(pₖ / p)(Qₖ(u)) du in the variable t = log u − log(1 − u), in which every family is smooth.
extension MixtureDivergences {
  /// The integrals with break points where other components begin, end and have their mass.
  func integrals(target: Double) -> Terms? {
    let cut = BoundedEntropy.cut(dtype)
    let quadrature = AdaptiveQuadrature(
      breaks: breaks(cut), factors: weights, groupSize: count, target: target,
      limit: max(MixtureDivergences.limit / count, 1 << 17)
    ) { points in
      integrand(points)
    }
    let tail = EntropyParts.logistic(-cut)
    let errors = weights.indices.map { quadrature.error($0) + 2 * tailBound(tail, weight: weights[$0]) }
    let (nodes, factors, _) = quadrature.nodesAndWeights()
    let (numbers, own, all) = located(nodes)
    let masses = nodes.indices.map { index in
      let isUsed = weights[index % weights.count] > 0 && own[index].isFinite && all[index].isFinite
      return isUsed ? factors[index] * EntropyParts.logistic(nodes[index]) * EntropyParts.logistic(-nodes[index]) : 0
    }
    var terms = Terms(
      values: weights.indices.map(quadrature.value), errors: errors, events: tensor(numbers), weights: tensor(masses))
    if reflected != nil {
      terms.reflectedEvents = tensor(zip(nodes, numbers).map { $0 > 0 ? $1 : 0.5 })
      terms.reflectedWeights = tensor(zip(nodes, masses).map { $0 > 0 ? $1 : 0 })
      terms.events = tensor(zip(nodes, numbers).map { $0 > 0 ? 0.5 : $1 })
      terms.weights = tensor(zip(nodes, masses).map { $0 > 0 ? 0 : $1 })
    }
    return terms
  }

  /// log(pₖ / p) u (1 − u) at t, with what rounding of densities and of numbers makes of it.
  private func integrand(_ points: [Double]) -> AdaptiveQuadrature.Evaluated {
    let (extent, unit, width) = (GaussKronrod.nodes.count, BoundedEntropy.rounding(dtype), weights.count)
    var found = AdaptiveQuadrature.Evaluated(values: [], roundings: [])
    found.values.reserveCapacity(points.count)
    found.roundings.reserveCapacity(points.count)
    // As many pieces at once as keep all components' densities within a few megabytes.
    let size = max(1, (1 << 18) / (extent * width * count)) * extent * width
    for start in stride(from: 0, to: points.count, by: size) {
      let t = Array(points[start..<min(points.count, start + size)])
      let (numbers, own, all) = located(t)
      for (index, t) in t.enumerated() {
        let weight = EntropyParts.logistic(t) * EntropyParts.logistic(-t)
        let ratio = own[index] - all[index]
        guard ratio.isFinite else {
          // Events beyond float64, or rounded out of the support: what they say is unknown.
          found.values.append(0)
          found.roundings.append(weight * 1000)
          continue
        }
        let other = index / width % extent + 1 < extent ? index + width : index - width
        let change = abs(own[other] - all[other] - ratio)
        let step = abs(numbers[other] - numbers[index])
        let ulps = 0x1p-52 * abs(numbers[index])
        let moved = change.isFinite && change > 0 ? change * (unit + (ulps > 0 ? min(1, ulps / step) : 0)) : 0
        found.values.append(weight * ratio)
        found.roundings.append(weight * (0.5 * unit * max(1, abs(own[index]), abs(all[index])) + moved))
      }
    }
    return found
  }

  /// Probabilities at which components are asked for their numbers: the ends, then steps through both tails.
  private static let levels: [Double] = {
    let tail = [1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 0.003, 0.03, 0.15, 0.35]
    return [0, 1, 0.5] + tail + tail.map { 1 - $0 }
  }()

  /// The break points in t of each component.
  private func breaks(_ cut: Double) -> [[Double]] {
    let levels = MixtureDivergences.levels
    let probabilities = levels.flatMap { [Double](repeating: $0, count: weights.count) }
    let modes = members.each(isEvent: true) { $0.mode }.withoutDerivative().converted(to: .float64)
    let numbers = Tensor(concatenating: [modes.expandingAxis(0), quantiles(tensor(probabilities))], alongAxis: 0)
    let rank = numbers.rank
    let x = numbers.permuted([0, rank - 1] + Array(1..<rank - 1))
    let below = members.each(of: x) { $0.cumulative(at: $1) }.doubleValues
    let above = members.each(of: x) { $0.complementaryCumulative(at: $1) }.doubleValues
    let grid = [0, 1, 2.5, 4.5, 7, 10, 14, 19, 25, 31].filter { $0 < cut } + [cut]
    let start = grid.dropFirst().reversed().map { -$0 } + grid
    let rows = levels.count + 1
    return weights.indices.map { place in
      guard weights[place] > 0 else { return [] }
      let (b, k) = (place / count, place % count)
      var breaks = start
      for j in 0..<count where j != k && weights[b * count + j] > 0 {
        let places = (0..<rows).map { row in
          let index = ((row * count + j) * (weights.count / count) + b) * count + k
          return surprisal_log(below[index]) - surprisal_log(above[index])
        }
        // The mode and the ends, where densities may jump or have a kink, are kept in any case.
        for t in places.prefix(3) { MixtureDivergences.insert(t, scale: 0, cut, into: &breaks) }
        let sorted = places.filter(\.isFinite).sorted()
        for (index, t) in sorted.enumerated() {
          let before = index > 0 ? t - sorted[index - 1] : .infinity
          let after = index + 1 < sorted.count ? sorted[index + 1] - t : .infinity
          MixtureDivergences.insert(t, scale: 0.25 * min(before, after), cut, into: &breaks)
        }
      }
      return breaks
    }
  }

  /// Adds t in its order unless a break point is within `scale` of it.
  private static func insert(_ t: Double, scale: Double, _ cut: Double, into breaks: inout [Double]) {
    guard t > -cut, t < cut else { return }
    var (low, high) = (0, breaks.count)
    while low < high {
      let middle = (low + high) / 2
      if breaks[middle] < t { low = middle + 1 } else { high = middle }
    }
    if breaks[low] - t > scale, t - breaks[low - 1] > scale { breaks.insert(t, at: low) }
  }
}

// Masses: sums over each component's own range.
extension MixtureDivergences {
  /// The sums over the whole numbers between each component's far quantiles; nil for more than `limit` of them.
  func sums() -> Terms? {
    let width = weights.count
    let probabilities = [1e-18, 1 - 0x1p-53].flatMap { [Double](repeating: $0, count: width) }
    let ends = quantiles(tensor(probabilities)).doubleValues
    let (lower, upper) = (Array(ends[..<width]), Array(ends[width...]))
    let extents = weights.indices.map { weights[$0] > 0 ? upper[$0] - lower[$0] + 1 : 0 }
    guard let longest = extents.max(), longest * Double(width) <= Double(MixtureDivergences.limit) else { return nil }
    let rows = Int(longest)
    let x = tensor((0..<rows * width).map { lower[$0 % width] + min(Double($0 / width), extents[$0 % width] - 1) })
    let (own, all) = densities(x)
    let outer = tensor(lower.map { $0 - 1 } + upper)
    let below = members.own(outer) { $0.cumulative(at: $1) }.doubleValues
    let above = members.own(outer) { $0.complementaryCumulative(at: $1) }.doubleValues
    let unit = BoundedEntropy.rounding(dtype)
    var values = [Double](repeating: 0, count: width)
    var lost = values
    var errors = weights.indices.map { place in
      tailBound(below[place], weight: weights[place]) + tailBound(above[width + place], weight: weights[place])
    }
    var masses = [Double](repeating: 0, count: own.count)
    for index in own.indices where Double(index / width) < extents[index % width] && own[index] > -.infinity {
      let place = index % width
      masses[index] = surprisal_exp(own[index])
      // Compensated, since there may be millions of terms.
      let term = masses[index] * (own[index] - all[index])
      let sum = values[place] + term
      lost[place] += abs(values[place]) >= abs(term) ? (values[place] - sum) + term : (term - sum) + values[place]
      values[place] = sum
      errors[place] += 0.5 * unit * masses[index] * max(1, abs(own[index]), abs(all[index]))
    }
    return Terms(
      values: zip(values, lost).map { $0 + $1 }, errors: errors, events: x, weights: tensor(masses))
  }
}
