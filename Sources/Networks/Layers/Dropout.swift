import SurprisalCore
import SurprisalTensors

/// In training each number is 0 with the given probability, and the others are divided by the probability to stay
/// (Srivastava et al. 2014), so that the mean stays; in inference nothing happens.
public struct Dropout: Layer {
  /// That a number is dropped.
  public var probability: Double

  /// Drops numbers with the given probability.
  public init(probability: Double = 0.5) {
    precondition(probability >= 0 && probability <= 1, "Dropout: \(probability) is not a probability")
    self.probability = probability
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// What is left of x.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    pass.isTraining ? x.dropout(probability: probability, using: &pass.generator) : x
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] { shape }

  /// The probability.
  public var summaryLine: String { "Dropout(probability: \(probability))" }
}

/// In training each channel of [batch, channels, …] is 0 with the given probability, and the others are divided by
/// the probability to stay (Tompson et al. 2015); in inference nothing happens.
public struct ChannelDropout: Layer {
  /// That a channel is dropped.
  public var probability: Double

  /// Drops channels with the given probability.
  public init(probability: Double = 0.5) {
    precondition(probability >= 0 && probability <= 1, "ChannelDropout: \(probability) is not a probability")
    self.probability = probability
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// What is left of x.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    precondition(x.rank >= 2, "ChannelDropout: the shape \(x.shape) is not [batch, channels, …]")
    guard pass.isTraining else { return x }
    return x.dropout(probability: probability, sharingAxesFrom: 2, using: &pass.generator)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    guard shape.count >= 2 else {
      throw SurprisalError.shape(shape, for: "ChannelDropout", taking: "[batch, channels, ...]")
    }
    return shape
  }

  /// The probability.
  public var summaryLine: String { "ChannelDropout(probability: \(probability))" }
}
