import SurprisalCore
import SurprisalTensors

/// How many numbers meet in one output of a weight, and into how many outputs one input goes.
///
/// Of [outputs, inputs, kernel…], the layout of linear and convolution layers: inputs and outputs, each times the
/// elements of the kernel. These are PyTorch's numbers: where channels are in groups they count one group's inputs but
/// all outputs, and of a transposed convolution, whose weight begins with the inputs, they are exchanged.
public struct Fan: Sendable, Hashable {
  /// Which of the two numbers a law goes by.
  public enum Mode: Sendable, Hashable {
    /// The inputs of an output: keeps the variance of values on the way forward.
    case fanIn
    /// The outputs of an input: keeps the variance of gradients on the way back.
    case fanOut
  }

  /// Inputs of one output.
  public var inputs: Int
  /// Outputs of one input.
  public var outputs: Int

  /// The numbers of a weight of at least two axes.
  public init(shape: [Int]) {
    precondition(shape.count >= 2, "Fan: a weight of shape \(shape) has no inputs and outputs")
    let kernel = shape.dropFirst(2).reduce(1, *)
    (inputs, outputs) = (shape[1] * kernel, shape[0] * kernel)
  }

  /// The number of that mode.
  public subscript(mode: Mode) -> Int { mode == .fanIn ? inputs : outputs }
}

extension Tensor {
  /// Numbers uniform within ±1/√(fan-in): PyTorch's default for weights of linear and convolution layers.
  static func uniformByFan(_ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator) -> Tensor {
    uniformByFan(Fan(shape: shape).inputs, shape, dtype, using: &generator)
  }

  /// The biases that belong to such a weight: by the same law.
  static func uniformByFan(of weight: Tensor, count: Int, using generator: inout RandomGenerator) -> Tensor {
    uniformByFan(Fan(shape: weight.shape).inputs, [count], weight.dtype, using: &generator)
  }

  static func uniformByFan(
    _ inputs: Int, _ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator
  ) -> Tensor {
    let bound = 1 / Double(Swift.max(1, inputs)).squareRoot()
    return .uniform(in: -bound..<bound, shape: shape, dtype: dtype, using: &generator)
  }
}
