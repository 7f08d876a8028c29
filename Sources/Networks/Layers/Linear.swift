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
    let bound = 1 / Double(max(1, inputs)).squareRoot()
    weight = .uniform(in: -bound..<bound, shape: [outputs, inputs], dtype: dtype, using: &generator)
    self.bias = bias ? .uniform(in: -bound..<bound, shape: [outputs], dtype: dtype, using: &generator) : nil
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
      throw SurprisalError(
        .data, "Linear takes \(weight.shape[1]) numbers on the last axis, not the shape \(shape)",
        remedy: "give Linear(inputs:outputs:) the extent of the last axis")
    }
    return shape.dropLast() + [weight.shape[0]]
  }
}
