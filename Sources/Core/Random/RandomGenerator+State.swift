extension RandomGenerator: Codable {
  /// The whole state in five words, for a checkpoint: a generator made of them continues with the same bits.
  ///
  /// Seed, stream, number of blocks drawn, whether half a block is left (0 or 1), and that half.
  public var words: [UInt64] { [seed, stream, blockCount, spare == nil ? 0 : 1, spare ?? 0] }

  /// The generator whose state these words are; nil if they are not the words of one.
  public init?(words: [UInt64]) {
    guard words.count == 5, words[3] <= 1, words[3] == 1 || words[4] == 0 else { return nil }
    self.init(seed: words[0], stream: words[1])
    blockCount = words[2]
    spare = words[3] == 1 ? words[4] : nil
  }

  /// The generator whose words were encoded.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let generator = RandomGenerator(words: try container.decode([UInt64].self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the state of a random generator")
    }
    self = generator
  }

  /// Encodes `words`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(words)
  }
}
