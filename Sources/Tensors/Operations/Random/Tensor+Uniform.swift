import CSurprisalKernels
import SurprisalCore

extension Tensor {
  /// Numbers drawn uniformly from a range, without its upper end.
  ///
  /// They are lower + (upper − lower)·u with u a multiple of 2⁻²⁴ in float32 and of 2⁻⁵³ in float64; bfloat16 is
  /// rounded from float32, which may give the upper end.
  public static func uniform(
    in range: Range<Double> = 0..<1, shape: [Int], dtype: DType = .float32, using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(dtype.isFloatingPoint, "uniform: \(dtype) is not a floating-point type")
    precondition(
      !range.isEmpty && (range.upperBound - range.lowerBound).isFinite, "uniform: \(range) is not a finite range")
    let (lower, upper) = (range.lowerBound, range.upperBound)
    if dtype == .float64 {
      return Kernels.random(Double.self, shape: shape, dtype: dtype, wordsPerElement: 2, using: &generator) {
        elements, out, words, _ in
        let (width, last) = (upper - lower, upper.nextDown)
        for index in 0..<elements.count {
          let value = lower + width * unitNumber(wideWord(words, index))
          out[index] = value < upper ? value : last
        }
      }
    }
    let (start, end) = (Float(lower), Float(upper))
    precondition(
      start < end && (end - start).isFinite, "uniform: \(range) is empty or not finite in the numbers of \(dtype)")
    let result = Kernels.random(Float.self, shape: shape, dtype: .float32, wordsPerElement: 1, using: &generator) {
      elements, out, words, _ in
      let (step, last) = ((end - start) * 0x1p-24, end.nextDown)
      for index in 0..<elements.count {
        let value = start + step * Float(Int32(truncatingIfNeeded: words[index] >> 8))
        out[index] = value < end ? value : last
      }
    }
    return result.converted(to: dtype)
  }

  /// Numbers drawn from the normal distribution N(mean, standardDeviation²), by Box and Muller's transform (1958).
  ///
  /// Each pair comes from two uniform numbers, of 32 bits in float32 (no number lies further than 6.8 standard
  /// deviations out) and of 52 bits in float64 (8.6); bfloat16 is rounded from float32.
  public static func normal(
    mean: Double = 0, standardDeviation: Double = 1, shape: [Int], dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(dtype.isFloatingPoint, "normal: \(dtype) is not a floating-point type")
    precondition(
      mean.isFinite && standardDeviation.isFinite && standardDeviation >= 0,
      "normal: no distribution has the mean \(mean) and the standard deviation \(standardDeviation)")
    if dtype == .float64 {
      return Kernels.random(Double.self, shape: shape, dtype: dtype, wordsPerElement: 2, using: &generator) {
        elements, out, words, _ in
        boxMuller(elements.count, out, mean, standardDeviation, .float64) { index in
          openUnitNumber(wideWord(words, index))
        } angle: { index in
          Double(Int64(bitPattern: wideWord(words, index))) * (Double.pi * 0x1p-63)
        }
      }
    }
    let result = Kernels.random(Float.self, shape: shape, dtype: .float32, wordsPerElement: 1, using: &generator) {
      elements, out, words, _ in
      boxMuller(elements.count, out, Float(mean), Float(standardDeviation), .float32) { index in
        (Float(words[index]) + 0.5) * 0x1p-32
      } angle: { index in
        Float(Int32(bitPattern: words[index])) * (Float.pi * 0x1p-31)
      }
    }
    return result.converted(to: dtype)
  }
}

/// Writes `count` normal numbers: of the pairs of a piece first those by the cosine, then those by the sine.
///
/// `radius` gives the uniform number in (0, 1] of each pair and `angle` its angle, by the index of the word.
@inline(__always)
private func boxMuller<Number: BinaryFloatingPoint>(
  _ count: Int, _ out: UnsafeMutablePointer<Number>, _ mean: Number, _ standardDeviation: Number, _ dtype: DType,
  radius: (Int) -> Number, angle: (Int) -> Number
) {
  let half = (count + 1) / 2
  withUnsafeTemporaryAllocation(of: Number.self, capacity: 3 * half) { scratch in
    guard let radii = scratch.baseAddress else { return }
    let angles = radii + half
    let turned = angles + half
    for index in 0..<half {
      radii[index] = radius(index)
      angles[index] = angle(half + index)
    }
    surprisal_unary(SURPRISAL_LOG, dtype.code, half, radii, turned, 0, 0)
    surprisal_unary(SURPRISAL_MULTIPLY_NUMBER, dtype.code, half, turned, radii, -2, 0)
    surprisal_unary(SURPRISAL_SQRT, dtype.code, half, radii, turned, 0, 0)
    surprisal_unary(SURPRISAL_MULTIPLY_NUMBER, dtype.code, half, turned, radii, Double(standardDeviation), 0)
    surprisal_unary(SURPRISAL_COS, dtype.code, half, angles, turned, 0, 0)
    for index in 0..<min(half, count) { out[index] = mean + radii[index] * turned[index] }
    surprisal_unary(SURPRISAL_SIN, dtype.code, half, angles, turned, 0, 0)
    for index in 0..<max(count - half, 0) { out[half + index] = mean + radii[index] * turned[index] }
  }
}
