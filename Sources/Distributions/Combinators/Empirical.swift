import CSurprisalKernels
import SurprisalCore
import SurprisalTensors

/// The distribution of a sample itself: mass wᵢ at each of its numbers xᵢ.
///
/// Equal numbers are one atom with the sum of their weights.
public struct Empirical: Sendable {
  /// The numbers in ascending order, each once, [atoms].
  public let values: Tensor
  /// The mass of each, [atoms], above 0 and of sum 1.
  public let weights: Tensor
  private let atoms: [Double]
  private let masses: [Double]
  /// P(X ≤ atom) and P(X ≥ atom), each summed from its own end.
  private let below: [Double]
  private let above: [Double]

  /// The distribution of numbers [n] with weights [n] of any positive sum, all equal if nil.
  ///
  /// - Throws: `data` with the index if a number or weight is not finite, if a weight is below 0, or if none is above.
  public init(_ values: Tensor, weights: Tensor? = nil) throws {
    guard values.rank == 1 else {
      throw SurprisalError(.usage, "Empirical: values of shape \(values.shape) are no list of numbers")
    }
    let (x, w) = try Rows.checked(values, weights, "Empirical")
    try Rows.require(x.abs() .< .infinity, x, "Empirical", mustBe: "finite")
    let all = zip(x.doubleValues, w.doubleValues)
    let total = all.reduce(0) { $0 + $1.1 }
    guard total > 0, total < .infinity else {
      throw SurprisalError(.data, "Empirical: the weights sum to \(total), it must be above 0 and finite")
    }
    // A weight too small for a mass has none.
    let pairs = all.filter { $0.1 / total > 0 }.sorted { $0.0 < $1.0 }
    var (atoms, masses): ([Double], [Double]) = ([], [])
    for (value, weight) in pairs {
      if atoms.last == value {
        masses[masses.count - 1] += weight / total
      } else {
        atoms.append(value)
        masses.append(weight / total)
      }
    }
    (self.atoms, self.masses) = (atoms, masses)
    below = Empirical.sums(masses)
    above = Empirical.sums(masses.reversed()).reversed()
    self.values = Tensor(atoms, shape: [atoms.count])
    self.weights = Tensor(masses, shape: [atoms.count])
  }

  /// The sums up to each element; the last one is 1.
  private static func sums(_ masses: [Double]) -> [Double] {
    var sum = 0.0
    var result = masses.map { mass in
      sum += mass
      return min(sum, 1)
    }
    result[result.count - 1] = 1
    return result
  }

  /// The number of atoms below (or, with `orEqual`, not above) x.
  private static func rank(of x: Double, in atoms: [Double], orEqual: Bool) -> Int {
    var (low, high) = (0, atoms.count)
    while low < high {
      let middle = (low + high) / 2
      if atoms[middle] < x || orEqual && atoms[middle] == x { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func mapped(_ x: Tensor, _ function: @escaping @Sendable (Double) -> Double) -> Tensor {
    Tensor.elementwise([x.converted(to: .float64)]) { x, _, _ in
      x.isNaN ? .nan : function(x)
    } derivative: { inputs, _, _ in
      Tensor(zeros: inputs[0].shape, dtype: .float64)
    }
  }
}

extension Empirical: Distribution {
  /// [], a single distribution.
  public var batchShape: [Int] { [] }
  /// [], a number.
  public var eventShape: [Int] { [] }
  /// float64.
  public var dtype: DType { .float64 }
  /// The number of atoms.
  public var description: String { "Empirical(\(atoms.count) atoms)" }
  /// The atoms.
  public var support: Support {
    .events(isDiscrete: true) { x in logDensity(of: x) .> -.infinity }
  }

  /// The logarithm of the mass at x; −∞ where there is none. No derivative follows.
  public func logDensity(of x: Tensor) -> Tensor {
    mapped(x.withoutDerivative()) { [atoms, masses] x in
      let place = Empirical.rank(of: x, in: atoms, orEqual: false)
      return place < atoms.count && atoms[place] == x ? surprisal_log(masses[place]) : -.infinity
    }
  }

  /// Σ w x.
  public var mean: Tensor { (weights * values).sum() }
  /// Σ w (x − mean)², of the sample itself: no correction for its size.
  public var variance: Tensor { (weights * (values - mean).square()).sum() }
  /// The least atom of the greatest mass.
  public var mode: Tensor { values.selected(at: weights.argmax().reshaped(to: [1])).reshaped(to: []) }
  /// −Σ w log w.
  public func entropy() -> Tensor { -(weights * weights.log()).sum() }

  /// Atoms that are drawn by their mass, with replacement.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    quantile(at: Tensor.uniform(shape: shape, dtype: .float64, using: &generator))
  }

  /// +∞ from counts without end, of which there are more than atoms; from one of them that is certain, −log of its mass.
  public func closedFormKL(from p: any Distribution) -> Tensor? {
    guard case .integers(_, let upper) = p.support, (upper .== .infinity).all().item == 1 else { return nil }
    let infinity = Tensor(.infinity, dtype: .float64)
    return Tensor(where: p.variance .== 0, -logDensity(of: p.mean), else: infinity)
  }

  /// Σ w (log w − log q(x)) over the atoms.
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard q.support.isDiscrete, q.eventShape.isEmpty else { return nil }
    let ones = [Int](repeating: 1, count: q.batchShape.count)
    let x = values.reshaped(to: [atoms.count] + ones).broadcast(to: [atoms.count] + q.batchShape)
    let own = weights.reshaped(to: [atoms.count] + ones)
    let sum = (own * (own.log() - q.logDensity(of: x))).sum(alongAxes: [0])
    // Rounding may leave a divergence of 0 a little below.
    return Tensor(where: sum .< 0, 0, else: sum)
  }
}

extension Empirical: UnivariateDistribution {
  /// The mass of the atoms up to x.
  public func cumulative(at x: Tensor) -> Tensor {
    mapped(x) { [atoms, below] x in
      let count = Empirical.rank(of: x, in: atoms, orEqual: true)
      return count == 0 ? 0 : below[count - 1]
    }
  }

  /// The mass of the atoms above x.
  public func complementaryCumulative(at x: Tensor) -> Tensor {
    mapped(x) { [atoms, above] x in
      let count = Empirical.rank(of: x, in: atoms, orEqual: true)
      return count == atoms.count ? 0 : above[count]
    }
  }

  /// The least atom up to which there is mass p.
  public func quantile(at p: Tensor) -> Tensor {
    mapped(p) { [atoms, below] p in
      guard p >= 0, p <= 1 else { return .nan }
      return atoms[min(Empirical.rank(of: p, in: below, orEqual: false), atoms.count - 1)]
    }
  }
}
