import SurprisalCore

extension Tensor {
  /// Dropout: each element is 0 with the given probability, else divided by the probability to stay.
  ///
  /// - Parameters:
  ///   - probability: that an element is dropped; met to 2⁻³².
  ///   - axis: the elements of the axes from here on are dropped or kept together; none if nil.
  /// - Returns: of this tensor's shape; whole numbers become `float32`. Derivative: the cotangent where the element
  ///   was kept, divided alike.
  public func dropout(
    probability: Double, sharingAxesFrom axis: Int? = nil, using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(probability >= 0 && probability <= 1, "dropout: \(probability) is not a probability")
    let x = asFloat()
    if probability == 0 { return x }
    let shape = shape.enumerated().map { $0.offset < axis ?? rank ? $0.element : 1 }
    let isWide = x.dtype == .float64
    let factors =
      isWide
      ? Tensor.keptFactors(Double.self, 1 - probability, shape, .float64, using: &generator)
      : Tensor.keptFactors(Float.self, 1 - probability, shape, .float32, using: &generator)
    return x * factors.converted(to: x.dtype)
  }

  /// 1 / probability with that probability, else 0.
  private static func keptFactors<Number: BinaryFloatingPoint & Sendable>(
    _ type: Number.Type, _ probability: Double, _ shape: [Int], _ dtype: DType, using generator: inout RandomGenerator
  ) -> Tensor {
    let factor = probability > 0 ? Number(1 / probability) : 0
    let bound = UInt64(probability * 0x1p32)
    // Of 2³² words all are below this but one, which then decides nothing that could be seen.
    let threshold = UInt32(Swift.min(bound, UInt64(UInt32.max)))
    return Kernels.random(type, shape: shape, dtype: dtype, wordsPerElement: 1, using: &generator) {
      elements, out, words, _ in
      for index in 0..<elements.count { out[index] = words[index] < threshold ? factor : 0 }
    }
  }
}
