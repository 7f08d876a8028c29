import SurprisalCore
import SurprisalTensors

/// The Wishart distribution W(ν, V) of symmetric positive definite matrices with ν degrees of freedom and scale matrix V:
/// that of Σ xᵢ xᵢᵀ for ν vectors xᵢ of N(0, V) (Wishart 1928).
///
/// log p(X) = ½ (ν − D − 1) log det X − ½ tr(V⁻¹ X) − ½ ν D log 2 − ½ ν log det V − log Γ_D(½ ν). The density is one in the
/// ½ D (D + 1) elements of a triangle.
public struct Wishart: Sendable {
  /// The degrees of freedom ν > D − 1, [batchShape].
  public let degreesOfFreedom: Tensor
  /// The lower triangular L with V = L Lᵀ, [batchShape, D, D].
  public let scaleFactor: Tensor

  /// Wishart distributions of degrees of freedom [...] and scale matrices [..., D, D] that broadcast together.
  ///
  /// - Throws: `usage` if degrees of freedom are not above D − 1 or a scale matrix not symmetric positive definite.
  public init(degreesOfFreedom: Tensor, scaleMatrix: Tensor) throws {
    guard scaleMatrix.rank > 1, let extent = scaleMatrix.shape.last, extent > 0 else {
      throw SurprisalError(
        .usage, "Wishart: scaleMatrix has the shape \(scaleMatrix.shape), it must be [..., D, D] with D > 0")
    }
    let parameters = try Checks.promoted(
      "Wishart", [("degreesOfFreedom", degreesOfFreedom, []), ("scaleMatrix", scaleMatrix, [extent, extent])])
    let freedom = parameters[0]
    try Checks.require(
      (freedom .> Double(extent - 1)) .& (freedom .< .infinity), "Wishart", "degreesOfFreedom", freedom,
      mustBe: "above \(extent - 1) and finite")
    self.degreesOfFreedom = freedom
    scaleFactor = try Checks.choleskyFactor("Wishart", "scaleMatrix", parameters[1])
  }

  init(uncheckedDegreesOfFreedom degreesOfFreedom: Tensor, scaleFactor: Tensor) {
    (self.degreesOfFreedom, self.scaleFactor) = (degreesOfFreedom, scaleFactor)
  }

  /// The number D of rows of an event.
  var extent: Int { scaleFactor.shape[scaleFactor.rank - 1] }
  /// log det V, [batchShape].
  var logDeterminant: Tensor { scaleFactor.diagonal().log().sum(alongAxes: [-1]) * 2 }
}

extension Wishart: Distribution {
  /// The shape of the degrees of freedom.
  public var batchShape: [Int] { degreesOfFreedom.shape }
  /// [D, D], a matrix.
  public var eventShape: [Int] { [extent, extent] }
  /// The type of the parameters.
  public var dtype: DType { degreesOfFreedom.dtype }
  /// The family and its parameters.
  public var description: String { "Wishart(degreesOfFreedom: \(degreesOfFreedom), scaleFactor: \(scaleFactor))" }
  /// Symmetric positive definite matrices; what rounding leaves on their edge is decided by the Cholesky factorization.
  public var support: Support { .positiveDefinite(size: extent) }

  /// V = L Lᵀ, [batchShape, D, D].
  public var scaleMatrix: Tensor { scaleFactor.matmul(scaleFactor.transposed()) }
  /// ν V.
  public var mean: Tensor { wide(degreesOfFreedom) * scaleMatrix }
  /// ν (v_ij² + v_ii v_jj).
  public var variance: Tensor {
    let scale = scaleMatrix
    let diagonal = scale.diagonal()
    return wide(degreesOfFreedom) * (scale.square() + diagonal.expandingAxis(-1) * diagonal.expandingAxis(-2))
  }
  /// (ν − D − 1) V from ν = D + 1 on; NaN below, where the density has no greatest value.
  public var mode: Tensor {
    let excess = degreesOfFreedom - Double(extent + 1)
    return wide(excess.filled(with: .nan, where: excess .< 0)) * scaleMatrix
  }

  /// ½ (D + 1) log det V + ½ D (D + 1) log 2 + log Γ_D(½ ν) − ½ (ν − D − 1) ψ_D(½ ν) + ½ ν D, in nats.
  public func entropy() -> Tensor {
    let d = Double(extent)
    let order = Tensor(range: 0..<extent).converted(to: dtype) * 0.5
    let halves = degreesOfFreedom.expandingAxis(-1) * 0.5 - order
    // log Γ(a) + a − a ψ(a) of each a = ½ (ν − i), and what is left.
    let rest = halves.digamma() * (0.5 * (d + 1) - order) + order
    let shape = (halves.logGammaEntropy + rest).sum(alongAxes: [-1]) + 0.25 * d * (d - 1) * SpecialFunctions.logPi
    return shape + logDeterminant * (0.5 * (d + 1)) + 0.5 * d * (d + 1) * SpecialFunctions.logTwo
  }

