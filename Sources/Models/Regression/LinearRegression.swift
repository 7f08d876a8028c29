import SurprisalCore
import SurprisalTensors

/// Linear regression in closed form, with weight decay: ridge regression (Hoerl and Kennard 1970).
///
///     ŷ = x·W + b,    lowers  1/n Σ ½ ‖ŷ − y‖² + λ/2 ‖W‖²
///
/// which is the surprisal −log N(y; ŷ, 1) per datum up to a constant, and with λ > 0 that of the most probable weights
/// under a normal prior. The intercept b is not decayed. λ is per datum: scikit-learn's `alpha` is n λ.
public struct LinearRegression: Sendable {
  /// W, float64 [inputs, outputs], in units of y per unit of x.
  public var weights: Tensor
  /// b, float64 [outputs], in units of y.
  public var intercept: Tensor
  /// λ.
  public var decay: Double
  /// The variance of y around ŷ on the rows of the fit, float64 [outputs]: its maximum-likelihood value, Σ (ŷ − y)² / n.
  public var noiseVariance: Tensor

  /// The least-squares fit of `targets` [n, outputs] or [n] to `inputs` [n, inputs].
  ///
  /// By a QR factorization of the centered inputs and singular values of R, without normal equations: columns that
  /// depend on each other get the shortest weights.
  ///
  /// - Throws: a data error if there are no rows, or not as many targets as rows, or numbers that are not finite; a
  ///   usage error for a negative λ.
  public init(fitting inputs: Tensor, to targets: Tensor, decay: Double = 0) throws {
    try self.init(RidgePath(inputs, targets), decay: decay)
  }

  /// The fit for one λ of a path.
  public init(_ path: RidgePath, decay: Double) throws {
    guard decay >= 0, decay.isFinite else {
      throw SurprisalError(.usage, "the weight decay is \(decay)", remedy: "give a number from 0 on")
    }
    self.decay = decay
    weights = path.weights(decay: decay)
    intercept = path.targetMean - path.inputMean.matmul(weights)
    let residual = path.targets - (path.inputs.matmul(weights) + intercept)
    noiseVariance = residual.square().mean(alongAxes: [0])
  }

  /// ŷ [n, outputs] for `inputs` [n, inputs].
  public func callAsFunction(_ inputs: Tensor) -> Tensor {
    inputs.converted(to: .float64).matmul(weights) + intercept
  }

  /// The mean of ½ ‖ŷ − y‖² over the rows.
  public func halfSquaredError(_ inputs: Tensor, _ targets: Tensor) -> Double {
    let difference = self(inputs) - RidgePath.matrix(targets)
    return difference.square().sum().item / 2 / Double(max(1, inputs.shape[0]))
  }

  /// The mean of log N(y; ŷ, noise variance) over the rows, in nats per row; a density, so it depends on the unit of y.
  public func logLikelihood(_ inputs: Tensor, _ targets: Tensor) -> Double {
    let difference = self(inputs) - RidgePath.matrix(targets)
    let terms = difference.square() / noiseVariance + noiseVariance.log() + Double.logTwoPi
    return -terms.sum().item / 2 / Double(max(1, inputs.shape[0]))
  }
}

extension Double {
  fileprivate static let logTwoPi = 1.837877066409345483560659472811235279723
}

/// The ridge regressions of one set of data for every weight decay λ, from one factorization.
///
/// With the singular values s of the centered inputs X = U S Vᵀ the weights are V diag(s / (s² + n λ)) Uᵀ Y (Hastie,
/// Tibshirani and Friedman 2009, eq. 3.47).
public struct RidgePath: Sendable {
  let inputs: Tensor
  let targets: Tensor
  let inputMean: Tensor
  let targetMean: Tensor
  /// Uᵀ Y, [k, outputs].
  private let projected: Tensor
  /// s, [k, 1].
  private let singularValues: Tensor
  private let vTransposed: Tensor

  /// Factors the data.
  ///
  /// - Throws: as `LinearRegression.init(fitting:to:decay:)`.
  public init(_ inputs: Tensor, _ targets: Tensor) throws {
    guard inputs.rank == 2, let count = inputs.shape.first, count > 0, inputs.shape[1] > 0 else {
      throw SurprisalError(
        .data, "inputs of the shape \(inputs.shape) are no rows to fit", remedy: "give [rows, columns]")
    }
    guard targets.shape.first == count, targets.rank <= 2 else {
      throw SurprisalError(
        .data, "there are \(count) inputs and targets of the shape \(targets.shape)", remedy: "give one target a row")
    }
    self.inputs = inputs.converted(to: .float64)
    self.targets = RidgePath.matrix(targets)
    guard self.inputs.abs().max().item.isFinite, self.targets.abs().max().item.isFinite else {
      throw SurprisalError(.data, "there are numbers that are not finite", remedy: "leave out their rows")
    }
    inputMean = self.inputs.mean(alongAxes: [0])
    targetMean = self.targets.mean(alongAxes: [0])
    let (x, y) = (self.inputs - inputMean, self.targets - targetMean)
    let (q, r) = x.qr()
    let (u, s, v) = try r.svd()
    projected = u.transposed().matmul(q.transposed().matmul(y))
    singularValues = s.reshaped(to: [s.count, 1])
    vTransposed = v
  }

  /// The weights for λ; directions without spread in the inputs get none.
  func weights(decay: Double) -> Tensor {
    let penalty = decay * Double(inputs.shape[0])
    let values = singularValues.scalars(as: Double.self)
    let smallest = (values.max() ?? 0) * Double(max(inputs.shape[0], inputs.shape[1])) * Double.ulpOfOne
    let factors = values.map { $0 > smallest ? $0 / ($0 * $0 + penalty) : 0 }
    return vTransposed.transposed().matmul(Tensor(factors, shape: singularValues.shape) * projected)
  }

  /// Targets as float64 [n, outputs].
  static func matrix(_ targets: Tensor) -> Tensor {
    let numbers = targets.converted(to: .float64)
    return numbers.rank == 1 ? numbers.reshaped(to: [numbers.count, 1]) : numbers
  }
}
