import CSurprisalKernels
import SurprisalCore

extension Tensor {
  /// 1 with the given probability, else 0, independently for each element.
  ///
  /// The probability is met to 2⁻⁶⁴.
  public static func bernoulli(
    probability: Double, shape: [Int], dtype: DType = .float32, using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(probability >= 0 && probability <= 1, "bernoulli: \(probability) is not a probability")
    let threshold = bernoulliThreshold(probability)
    let drawn = Kernels.random(UInt8.self, shape: shape, dtype: .bool, wordsPerElement: 1, using: &generator) {
      elements, out, words, source in
      // A word decides unless it equals the upper half of the threshold; then an attempt's bits are the lower half.
      let upper = UInt64(threshold.high)
      for index in 0..<elements.count {
        let word = UInt64(words[index])
        out[index] = word < upper ? 1 : 0
        if word == upper {
          out[index] = source.attempt(0, of: elements.lowerBound + index).0 >> 32 < threshold.low ? 1 : 0
        }
      }
    }
    return drawn.converted(to: dtype)
  }

  /// For each element p of this tensor's probabilities 1 with probability p, else 0; in the shape and type of `p`.
  ///
  /// A number above 1 counts as 1; one below 0 and NaN count as 0. There is no derivative.
  public static func bernoulli(probabilities: Tensor, using generator: inout RandomGenerator) -> Tensor {
    let wide = Kernels.contiguous(probabilities.withoutDerivative().converted(to: .float64))
    defer { withExtendedLifetime(wide) {} }
    nonisolated(unsafe) let p = wide.pointer.assumingMemoryBound(to: Double.self)
    let drawn = Kernels.random(UInt8.self, shape: wide.shape, dtype: .bool, wordsPerElement: 2, using: &generator) {
      elements, out, words, _ in
      for index in 0..<elements.count {
        let threshold = bernoulliThreshold(p[elements.lowerBound + index])
        out[index] = wideWord(words, index) >> 32 < threshold.high ? 1 : 0
        if wideWord(words, index) >> 32 == threshold.high {
          out[index] = wideWord(words, index) & 0xFFFF_FFFF < threshold.low ? 1 : 0
        }
      }
    }
    return drawn.converted(to: probabilities.dtype)
  }

  /// An index along the last axis for each row of logits, drawn with probability softmax(logits), `int64`.
  ///
  /// Logits [rows…, classes] give [rows…]. Any constant may be added to a row; −∞ is never drawn. A row without a
  /// finite maximum has no distribution and is a programmer error. There is no derivative.
  public static func categorical(logits: Tensor, using generator: inout RandomGenerator) -> Tensor {
    drawn(from: logits, "categorical", using: &generator) { row in
      largest(row).isFinite
    } weights: { row, weights in
      let largest = largest(row)
      for (place, value) in row.enumerated() { weights[place] = surprisal_exp(value - largest) }
    }
  }

  /// An index along the last axis for each row of probabilities, which need not add up to 1, `int64`.
  ///
  /// Probabilities [rows…, classes] give [rows…]. An element of 0 is never drawn. A row with a negative number or NaN,
  /// or without a positive finite sum, has no distribution and is a programmer error. There is no derivative.
  public static func categorical(probabilities: Tensor, using generator: inout RandomGenerator) -> Tensor {
    drawn(from: probabilities, "categorical", using: &generator) { row in
      var total = 0.0
      for value in row { total += value >= 0 ? value : .nan }
      return total > 0 && total.isFinite
    } weights: { row, weights in
      for (place, value) in row.enumerated() { weights[place] = value }
    }
  }

  /// One draw for each row, all of which must have a distribution, by inversion of the distribution function.
  private static func drawn(
    from rows: Tensor, _ operation: StaticString, using generator: inout RandomGenerator,
    isDistribution: (UnsafeBufferPointer<Double>) -> Bool,
    weights write: @Sendable (UnsafeBufferPointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) -> Tensor {
    precondition(
      rows.rank > 0 && rows.shape[rows.rank - 1] > 0, "\(operation): the shape \(rows.shape) has no classes")
    let classes = rows.shape[rows.rank - 1]
    let wide = Kernels.contiguous(rows.withoutDerivative().converted(to: .float64))
    defer { withExtendedLifetime(wide) {} }
    nonisolated(unsafe) let values = wide.pointer.assumingMemoryBound(to: Double.self)
    for row in 0..<(wide.count / classes) {
      precondition(
        isDistribution(UnsafeBufferPointer(start: values + row * classes, count: classes)),
        "\(operation): row \(row) of \(rows.shape) is no distribution")
    }
    return Kernels.random(
      Int64.self, shape: Array(rows.shape.dropLast()), dtype: .int64, wordsPerElement: 2, using: &generator
    ) { elements, out, words, _ in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: classes) { scratch in
        guard let weights = scratch.baseAddress else { return }
        for index in 0..<elements.count {
          let row = elements.lowerBound + index
          write(UnsafeBufferPointer(start: values + row * classes, count: classes), weights)
          var total = 0.0
          for place in 0..<classes { total += weights[place] }
          var rest = total * unitNumber(wideWord(words, index))
          var chosen = 0
          for place in 0..<classes where weights[place] > 0 {
            chosen = place
            rest -= weights[place]
            if rest < 0 { break }
          }
          out[index] = Int64(chosen)
        }
      }
    }
  }

  /// The largest number; NaN if there is one.
  private static func largest(_ row: UnsafeBufferPointer<Double>) -> Double {
    var largest = -Double.infinity
    for value in row { largest = value > largest || value.isNaN ? value : largest }
    return largest
  }
}

/// The 64-bit numbers below which bits mean 1, in two halves; the upper one has 33 bits.
@inline(__always)
private func bernoulliThreshold(_ probability: Double) -> (high: UInt64, low: UInt64) {
  guard probability < 1 else { return probability >= 1 ? (1 << 32, 0) : (0, 0) }
  guard probability > 0 else { return (0, 0) }
  let threshold = UInt64(probability * 0x1p64)
  return (threshold >> 32, threshold & 0xFFFF_FFFF)
}
