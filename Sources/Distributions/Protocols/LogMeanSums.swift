import SurprisalCore
import SurprisalTensors

/// Σ w, the weighted mean and its logarithm less the weighted mean of the logarithms, over rows of numbers above 0, in
/// float64, in pieces that merge: the sufficient statistics of the gamma distribution without their cancellation.
struct LogMeanSums: Sendable {
  private var weight: Tensor?
  private var mean = Tensor(1, dtype: .float64)
  /// log mean − mean log ≥ 0.
  private var excess = Tensor(0, dtype: .float64)

  /// Rows [rows, batchShape] with weights [rows] or of the rows' own shape; of 1 / x if `inverse`.
  mutating func add(_ x: Tensor, weights: Tensor?, _ family: String, inverse: Bool = false) throws {
    var (x, weights) = try Rows.checked(x, weights, family)
    try Rows.require((x .> 0) .& (x .< .infinity), x, family, mustBe: "above 0 and finite")
    if inverse { x = x.reciprocal() }
    let total = weights.sum(alongAxes: [0])
    let hasWeight = total .> 0
    let share = weights / Tensor(where: hasWeight, total, else: 1)
    let center = Tensor(where: hasWeight, (share * x).sum(alongAxes: [0]), else: 1)
    // Σ share log(x / center), where Σ share (x / center − 1) is 0.
    let spread = -(share * Tensor.logOnePlusMinus((x - center) / center)).sum(alongAxes: [0])
    try merge(total, center, spread, family)
  }

  /// Takes in what another has taken in.
  mutating func merge(_ other: LogMeanSums, _ family: String) throws {
    guard let weight = other.weight else { return }
    try merge(weight, other.mean, other.excess, family)
  }

  /// The mean and the a with log a − ψ(a) = log mean − mean log.
  ///
  /// - Throws: `data` if there is no weight, or no spread.
  func meanAndConcentration(_ family: String) throws -> (mean: Tensor, concentration: Tensor) {
    guard let weight, (weight .> 0).all().item == 1 else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    guard (excess .> 0).all().item == 1 else {
      throw SurprisalError(.data, "\(family): the rows are all equal, no fit has a density there")
    }
    let concentration = Tensor.elementwise([excess]) { excess, _, _ in
      LogMeanSums.concentration(ofExcess: excess)
    } derivative: { inputs, _, _ in
      Tensor.unknownDerivative(inputs[0])
    }
    return (mean, concentration)
  }

  /// Newton's steps on the inverse of a (Minka 2002, equation 10).
  static func concentration(ofExcess s: Double) -> Double {
    var a = (3 - s + ((s - 3) * (s - 3) + 24 * s).squareRoot()) / (12 * s)
    for _ in 0..<50 {
      let error = SpecialFunctions.digammaRest(a) + s
      // ψ′(a) − 1 / a, which is ½ / a² and less for large a.
      let slope = a > 1e3 ? 0.5 / (a * a) * (1 + 1 / (3 * a)) : SpecialFunctions.trigamma(a) - 1 / a
      // d/d(1 / a) = −a² d/da.
      let inverse = 1 / a + error / (a * a * slope)
      let next = inverse > 0 ? 1 / inverse : 0.5 * a
      let change = abs(next - a)
      a = next
      if change <= 1e-15 * a { break }
    }
    return a
  }

  private mutating func merge(_ other: Tensor, _ center: Tensor, _ spread: Tensor, _ family: String) throws {
    guard let own = weight else {
      (weight, mean, excess) = (other, center, spread)
      return
    }
    guard mean.shape == center.shape else {
      throw SurprisalError(.usage, "\(family): rows of shape \(center.shape) follow rows of shape \(mean.shape)")
    }
    let total = own + other
    let hasWeight = total .> 0
    let share = Tensor(where: hasWeight, other / Tensor(where: hasWeight, total, else: 1), else: 0)
    let both = mean + (center - mean) * share
    let first = Tensor(where: own .> 0, excess - Tensor.logOnePlusMinus((mean - both) / both), else: 0)
    let second = Tensor(where: other .> 0, spread - Tensor.logOnePlusMinus((center - both) / both), else: 0)
    excess = first + (second - first) * share
    (mean, weight) = (both, total)
  }
}
