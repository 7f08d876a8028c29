import CSurprisalKernels
import SurprisalCore

/// The random bits of one call: which of the generator's blocks belong to which element.
///
/// Every element has its own words, and further blocks of its own for when those are rejected: a result depends on
/// the generator's state alone, not on how the work is divided among threads.
struct RandomWords: Sendable {
  /// Attempts that each element has beyond its first words. Every sampler below rejects less than half of its
  /// attempts, so that none runs out of them in practice.
  static let attempts = 64

  let seed: UInt64
  let stream: UInt64
  /// The block of the first element's words.
  let firstBlock: UInt64
  /// The block of the first element's first attempt.
  let firstAttempt: UInt64
  let wordsPerElement: Int

  /// Takes the blocks for `count` elements from the generator, which no other call will get.
  init(count: Int, wordsPerElement: Int, using generator: inout RandomGenerator) {
    seed = generator.seed
    stream = generator.stream
    self.wordsPerElement = wordsPerElement
    firstBlock = generator.reserveBlocks((count * wordsPerElement + 3) / 4)
    firstAttempt = generator.reserveBlocks(count * RandomWords.attempts)
  }

  /// Writes the words of `count` elements from `element` on, a multiple of 4, rounded up to whole blocks.
  func write(_ words: UnsafeMutablePointer<UInt32>, from element: Int, count: Int) {
    surprisal_philox(
      seed, stream, firstBlock &+ UInt64(element * wordsPerElement / 4), (count * wordsPerElement + 3) / 4, words)
  }

  /// The 128 bits of one of an element's attempts.
  func attempt(_ attempt: Int, of element: Int) -> (UInt64, UInt64) {
    let block = firstAttempt &+ UInt64(element * RandomWords.attempts + attempt)
    let (a, b, c, d) = RandomGenerator.block(
      counter: (
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
      ),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    return (UInt64(b) << 32 | UInt64(a), UInt64(d) << 32 | UInt64(c))
  }
}

extension Kernels {
  /// Elements that are drawn together; a multiple of 4.
  static let randomPiece = 4096

  /// A new tensor whose elements `fill` writes piece by piece from random words, on several threads.
  ///
  /// - Parameters:
  ///   - piece: how many elements are drawn together, a multiple of 4 and of `unit`.
  ///   - unit: 4, 8, 16 …; there are words for whole units of elements, more than there are elements.
  ///   - fill: gets the elements of the piece, where to write them, their words and those of their attempts.
  static func random<Element>(
    _ type: Element.Type, shape: [Int], dtype: DType, wordsPerElement: Int, piece: Int = randomPiece,
    unit: Int = 1, using generator: inout RandomGenerator,
    fill: @Sendable (Range<Int>, UnsafeMutablePointer<Element>, UnsafePointer<UInt32>, RandomWords) -> Void
  ) -> Tensor {
    let result = Tensor(shape: shape, dtype: dtype) { _ in }
    let count = result.count
    let units = (count + unit - 1) / unit
    let source = RandomWords(count: units * unit, wordsPerElement: wordsPerElement, using: &generator)
    // Each piece writes its own elements of memory that nobody else has yet seen.
    nonisolated(unsafe) let target = result.pointer.assumingMemoryBound(to: type)
    parallelFor(count: (count + piece - 1) / piece, threads: Threads.resolve(nil)) { index in
      let elements = index * piece..<min(count, (index + 1) * piece)
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: piece * wordsPerElement) { words in
        guard let words = words.baseAddress else { return }
        source.write(words, from: elements.lowerBound, count: (elements.count + unit - 1) / unit * unit)
        fill(elements, target + elements.lowerBound, words, source)
      }
    }
    return withExtendedLifetime(result) { result }
  }
}

/// The 64 bits of element `index` of a piece with two words for each.
@inline(__always)
func wideWord(_ words: UnsafePointer<UInt32>, _ index: Int) -> UInt64 {
  UInt64(words[2 * index + 1]) << 32 | UInt64(words[2 * index])
}

/// A number of [0, 1), a multiple of 2⁻⁵³.
@inline(__always)
func unitNumber(_ bits: UInt64) -> Double { Double(Int64(bits >> 11)) * 0x1p-53 }

/// A number of (0, 1), an odd multiple of 2⁻⁵³.
@inline(__always)
func openUnitNumber(_ bits: UInt64) -> Double {
  Double(bitPattern: 0x3FF0_0000_0000_0000 | bits >> 12) - (1 - 0x1p-53)
}
