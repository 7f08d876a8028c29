import SurprisalCore
import SurprisalNetworks
import SurprisalTensors

/// The settings that a kind of network is built from: a value that a model file and a configuration hold.
public protocol NetworkRecipe: Codable, Sendable, Hashable {
  /// The name on the command line and in files.
  static var name: String { get }
  /// One line for a list of recipes.
  static var summary: String { get }
  /// The settings that are good for most data.
  init()
  /// A network for inputs of `shape`, one datum, that gives `outputs` numbers: logits of classes, or means.
  ///
  /// - Throws: a data error where the shape does not fit, a usage error for settings out of range.
  func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer
  /// About how many weights that network has, not more than it really has by much: what is compared with the memory
  /// before the network is made. 0 compares nothing.
  func weightCount(for shape: [Int], outputs: Int) -> Double
}

extension NetworkRecipe {
  /// 0: nothing is known.
  public func weightCount(for shape: [Int], outputs: Int) -> Double { 0 }

  /// The standard settings as a recipe of any kind.
  static var standard: any NetworkRecipe { Self() }

  /// Throws a usage error that names `setting` unless `isSound`.
  func check(_ setting: String, _ isSound: Bool, _ range: String) throws {
    if !isSound {
      throw SurprisalError(.usage, "\(Self.name): `\(setting)` is out of range", remedy: "give \(range)")
    }
  }

  /// The image's shape [channels, height, width]; throws for other inputs.
  func image(_ shape: [Int]) throws -> [Int] {
    guard shape.count == 3, !shape.contains(0) else {
      throw SurprisalError(
        .data, "\(Self.name) takes images, and the inputs have the shape \(shape)", remedy: "use mlp, softmax or linear"
      )
    }
    return shape
  }
}

/// One linear map: softmax regression of classes, linear regression of numbers.
public struct LinearRecipe: NetworkRecipe {
  /// `linear`.
  public static let name = "linear"
  /// One line.
  public static let summary = "linear regression, also of powers: closed form beside gradient descent"
  /// The highest power of each input; 1 is a line.
  public var degree = 1

  /// A line.
  public init() {}

  /// A network of powers and a linear layer that starts at 0.
  public func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer {
    try check("degree", (1...100).contains(degree), "a whole number from 1 to 100")
    let inputs = shape.reduce(1, *)
    let linear = Linear(weight: Tensor(zeros: [outputs, inputs * degree]), bias: Tensor(zeros: [outputs]))
    return Sequential(degree > 1 ? [Flatten(), Powers(degree: degree), linear] : [Flatten(), linear])
  }
}

/// Softmax regression: one linear map to the logits of classes.
public struct SoftmaxRecipe: NetworkRecipe {
  /// `softmax`.
  public static let name = "softmax"
  /// One line.
  public static let summary = "softmax regression: one linear map to the logits of classes"

  /// Nothing to choose.
  public init() {}

  /// A linear layer on the flattened input, from 0: the loss is convex.
  public func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer {
    let linear = Linear(weight: Tensor(zeros: [outputs, shape.reduce(1, *)]), bias: Tensor(zeros: [outputs]))
    return Sequential([Flatten(), linear])
  }
}

/// A multilayer perceptron.
public struct PerceptronRecipe: NetworkRecipe {
  /// `mlp`.
  public static let name = "mlp"
  /// One line.
  public static let summary = "multilayer perceptron with dropout"

  /// What stands between linear layers.
  public enum Activation: String, Codable, Sendable, CaseIterable {
    /// max(x, 0)
    case relu
    /// 1 / (1 + e⁻ˣ)
    case sigmoid
    /// tanh x
    case tanh
    /// x Φ(x)
    case gelu
    /// x / (1 + e⁻ˣ)
    case silu

    var layer: any Layer {
      switch self {
      case .relu: ReLU()
      case .sigmoid: Sigmoid()
      case .tanh: Tanh()
      case .gelu: GELU()
      case .silu: SiLU()
      }
    }
  }

  /// The width of each hidden layer, first to last.
  public var hidden = [256, 128]
  /// What stands between linear layers.
  public var activation = Activation.relu
  /// The share of hidden numbers that training sets to 0.
  public var dropout = 0.2
  /// Whether batch normalization stands before each activation.
  public var batchNormalization = false

  /// Two hidden layers of 256 and 128 rectifiers.
  public init() {}

  /// Linear layers with activation and dropout between them.
  public func network(for shape: [Int], outputs: Int, using generator: inout RandomGenerator) throws -> any Layer {
    try check("hidden", hidden.allSatisfy { (1...1_000_000).contains($0) }, "widths from 1 on")
    try check("dropout", (0..<1).contains(dropout), "a share from 0 to below 1")
    var layers: [any Layer] = [Flatten()]
    var last = shape.reduce(1, *)
    for width in hidden {
      layers.append(Linear(inputs: last, outputs: width, bias: !batchNormalization, using: &generator))
      if batchNormalization { layers.append(BatchNorm(channels: width)) }
      layers.append(activation.layer)
      if dropout > 0 { layers.append(Dropout(probability: dropout)) }
      last = width
    }
    layers.append(Linear(inputs: last, outputs: outputs, using: &generator))
    return Sequential(layers)
  }
}
