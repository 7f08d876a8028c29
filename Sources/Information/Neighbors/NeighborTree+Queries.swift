import SurprisalCore

extension NeighborTree {
  /// The nearest other rows of every row, in the tree's order.
  struct Neighbors: Sendable {
    /// Neighbors a row.
    let count: Int
    /// The distances of each row's neighbors, ascending.
    var distances: [Double]
    /// The positions of those neighbors in the tree's order; which of several at one distance is left open.
    var positions: [Int32]
  }

  /// Raw views for one thread's queries.
  @inline(__always)
  func withSearch<Shape: NeighborShape, Result>(
    _ shape: Shape.Type, _ body: (NeighborSearch<Shape>) -> Result
  ) -> Result? {
    points.withUnsafeBufferPointer { points in
      boxes.withUnsafeBufferPointer { boxes in
        scales.withUnsafeBufferPointer { scales in
          guard let points = points.baseAddress, let boxes = boxes.baseAddress, let scales = scales.baseAddress else {
            return nil
          }
          return body(
            NeighborSearch<Shape>(
              points: points, boxes: boxes, scales: scales, width: columnCount, count: rowCount, levels: levels))
        }
      }
    }
  }

  /// The `k` nearest other rows of every row.
  ///
  /// - Precondition: 0 < `k` < `rowCount`.
  func nearestOfAll(k: Int, threads: Int) -> Neighbors {
    precondition(k > 0 && k < rowCount, "nearestOfAll: \(k) neighbors of \(rowCount) rows")
    return filled(rows: rowCount, k: k) { distances, positions in
      let pieces = min(1 << levels, 64)
      parallelFor(count: pieces, threads: threads) { piece in
        if columnCount == 2 {
          fill(TwoColumns.self, piece, of: pieces, k, distances.pointer, positions.pointer)
        } else {
          fill(AnyColumns.self, piece, of: pieces, k, distances.pointer, positions.pointer)
        }
      }
    }
  }

  /// The neighbors of the rows of one of `pieces` equal runs of leaves.
  private func fill<Shape: NeighborShape>(
    _ shape: Shape.Type, _ piece: Int, of pieces: Int, _ k: Int, _ distances: UnsafeMutablePointer<Double>,
    _ positions: UnsafeMutablePointer<Int32>
  ) {
    let leaves = 1 << levels
    _ = withSearch(shape) { search in
      for leaf in (piece * leaves / pieces)..<((piece + 1) * leaves / pieces) {
        let start = NeighborTree.start(ofLeaf: leaf, count: rowCount, levels: levels)
        for row in start..<NeighborTree.start(ofLeaf: leaf + 1, count: rowCount, levels: levels) {
          search.nearest(
            ofRowAt: row, inLeaf: leaf, k: k, distances: distances + row * k, positions: positions + row * k)
        }
      }
    }
  }

  /// The `k` nearest rows of each row of another tree with the same columns and scales, in the other tree's order.
  ///
  /// - Precondition: 0 < `k` ≤ `rowCount`.
  func nearest(toRowsOf other: NeighborTree, k: Int, threads: Int) -> Neighbors {
    precondition(
      k > 0 && k <= rowCount && other.columnCount == columnCount,
      "nearest: \(k) neighbors of \(rowCount) rows, \(columnCount) and \(other.columnCount) columns")
    return filled(rows: other.rowCount, k: k) { distances, positions in
      let pieces = min(other.rowCount, 64)
      parallelFor(count: pieces, threads: threads) { piece in
        _ = withSearch(AnyColumns.self) { search in
          other.points.withUnsafeBufferPointer { queries in
            guard let queries = queries.baseAddress else { return }
            for row in (piece * other.rowCount / pieces)..<((piece + 1) * other.rowCount / pieces) {
              search.nearest(
                to: queries + row * columnCount, k: k, distances: distances.pointer + row * k,
                positions: positions.pointer + row * k)
            }
          }
        }
      }
    }
  }

  private func filled(
    rows: Int, k: Int, _ body: (SharedPointer<Double>, SharedPointer<Int32>) -> Void
  ) -> Neighbors {
    var positions: [Int32] = []
    let distances = [Double](unsafeUninitializedCapacity: rows * k) { distanceBuffer, filled in
      filled = rows * k
      positions = [Int32](unsafeUninitializedCapacity: rows * k) { positionBuffer, filled in
        filled = rows * k
        if let distances = distanceBuffer.baseAddress, let positions = positionBuffer.baseAddress {
          positions.initialize(repeating: 0, count: rows * k)
          body(SharedPointer(pointer: distances), SharedPointer(pointer: positions))
        }
      }
    }
    return Neighbors(count: k, distances: distances, positions: positions)
  }
}

/// A pointer that several threads write through, each to elements of its own.
///
/// Sendable because no two indices of the `parallelFor` that it is made for share an element.
struct SharedPointer<Element>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
}
