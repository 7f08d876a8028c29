import SurprisalTensors

/// What a training lowers and on which data: all that the training loop must know of them.
///
/// The loop shuffles the numbers 0 ..< `count`, asks for the loss of one batch of them after another, and validates
/// after each epoch.
public protocol LearningTask: Sendable {
  /// What is trained.
  associatedtype Network: Module
  /// How many data there are to learn from: what the loop shuffles.
  var count: Int { get }
  /// A digest of the data, in hexadecimal: a training that is resumed must find the same.
  var fingerprint: String { get }
  /// The loss on the data at `indices`: one number, the mean over them, in nats per datum where it is a likelihood.
  func loss(of network: inout Network, at indices: [Int], _ pass: inout Pass) throws -> Tensor
  /// The figures of `network` on the data kept for validation, in inference; the first is the one that early stopping
  /// and the best checkpoint go by. None without such data.
  func validation(of network: Network) throws -> [Metric]
}

/// A named figure of a model on some data.
public struct Metric: Sendable, Hashable {
  /// As in the log and the answer, such as `loss` or `accuracy`.
  public var name: String
  /// The figure.
  public var value: Double
  /// Whether more is better; less, unless said otherwise.
  public var isHigherBetter: Bool

  /// A figure of which less is better unless said otherwise.
  public init(_ name: String, _ value: Double, isHigherBetter: Bool = false) {
    self.name = name
    self.value = value
    self.isHigherBetter = isHigherBetter
  }
}
