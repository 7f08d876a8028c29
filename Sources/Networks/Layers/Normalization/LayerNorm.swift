import SurprisalCore
import SurprisalTensors

/// Layer normalization (Ba, Kiros and Hinton 2016) over the last axes.
///
///     y = (x − mean) / √(variance + epsilon) · weight + bias
///
/// Shapes: x [..., shape], weight and bias of the shape of a row. PyTorch's names and layout.
public struct LayerNorm: Layer {
  /// The scale, or nil for 1.
  public var weight: Tensor?
  /// The shift, or nil for 0.
  public var bias: Tensor?
  /// What keeps a row of variance 0 finite.
  public var epsilon: Double
  /// The extents of the last axes that make a row.
  public let shape: [Int]

  /// A layer with scale 1 and shift 0 over rows of the given shape.
  public init(
    shape: [Int], epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true, dtype: DType = .float32
  ) {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 > 0 }, "LayerNorm: \(shape) is not the shape of a row")
    (self.shape, self.epsilon) = (shape, epsilon)
    if affine { weight = Tensor(ones: shape, dtype: dtype) }
    if affine, bias { self.bias = Tensor(zeros: shape, dtype: dtype) }
  }

  /// The same over the last axis.
  public init(
    features: Int, epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true, dtype: DType = .float32
  ) {
    self.init(shape: [features], epsilon: epsilon, affine: affine, bias: bias, dtype: dtype)
  }

  /// Shows scale and shift.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// The normalized rows.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    precondition(
      x.shape.suffix(shape.count).elementsEqual(shape), "LayerNorm: rows of \(x.shape) do not have the shape \(shape)")
    return x.layerNormalization(axes: shape.count, scale: weight, shift: bias, epsilon: epsilon)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try checkedRow(shape, self.shape, "LayerNorm")
  }

  /// The shape of a row and whatever is not the default.
  public var summaryLine: String {
    line(
      "LayerNorm", shape.count == 1 ? "features: \(shape[0])" : "shape: \(shape)",
      part("epsilon", epsilon, unless: 1e-5), part("affine", weight != nil, unless: true),
      part("bias", bias != nil, unless: weight != nil))
  }
}

/// Root mean square normalization (Zhang and Sennrich 2019) over the last axes.
///
///     y = x / √(mean(x²) + epsilon) · weight
///
/// Shapes: x [..., shape], weight of the shape of a row. PyTorch's names and layout.
public struct RMSNorm: Layer {
  /// The scale, or nil for 1.
  public var weight: Tensor?
  /// What keeps a row of zeros finite; nil is the spacing of the type's numbers at 1, as in PyTorch.
  public var epsilon: Double?
  /// The extents of the last axes that make a row.
  public let shape: [Int]

  /// A layer with scale 1 over rows of the given shape.
  public init(shape: [Int], epsilon: Double? = nil, affine: Bool = true, dtype: DType = .float32) {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 > 0 }, "RMSNorm: \(shape) is not the shape of a row")
    (self.shape, self.epsilon) = (shape, epsilon)
    if affine { weight = Tensor(ones: shape, dtype: dtype) }
  }

  /// The same over the last axis.
  public init(features: Int, epsilon: Double? = nil, affine: Bool = true, dtype: DType = .float32) {
    self.init(shape: [features], epsilon: epsilon, affine: affine, dtype: dtype)
  }

  /// Shows the scale.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try visitor.parameter("weight", &weight) }

  /// The normalized rows.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    precondition(
      x.shape.suffix(shape.count).elementsEqual(shape), "RMSNorm: rows of \(x.shape) do not have the shape \(shape)")
    let spacing = x.dtype == .float64 ? Double.ulpOfOne : x.dtype == .bfloat16 ? 0x1p-7 : Double(Float.ulpOfOne)
    return x.rmsNormalization(axes: shape.count, scale: weight, epsilon: epsilon ?? spacing)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try checkedRow(shape, self.shape, "RMSNorm")
  }

  /// The shape of a row and whatever is not the default.
  public var summaryLine: String {
    line(
      "RMSNorm", shape.count == 1 ? "features: \(shape[0])" : "shape: \(shape)",
      epsilon.map { "epsilon: \($0)" }, part("affine", weight != nil, unless: true))
  }
}

/// A shape that ends with that of a row.
private func checkedRow(_ shape: [Int], _ row: [Int], _ layer: String) throws -> [Int] {
  guard shape.count >= row.count, shape.suffix(row.count).elementsEqual(row) else {
    throw SurprisalError.shape(
      shape, for: layer, taking: "[..., \(row.map { "\($0)" }.joined(separator: ", "))]",
      remedy: "give \(layer) the extents of the last axes")
  }
  return shape
}
