import SurprisalCore
import SurprisalTensors

/// Batch normalization (Ioffe and Szegedy 2015) of channels: any shape [batch, channels, …].
///
///     y = (x − mean) / √(variance + epsilon) · weight + bias
///
/// In training mean and variance are those of the batch, and running averages follow them:
/// running ← (1 − momentum) · running + momentum · batch, of the variance Σ (x − mean)² / (n − 1). In inference they
/// are the running ones. PyTorch's names; `num_batches_tracked` counts the batches. Where a channel of a batch is one
/// number its variance is unknown: y is the bias, and the running averages stay as they are (PyTorch refuses such a
/// batch).
public struct BatchNorm: Layer {
  /// The scale of each channel, [channels], or nil for 1.
  public var weight: Tensor?
  /// The shift of each channel, [channels], or nil for 0.
  public var bias: Tensor?
  /// [channels], or nil if the batch's own mean and variance serve in inference too.
  public var runningMean: Tensor?
  /// [channels], or nil with `runningMean`.
  public var runningVariance: Tensor?
  /// How many batches there were, `int64` [], or nil with `runningMean`.
  public var batchCount: Tensor?
  /// The weight of a new batch; nil makes the running averages plain averages of all batches.
  public var momentum: Double?
  /// What keeps a channel of variance 0 finite.
  public var epsilon: Double
  /// The extent of the axis after the batch.
  public let channels: Int

  /// A layer with scale 1, shift 0, running mean 0 and running variance 1.
  public init(
    channels: Int, momentum: Double? = 0.1, epsilon: Double = 1e-5, affine: Bool = true, tracksStatistics: Bool = true,
    dtype: DType = .float32
  ) {
    precondition(channels > 0, "BatchNorm: there are no layers of \(channels) channels")
    (self.channels, self.momentum, self.epsilon) = (channels, momentum, epsilon)
    let (ones, zeros) = (Tensor(ones: [channels], dtype: dtype), Tensor(zeros: [channels], dtype: dtype))
    if affine { (weight, bias) = (ones, zeros) }
    if tracksStatistics {
      (runningMean, runningVariance, batchCount) = (zeros, ones, Tensor(zeros: [], dtype: .int64))
    }
  }

  /// Shows scale, shift and the running averages.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("weight", &weight)
    try visitor.parameter("bias", &bias)
    try visitor.buffer("running_mean", &runningMean)
    try visitor.buffer("running_var", &runningVariance)
    try visitor.buffer("num_batches_tracked", &batchCount)
  }

  /// The normalized channels.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    if !pass.isTraining, let runningMean, let runningVariance {
      return x.batchNormalization(
        mean: runningMean, variance: runningVariance, scale: weight, shift: bias, epsilon: epsilon)
    }
    let (y, mean, variance) = x.batchNormalization(scale: weight, shift: bias, epsilon: epsilon)
    if pass.isTraining {
      track(mean.withoutDerivative(), variance.withoutDerivative(), count: x.count / channels)
    }
    return y
  }

  /// Moves the running averages to the moments of a batch with `count` numbers in each channel.
  private mutating func track(_ mean: Tensor, _ variance: Tensor, count: Int) {
    guard let oldMean = runningMean, let oldVariance = runningVariance, let batches = batchCount, count > 1 else {
      return
    }
    batchCount = batches + 1
    let share = momentum ?? 1 / (batches.item + 1)
    let unbiased = share * Double(count) / Double(count - 1)
    runningMean = (oldMean * (1 - share) + mean * share).converted(to: oldMean.dtype)
    runningVariance = (oldVariance * (1 - share) + variance * unbiased).converted(to: oldVariance.dtype)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try checkedChannels(shape, channels, axes: 2, "BatchNorm(channels:)")
  }

  /// The channels and whatever is not the default.
  public var summaryLine: String {
    line(
      "BatchNorm", "channels: \(channels)", momentum.map { part("momentum", $0, unless: 0.1) } ?? "cumulative",
      part("epsilon", epsilon, unless: 1e-5), part("affine", weight != nil, unless: true),
      part("tracksStatistics", runningMean != nil, unless: true))
  }
}
