import CSurprisalKernels
import SurprisalCore
import SurprisalTensors

/// Σ w and the weighted means of x and log x over events [rows, ..., K] of a simplex, in float64, in pieces that merge.
struct SimplexSums: Sendable {
  private var weight: Tensor?
  private var mean = Tensor(0, dtype: .float64)
  private var meanLog = Tensor(0, dtype: .float64)

  /// Events and their logarithms [rows, ..., K] with weights that broadcast to them.
  mutating func add(_ x: Tensor, _ logarithms: Tensor, _ weights: Tensor, _ family: String) throws {
    let weights = weights.broadcast(to: x.shape)
    let total = weights.sum(alongAxes: [0])
    let share = weights / Tensor(where: total .> 0, total, else: 1)
    try merge(total, (share * x).sum(alongAxes: [0]), (share * logarithms).sum(alongAxes: [0]), family)
  }

  /// Takes in what another has taken in.
  mutating func merge(_ other: SimplexSums, _ family: String) throws {
    guard let weight = other.weight else { return }
    try merge(weight, other.mean, other.meanLog, family)
  }

  /// The concentrations of greatest likelihood, [..., K].
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  func concentrations(_ family: String) throws -> Tensor {
    guard let weight, (weight .> 0).all().item == 1 else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    let count = mean.shape.last ?? 1
    let (means, logs) = (mean.scalars(as: Double.self), meanLog.scalars(as: Double.self))
    var result = [Double]()
    for start in stride(from: 0, to: means.count, by: count) {
      let fitted = SimplexSums.concentrations(
        mean: Array(means[start..<start + count]), meanLog: Array(logs[start..<start + count]))
      guard let fitted else {
        throw SurprisalError(.data, "\(family): the rows are all equal, no fit has a density there")
      }
      result += fitted
    }
    return Tensor(result, shape: mean.shape)
  }

  /// The root of ψ(aₖ) − ψ(Σ a) = mean log xₖ: Newton's steps with the Hessian's inverse in closed form (Minka 2000,
  /// section 1), halved until the likelihood, which is concave, does not fall. Nil without spread.
  static func concentrations(mean: [Double], meanLog: [Double]) -> [Double]? {
    // Σ mₖ (log mₖ − mean log xₖ) is (K − 1) / (2 n) for large n, and 0 without spread.
    let excess = zip(mean, meanLog).reduce(0) { $0 + $1.0 * (surprisal_log($1.0) - $1.1) }
    guard excess > 4e-16 * Double(mean.count) else { return nil }
    var a = mean.map { Swift.max(1e-3, $0 * Double(mean.count - 1) / (2 * excess)) }
    var value = likelihood(a, meanLog)
    for _ in 0..<200 {
      let n = a.reduce(0, +)
      // The gradient gₖ = ψ(n) − ψ(aₖ) + mean log xₖ and the Hessian −ψ′(aₖ) on the diagonal, ψ′(n) everywhere.
      let slopes = zip(a, meanLog).map { a, log in
        SpecialFunctions.digammaRest(n) - SpecialFunctions.digammaRest(a) + surprisal_log(n / a) + log
      }
      let diagonal = a.map { -SpecialFunctions.trigamma($0) }
      let common = 1 / SpecialFunctions.trigamma(n)
      let numerator = zip(slopes, diagonal).reduce(0) { $0 + $1.0 / $1.1 }
      let shift = numerator / (common + diagonal.reduce(0) { $0 + 1 / $1 })
      let steps = zip(slopes, diagonal).map { ($0 - shift) / $1 }
      var (factor, isBetter) = (1.0, false)
      while factor > 1e-12 && !isBetter {
        let next = zip(a, steps).map { $0 - factor * $1 }
        if next.allSatisfy({ $0 > 0 }) {
          let nextValue = likelihood(next, meanLog)
          isBetter = nextValue >= value - 1e-15 * abs(value)
          if isBetter { (a, value) = (next, nextValue) }
        }
        factor *= isBetter ? 1 : 0.5
      }
      let change = zip(a, steps).reduce(0) { Swift.max($0, abs(factor * $1.1) / $1.0) }
      if !isBetter || change < 1e-14 { break }
    }
    return a
  }

  private static func likelihood(_ a: [Double], _ meanLog: [Double]) -> Double {
    zip(a, meanLog).reduce(SpecialFunctions.logGamma(a.reduce(0, +))) { sum, pair in
      sum - SpecialFunctions.logGamma(pair.0) + (pair.0 - 1) * pair.1
    }
  }

  private mutating func merge(_ other: Tensor, _ center: Tensor, _ logCenter: Tensor, _ family: String) throws {
    guard let own = weight else {
      (weight, mean, meanLog) = (other, center, logCenter)
      return
    }
    guard mean.shape == center.shape else {
      throw SurprisalError(.usage, "\(family): rows of shape \(center.shape) follow rows of shape \(mean.shape)")
    }
    let total = own + other
    let share = other / Tensor(where: total .> 0, total, else: 1)
    mean = mean + (center - mean) * share
    meanLog = meanLog + (logCenter - meanLog) * share
    weight = total
  }
}
