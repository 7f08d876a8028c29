import CSurprisalKernels
import SurprisalCore

/// Sequences with a weight each, as the one observation of a hidden Markov model's E-step, which divides it itself: one
/// long sequence keeps all threads as busy as many short ones.
///
/// A sequence is worked on in tiles of 256 rows; tiles are dealt into blocks of at least 2,048 rows. Both are functions
/// of the lengths alone, so sums have the same bits for any number of threads.
package struct WeightedSequences: ObservationSource {
  package static let tileRows = Int(SURPRISAL_TILE_ROWS)

  package let rows: RowMatrix
  /// One non-negative weight per sequence; nil for 1.
  package let weights: [Double]?
  package let ranges: [Range<Int>]
  /// The first tile of every block, as a sequence and its tile, and one past the last.
  let blocks: [(sequence: Int, tile: Int)]
  /// The number of each sequence's first tile among all tiles, and their count at the end.
  let firstTiles: [Int]
  /// The sequences of more than one tile, which need checkpoints, and where each one's are.
  let long: [Int]
  let checkpoints: [Int]
  let checkpointCount: Int

  package init(rows: RowMatrix, layout: SequenceLayout, weights: [Double]? = nil) {
    self.rows = rows
    self.weights = weights
    ranges = layout.ranges
    var blocks: [(sequence: Int, tile: Int)] = [(0, 0)]
    var (long, checkpoints): ([Int], [Int]) = ([], [])
    var (rowsInBlock, stored) = (0, 0)
    var firstTiles = [0]
    for (sequence, length) in layout.lengths.enumerated() {
      let tiles = (length + Self.tileRows - 1) / Self.tileRows
      checkpoints.append(stored)
      firstTiles.append(firstTiles[sequence] + tiles)
      if tiles > 1 {
        long.append(sequence)
        stored += tiles
      }
      for tile in 0..<tiles {
        if rowsInBlock >= Int(SURPRISAL_CHUNK_ROWS) {
          blocks.append((sequence, tile))
          rowsInBlock = 0
        }
        rowsInBlock += min(Self.tileRows, length - tile * Self.tileRows)
      }
    }
    blocks.append((layout.count, 0))
    self.blocks = blocks
    self.firstTiles = firstTiles
    self.long = long
    self.checkpoints = checkpoints
    checkpointCount = stored
  }

  /// How many tiles there are.
  var tileCount: Int { firstTiles[firstTiles.count - 1] }

  /// 1: all sequences together.
  package var count: Int { 1 }

  func tileCount(_ sequence: Int) -> Int { (ranges[sequence].count + Self.tileRows - 1) / Self.tileRows }

  /// The rows of a tile.
  func rows(of tile: Int, in sequence: Int) -> Range<Int> {
    let range = ranges[sequence]
    let start = range.lowerBound + tile * Self.tileRows
    return start..<min(range.upperBound, start + Self.tileRows)
  }
}
