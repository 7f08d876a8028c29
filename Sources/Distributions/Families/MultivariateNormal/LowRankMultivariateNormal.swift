import SurprisalCore
import SurprisalTensors

/// The normal distribution of vectors with covariance Σ = W Wᵀ + diag(d), W of few columns.
///
/// With U = diag(d)^(−½) W, the capacitance C = I + Uᵀ U, u = diag(d)^(−½) (x − μ) and z = C⁻¹ Uᵀ u,
/// (x − μ)ᵀ Σ⁻¹ (x − μ) = |u − U z|² + |z|² (Woodbury's identity as a sum of squares, in which nothing cancels) and
/// det Σ = det C ∏ d. A log-density costs D·R operations for each vector; no matrix of D × D is formed.
public struct LowRankMultivariateNormal: Sendable {
  /// The mean μ, [batchShape, D].
  public let mean: Tensor
  /// The factor W, [batchShape, D, R].
  public let factor: Tensor
  /// The diagonal d > 0, [batchShape, D], in units of a variance.
  public let diagonal: Tensor
  /// U = diag(d)^(−½) W, [batchShape, D, R].
  let scaledFactor: Tensor
  /// The Cholesky factor of I + Uᵀ U, [batchShape, R, R].
  let capacitanceFactor: Tensor

  /// Normal distributions with means [..., D], factors [..., D, R] and diagonals [..., D].
  ///
  /// - Throws: `usage` if a mean or factor is not finite or an element of a diagonal not above 0.
  public init(mean: Tensor, factor: Tensor, diagonal: Tensor) throws {
    let family = "LowRankMultivariateNormal"
    let extent = try Checks.extent(family, "mean", mean)
    guard factor.rank > 1, let rank = factor.shape.last else {
      throw SurprisalError(.usage, "\(family): factor has the shape \(factor.shape), it must be [..., D, R]")
    }
    let parameters = try Checks.promoted(
      family, [("mean", mean, [extent]), ("factor", factor, [extent, rank]), ("diagonal", diagonal, [extent])])
    try Checks.finite(family, "mean", parameters[0])
    try Checks.finite(family, "factor", parameters[1])
    try Checks.positive(family, "diagonal", parameters[2])
    (self.mean, self.factor, self.diagonal) = (parameters[0], parameters[1], parameters[2])
    scaledFactor = self.factor / self.diagonal.squareRoot().expandingAxis(-1)
    let capacitance =
      scaledFactor.transposed().matmul(scaledFactor) + Tensor(identity: rank, dtype: self.factor.dtype)
    capacitanceFactor = try Checks.choleskyFactor(family, "capacitance", capacitance)
  }

  /// The number D of elements of an event.
  var extent: Int { mean.shape[mean.rank - 1] }

  /// log det Σ, [batchShape].
  var logDeterminant: Tensor {
    diagonal.log().sum(alongAxes: [-1]) + capacitanceFactor.diagonal().log().sum(alongAxes: [-1]) * 2
  }

  /// vᵀ Σ⁻¹ v for each column v: [..., D, K] gives [..., K].
  func quadraticForms(_ columns: Tensor) -> Tensor {
    let u = columns / diagonal.squareRoot().expandingAxis(-1)
    let half = capacitanceFactor.triangularSolve(scaledFactor.transposed().matmul(u))
    let z = capacitanceFactor.triangularSolve(half, transposed: true)
    let rest = u - scaledFactor.matmul(z)
    return rest.square().sum(alongAxes: [-2]) + z.square().sum(alongAxes: [-2])
  }

  /// The diagonal of Σ⁻¹, [batchShape, D].
  var precisionDiagonal: Tensor {
    let leverage = capacitanceFactor.triangularSolve(scaledFactor.transposed()).square().sum(alongAxes: [-2])
    return (1 - leverage) / diagonal
  }
}

extension LowRankMultivariateNormal: Distribution {
  /// The leading axes of the parameters.
  public var batchShape: [Int] { mean.shape.dropLast() }
  /// [D], a vector.
  public var eventShape: [Int] { [extent] }
  /// The type of the parameters.
  public var dtype: DType { mean.dtype }
  /// The family and its parameters.
  public var description: String {
    "LowRankMultivariateNormal(mean: \(mean), factor: \(factor), diagonal: \(diagonal))"
  }
  /// All vectors of D real numbers.
  public var support: Support { .vectors(count: extent) }

  /// W Wᵀ + diag(d), [batchShape, D, D].
  public var covariance: Tensor { factor.matmul(factor.transposed()) + diagonal.asDiagonalMatrix }
  /// The diagonal of Σ, [batchShape, D].
  public var variance: Tensor { factor.square().sum(alongAxes: [-1]) + diagonal }
  /// μ.
  public var mode: Tensor { mean }

  /// ½ log det Σ + ½ D log(2 π e), in nats.
  public func entropy() -> Tensor { logDeterminant * 0.5 + Double(extent) * (0.5 + SpecialFunctions.halfLogTwoPi) }

  /// −½ (|u − U z|² + |z|² + log det Σ) − ½ D log 2π.
  public func logDensity(of x: Tensor) -> Tensor {
    let (near, wasFar) = x.replacingFar(from: mean, variance: variance)
    let events = EventColumns(near - mean, batchShape: batchShape, count: extent, "LowRankMultivariateNormal")
    let squares = events.restored(quadraticForms(events.columns))
    let density = (squares + logDeterminant) * -0.5 - Double(extent) * SpecialFunctions.halfLogTwoPi
    return density.filled(with: -.infinity, where: wasFar)
  }

  /// Between normal distributions of vectors, whatever their covariance is given by; see `vectorNormalKL`.
  public func closedFormKL(to q: any Distribution) -> Tensor? { vectorNormalKL(self, q) }

  /// Independent normal vectors.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }
}

extension LowRankMultivariateNormal: Reparameterized {
  /// μ + diag(d)^½ ε + W ε′ with standard normal ε and ε′.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let own = Tensor.normal(shape: shape + mean.shape, dtype: dtype, using: &generator)
    let rank = factor.shape[factor.rank - 1]
    let common = Tensor.normal(shape: shape + batchShape + [rank], dtype: dtype, using: &generator)
    let events = EventColumns(common, batchShape: batchShape, count: rank, "LowRankMultivariateNormal")
    return mean + diagonal.squareRoot() * own + events.restored(vectors: factor.matmul(events.columns))
  }
}
