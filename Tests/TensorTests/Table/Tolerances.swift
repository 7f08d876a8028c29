import SurprisalTensors

/// How far a result of one type may lie from its expectation.
struct Tolerance: Sendable {
  /// Spacings of the type at 1 (its ε), relative to the expected number.
  var relative: Double
  /// The same ε, absolute: for sums, whose terms may cancel.
  var absolute: Double

  /// Whether `value` of type `dtype` is near enough to `expected`. NaN is near NaN, an infinity near itself.
  func accepts(_ value: Double, _ expected: Double, _ dtype: DType) -> Bool {
    if value == expected || (value.isNaN && expected.isNaN) { return true }
    guard value.isFinite, expected.isFinite else { return false }
    return abs(value - expected) <= dtype.spacing * (relative * abs(expected) + absolute)
  }
}

/// The tolerances of an operation's value in each type, in units of the type's ε, and of its gradient.
///
/// In float64 the comparison is with another system, whose own error counts too. In float32 and bfloat16 it is with
/// our float64 run of the same rounded inputs, so that only rounding inside the operation counts.
struct Tolerances: Sendable {
  var float64: Tolerance
  var float32: Tolerance
  var bfloat16: Tolerance
  /// How much more the gradient may be off: it is made of several operations, in bfloat16 rounded after each.
  var gradientFactor: Double

  init(
    float64: Tolerance, float32: Tolerance, bfloat16: Tolerance, gradientFactor: Double = 4
  ) {
    self.float64 = float64
    self.float32 = float32
    self.bfloat16 = bfloat16
    self.gradientFactor = gradientFactor
  }

  /// The same `relative` and `absolute` count of ε in float64 and float32, one rounding in bfloat16.
  init(relative: Double, absolute: Double, bfloat16: Double = 1, gradientFactor: Double = 4) {
    let wide = Tolerance(relative: relative, absolute: absolute)
    self.init(
      float64: wide, float32: wide, bfloat16: Tolerance(relative: bfloat16, absolute: bfloat16 / 8),
      gradientFactor: gradientFactor)
  }

  /// Elements are moved or chosen: equal bits; sums of them in the gradient.
  static let exact = Tolerances(
    float64: Tolerance(relative: 0, absolute: 0), float32: Tolerance(relative: 0, absolute: 0),
    bfloat16: Tolerance(relative: 0, absolute: 0)
  )
  /// One rounded operation or one elementary function per element.
  static let elementary = Tolerances(relative: 4, absolute: 0.5)
  /// A few rounded operations per element, or sums of some dozens of terms near 1.
  static let composed = Tolerances(relative: 16, absolute: 16)
  /// Products and normalizations: hundreds of terms.
  static let products = Tolerances(relative: 64, absolute: 64, bfloat16: 2)
  /// Matrix decompositions at condition numbers up to 100.
  static let decompositions = Tolerances(relative: 1000, absolute: 1000, bfloat16: 8)

  func value(_ dtype: DType) -> Tolerance {
    switch dtype {
    case .float64: float64
    case .float32: float32
    case .bfloat16: bfloat16
    default: Tolerance(relative: 0, absolute: 0)
    }
  }

  func gradient(_ dtype: DType) -> Tolerance {
    let value = value(dtype)
    return Tolerance(
      relative: max(value.relative, 4) * gradientFactor, absolute: max(value.absolute, 1) * gradientFactor)
  }
}

extension DType {
  /// The distance from 1 to the next larger number; 0 for whole numbers.
  var spacing: Double {
    switch self {
    case .float64: 0x1p-52
    case .float32: 0x1p-23
    case .bfloat16: 0x1p-7
    default: 0
    }
  }
}
