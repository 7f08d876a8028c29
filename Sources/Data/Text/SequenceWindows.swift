import SurprisalCore

/// Windows of equal length over one long sequence of tokens, for language models: the tokens of a window and, as targets,
/// those one place further on.
public struct SequenceWindows: Sendable {
  /// The sequence.
  public let tokens: [Int32]
  /// The number of tokens in a window.
  public let length: Int

  /// Windows of `length` tokens over `tokens`.
  ///
  /// Throws a usage error for a length below 1 and a data error, with both lengths, for a sequence that does not hold one
  /// window and its last target.
  public init(_ tokens: [Int32], length: Int) throws {
    guard length >= 1 else {
      throw SurprisalError(.usage, "windows of \(length) tokens", remedy: "give a number from 1 on")
    }
    guard tokens.count > length else {
      throw SurprisalError(
        .data, "the text has \(tokens.count) tokens, a window of \(length) and its targets take \(length + 1)",
        remedy: "give a longer text or a shorter window")
    }
    self.tokens = tokens
    self.length = length
  }

  /// The number of places where a window can begin.
  public var offsetCount: Int { tokens.count - length }

  /// The windows that begin at `offsets`, each from 0 to `offsetCount` − 1.
  public func batch(at offsets: [Int]) -> TokenBatch {
    batch(at: offsets, columnCount: length)
  }

  private func batch(at offsets: [Int], columnCount: Int) -> TokenBatch {
    var inputs: [Int32] = []
    var targets: [Int32] = []
    inputs.reserveCapacity(offsets.count * columnCount)
    targets.reserveCapacity(offsets.count * columnCount)
    for offset in offsets {
      inputs.append(contentsOf: tokens[offset..<offset + columnCount])
      targets.append(contentsOf: tokens[offset + 1..<offset + columnCount + 1])
    }
    return TokenBatch(inputs: inputs, targets: targets, rowCount: offsets.count, columnCount: columnCount)
  }

  /// `rowCount` windows that begin anywhere, each place equally likely.
  public func randomBatch(rowCount: Int, using generator: inout RandomGenerator) -> TokenBatch {
    batch(at: (0..<rowCount).map { _ in generator.nextInteger(below: offsetCount) })
  }

  /// One pass over the sequence in random order: windows side by side from a random offset on, shuffled, `rowCount` to a
  /// batch (Zhang et al., "Dive into Deep Learning", section 9.3: random sampling).
  ///
  /// The offset is drawn from 0 to `length` − 1, as far as the sequence still holds a window. Windows that do not fill a
  /// batch are left out, but for a sequence with too few of them for one: then they are the one batch.
  public func randomPartition(rowCount: Int, using generator: inout RandomGenerator) -> [TokenBatch] {
    let offset = generator.nextInteger(below: min(length, offsetCount))
    var starts = (0..<(tokens.count - offset - 1) / length).map { offset + $0 * length }
    starts.shuffle(using: &generator)
    let rows = max(1, rowCount)
    guard starts.count > rows else { return [batch(at: starts)] }
    return stride(from: 0, through: starts.count - rows, by: rows).map { batch(at: Array(starts[$0..<$0 + rows])) }
  }

  /// One pass over the sequence in order: from `offset` on it is cut into `rowCount` rows, and each batch takes the next
  /// `length` tokens of every row, so that a model's state at the end of a batch is that at the start of the next
  /// (Zhang et al., section 9.3: sequential partitioning).
  ///
  /// With `keepsRemainder` a last batch of fewer columns covers what is left of the rows; without it the rest is left out,
  /// and rows shorter than a window give no batch at all.
  public func sequentialPartition(rowCount: Int, offset: Int = 0, keepsRemainder: Bool = false) -> [TokenBatch] {
    guard rowCount > 0, offset >= 0, offset < tokens.count else { return [] }
    let rowLength = (tokens.count - offset - 1) / rowCount
    var batches: [TokenBatch] = []
    var column = 0
    while column < rowLength {
      let columns = min(length, rowLength - column)
      guard columns == length || keepsRemainder else { break }
      batches.append(batch(at: (0..<rowCount).map { offset + $0 * rowLength + column }, columnCount: columns))
      column += columns
    }
    return batches
  }
}
