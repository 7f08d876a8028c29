import SurprisalCore
import SurprisalTensors

/// y = shift + scale · x with a scale other than 0.
public struct AffineBijection: ScalarBijection {
  /// What is added.
  public let shift: Tensor
  /// The factor.
  public let scale: Tensor

  /// - Throws: `usage` if a number is not finite or a scale 0.
  public init(shift: Tensor, scale: Tensor) throws {
    let parameters = try Checks.promoted("AffineBijection", [("shift", shift), ("scale", scale)])
    try Checks.finite("AffineBijection", "shift", parameters[0])
    try Checks.finite("AffineBijection", "scale", parameters[1])
    try Checks.require(parameters[1] .!= 0, "AffineBijection", "scale", parameters[1], mustBe: "other than 0")
    (self.shift, self.scale) = (parameters[0], parameters[1])
  }

  /// One shift and scale for all numbers, in float64.
  public init(shift: Double, scale: Double) throws {
    try self.init(shift: Tensor(shift, dtype: .float64), scale: Tensor(scale, dtype: .float64))
  }

  /// The shift and the scale.
  public var description: String { "AffineBijection(shift: \(shift), scale: \(scale))" }
  /// shift + scale · x.
  public func forward(_ x: Tensor) -> Tensor { shift + scale * x }
  /// (y − shift) / scale.
  public func inverse(_ y: Tensor) -> Tensor { (y - shift) / scale }
  /// log |scale|.
  public func logDeterminant(at x: Tensor) -> Tensor { x * 0 + scale.abs().log() }
  /// Where the scale is above 0.
  public var isIncreasing: Tensor { scale .> 0 }
  /// Whether shift and scale are the same.
  public func isEqual(to other: any Bijection) -> Bool {
    guard let other = other as? AffineBijection else { return false }
    return shift.isIdentical(to: other.shift) && scale.isIdentical(to: other.scale)
  }
}

/// y = eˣ.
public struct ExpBijection: ScalarBijection {
  /// The exponential function.
  public init() {}
  /// The name.
  public var description: String { "ExpBijection()" }
  /// eˣ.
  public func forward(_ x: Tensor) -> Tensor { x.exp() }
  /// log y.
  public func inverse(_ y: Tensor) -> Tensor { y.log() }
  /// x.
  public func logDeterminant(at x: Tensor) -> Tensor { x }
  /// Whether it is the exponential function.
  public func isEqual(to other: any Bijection) -> Bool { other is ExpBijection }
}

/// y = 1 / (1 + e⁻ˣ).
public struct SigmoidBijection: ScalarBijection {
  /// The logistic function.
  public init() {}
  /// The name.
  public var description: String { "SigmoidBijection()" }
  /// 1 / (1 + e⁻ˣ).
  public func forward(_ x: Tensor) -> Tensor { x.sigmoid() }
  /// log y − log(1 − y).
  public func inverse(_ y: Tensor) -> Tensor { y.log() - log(onePlus: -y) }
  /// −softplus(x) − softplus(−x).
  public func logDeterminant(at x: Tensor) -> Tensor { -(x.softplus() + (-x).softplus()) }
  /// Whether it is the logistic function.
  public func isEqual(to other: any Bijection) -> Bool { other is SigmoidBijection }
}

/// y = log(1 + eˣ).
public struct SoftplusBijection: ScalarBijection {
  /// The softplus function.
  public init() {}
  /// The name.
  public var description: String { "SoftplusBijection()" }
  /// log(1 + eˣ).
  public func forward(_ x: Tensor) -> Tensor { x.softplus() }
  /// y + log(1 − e⁻ʸ).
  public func inverse(_ y: Tensor) -> Tensor { y + (-(-y).expMinusOne()).log() }
  /// −softplus(−x).
  public func logDeterminant(at x: Tensor) -> Tensor { -(-x).softplus() }
  /// Whether it is softplus.
  public func isEqual(to other: any Bijection) -> Bool { other is SoftplusBijection }
}

/// y = tanh x.
public struct TanhBijection: ScalarBijection {
  /// The hyperbolic tangent.
  public init() {}
  /// The name.
  public var description: String { "TanhBijection()" }
  /// tanh x.
  public func forward(_ x: Tensor) -> Tensor { x.tanh() }
  /// ½ log((1 + y) / (1 − y)).
  public func inverse(_ y: Tensor) -> Tensor { (log(onePlus: y) - log(onePlus: -y)) * 0.5 }
  /// log(1 − tanh² x) = 2 (log 2 − x − softplus(−2 x)).
  public func logDeterminant(at x: Tensor) -> Tensor {
    (0.693_147_180_559_945_3 - (x + (x * -2).softplus())) * 2
  }
  /// Whether it is the hyperbolic tangent.
  public func isEqual(to other: any Bijection) -> Bool { other is TanhBijection }
}

/// y = x^exponent of x ≥ 0, with an exponent other than 0.
public struct PowerBijection: ScalarBijection {
  /// The exponent.
  public let exponent: Double

  /// - Throws: `usage` if the exponent is 0 or not finite.
  public init(_ exponent: Double) throws {
    guard exponent != 0, exponent.isFinite else {
      throw SurprisalError(.usage, "PowerBijection: the exponent is \(exponent), it must be finite and other than 0")
    }
    self.exponent = exponent
  }

  /// The exponent.
  public var description: String { "PowerBijection(\(exponent))" }
  /// x^exponent.
  public func forward(_ x: Tensor) -> Tensor { x.power(exponent) }
  /// y^(1 / exponent).
  public func inverse(_ y: Tensor) -> Tensor { y.power(1 / exponent) }
  /// log |exponent| + (exponent − 1) log x.
  public func logDeterminant(at x: Tensor) -> Tensor {
    let constant = Tensor(exponent, dtype: x.dtype).abs().log()
    return exponent == 1 ? x * 0 : constant + x.log() * (exponent - 1)
  }
  /// Whether no number is below 0.
  public func isDefined(on support: Support, shape: [Int]) -> Bool {
    if case .interval(let lower, _) = support { return (lower .>= 0).all().item == 1 }
    return false
  }
  /// Whether the exponent is above 0.
  public var isIncreasing: Tensor { Tensor([exponent > 0], shape: []) }
  /// Whether the exponents are equal.
  public func isEqual(to other: any Bijection) -> Bool { (other as? PowerBijection)?.exponent == exponent }
}
