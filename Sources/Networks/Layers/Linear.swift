import SurprisalCore
import SurprisalTensors

/// y = x·Wᵀ + b on the last axis.
///
/// Shapes: x [..., inputs], weight [outputs, inputs], bias [outputs], y [..., outputs]; PyTorch's names and layout.
public struct Linear: Layer {
  /// [outputs, inputs].
  public var weight: Tensor
  /// [outputs], or nil.
  public var bias: Tensor?

  /// A layer with weight and bias drawn uniformly from ±1/√inputs, PyTorch's default.
  public init(
    inputs: Int, outputs: Int, bias: Bool = true, dtype: DType = .float32, using generator: inout RandomGenerator
  ) {
    weight = .uniformByFan([outputs, inputs], dtype, using: &generator)
    self.bias = bias ? .uniformByFan(of: weight, count: outputs, using: &generator) : nil
  }

  /// A layer with the given weight [outputs, inputs] and bias [outputs].
  public init(weight: Tensor, bias: Tensor? = nil) {
    precondition(
      weight.rank == 2 && (bias == nil || bias?.shape == [weight.shape[0]]),
      "Linear: weight \(weight.shape) and bias \(bias?.shape ?? []) are not [outputs, inputs] and [outputs]")
    self.weight = weight
    self.bias = bias
  }

  /// Shows weight and bias.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// x·Wᵀ + b.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.linear(weight: weight, bias: bias)
  }

  /// The input's shape with `outputs` last.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    guard shape.last == weight.shape[1] else {
      throw SurprisalError.shape(
        shape, for: "Linear", taking: "[..., \(weight.shape[1])]",
        remedy: "give Linear(inputs:outputs:) the extent of the last axis")
    }
    return shape.dropLast() + [weight.shape[0]]
  }

  /// The extents.
  public var summaryLine: String {
    line(
      "Linear", "inputs: \(weight.shape[1])", "outputs: \(weight.shape[0])", part("bias", bias != nil, unless: true))
  }
}
