import SurprisalTensors

/// The events at which a distribution's density or mass may be above 0.
public enum Support: Sendable {
  /// Numbers from `lower` to `upper`, both [batchShape] and within; −∞ and +∞ where there is no end.
  case interval(lower: Tensor, upper: Tensor)
  /// Whole numbers from `lower` to `upper`, both [batchShape] and within; +∞ where there is no end.
  case integers(lower: Tensor, upper: Tensor)
  /// Vectors of real numbers.
  case vectors(count: Int)
  /// Vectors of numbers of at least 0 that sum to 1.
  case simplex(count: Int)
  /// Vectors of zeros with one 1.
  case oneHot(count: Int)
  /// Vectors of whole numbers of at least 0 that sum to `total`, [batchShape].
  case counts(total: Tensor, count: Int)
  /// Symmetric positive definite matrices.
  case positiveDefinite(size: Int)
  /// Whatever the function, from events to booleans [..., batchShape], says.
  case events(isDiscrete: Bool, contains: @Sendable (Tensor) -> Tensor)

  /// All real numbers.
  public static func reals(dtype: DType = .float64) -> Support {
    .interval(lower: Tensor(-.infinity, dtype: dtype), upper: Tensor(.infinity, dtype: dtype))
  }

  /// Whether events have a mass, rather than a density.
  public var isDiscrete: Bool {
    switch self {
    case .interval, .vectors, .simplex, .positiveDefinite: false
    case .integers, .oneHot, .counts: true
    case .events(let isDiscrete, _): isDiscrete
    }
  }

  /// Whether each event of x, [..., batchShape, eventShape], belongs to the support: booleans [..., batchShape]. A sum
  /// of n numbers counts as 1 within n ε of the type.
  public func contains(_ x: Tensor) -> Tensor {
    switch self {
    case .interval(let lower, let upper):
      return (x .>= lower) .& (x .<= upper)
    case .integers(let lower, let upper):
      return (x .>= lower) .& (x .<= upper) .& x.isWhole
    case .vectors:
      return (x.abs() .< .infinity).all(alongAxes: [-1])
    case .simplex(let count):
      let tolerance = Double(count) * (x.dtype == .float64 ? 0x1p-52 : 0x1p-23)
      return (x .>= 0).all(alongAxes: [-1]) .& ((x.sum(alongAxes: [-1]) - 1).abs() .<= tolerance)
    case .oneHot:
      return ((x .== 0) .| (x .== 1)).all(alongAxes: [-1]) .& (x.sum(alongAxes: [-1]) .== 1)
    case .counts(let total, _):
      return ((x .>= 0) .& x.isWhole).all(alongAxes: [-1]) .& (x.sum(alongAxes: [-1]) .== total)
    case .positiveDefinite:
      let isSymmetric = (x .== x.transposed()).all(alongAxes: [-2, -1])
      guard let values = try? x.withoutDerivative().symmetricEigenvalues() else {
        return Tensor(zeros: isSymmetric.shape, dtype: .bool)
      }
      return isSymmetric .& (values .> 0).all(alongAxes: [-1])
    case .events(_, let contains):
      return contains(x)
    }
  }
}

extension Tensor {
  /// Where an element is a whole number.
  var isWhole: Tensor {
    Tensor.elementwise([self]) { x, _, _ in
      x.isFinite && x == x.rounded() ? 1 : 0
    } derivative: { inputs, _, _ in
      Tensor(zeros: inputs[0].shape, dtype: inputs[0].dtype)
    } .> 0
  }
}
