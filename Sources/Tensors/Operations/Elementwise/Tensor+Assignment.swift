extension Tensor {
  /// Adds `other`, in place where nobody else sees this memory and no derivative is recorded.
  public static func += (x: inout Tensor, other: Tensor) {
    if !x.accumulateInPlace(other) { x = x + other }
  }

  /// Subtracts `other`.
  public static func -= (x: inout Tensor, other: Tensor) { x = x - other }

  /// Multiplies by `other`.
  public static func *= (x: inout Tensor, other: Tensor) { x = x * other }

  /// Divides by `other`.
  public static func /= (x: inout Tensor, other: Tensor) { x = x / other }

  /// Adds a number.
  public static func += (x: inout Tensor, number: Double) { x = x + number }

  /// Subtracts a number.
  public static func -= (x: inout Tensor, number: Double) { x = x - number }

  /// Multiplies by a number.
  public static func *= (x: inout Tensor, number: Double) { x = x * number }

  /// Divides by a number.
  public static func /= (x: inout Tensor, number: Double) { x = x / number }
}
