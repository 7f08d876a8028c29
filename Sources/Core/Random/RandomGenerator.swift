/// A counter-based random generator: Philox 4×32-10 (Salmon, Moraes, Dror and Shaw 2011).
///
/// The state is a key (the seed), a stream and a counter; equal states give equal words on every machine,
/// and equal numbers where they are made of words without logarithms and cosines.
/// Streams of one seed are independent, so that parallel starts each take their own.
public struct RandomGenerator: Sendable, Hashable, RandomNumberGenerator {
  /// The seed.
  public let seed: UInt64
  /// Which of the seed's independent streams this is.
  public let stream: UInt64
  /// How many blocks of 128 bits were drawn.
  public internal(set) var blockCount: UInt64 = 0
  /// The second half of the last block, until it is drawn.
  var spare: UInt64?

  /// The generator at the start of `stream` of `seed`.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// Sixty-four random bits.
  public mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let block = RandomGenerator.block(
      counter: (
        UInt32(truncatingIfNeeded: blockCount), UInt32(truncatingIfNeeded: blockCount >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
      ),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    blockCount &+= 1
    spare = UInt64(block.3) << 32 | UInt64(block.2)
    return UInt64(block.1) << 32 | UInt64(block.0)
  }

  /// Sets the next `count` blocks of 128 bits aside for the caller and gives the number of the first.
  ///
  /// What `next()` gives is as if they had been drawn one by one, but for half a block that it may still hold.
  package mutating func reserveBlocks(_ count: Int) -> UInt64 {
    defer { blockCount &+= UInt64(count) }
    return blockCount
  }

  /// A number drawn uniformly from [0, 1), a multiple of 2⁻⁵³.
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A whole number drawn uniformly from 0 ..< `bound`; `bound` must be positive.
  public mutating func nextInteger(below bound: Int) -> Int {
    Int(next(upperBound: UInt64(bound)))
  }

  /// One application of the cipher: ten rounds over a 128-bit counter with a 64-bit key.
  package static func block(
    counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1, c2, c3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let first = c0.multipliedFullWidth(by: 0xD251_1F53)
      let second = c2.multipliedFullWidth(by: 0xCD9E_8D57)
      (c0, c1, c2, c3) = (second.high ^ c1 ^ k0, second.low, first.high ^ c3 ^ k1, first.low)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
}
