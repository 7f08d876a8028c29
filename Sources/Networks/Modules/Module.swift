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
///
/// `print(model)` shows the modules inside with the shapes and counts of their parameters.
public protocol Module: Sendable, CustomStringConvertible {
  /// Shows each field to `visitor`, always in the same order, no two by one name.
  mutating func fields(_ visitor: inout some FieldVisitor) throws
  /// The module in a line of a summary, without its tensors: the name of its type unless written.
  var summaryLine: String { get }
}

extension Module {
  /// The name of the type.
  public var summaryLine: String { "\(Self.self)" }
}

/// A module from one tensor to one tensor.
public protocol Layer: Module {
  /// The layer's value at `x`. State that training changes, such as running means, is changed in `self`.
  mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor
  /// The shape of the result for an input of shape `shape`; throws a data error where it does not fit.
  ///
  /// A chain of layers is checked with it before any data is read.
  func outputShape(for shape: [Int]) throws -> [Int]
  /// How a shape goes through the modules that the layer shows to a visitor; `.own` unless written.
  var composition: LayerComposition { get }
}

/// How a shape goes through the modules inside a layer, for a summary with shapes.
public enum LayerComposition: Sendable, Hashable {
  /// Not told: only the layer's own result has a shape.
  case own
  /// Each takes what the one before it gives, the first the layer's input.
  case chain
  /// Each takes the layer's input, but the one of that name takes what the others give together, a shape that it
  /// keeps.
  case branches(joinedBy: String)
  /// As in a chain, but the one of that name takes the layer's input, and its result is added to the chain's.
  case chainBeside(shortcut: String)
}

extension Layer {
  /// Not told.
  public var composition: LayerComposition { .own }

  /// The same, with the layer's name before the message of an error: what a layer that is made of others calls.
  public func outputShape(for shape: [Int], named name: String) throws -> [Int] {
    do {
      return try outputShape(for: shape)
    } catch var error as SurprisalError {
      let mark = "in layer "
      let inner = error.message
      error.message =
        inner.hasPrefix(mark) ? "\(mark)\(name).\(inner.dropFirst(mark.count))" : "\(mark)\(name): \(inner)"
      throw error
    }
  }

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
