import CSurprisalKernels

// Logic element by element, spelled as Swift's SIMD masks spell it. Numbers other than 0, NaN too, count as true; the
// result is `bool`.
extension Tensor {
  /// a and b for each element, with broadcasting.
  public static func .& (a: Tensor, b: Tensor) -> Tensor {
    Kernels.binary(SURPRISAL_AND, a.asBool(), b.asBool())
  }

  /// a or b for each element, with broadcasting.
  public static func .| (a: Tensor, b: Tensor) -> Tensor {
    Kernels.binary(SURPRISAL_OR, a.asBool(), b.asBool())
  }

  /// Either a or b for each element, with broadcasting.
  public static func .^ (a: Tensor, b: Tensor) -> Tensor {
    Kernels.binary(SURPRISAL_XOR, a.asBool(), b.asBool())
  }

  /// Not x for each element.
  public static prefix func .! (x: Tensor) -> Tensor {
    Kernels.binary(SURPRISAL_XOR, x.asBool(), Tensor(1, dtype: .bool))
  }

  /// Whether each element is not 0, on no tape.
  func asBool() -> Tensor { Kernels.converted(withoutDerivative(), to: .bool) }
}
