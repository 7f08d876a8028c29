import SurprisalCore
import SurprisalTensors

/// Σ w, the weighted mean and the scatter matrix Σ w (x − mean)(x − mean)ᵀ over rows of vectors, in float64, in pieces that
/// merge (Chan, Golub and LeVeque 1983).
struct ScatterSums: Sendable {
  /// [batchShape].
  private var weight: Tensor?
  /// [batchShape, D].
  private var mean = Tensor(0, dtype: .float64)
  /// [batchShape, D, D].
  private var scatter = Tensor(0, dtype: .float64)

  /// Rows [rows, batchShape, D] with weights [rows] or [rows, batchShape].
  mutating func add(_ x: Tensor, weights: Tensor?, _ family: String) throws {
    guard x.rank > 1, x.shape[x.rank - 1] > 0 else {
      throw SurprisalError(.usage, "\(family): a fit needs rows of vectors, not \(x.shape)")
    }
    try Rows.requireEventWeights(weights, x, family)
    let (x, wide) = try Rows.checked(x, weights, family)
    try Rows.require(x.abs() .< .infinity, x, family, mustBe: "finite")
    let total = wide.sliced(0..<1, alongAxis: -1).sum(alongAxes: [0])
    let center = (wide * x).sum(alongAxes: [0]) / Tensor(where: total .> 0, total, else: 1)
    let events = EventColumns(
      x - center, batchShape: Array(x.shape.dropFirst().dropLast()), count: x.shape[x.rank - 1], family)
    let weighted = EventColumns(
      wide * (x - center), batchShape: Array(x.shape.dropFirst().dropLast()), count: x.shape[x.rank - 1], family)
    try merge(
      total.squeezing(axes: [-1]), center, weighted.columns.matmul(events.columns.transposed()), family)
  }

  /// Takes in what another has taken in.
  mutating func merge(_ other: ScatterSums, _ family: String) throws {
    guard let weight = other.weight else { return }
    try merge(weight, other.mean, other.scatter, family)
  }

  /// - Throws: `data` if there is no weight.
  func meanAndCovariance(_ family: String) throws -> (mean: Tensor, covariance: Tensor) {
    guard let weight, (weight .> 0).all().item == 1 else {
      throw SurprisalError(.data, "\(family): there are no rows of positive weight to fit")
    }
    let covariance = scatter / weight.expandingAxis(-1).expandingAxis(-1)
    return (mean, (covariance + covariance.transposed()) * 0.5)
  }

  private mutating func merge(_ other: Tensor, _ center: Tensor, _ spread: Tensor, _ family: String) throws {
    guard let own = weight else {
      (weight, mean, scatter) = (other, center, spread)
      return
    }
    guard mean.shape == center.shape else {
      throw SurprisalError(.usage, "\(family): rows of shape \(center.shape) follow rows of shape \(mean.shape)")
    }
    let total = own + other
    let share = other / Tensor(where: total .> 0, total, else: 1)
    let difference = center - mean
    mean = mean + difference * share.expandingAxis(-1)
    let outer = difference.expandingAxis(-1) * difference.expandingAxis(-2)
    scatter = scatter + spread + outer * (own * share).expandingAxis(-1).expandingAxis(-1)
    weight = total
  }
}
