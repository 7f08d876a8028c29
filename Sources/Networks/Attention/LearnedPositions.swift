import SurprisalCore
import SurprisalTensors

/// Adds to each step a vector that is learned for its position.
///
/// Shapes: x [..., steps, features], weight [positions, features], y of x's shape; the parameter is `weight`, as of an
/// embedding.
public struct LearnedPositions: Layer {
  /// [positions, features].
  public var weight: Tensor
  /// The position of the first step.
  public var offset = 0

  /// Vectors drawn from N(0, standardDeviation²); 0.02 is GPT-2's.
  public init(
    positions: Int, features: Int, standardDeviation: Double = 0.02, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    weight = .normal(
      standardDeviation: standardDeviation, shape: [positions, features], dtype: dtype, using: &generator)
  }

  /// The given vectors [positions, features].
  public init(weight: Tensor) {
    precondition(weight.rank == 2, "LearnedPositions: weight \(weight.shape) is not [positions, features]")
    self.weight = weight
  }

  /// Shows the weight.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try visitor.parameter("weight", &weight) }

  /// x with the vectors of its positions.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let steps = checkedSteps(x.shape, weight.shape[1], "LearnedPositions")
    precondition(
      offset >= 0 && offset + steps <= weight.shape[0],
      "LearnedPositions: the steps \(offset) to \(offset + steps) are beyond the \(weight.shape[0]) positions")
    return x + weight[offset..<offset + steps]
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    let checked = try checkedPositions(shape, weight.shape[1], "LearnedPositions")
    guard offset + checked[checked.count - 2] <= weight.shape[0] else {
      throw SurprisalError(
        .data, "LearnedPositions has \(weight.shape[0]) positions, the shape \(shape) more steps",
        remedy: "use shorter sequences or more positions")
    }
    return checked
  }

  /// The extents.
  public var summaryLine: String {
    line("LearnedPositions", "positions: \(weight.shape[0])", "features: \(weight.shape[1])")
  }
}
