import CSurprisalKernels

// A number beside a tensor takes the tensor's type. Beside whole numbers it wraps around as they do, and one that is
// not whole, or beyond 64 bits, makes them `float32` first.
extension Tensor {
  /// x + number.
  public static func + (x: Tensor, number: Double) -> Tensor {
    let x = x.taking(number)
    if x.node == nil { return Kernels.unary(SURPRISAL_ADD_NUMBER, x, number) }
    return differentiable(x) {
      Kernels.unary(SURPRISAL_ADD_NUMBER, $0, number)
    } pullback: { _, _ in
      { $0 }
    }
  }

  /// number + x.
  public static func + (number: Double, x: Tensor) -> Tensor { x + number }

  /// x − number.
  public static func - (x: Tensor, number: Double) -> Tensor { x + -number }

  /// number − x.
  public static func - (number: Double, x: Tensor) -> Tensor {
    let x = x.taking(number)
    return differentiable(x) {
      Kernels.unary(SURPRISAL_SUBTRACT_FROM, $0, number)
    } pullback: { _, _ in
      { -$0 }
    }
  }

  /// x · number.
  public static func * (x: Tensor, number: Double) -> Tensor {
    let x = x.taking(number)
    if x.node == nil { return Kernels.unary(SURPRISAL_MULTIPLY_NUMBER, x, number) }
    return differentiable(x) {
      Kernels.unary(SURPRISAL_MULTIPLY_NUMBER, $0, number)
    } pullback: { _, _ in
      { $0 * number }
    }
  }

  /// number · x.
  public static func * (number: Double, x: Tensor) -> Tensor { x * number }

  /// x / number; whole numbers are divided as `float32`.
  public static func / (x: Tensor, number: Double) -> Tensor {
    let x = x.asFloat()
    // The reciprocal of a power of two is exact where the type has it: the product is the same number.
    let reciprocal = 1 / number
    let hasReciprocal = x.dtype == .float64 ? reciprocal.isNormal : Float(reciprocal).isNormal
    if number.significand == 1, hasReciprocal { return x * reciprocal }
    let divisor = Tensor(number, dtype: x.dtype == .bfloat16 ? .float32 : x.dtype)
    return differentiable(x) {
      Kernels.binary(SURPRISAL_DIVIDE, $0, divisor)
    } pullback: { _, _ in
      { $0 / number }
    }
  }

  /// number / x; whole numbers divide as `float32`. The derivative is −number / x².
  public static func / (number: Double, x: Tensor) -> Tensor {
    differentiable(x.asFloat()) {
      Kernels.unary(SURPRISAL_DIVIDE_INTO, $0, number)
    } pullback: { x, y in
      { -($0 * y / x) }
    }
  }

  /// Itself in the type in which it works with `number`.
  @inline(__always)
  func taking(_ number: Double) -> Tensor {
    if dtype.isFloatingPoint { return self }
    return Int64(exactly: number) == nil ? converted(to: .float32) : asNumber()
  }

  /// `number` as a tensor of shape [] in the type in which this tensor works with it.
  func scalar(_ number: Double) -> Tensor {
    let dtype = taking(number).dtype
    guard !dtype.isFloatingPoint, let whole = Int64(exactly: number) else { return Tensor(number, dtype: dtype) }
    return Tensor(dtype.wrapped(whole), dtype: dtype)
  }
}

extension DType {
  /// The whole number of this type that `number` wraps around to.
  func wrapped(_ number: Int64) -> Double {
    switch self {
    case .uint8: Double(UInt8(truncatingIfNeeded: number))
    case .int32: Double(Int32(truncatingIfNeeded: number))
    default: Double(number)
    }
  }
}
