import SurprisalCore

/// A k-d tree over rows of few columns (Bentley 1975): a perfect binary tree whose leaves hold up to eight rows each.
///
/// Rows are permuted so that every node holds a contiguous range, and each node knows the box its rows fill.
/// Distances are in the maximum norm after each column was multiplied by its scale. Nodes are numbered as in a heap,
/// the root 1 and the children of i 2i and 2i + 1.
struct NeighborTree: Sendable {
  static let leafSize = 8

  let columnCount: Int
  let rowCount: Int
  /// Levels below the root: the tree has 2^levels leaves.
  let levels: Int
  /// The factor of each column.
  let scales: [Double]
  /// The rows in the tree's order, one after the other.
  let points: [Double]
  /// The row at each position of the tree's order.
  let order: [Int32]
  /// The lower and upper corner of every node's box.
  let boxes: [Double]

  /// The tree of columns of equal length, at least one row.
  ///
  /// - Precondition: `columns` and `scales` are of one count, and the values are finite.
  init(columns: [[Double]], scales: [Double]) {
    let width = columns.count
    let count = columns.first?.count ?? 0
    precondition(
      width == scales.count && count > 0, "NeighborTree: \(width) columns, \(scales.count) scales, \(count) rows")
    var levels = 0
    while count >> levels > NeighborTree.leafSize { levels += 1 }
    columnCount = width
    rowCount = count
    self.levels = levels
    self.scales = scales
    var rows = [Double](unsafeUninitializedCapacity: count * width) { buffer, filled in
      for (column, values) in columns.enumerated() {
        for row in 0..<count { buffer[row * width + column] = values[row] }
      }
      filled = count * width
    }
    var order = (0..<Int32(count)).map { $0 }
    var boxes = [Double](repeating: 0, count: (2 << levels) * 2 * width)
    rows.withUnsafeMutableBufferPointer { rows in
      order.withUnsafeMutableBufferPointer { order in
        boxes.withUnsafeMutableBufferPointer { boxes in
          if let rows = rows.baseAddress, let order = order.baseAddress, let boxes = boxes.baseAddress {
            NeighborTreeBuilder(
              rows: rows, order: order, boxes: boxes, width: width, count: count, levels: levels, scales: scales
            ).build()
          }
        }
      }
    }
    points = rows
    self.order = order
    self.boxes = boxes
  }

  /// The first position of leaf `leaf`.
  @inline(__always)
  static func start(ofLeaf leaf: Int, count: Int, levels: Int) -> Int { (leaf * count) >> levels }
}

/// The storage of a tree while it is built.
struct NeighborTreeBuilder {
  let rows: UnsafeMutablePointer<Double>
  let order: UnsafeMutablePointer<Int32>
  let boxes: UnsafeMutablePointer<Double>
  let width: Int
  let count: Int
  let levels: Int
  let scales: [Double]

  /// Splits every node across the longest side of its cell, and boxes what the leaves hold from the bottom up.
  func build() {
    let leaves = 1 << levels
    fillBox(1, 0, count)
    for node in 1..<max(1, leaves) {
      let depth = Int.bitWidth - 1 - node.leadingZeroBitCount
      let below = levels - depth
      let first = (node - (1 << depth)) << below
      let start = NeighborTree.start(ofLeaf: first, count: count, levels: levels)
      let middle = NeighborTree.start(ofLeaf: first + (1 << (below - 1)), count: count, levels: levels)
      let end = NeighborTree.start(ofLeaf: first + (1 << below), count: count, levels: levels)
      let cell = boxes + node * 2 * width
      let column = longestSide(of: cell)
      select(column, start, middle, end)
      let children = cell + node * 2 * width
      for side in 0..<(2 * width) {
        children[side] = cell[side]
        children[2 * width + side] = cell[side]
      }
      children[width + column] = rows[middle * width + column]
      children[2 * width + column] = rows[middle * width + column]
    }
    for leaf in 0..<leaves {
      fillBox(
        leaves + leaf, NeighborTree.start(ofLeaf: leaf, count: count, levels: levels),
        NeighborTree.start(ofLeaf: leaf + 1, count: count, levels: levels))
    }
    for node in stride(from: leaves - 1, to: 0, by: -1) {
      let box = boxes + node * 2 * width
      let children = box + node * 2 * width
      for column in 0..<width {
        box[column] = min(children[column], children[2 * width + column])
        box[width + column] = max(children[width + column], children[3 * width + column])
      }
    }
  }

  private func longestSide(of box: UnsafePointer<Double>) -> Int {
    var longest = 0
    var length = -1.0
    for column in 0..<width {
      let side = (box[width + column] - box[column]) * scales[column]
      if side > length { (length, longest) = (side, column) }
    }
    return longest
  }

  /// Writes the box of rows `start..<end`.
  private func fillBox(_ node: Int, _ start: Int, _ end: Int) {
    let box = boxes + node * 2 * width
    for column in 0..<width {
      var lower = rows[start * width + column]
      var upper = lower
      for row in start..<end {
        let value = rows[row * width + column]
        if value < lower { lower = value }
        if value > upper { upper = value }
      }
      box[column] = lower
      box[width + column] = upper
    }
  }

  /// Hoare's selection (1961): rows before `middle` have no larger value in `column` than those from it on.
  private func select(_ column: Int, _ start: Int, _ middle: Int, _ end: Int) {
    var low = start
    var high = end - 1
    var mixer = UInt64(truncatingIfNeeded: start &+ end)
    while low < high {
      // A pivot from anywhere in the range: sorted and organ-pipe columns cost no more than random ones.
      mixer = mixer &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let pivot = rows[(low + Int((mixer >> 33) % UInt64(high - low + 1))) * width + column]
      var left = low
      var right = high
      while left <= right {
        while rows[left * width + column] < pivot { left += 1 }
        while rows[right * width + column] > pivot { right -= 1 }
        if left <= right {
          exchange(left, right)
          left += 1
          right -= 1
        }
      }
      if middle <= right {
        high = right
      } else if middle >= left {
        low = left
      } else {
        return
      }
    }
  }

  @inline(__always)
  private func exchange(_ a: Int, _ b: Int) {
    for column in 0..<width {
      let value = rows[a * width + column]
      rows[a * width + column] = rows[b * width + column]
      rows[b * width + column] = value
    }
    let row = order[a]
    order[a] = order[b]
    order[b] = row
  }
}
