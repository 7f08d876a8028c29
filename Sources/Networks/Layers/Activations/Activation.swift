import SurprisalCore
import SurprisalTensors

/// A layer without tensors whose result has its input's shape.
public protocol Activation: Layer {
  /// The value at x.
  func activated(_ x: Tensor) -> Tensor
}

extension Activation {
  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}
  /// The value at x.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor { activated(x) }
  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] { shape }
}

/// max(x, 0).
public struct ReLU: Activation {
  /// A layer without anything to choose.
  public init() {}
  /// max(x, 0).
  public func activated(_ x: Tensor) -> Tensor { x.relu() }
}

/// x above 0 and `slope` · x below.
public struct LeakyReLU: Activation {
  /// The factor below 0.
  public var slope: Double
  /// A layer with the given factor below 0.
  public init(slope: Double = 0.01) { self.slope = slope }
  /// x above 0 and `slope` · x below.
  public func activated(_ x: Tensor) -> Tensor { x.leakyReLU(slope: slope) }
  /// The slope.
  public var summaryLine: String { "LeakyReLU(slope: \(slope))" }
}

/// x above 0 and `alpha` (eˣ − 1) below.
public struct ELU: Activation {
  /// Minus the limit at −∞.
  public var alpha: Double
  /// A layer with the given limit.
  public init(alpha: Double = 1) { self.alpha = alpha }
  /// x above 0 and `alpha` (eˣ − 1) below.
  public func activated(_ x: Tensor) -> Tensor { x.elu(alpha: alpha) }
  /// The limit, unless it is 1.
  public var summaryLine: String { line("ELU", part("alpha", alpha, unless: 1)) }
}

/// x Φ(x) with the normal distribution function Φ.
public struct GELU: Activation {
  /// Whether Φ is approximated by the hyperbolic tangent, as GPT-2 has it.
  public var usesTanh: Bool
  /// The exact function, or its approximation.
  public init(usesTanh: Bool = false) { self.usesTanh = usesTanh }
  /// x Φ(x).
  public func activated(_ x: Tensor) -> Tensor { usesTanh ? x.geluTanh() : x.gelu() }
  /// Whether it is the approximation.
  public var summaryLine: String { line("GELU", part("usesTanh", usesTanh, unless: false)) }
}

/// x σ(x), also called swish.
public struct SiLU: Activation {
  /// A layer without anything to choose.
  public init() {}
  /// x σ(x).
  public func activated(_ x: Tensor) -> Tensor { x.silu() }
}

/// σ(x) = 1 / (1 + e⁻ˣ).
public struct Sigmoid: Activation {
  /// A layer without anything to choose.
  public init() {}
  /// σ(x).
  public func activated(_ x: Tensor) -> Tensor { x.sigmoid() }
}

/// tanh x.
public struct Tanh: Activation {
  /// A layer without anything to choose.
  public init() {}
  /// tanh x.
  public func activated(_ x: Tensor) -> Tensor { x.tanh() }
}

/// log(1 + eˣ).
public struct Softplus: Activation {
  /// A layer without anything to choose.
  public init() {}
  /// log(1 + eˣ).
  public func activated(_ x: Tensor) -> Tensor { x.softplus() }
}

/// exp(x_i) / Σ_j exp(x_j) along an axis. Losses take logits, not this.
public struct Softmax: Activation {
  /// The axis along which the numbers add up to 1; counted from the end if negative.
  public var axis: Int
  /// Along the given axis, the last one unless said.
  public init(axis: Int = -1) { self.axis = axis }
  /// The softmax.
  public func activated(_ x: Tensor) -> Tensor { x.softmax(alongAxis: axis) }
  /// The axis, unless it is the last.
  public var summaryLine: String { line("Softmax", part("axis", axis, unless: -1)) }
  /// The input's shape, which must have the axis.
  public func outputShape(for shape: [Int]) throws -> [Int] { try shape.having(axis: axis, for: "Softmax") }
}

/// The logarithm of the softmax along an axis.
public struct LogSoftmax: Activation {
  /// The axis along which the exponentials add up to 1; counted from the end if negative.
  public var axis: Int
  /// Along the given axis, the last one unless said.
  public init(axis: Int = -1) { self.axis = axis }
  /// The log softmax.
  public func activated(_ x: Tensor) -> Tensor { x.logSoftmax(alongAxis: axis) }
  /// The axis, unless it is the last.
  public var summaryLine: String { line("LogSoftmax", part("axis", axis, unless: -1)) }
  /// The input's shape, which must have the axis.
  public func outputShape(for shape: [Int]) throws -> [Int] { try shape.having(axis: axis, for: "LogSoftmax") }
}

extension [Int] {
  /// This shape if it has that axis.
  fileprivate func having(axis: Int, for layer: String) throws -> [Int] {
    guard axis >= -count, axis < count else {
      throw SurprisalError(
        .data, "\(layer) goes along axis \(axis), which the shape \(self) does not have",
        remedy: "give \(layer)(axis:) an axis that there is")
    }
    return self
  }
}

/// x itself.
public struct Identity: Activation {
  /// A layer without anything to choose.
  public init() {}
  /// x.
  public func activated(_ x: Tensor) -> Tensor { x }
}
