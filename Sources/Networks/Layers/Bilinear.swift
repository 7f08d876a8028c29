import SurprisalCore
import SurprisalTensors

/// y_k = Σ_ij a_i W_kij b_j + bias_k on the last axes of two inputs.
///
/// Shapes: a [..., first inputs] and b [..., second inputs] with the same other axes, weight
/// [outputs, first inputs, second inputs], bias [outputs], y [..., outputs]. PyTorch's names and layout.
public struct Bilinear: Module {
  /// [outputs, first inputs, second inputs].
  public var weight: Tensor
  /// [outputs], or nil.
  public var bias: Tensor?

  /// A module with weight and bias drawn uniformly from ±1/√(first inputs), PyTorch's default.
  public init(
    inputs first: Int, _ second: Int, outputs: Int, bias: Bool = true, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    weight = .uniformByFan(first, [outputs, first, second], dtype, using: &generator)
    self.bias = bias ? .uniformByFan(first, [outputs], dtype, using: &generator) : nil
  }

  /// A module with the given weight and bias.
  public init(weight: Tensor, bias: Tensor? = nil) {
    precondition(
      weight.rank == 3 && (bias == nil || bias?.shape == [weight.shape[0]]),
      "Bilinear: weight \(weight.shape) and bias \(bias?.shape ?? []) are not [outputs, first inputs, second inputs] "
        + "and [outputs]")
    self.weight = weight
    self.bias = bias
  }

  /// Shows weight and bias.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// The value at a and b.
  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (outputs, first, second) = (weight.shape[0], weight.shape[1], weight.shape[2])
    precondition(
      a.shape.last == first && b.shape.last == second && a.shape.dropLast() == b.shape.dropLast(),
      "Bilinear: the weight \(weight.shape) does not fit the inputs \(a.shape) and \(b.shape)")
    let rows = Array(a.shape.dropLast())
    // W b for each output and first input, then its product with a: [rows, outputs, first] · [rows, first, 1].
    let half = b.reshaped(to: [-1, second]).linear(weight: weight.reshaped(to: [outputs * first, second]))
      .reshaped(to: [-1, outputs, first])
    let y = half.matmul(a.reshaped(to: [-1, first, 1])).reshaped(to: rows + [outputs])
    return bias.map { y + $0 } ?? y
  }

  /// The shape of the result for two inputs; throws a data error where they do not fit.
  public func outputShape(for a: [Int], _ b: [Int]) throws -> [Int] {
    let (first, second) = (weight.shape[1], weight.shape[2])
    guard a.last == first, b.last == second, a.dropLast() == b.dropLast() else {
      throw SurprisalError(
        .data,
        "Bilinear takes the shapes [..., \(first)] and [..., \(second)] with the same other axes, not \(a) and "
          + "\(b)", remedy: "give Bilinear(inputs:_:outputs:) the extents of the last axes")
    }
    return a.dropLast() + [weight.shape[0]]
  }

  /// The extents.
  public var summaryLine: String {
    line(
      "Bilinear", "inputs: \(weight.shape[1])", "\(weight.shape[2])", "outputs: \(weight.shape[0])",
      part("bias", bias != nil, unless: true))
  }
}
