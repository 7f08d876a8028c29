import SurprisalCore
import SurprisalTensors

/// A part of a model: a value that shows its tensors, by name, to a visitor.
///
/// ```swift
/// struct Perceptron: Module {
///   var hidden: Linear, output: Linear
///   mutating func fields(_ visitor: inout some FieldVisitor) throws {
///     try visitor.module("hidden", &hidden)
///     try visitor.module("output", &output)
///   }
/// }
/// ```
/// Everything that is done to all parameters goes through `fields`, so a tensor that is not named there is neither
/// trained nor saved. The names are those in files: where PyTorch has a counterpart they are PyTorch's.
public protocol Module: Sendable {
  /// Shows each field to `visitor`, always in the same order, no two by one name.
  mutating func fields(_ visitor: inout some FieldVisitor) throws
}

/// A module from one tensor to one tensor.
public protocol Layer: Module {
  /// The layer's value at `x`. State that training changes, such as running means, is changed in `self`.
  mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor
  /// The shape of the result for an input of shape `shape`; throws a data error where it does not fit.
  ///
  /// A chain of layers is checked with it before any data is read.
  func outputShape(for shape: [Int]) throws -> [Int]
}

extension Layer {
  /// The layer's value at `x` in inference: nothing is changed, and many tasks may call one layer at once.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    var copy = self
    var pass = Pass.inference
    return copy.forward(x, &pass)
  }
}

/// What a forward pass is for, and its random numbers.
public struct Pass: Sendable {
  /// Training or inference.
  public enum Mode: Sendable, Hashable {
    /// Dropout drops, batch statistics are those of the batch.
    case training
    /// The model is a function of its input.
    case inference
  }

  /// Training or inference.
  public var mode: Mode
  /// Where a layer draws its random numbers from.
  public var generator: RandomGenerator

  /// A pass in training.
  public static func training(using generator: RandomGenerator) -> Pass {
    Pass(mode: .training, generator: generator)
  }

  /// A pass in inference.
  public static var inference: Pass { Pass(mode: .inference, generator: RandomGenerator(seed: 0)) }

  /// Whether this is training.
  public var isTraining: Bool { mode == .training }
}
