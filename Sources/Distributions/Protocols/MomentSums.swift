import SurprisalCore
import SurprisalTensors

/// Σ w, the weighted mean and Σ w (x − mean)² over rows, in float64, in pieces that merge (Chan, Golub and LeVeque
/// 1983).
struct MomentSums: Sendable {
  private(set) var weight: Tensor?
  private var mean = Tensor(0, dtype: .float64)
  private var squares = Tensor(0, dtype: .float64)

  /// Rows [rows, batchShape, eventShape] with weights [rows], or of the rows' own shape.
  mutating func add(_ x: Tensor, weights: Tensor?, _ family: String) throws {
    let (x, weights) = try Rows.checked(x, weights, family)
    try Rows.require(x.abs() .< .infinity, x, family, mustBe: "finite")
    let total = weights.sum(alongAxes: [0])
    let divisor = Tensor(where: total .> 0, total, else: 1)
    var center = (weights * x).sum(alongAxes: [0]) / divisor
    // Sums beyond float64 have means within it.
    if (center.abs() .< .infinity).all().item != 1 { center = (weights / divisor * x).sum(alongAxes: [0]) }
    let spread = (weights * (x - center).square()).sum(alongAxes: [0])
    try merge(total, center, spread, family)
  }

  /// Takes in what another has taken in.
  mutating func merge(_ other: MomentSums, _ family: String) throws {
    guard let weight = other.weight else { return }
    try merge(weight, other.mean, other.squares, family)
  }

  /// - Throws: `data` if there is no weight or, with `needsSpread`, a variance of 0.
  func meanAndVariance(_ family: String, needsSpread: Bool = true) throws -> (mean: Tensor, variance: Tensor) {
    guard let weight, (weight .> 0).all().item == 1 else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    guard ((weight .< .infinity) .& (mean.abs() .< .infinity)).all().item == 1 else {
      throw SurprisalError(.data, "\(family): the sum of the weights or the mean is beyond float64")
    }
    let variance = squares / weight
    if needsSpread, (variance .< .infinity).all().item != 1 {
      throw SurprisalError(
        .data, "\(family): the variance of the rows is beyond float64", remedy: "fit them in a larger unit")
    }
    if needsSpread, (variance .> 0).all().item != 1 {
      throw SurprisalError(
        .data, "\(family): the rows are all equal, or nearer than 1e-162 to each other; no fit has a density there")
    }
    return (mean, variance)
  }

  private mutating func merge(_ other: Tensor, _ center: Tensor, _ spread: Tensor, _ family: String) throws {
    guard let own = weight else {
      (weight, mean, squares) = (other, center, spread)
      return
    }
    guard mean.shape == center.shape else {
      throw SurprisalError(.usage, "\(family): rows of shape \(center.shape) follow rows of shape \(mean.shape)")
    }
    let total = own + other
    let divisor = Tensor(where: total .> 0, total, else: 1)
    let difference = center - mean
    mean = mean + difference * (other / divisor)
    squares = squares + spread + difference.square() * (own * other / divisor)
    weight = total
  }
}

/// Rows and weights that a fit takes in.
enum Rows {
  /// Both in float64 with the weights' axes made to broadcast over the rows.
  ///
  /// - Throws: `usage` for shapes that do not fit, `data` with the index of a weight below 0 or not finite.
  static func checked(_ x: Tensor, _ weights: Tensor?, _ family: String) throws -> (x: Tensor, weights: Tensor) {
    guard x.rank > 0 else { throw SurprisalError(.usage, "\(family): a fit needs rows, not one event") }
    let x = x.withoutDerivative().converted(to: .float64)
    guard let weights else { return (x, Tensor(ones: x.shape, dtype: .float64)) }
    let wide = weights.withoutDerivative().converted(to: .float64)
    guard wide.rank <= x.rank, !wide.shape.isEmpty, wide.shape == Array(x.shape.prefix(wide.rank)) else {
      throw SurprisalError(.usage, "\(family): weights of shape \(wide.shape) do not fit rows of shape \(x.shape)")
    }
    try require((wide .>= 0) .& (wide .< .infinity), wide, family, what: "weight", mustBe: "at least 0 and finite")
    let ones = [Int](repeating: 1, count: x.rank - wide.rank)
    return (x, wide.reshaped(to: wide.shape + ones).broadcast(to: x.shape))
  }

  /// - Throws: `usage` for weights of as many axes as rows of vectors: each event has one weight, not each element.
  static func requireEventWeights(_ weights: Tensor?, _ x: Tensor, _ family: String) throws {
    guard let weights, weights.rank >= x.rank else { return }
    throw SurprisalError(
      .usage,
      "\(family): weights of shape \(weights.shape) do not fit rows of vectors of shape \(x.shape): one for each vector"
    )
  }

  /// Every element of the rows fulfills `condition`.
  ///
  /// - Throws: `data` with the row and the value of the first that does not.
  static func require(
    _ condition: Tensor, _ x: Tensor, _ family: String, what: String = "value", mustBe: String
  ) throws {
    if condition.all().item == 1 { return }
    let index = condition.scalars(as: Bool.self).firstIndex(of: false) ?? 0
    let row = index / Swift.max(1, condition.count / Swift.max(1, condition.shape.first ?? 1))
    // The value itself is shown where the condition is one of single numbers.
    let value = condition.count == x.count ? " \(x.scalars(as: Double.self)[index])" : ""
    throw SurprisalError(.data, "\(family): the \(what)\(value) of row \(row) is not \(mustBe)")
  }
}
