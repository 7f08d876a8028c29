import SurprisalCore

/// Sequences of tokens side by side: what a model reads, and for each token the one that follows it.
///
/// Both are matrices in row-major order, a row for each sequence. Rows shorter than the matrix end in padding, which
/// `lengths` and `mask` tell apart.
public struct TokenBatch: Sendable, Hashable {
  /// The tokens to read, [rows, columns].
  public let inputs: [Int32]
  /// The tokens to predict, [rows, columns]: those behind the inputs.
  public let targets: [Int32]
  /// The number of sequences.
  public let rowCount: Int
  /// The length of the longest sequence, or the one that was asked for.
  public let columnCount: Int
  /// How many tokens of each row are none of padding.
  public let lengths: [Int]

  /// Rows that are all full.
  init(inputs: [Int32], targets: [Int32], rowCount: Int, columnCount: Int) {
    self.inputs = inputs
    self.targets = targets
    self.rowCount = rowCount
    self.columnCount = columnCount
    lengths = [Int](repeating: columnCount, count: rowCount)
  }

  /// A row for each of `sequences`: its tokens but the last to read, those but the first to predict, then `padding`.
  ///
  /// The rows are as long as the longest needs, or have `columnCount` tokens, and what goes beyond is left out. A sequence
  /// of one token or none gives a row of padding alone.
  public init(
    padding sequences: [some Collection<Int32>], with padding: Int32, columnCount: Int? = nil
  ) {
    let columns = max(0, columnCount ?? ((sequences.map(\.count).max() ?? 0) - 1))
    var inputs = [Int32](repeating: padding, count: sequences.count * columns)
    var targets = inputs
    lengths = sequences.enumerated().map { row, sequence in
      let length = max(0, min(columns, sequence.count - 1))
      for (place, token) in sequence.prefix(length + 1).enumerated() {
        if place < length { inputs[row * columns + place] = token }
        if place > 0 { targets[row * columns + place - 1] = token }
      }
      return length
    }
    self.inputs = inputs
    self.targets = targets
    rowCount = sequences.count
    self.columnCount = columns
  }

  /// Whether each place holds a token and no padding, [rows, columns].
  public var mask: [Bool] {
    lengths.flatMap { length in (0..<columnCount).map { $0 < length } }
  }

  /// The number of tokens to predict.
  public var tokenCount: Int { lengths.reduce(0, +) }
}

extension TokenBatch {
  /// `sequences` as a matrix in row-major order, shorter ones filled up with `padding`, and their lengths.
  ///
  /// The rows are as long as the longest sequence, or have `columnCount` tokens, and what goes beyond is left out.
  public static func padded(
    _ sequences: [some Collection<Int32>], with padding: Int32, columnCount: Int? = nil
  ) -> (tokens: [Int32], columnCount: Int, lengths: [Int]) {
    let columns = max(0, columnCount ?? sequences.map(\.count).max() ?? 0)
    var tokens = [Int32](repeating: padding, count: sequences.count * columns)
    for (row, sequence) in sequences.enumerated() {
      for (place, token) in sequence.prefix(columns).enumerated() { tokens[row * columns + place] = token }
    }
    return (tokens, columns, sequences.map { min(columns, $0.count) })
  }
}
