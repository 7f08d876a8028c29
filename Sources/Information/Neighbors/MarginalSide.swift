import SurprisalCore

/// One side of a mutual information: its columns, with what counts their rows within a radius.
struct MarginalSide: Sendable {
  let matrix: SampleMatrix
  /// The tree of the side's rows; nil for a single column, whose sorted values serve.
  private let tree: NeighborTree?

  /// The side of a matrix of at least one column.
  init(_ matrix: SampleMatrix) {
    self.matrix = matrix
    tree = matrix.columns.count == 1 ? nil : NeighborTree(columns: matrix.columns, scales: matrix.scales)
  }

  /// How many rows are within its radius of each row on this side, itself included; radii and counts in the order of
  /// `joint`, whose columns from `offset` on are this side's.
  ///
  /// Rows at the radius itself count where `isStrict` is false.
  func counts(within radii: [Double], isStrict: [Bool], of joint: NeighborTree, at offset: Int, threads: Int) -> [Int32]
  {
    guard let tree else {
      return joint.mapPositions(threads: threads) { positions, result in
        matrix.sorted[0].withView(scale: matrix.scales[0]) { view in
          for position in positions {
            result[position] = Int32(
              truncatingIfNeeded: view.count(
                within: radii[position], of: joint.points[position * joint.columnCount + offset],
                isStrict: isStrict[position]))
          }
        }
      }
    }
    let places = tree.places
    return joint.mapPositions(threads: threads) { positions, result in
      _ = tree.withSearch(AnyColumns.self) { search in
        for position in positions {
          let query = search.points + Int(places[Int(joint.order[position])]) * tree.columnCount
          result[position] = Int32(
            truncatingIfNeeded: search.count(within: radii[position], of: query, isStrict: isStrict[position]))
        }
      }
    }
  }
}

extension NeighborTree {
  /// The position of each row in the tree's order.
  var places: [Int32] {
    var places = [Int32](repeating: 0, count: rowCount)
    for (place, row) in order.enumerated() { places[Int(row)] = Int32(truncatingIfNeeded: place) }
    return places
  }

  /// A number per position, filled by pieces on several threads.
  func mapPositions(
    threads: Int, _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) -> [Int32] {
    [Int32](unsafeUninitializedCapacity: rowCount) { buffer, filled in
      filled = rowCount
      guard let base = buffer.baseAddress else { return }
      let result = SharedPointer(pointer: base)
      let pieces = min(rowCount, 64)
      parallelFor(count: pieces, threads: threads) { piece in
        body((piece * rowCount / pieces)..<((piece + 1) * rowCount / pieces), result.pointer)
      }
    }
  }
}
