import CSurprisalKernels

// Comparisons element by element, spelled as Swift's SIMD vectors spell them. The result is `bool` with the broadcast
// shape and on no tape. Two types are compared in the promoted one; a comparison with NaN is false, except `.!=`.
extension Tensor {
  /// a = b for each element.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { compared(SURPRISAL_EQUAL, a, b) }

  /// a ≠ b for each element.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { compared(SURPRISAL_NOT_EQUAL, a, b) }

  /// a < b for each element.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { compared(SURPRISAL_LESS, a, b) }

  /// a ≤ b for each element.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { compared(SURPRISAL_LESS_EQUAL, a, b) }

  /// a > b for each element.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { compared(SURPRISAL_GREATER, a, b) }

  /// a ≥ b for each element.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { compared(SURPRISAL_GREATER_EQUAL, a, b) }

  /// x = number for each element; the number is rounded to the tensor's floating-point type first.
  public static func .== (x: Tensor, number: Double) -> Tensor { compared(SURPRISAL_EQUAL, x, number) }

  /// x ≠ number for each element; the number is rounded to the tensor's floating-point type first.
  public static func .!= (x: Tensor, number: Double) -> Tensor { compared(SURPRISAL_NOT_EQUAL, x, number) }

  /// x < number for each element; the number is rounded to the tensor's floating-point type first.
  public static func .< (x: Tensor, number: Double) -> Tensor { compared(SURPRISAL_LESS, x, number) }

  /// x ≤ number for each element; the number is rounded to the tensor's floating-point type first.
  public static func .<= (x: Tensor, number: Double) -> Tensor { compared(SURPRISAL_LESS_EQUAL, x, number) }

  /// x > number for each element; the number is rounded to the tensor's floating-point type first.
  public static func .> (x: Tensor, number: Double) -> Tensor { compared(SURPRISAL_GREATER, x, number) }

  /// x ≥ number for each element; the number is rounded to the tensor's floating-point type first.
  public static func .>= (x: Tensor, number: Double) -> Tensor { compared(SURPRISAL_GREATER_EQUAL, x, number) }

  private static func compared(_ op: surprisal_comparison, _ a: Tensor, _ b: Tensor) -> Tensor {
    let (a, b) = promoted(a.withoutDerivative(), b.withoutDerivative())
    return Kernels.compare(op, a, b)
  }

  private static func compared(_ op: surprisal_comparison, _ x: Tensor, _ number: Double) -> Tensor {
    let x = x.withoutDerivative()
    if x.dtype.isFloatingPoint { return Kernels.compare(op, x, Tensor(number, dtype: x.dtype)) }
    // In a type that holds the number, so that no uint8 is 300 and no whole number 0.5.
    let dtype: DType = Int64(exactly: number) == nil ? .float64 : .int64
    return Kernels.compare(op, Kernels.converted(x, to: dtype), Tensor(number, dtype: dtype))
  }
}
