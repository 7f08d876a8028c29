import SurprisalCore

extension Tensor {
  /// Whole numbers drawn uniformly from a range, each equally probable.
  ///
  /// By multiplication with rejection (Lemire 2019): there is no bias from the range not dividing 2⁶⁴.
  public static func integers(
    in range: Range<Int>, shape: [Int], dtype: DType = .int64, using generator: inout RandomGenerator
  ) -> Tensor {
    precondition(!range.isEmpty, "integers: the range \(range) has no numbers")
    let bound = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound))
    let drawn = Kernels.random(Int64.self, shape: shape, dtype: .int64, wordsPerElement: 2, using: &generator) {
      elements, out, words, source in
      for index in 0..<elements.count {
        let offset = bounded(wideWord(words, index), bound, element: elements.lowerBound + index, source)
        out[index] = Int64(range.lowerBound) &+ Int64(bitPattern: offset)
      }
    }
    return drawn.converted(to: dtype)
  }

  /// The whole numbers 0 ..< `count` in random order, every order equally probable (Fisher and Yates 1938), `int64`.
  ///
  /// `rows(at:)` with it shuffles rows.
  public static func permutation(of count: Int, using generator: inout RandomGenerator) -> Tensor {
    precondition(count >= 0, "permutation: the count \(count) is negative")
    let source = RandomWords(count: count, wordsPerElement: 2, using: &generator)
    return Tensor(shape: [count], dtype: .int64) { memory in
      let values = memory.assumingMemoryBound(to: Int64.self)
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * Kernels.randomPiece) { buffer in
        guard let words = buffer.baseAddress else { return }
        for index in 0..<count {
          let place = index % Kernels.randomPiece
          if place == 0 { source.write(words, from: index, count: Swift.min(Kernels.randomPiece, count - index)) }
          // From the front, each number is put in a random place among those before it or in its own.
          let other = Int(bounded(wideWord(words, place), UInt64(index + 1), element: index, source))
          values[index] = values[other]
          values[other] = Int64(index)
        }
      }
    }
  }
}

/// A number of 0 ..< `bound`, each equally probable, from an element's 64 bits or, if they are rejected, its attempts.
@inline(__always)
private func bounded(_ word: UInt64, _ bound: UInt64, element: Int, _ source: RandomWords) -> UInt64 {
  var (high, low) = word.multipliedFullWidth(by: bound)
  guard low < bound else { return high }
  let threshold = (0 &- bound) % bound
  var attempt = 0
  while low < threshold, attempt < RandomWords.attempts {
    let (first, second) = source.attempt(attempt, of: element)
    (high, low) = first.multipliedFullWidth(by: bound)
    if low < threshold { (high, low) = second.multipliedFullWidth(by: bound) }
    attempt += 1
  }
  return high
}
