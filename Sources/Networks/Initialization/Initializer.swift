import SurprisalCore
import SurprisalTensors

/// A law that the first values of a parameter are drawn from.
///
/// ```swift
/// model.initialize(with: .kaimingNormal(), using: &generator)
/// ```
/// Those by Glorot and He take inputs and outputs from the shape; see `Fan`.
public struct Initializer: Sendable {
  private let draw: @Sendable (_ shape: [Int], _ dtype: DType, _ generator: inout RandomGenerator) -> Tensor

  /// A law of one's own.
  public init(
    _ draw: @escaping @Sendable (_ shape: [Int], _ dtype: DType, _ generator: inout RandomGenerator) -> Tensor
  ) {
    self.draw = draw
  }

  /// Values of a parameter.
  public func tensor(shape: [Int], dtype: DType = .float32, using generator: inout RandomGenerator) -> Tensor {
    draw(shape, dtype, &generator)
  }

  /// The same number everywhere.
  public static func constant(_ value: Double) -> Initializer {
    Initializer { shape, dtype, _ in Tensor(repeating: value, shape: shape, dtype: dtype) }
  }

  /// 0 everywhere.
  public static var zeros: Initializer { constant(0) }

  /// Uniform in a range.
  public static func uniform(in range: Range<Double>) -> Initializer {
    Initializer { shape, dtype, generator in .uniform(in: range, shape: shape, dtype: dtype, using: &generator) }
  }

  /// N(mean, standardDeviation²).
  public static func normal(mean: Double = 0, standardDeviation: Double = 0.01) -> Initializer {
    Initializer { shape, dtype, generator in
      .normal(mean: mean, standardDeviation: standardDeviation, shape: shape, dtype: dtype, using: &generator)
    }
  }

  /// N(mean, standardDeviation²) without what lies further than `cutoff` standard deviations from the mean; the
  /// numbers' own deviation is less, for a cutoff of 2 by the factor 0.8796.
  public static func truncatedNormal(
    mean: Double = 0, standardDeviation: Double = 0.02, cutoff: Double = 2
  ) -> Initializer {
    precondition(cutoff >= 0.1, "truncatedNormal: a cutoff of \(cutoff) standard deviations leaves too little")
    return Initializer { shape, dtype, generator in
      var z = Tensor.normal(shape: shape, dtype: dtype, using: &generator)
      // What lies outside is drawn again until nothing does.
      while z.count > 0, z.abs().max().item > cutoff {
        z = Tensor(where: z.abs() .> cutoff, .normal(shape: shape, dtype: dtype, using: &generator), else: z)
      }
      return z * standardDeviation + mean
    }
  }

  /// Uniform within ±gain √(6 / (inputs + outputs)) (Glorot and Bengio 2010, equation 16).
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    scaledUniform { gain * (2 / Double($0.inputs + $0.outputs)).squareRoot() }
  }

  /// N(0, gain² · 2 / (inputs + outputs)) (Glorot and Bengio 2010, equation 12).
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    scaledNormal { gain * (2 / Double($0.inputs + $0.outputs)).squareRoot() }
  }

  /// Uniform within ±gain √(3 / fan), of the deviation of `kaimingNormal`.
  public static func kaimingUniform(mode: Fan.Mode = .fanIn, for nonlinearity: Nonlinearity = .relu) -> Initializer {
    scaledUniform { nonlinearity.gain / Double($0[mode]).squareRoot() }
  }

  /// N(0, gain² / fan): for ReLU √(2 / inputs) (He, Zhang, Ren and Sun 2015, equation 10).
  public static func kaimingNormal(mode: Fan.Mode = .fanIn, for nonlinearity: Nonlinearity = .relu) -> Initializer {
    scaledNormal { nonlinearity.gain / Double($0[mode]).squareRoot() }
  }

  /// A matrix [outputs, all other axes] with orthonormal rows or columns, whichever are fewer, times `gain`; uniform
  /// among all such (Saxe, McClelland and Ganguli 2014).
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer { shape, dtype, generator in
      precondition(shape.count >= 2, "orthogonal: a tensor of shape \(shape) is no matrix")
      let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
      let isTall = rows >= columns
      let drawn = Tensor.normal(
        shape: isTall ? [rows, columns] : [columns, rows], dtype: .float64, using: &generator)
      // Uniform because R's diagonal is not negative (Mezzadri 2007).
      let q = drawn.qr().q
      return ((isTall ? q : q.transposed()) * gain).reshaped(to: shape).converted(to: dtype)
    }
  }

  /// Uniform around 0 with the deviation that `deviation` gives.
  private static func scaledUniform(_ deviation: @escaping @Sendable (Fan) -> Double) -> Initializer {
    Initializer { shape, dtype, generator in
      let bound = 3.0.squareRoot() * deviation(Fan(shape: shape))
      return .uniform(in: -bound..<bound, shape: shape, dtype: dtype, using: &generator)
    }
  }

  /// Normal around 0 with the deviation that `deviation` gives.
  private static func scaledNormal(_ deviation: @escaping @Sendable (Fan) -> Double) -> Initializer {
    Initializer { shape, dtype, generator in
      .normal(standardDeviation: deviation(Fan(shape: shape)), shape: shape, dtype: dtype, using: &generator)
    }
  }
}

/// What follows a layer: by which factor the layer's weights must be larger for the variance to stay.
public enum Nonlinearity: Sendable, Hashable {
  /// Nothing.
  case linear
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// tanh x.
  case tanh
  /// max(x, 0).
  case relu
  /// x above 0 and `slope` · x below.
  case leakyReLU(slope: Double)
  /// The self-normalizing exponential unit (Klambauer et al. 2017).
  case selu

  /// The factor, PyTorch's: 1, 1, 5/3, √2, √(2 / (1 + slope²)), 3/4.
  public var gain: Double {
    switch self {
    case .linear, .sigmoid: 1
    case .tanh: 5 / 3
    case .relu: 2.0.squareRoot()
    case .leakyReLU(let slope): (2 / (1 + slope * slope)).squareRoot()
    case .selu: 0.75
    }
  }
}
