import CSurprisalKernels

/// The type of a tensor's elements, a value known at run time.
///
/// Operations on two types work in the one that comes later in this list: a `bool` becomes a number, a whole number
/// becomes a floating-point one, and the wider type wins.
public enum DType: String, Sendable, CaseIterable, Hashable, Comparable {
  /// One byte, false or true.
  case bool
  /// Whole numbers from 0 to 255; arithmetic wraps around.
  case uint8
  /// Whole numbers of 32 bits; arithmetic wraps around.
  case int32
  /// Whole numbers of 64 bits; arithmetic wraps around.
  case int64
  /// The upper half of a `float32`: 8 bits of precision. Operations compute in float32 and round at their end.
  case bfloat16
  /// IEEE 754 single precision, the default.
  case float32
  /// IEEE 754 double precision.
  case float64

  /// Whether derivatives exist.
  public var isFloatingPoint: Bool { self >= .bfloat16 }

  /// The bytes of one element.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8: 1
    case .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether `first` comes before `second` in the order of promotion.
  public static func < (first: DType, second: DType) -> Bool { first.order < second.order }

  private var order: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int32: 2
    case .int64: 3
    case .bfloat16: 4
    case .float32: 5
    case .float64: 6
    }
  }

  /// What the kernels call it.
  var code: surprisal_dtype {
    switch self {
    case .bool: SURPRISAL_BOOL
    case .uint8: SURPRISAL_UINT8
    case .int32: SURPRISAL_INT32
    case .int64: SURPRISAL_INT64
    case .bfloat16: SURPRISAL_BFLOAT16
    case .float32: SURPRISAL_FLOAT32
    case .float64: SURPRISAL_FLOAT64
    }
  }
}

/// A Swift type whose arrays become tensors.
public protocol TensorElement: Sendable {
  /// The tensor's type for elements of this type.
  static var dtype: DType { get }
}

extension Bool: TensorElement {
  /// `bool`.
  public static var dtype: DType { .bool }
}
extension UInt8: TensorElement {
  /// `uint8`.
  public static var dtype: DType { .uint8 }
}
extension Int32: TensorElement {
  /// `int32`.
  public static var dtype: DType { .int32 }
}
extension Int64: TensorElement {
  /// `int64`.
  public static var dtype: DType { .int64 }
}
extension Int: TensorElement {
  /// `int64`.
  public static var dtype: DType { .int64 }
}
extension Float: TensorElement {
  /// `float32`.
  public static var dtype: DType { .float32 }
}
extension Double: TensorElement {
  /// `float64`.
  public static var dtype: DType { .float64 }
}