  /// The density of symmetric positive definite matrices; −∞ for all others, NaN for NaN.
  ///
  /// With M = L⁻¹ chol(X), aᵢ = ½ (ν − i) and sᵢ = ½ m_ii² it is computed as Bartlett's product of gamma densities of sᵢ
  /// and normal ones of m_ij, in which nothing cancels for large ν.
  public func logDensity(of x: Tensor) -> Tensor {
    let plain = x.withoutDerivative()
    let isNaN = (plain .!= plain).any(alongAxes: [-2, -1])
    let isFinite = (plain.abs() .< .infinity).all(alongAxes: [-2, -1])
    let isSymmetric = (plain .== plain.transposed()).all(alongAxes: [-2, -1])
    let isInside = isFinite .& isSymmetric .& plain.isPositiveDefinite
    let inner = Tensor(where: wide(isInside), x, else: Tensor(identity: extent, dtype: x.dtype))
    // Every matrix has been found to have a factor.
    let factor = (try? inner.cholesky()) ?? inner
    let ratio = scaleFactor.triangularSolve(factor)
    let (order, d) = (Tensor(range: 0..<extent).converted(to: dtype) * 0.5, Double(extent))
    let halves = ratio.diagonal().square() * 0.5
    let diagonal = Tensor.logGammaKernel(degreesOfFreedom.expandingAxis(-1) * 0.5 - order, halves)
    let below = ratio.lowerTriangle(diagonal: -1).square().sum(alongAxes: [-2, -1])
    let logDeterminant = factor.diagonal().log().sum(alongAxes: [-1])
    let density =
      (diagonal + order * halves.log()).sum(alongAxes: [-1]) - below * 0.5 - logDeterminant * (d + 1)
      - 0.25 * d * (d - 1) * SpecialFunctions.logPi
    return density.filled(with: -.infinity, where: .!isInside).filled(with: .nan, where: isNaN)
  }

  /// KL(p ‖ q) to another Wishart distribution of matrices of this size, with M = L_q⁻¹ L_p:
  /// ν_q Σ (−log m_ii) + ½ ν_p (|M|² − D) + log Γ_D(½ ν_q) − log Γ_D(½ ν_p) + ½ (ν_p − ν_q) ψ_D(½ ν_p).
  public func closedFormKL(to q: any Distribution) -> Tensor? {
    guard let q = q as? Wishart, q.extent == extent else { return nil }
    let ratio = q.scaleFactor.triangularSolve(scaleFactor)
    let diagonal = ratio.diagonal()
    let below = ratio.lowerTriangle(diagonal: -1).square().sum(alongAxes: [-2, -1])
    let (own, other) = (degreesOfFreedom * 0.5, q.degreesOfFreedom * 0.5)
    // |M|² − D without its cancellation near M = I.
    let excess = below + ((diagonal - 1) * (diagonal + 1)).sum(alongAxes: [-1])
    let scale = other * 2 * (spread(diagonal).sum(alongAxes: [-1]) + below * 0.5) + (own - other) * excess
    let shape =
      other.logGamma(dimensions: extent) - own.logGamma(dimensions: extent)
      + (own - other) * own.digamma(dimensions: extent)
    return Tensor.maximum(scale + shape, 0)
  }

  /// Independent matrices; see `reparameterizedSample(_:using:)`.
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    reparameterizedSample(shape, using: &generator).withoutDerivative()
  }

  /// Numbers [...] as [..., 1, 1], to meet matrices.
  private func wide(_ numbers: Tensor) -> Tensor { numbers.expandingAxis(-1).expandingAxis(-1) }

}

extension Wishart: Reparameterized {
  /// L A Aᵀ Lᵀ with a lower triangular A of normal numbers below the diagonal and roots of χ² numbers of ν, ν − 1, …
  /// degrees of freedom on it (Bartlett 1933), whose derivative by ν is the pathwise one of gamma numbers (Figurnov,
  /// Mohamed and Mnih 2018). For ν near D − 1 some matrices are singular to rounding.
  public func reparameterizedSample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let freedom = degreesOfFreedom.expandingAxis(-1) - Tensor(range: 0..<extent).converted(to: dtype)
    let halves = (freedom * 0.5).broadcast(to: shape + batchShape + [extent])
    let diagonal = (Tensor.pathwiseGamma(concentrations: halves, using: &generator) * 2).squareRoot()
    let noise = Tensor.normal(shape: shape + batchShape + eventShape, dtype: dtype, using: &generator)
    let triangle = noise.lowerTriangle(diagonal: -1) + diagonal.asDiagonalMatrix
    let factor = scaleFactor.matmul(triangle)
    let product = factor.matmul(factor.transposed())
    // Equal across the diagonal to the last bit.
    let below = product.lowerTriangle(diagonal: -1)
    return below + below.transposed() + product.diagonal().asDiagonalMatrix
  }
}

extension Wishart: ExponentialFamily {
  /// −½ V⁻¹, [batchShape, D, D], and ½ (ν − D − 1), for the statistics X and log det X.
  public var naturalParameters: [Tensor] {
    let inverse = scaleFactor.triangularSolve(Tensor(identity: extent, dtype: dtype))
    return [inverse.transposed().matmul(inverse) * -0.5, (degreesOfFreedom - Double(extent + 1)) * 0.5]
  }
  /// X and log det X.
  public func sufficientStatistics(of x: Tensor) -> [Tensor] { [x, x.logDeterminant().logMagnitude] }
  /// 0 for symmetric positive definite matrices, else −∞.
  public func logBaseMeasure(of x: Tensor) -> Tensor {
    Tensor(zeros: [], dtype: dtype).restricted(to: support.contains(x), at: x.sum(alongAxes: [-2, -1]))
  }
  /// −a log det(−η₁) + log Γ_D(a) with a = η₂ + ½ (D + 1); NaN if a −η₁ is not positive definite.
  public func logPartition(_ naturalParameters: [Tensor]) -> Tensor {
    let half = naturalParameters[1] + 0.5 * Double(extent + 1)
    guard let factor = try? (-naturalParameters[0]).cholesky() else {
      return Tensor(repeating: .nan, shape: batchShape, dtype: dtype)
    }
    return half.logGamma(dimensions: extent) - half * factor.diagonal().log().sum(alongAxes: [-1]) * 2
  }
}
