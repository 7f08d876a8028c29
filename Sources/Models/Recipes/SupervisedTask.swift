import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// Learning to tell targets from inputs: classes by cross-entropy, numbers by half the squared error.
///
/// Both are surprisals in nats per datum: −log p(class | input), and −log N(y; ŷ, 1) up to a constant.
public struct SupervisedTask: LearningTask {
  /// What is learned from.
  public let training: SupervisedData
  /// What the network is measured on during the training, if anything.
  public let validation: SupervisedData?
  /// Random changes of the training images.
  public let augmentation: Augmentation
  /// ε of label smoothing.
  public let labelSmoothing: Double
  /// A digest of the data.
  public let fingerprint: String

  /// A task on these data.
  ///
  /// - Throws: a usage error for ε out of 0 ..< 1 or an augmentation that does not fit.
  public init(
    training: SupervisedData, validation: SupervisedData? = nil, augmentation: Augmentation = .none,
    labelSmoothing: Double = 0
  ) throws {
    guard (0..<1).contains(labelSmoothing) else {
      throw SurprisalError(
        .usage, "the label smoothing is \(labelSmoothing)", remedy: "give a share from 0 to below 1")
    }
    if !augmentation.steps.isEmpty { _ = try augmentation.outputShape(for: training.inputShape) }
    self.training = training
    self.validation = validation
    self.augmentation = augmentation
    self.labelSmoothing = labelSmoothing
    fingerprint = training.fingerprint
  }

  /// How many data there are to learn from.
  public var count: Int { training.count }

  /// The mean loss over the data at `indices`, in nats per datum.
  public func loss(of network: inout NetworkBox, at indices: [Int], _ pass: inout Pass) throws -> Tensor {
    let (x, y) = try training.batch(at: indices, augmentedBy: augmentation, using: &pass.generator)
    let output = network.forward(x, &pass)
    if training.isClassification { return output.crossEntropy(with: y, labelSmoothing: labelSmoothing).mean() }
    return (output - y).square().sum() * (0.5 / Double(max(1, indices.count)))
  }

  /// The figures on the validation data.
  public func validation(of network: NetworkBox) throws -> [Metric] {
    guard let validation else { return [] }
    return try Evaluation(of: network, on: validation, centeredLike: augmentation).metrics
  }
}
