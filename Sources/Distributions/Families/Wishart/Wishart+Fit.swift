import SurprisalCore
import SurprisalTensors

extension Wishart: FittableDistribution {
  /// Σ w, Σ w X and Σ w log det X.
  public struct Statistics: SufficientStatistics {
    var weight: Tensor?
    var sum = Tensor(0, dtype: .float64)
    var logDeterminants = Tensor(0, dtype: .float64)

    /// Takes in symmetric positive definite matrices [rows, batchShape, D, D].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      guard x.rank > 2, x.shape[x.rank - 1] > 0, x.shape[x.rank - 1] == x.shape[x.rank - 2],
        weights.map({ $0.rank < x.rank - 1 }) ?? true
      else {
        throw SurprisalError(.usage, "Wishart: a fit needs rows of matrices and a weight for each, not \(x.shape)")
      }
      let (x, wide) = try Rows.checked(x, weights, "Wishart")
      try Rows.require(x.abs() .< .infinity, x, "Wishart", mustBe: "finite")
      let isInside = (x .== x.transposed()).all(alongAxes: [-2, -1]) .& x.isPositiveDefinite
      try Rows.require(isInside, x, "Wishart", mustBe: "symmetric and positive definite")
      let single = wide.sliced(0..<1, alongAxis: -1).sliced(0..<1, alongAxis: -2).squeezing(axes: [-2, -1])
      let logs = (try x.cholesky()).diagonal().log().sum(alongAxes: [-1]) * 2
      var other = Statistics()
      other.weight = single.sum(alongAxes: [0])
      other.sum = (wide * x).sum(alongAxes: [0])
      other.logDeterminants = (single * logs).sum(alongAxes: [0])
      try merge(other)
    }

    /// Takes in what another has taken in.
    public mutating func merge(_ other: Statistics) throws {
      guard let weight = other.weight else { return }
      guard let own = self.weight else {
        self = other
        return
      }
      guard sum.shape == other.sum.shape else {
        throw SurprisalError(.usage, "Wishart: rows of shape \(other.sum.shape) follow rows of shape \(sum.shape)")
      }
      self.weight = own + weight
      sum = sum + other.sum
      logDeterminants = logDeterminants + other.logDeterminants
    }
  }

  /// Statistics of no rows.
  public static func statistics() -> Statistics { Statistics() }

  /// The ν that solves ψ_D(½ ν) − D log(½ ν) = mean log det X − log det(mean X), by Newton's method for log ν − (D − 1),
  /// and V = mean X / ν.
  ///
  /// - Throws: `data` if there is no weight, or the rows are all equal, so that the likelihood grows with ν forever.
  public init(fitting statistics: Statistics) throws {
    guard let weight = statistics.weight, (weight .> 0).all().item == 1 else {
      throw SurprisalError(.data, "Wishart: there are no rows of positive weight to fit")
    }
    let mean = statistics.sum / weight.expandingAxis(-1).expandingAxis(-1)
    let factor = try mean.cholesky()
    let extent = factor.shape[factor.rank - 1]
    let target = statistics.logDeterminants / weight - factor.diagonal().log().sum(alongAxes: [-1]) * 2
    guard (target .< -1e-12 * Double(extent)).all().item == 1 else {
      throw SurprisalError(.data, "Wishart: the rows are all equal, no fit has a density there")
    }
    // Newton's steps for u = log(½ (ν − D + 1)), in which the equation is nearly linear at both ends.
    let smallest = 0.5 * Double(extent - 1)
    var u = (target * (-2 / Double(extent * (extent + 1)))).reciprocal().log()
    for _ in 0..<60 {
      let half = u.exp() + smallest
      let value = half.digamma(dimensions: extent) - half.log() * Double(extent) - target
      let slope = half.polygamma(order: 1, dimensions: extent) - half.reciprocal() * Double(extent)
      let step = (value / (slope * u.exp())).clamped(to: -2...2)
      u = u - step
      if (step.abs() .<= 1e-14).all().item == 1 { break }
    }
    let freedom = (u.exp() + smallest) * 2
    let scale = freedom.squareRoot().reciprocal().expandingAxis(-1).expandingAxis(-1)
    self.init(uncheckedDegreesOfFreedom: freedom, scaleFactor: factor * scale)
  }
}
