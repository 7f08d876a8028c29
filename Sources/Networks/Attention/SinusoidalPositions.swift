import SurprisalCore
import SurprisalTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Adds to each step a vector that tells its position by sines and cosines (Vaswani et al. 2017, section 3.5).
///
///     P[t, 2j] = sin(t / 10000^(2j / d)),  P[t, 2j + 1] = cos(t / 10000^(2j / d))
///
/// Shapes: x [..., steps, features], y of x's shape. Nothing is trained: every position there may be has its vector.
public struct SinusoidalPositions: Layer {
  /// d.
  public let features: Int
  /// The position of the first step.
  public var offset = 0

  /// Vectors of `features` numbers.
  public init(features: Int) {
    precondition(features > 0, "SinusoidalPositions: \(features) features are not positive")
    self.features = features
  }

  /// The vectors of some positions, [positions, features].
  public func table(_ positions: Range<Int>, dtype: DType = .float32) -> Tensor {
    var values = [Double](repeating: 0, count: positions.count * features)
    for column in stride(from: 0, to: features, by: 2) {
      let frequency = pow(10000, -Double(column) / Double(features))
      for (row, position) in positions.enumerated() {
        let angle = Double(position) * frequency
        values[row * features + column] = sin(angle)
        if column + 1 < features { values[row * features + column + 1] = cos(angle) }
      }
    }
    return Tensor(values, shape: [positions.count, features]).converted(to: dtype)
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// x + P.
  public mutating func forward(_ x: Tensor, _ pass: inout Pass) -> Tensor {
    let steps = checkedSteps(x.shape, features, "SinusoidalPositions")
    return x + table(offset..<offset + steps, dtype: x.dtype)
  }

  /// The input's shape.
  public func outputShape(for shape: [Int]) throws -> [Int] {
    try checkedPositions(shape, features, "SinusoidalPositions")
  }

  /// The extent.
  public var summaryLine: String { line("SinusoidalPositions", "features: \(features)") }
}

/// The steps of [..., steps, features].
func checkedSteps(_ shape: [Int], _ features: Int, _ name: String) -> Int {
  precondition(
    shape.count >= 2 && shape[shape.count - 1] == features, "\(name): \(shape) is not [..., steps, \(features)]")
  return shape[shape.count - 2]
}

/// The shape itself if it is [..., steps, features]; a data error if not.
func checkedPositions(_ shape: [Int], _ features: Int, _ name: String) throws -> [Int] {
  guard shape.count >= 2, shape.last == features else {
    throw SurprisalError.shape(shape, for: name, taking: "[..., steps, \(features)]")
  }
  return shape
}
