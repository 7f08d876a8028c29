import SurprisalCore
import SurprisalTensors

/// Group normalization (Wu and He 2018): the channels in groups, each with its own mean and variance in every row of
/// the batch, in training and inference alike.
///
/// Shapes: x [batch, channels, …], weight and bias [channels]. PyTorch's names and layout.
public struct GroupNorm: Layer {
  /// The scale of each channel, or nil for 1.
  public var weight: Tensor?
  /// The shift of each channel, or nil for 0.
  public var bias: Tensor?
  /// How many groups.
  public let groups: Int
  /// The extent of the axis after the batch.
  public let channels: Int
  /// What keeps a group of variance 0 finite.
  public var epsilon: Double

  /// A layer with scale 1 and shift 0.
  public init(groups: Int, channels: Int, epsilon: Double = 1e-5, affine: Bool = true, dtype: DType = .float32) {
    precondition(
      groups > 0 && channels > 0 && channels % groups == 0,
      "GroupNorm: \(groups) groups do not divide \(channels) channels")
    (self.groups, self.channels, self.epsilon) = (groups, channels, epsilon)
    if affine { (weight, bias) = (Tensor(ones: [channels], dtype: dtype), Tensor(zeros: [channels], dtype: dtype)) }
  }

  /// Shows scale and shift.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// The normalized groups.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    x.groupNormalization(groups: groups, scale: weight, shift: bias, epsilon: epsilon)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try checkedChannels(shape, channels, axes: 2, "GroupNorm(groups:channels:)")
  }

  /// Groups, channels and whatever is not the default.
  public var summaryLine: String {
    line(
      "GroupNorm", "groups: \(groups)", "channels: \(channels)", part("epsilon", epsilon, unless: 1e-5),
      part("affine", weight != nil, unless: true))
  }
}

/// Instance normalization (Ulyanov, Vedaldi and Lempitsky 2016): each channel of each row of the batch with its own
/// mean and variance, in training and inference alike.
///
/// Shapes: x [batch, channels, …] with positions, weight and bias [channels]. PyTorch's names and layout, and its
/// default: neither scale nor shift.
public struct InstanceNorm: Layer {
  /// The scale of each channel, or nil for 1.
  public var weight: Tensor?
  /// The shift of each channel, or nil for 0.
  public var bias: Tensor?
  /// The extent of the axis after the batch.
  public let channels: Int
  /// What keeps a channel of variance 0 finite.
  public var epsilon: Double

  /// A layer without scale and shift, or with scale 1 and shift 0.
  public init(channels: Int, epsilon: Double = 1e-5, affine: Bool = false, dtype: DType = .float32) {
    precondition(channels > 0, "InstanceNorm: there are no layers of \(channels) channels")
    (self.channels, self.epsilon) = (channels, epsilon)
    if affine { (weight, bias) = (Tensor(ones: [channels], dtype: dtype), Tensor(zeros: [channels], dtype: dtype)) }
  }

  /// Shows scale and shift.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
  }

  /// The normalized channels.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    precondition(
      x.rank > 2 && x.shape[1] == channels, "InstanceNorm: \(x.shape) is not [batch, \(channels), positions…]")
    return x.groupNormalization(groups: channels, scale: weight, shift: bias, epsilon: epsilon)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try checkedChannels(shape, channels, axes: 3, "InstanceNorm(channels:)")
  }

  /// The channels and whatever is not the default.
  public var summaryLine: String {
    line(
      "InstanceNorm", "channels: \(channels)", part("epsilon", epsilon, unless: 1e-5),
      part("affine", weight != nil, unless: false))
  }
}

/// A shape of at least `axes` axes with the given channels after the batch.
func checkedChannels(_ shape: [Int], _ channels: Int, axes: Int, _ initializer: String) throws -> [Int] {
  guard shape.count >= axes, shape[1] == channels else {
    throw SurprisalError.shape(
      shape, for: String(initializer.prefix { $0 != "(" }),
      taking: "[batch, \(channels), \(axes > 2 ? "positions..." : "...")]",
      remedy: "give \(initializer) the extent of the second axis")
  }
  return shape
}
