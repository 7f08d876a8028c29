import SurprisalCore
import SurprisalTensors

/// Inputs and the targets that belong to them, one of each per datum.
public struct SupervisedData: Sendable {
  /// [count, …]; images are [count, channels, height, width], and bytes stay bytes until a batch is made of them.
  public var inputs: Tensor
  /// Classes as int64 [count], or numbers [count, outputs].
  public var targets: Tensor
  /// The name of each class; empty where targets are numbers.
  public var classNames: [String]
  /// The name of each column of the inputs where they are a table, else empty.
  public var inputNames: [String]
  /// The name of each column of the targets where they are numbers of a table, else empty.
  public var targetNames: [String]
  /// What a batch does to the inputs: bytes become numbers from 0 to 1 unless it says otherwise.
  ///
  /// Found on the training data, it belongs to the model: data that the model meets later must have the same.
  public var inputStandardization: Standardization?
  /// What a batch does to targets that are numbers; nothing if nil.
  public var targetStandardization: Standardization?

  /// Data of the given tensors.
  ///
  /// - Throws: a data error if there are not as many targets as inputs.
  public init(
    inputs: Tensor, targets: Tensor, classNames: [String] = [], inputNames: [String] = [], targetNames: [String] = [],
    inputStandardization: Standardization? = nil, targetStandardization: Standardization? = nil
  ) throws {
    guard let count = inputs.shape.first, targets.shape.first == count else {
      throw SurprisalError(
        .data, "there are \(inputs.shape.first ?? 0) inputs and \(targets.shape.first ?? 0) targets",
        remedy: "give one target for each input")
    }
    self.inputs = inputs
    self.targets = targets
    self.classNames = classNames
    self.inputNames = inputNames
    self.targetNames = targetNames
    self.inputStandardization = inputStandardization
    self.targetStandardization = targetStandardization
  }

  /// How many data there are.
  public var count: Int { inputs.shape[0] }
  /// The shape of one input.
  public var inputShape: [Int] { Array(inputs.shape.dropFirst()) }
  /// Whether the targets are classes.
  public var isClassification: Bool { targets.rank == 1 && !targets.dtype.isFloatingPoint }
  /// How many classes there are, or numbers for each datum.
  public var outputCount: Int { isClassification ? classNames.count : targets.shape.dropFirst().reduce(1, *) }
  /// Whether an input is an image: [channels, height, width].
  public var isImages: Bool { inputs.rank == 4 }
}
