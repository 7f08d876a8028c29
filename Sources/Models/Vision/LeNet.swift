import SurprisalCore
import SurprisalNetworks

extension Sequential {
  /// LeNet (LeCun, Bottou, Bengio and Haffner 1998) in the form of today's textbooks: two convolutions of 5 × 5 with 6
  /// and 16 channels, each followed by a nonlinearity and pooling, and three linear layers of 120, 84 and `outputs`.
  ///
  /// The classic form has sigmoids and average pooling; the modern one rectifiers and the largest of each window. With
  /// batch normalization, one stands before every nonlinearity.
  ///
  /// Shapes: x [batch, channels, height, width], y logits [batch, outputs].
  ///
  /// - Throws: a data error for images too small for two convolutions: under 12 × 12.
  public static func leNet(
    image shape: [Int], outputs: Int, isClassic: Bool = false, batchNormalization: Bool = false,
    using generator: inout RandomGenerator
  ) throws -> Sequential {
    guard shape.count == 3, shape[1] >= 12, shape[2] >= 12 else {
      throw SurprisalError(
        .data, "LeNet takes images [channels, height, width] from 12 × 12 on, not the shape \(shape)",
        remedy: "use mlp, or give larger images")
    }
    func step(_ norm: Int?) -> [any Layer] {
      let first: [any Layer] = batchNormalization ? norm.map { [BatchNorm(channels: $0)] } ?? [] : []
      return first + [isClassic ? Sigmoid() : ReLU()]
    }
    func pool() -> any Layer { isClassic ? AveragePool2d(kernel: 2) : MaxPool2d(kernel: 2) }
    let side = shape[1...].map { ($0 / 2 - 4) / 2 }
    var layers: [any Layer] = [Conv2d(inputs: shape[0], outputs: 6, kernel: 5, padding: 2, using: &generator)]
    layers += step(6) + [pool(), Conv2d(inputs: 6, outputs: 16, kernel: 5, using: &generator)]
    layers += step(16) + [pool(), Flatten()]
    layers += [Linear(inputs: 16 * side[0] * side[1], outputs: 120, using: &generator)] + step(120)
    layers += [Linear(inputs: 120, outputs: 84, using: &generator)] + step(84)
    layers.append(Linear(inputs: 84, outputs: outputs, using: &generator))
    return Sequential(layers)
  }
}
