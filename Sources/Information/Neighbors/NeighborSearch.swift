/// Raw views of a tree, for one thread's queries. The tree outlives it.
struct NeighborSearch<Shape: NeighborShape> {
  let points: UnsafePointer<Double>
  let boxes: UnsafePointer<Double>
  let scales: UnsafePointer<Double>
  let width: Int
  let count: Int
  let levels: Int

  @inline(__always)
  private func boxDistance(_ query: UnsafePointer<Double>, _ node: Int) -> Double {
    Shape.distance(query, toBox: boxes + node * 2 * width, scales, width)
  }

  /// The `k` smallest distances from the row at `position` to other rows, ascending, and their positions.
  ///
  /// The search climbs from the row's own leaf: what it needs is mostly there.
  @inline(__always)
  func nearest(
    ofRowAt position: Int, inLeaf leaf: Int, k: Int, distances: UnsafeMutablePointer<Double>,
    positions: UnsafeMutablePointer<Int32>
  ) {
    let query = points + position * width
    for slot in 0..<k { distances[slot] = .infinity }
    var node = (1 << levels) + leaf
    scan(leaf, query, position, k, distances, positions)
    while node > 1 {
      let sibling = node ^ 1
      if boxDistance(query, sibling) < distances[k - 1] {
        descend(from: sibling, query, position, k, distances, positions)
      }
      node >>= 1
    }
  }

  /// The `k` smallest distances from a point to rows, but to that at position `excluded` (−1 for none).
  @inline(__always)
  func nearest(
    to query: UnsafePointer<Double>, k: Int, distances: UnsafeMutablePointer<Double>,
    positions: UnsafeMutablePointer<Int32>
  ) {
    for slot in 0..<k { distances[slot] = .infinity }
    descend(from: 1, query, -1, k, distances, positions)
  }

  @inline(__always)
  private func scan(
    _ leaf: Int, _ query: UnsafePointer<Double>, _ excluded: Int, _ k: Int,
    _ distances: UnsafeMutablePointer<Double>, _ positions: UnsafeMutablePointer<Int32>
  ) {
    let start = NeighborTree.start(ofLeaf: leaf, count: count, levels: levels)
    let end = NeighborTree.start(ofLeaf: leaf + 1, count: count, levels: levels)
    var bound = distances[k - 1]
    for row in start..<end {
      let distance = Shape.distance(query, points + row * width, scales, width)
      if distance < bound && row != excluded {
        var slot = k - 1
        while slot > 0 && distances[slot - 1] > distance {
          distances[slot] = distances[slot - 1]
          positions[slot] = positions[slot - 1]
          slot -= 1
        }
        distances[slot] = distance
        positions[slot] = Int32(truncatingIfNeeded: row)
        bound = distances[k - 1]
      }
    }
  }

  private func descend(
    from root: Int, _ query: UnsafePointer<Double>, _ excluded: Int, _ k: Int,
    _ distances: UnsafeMutablePointer<Double>, _ positions: UnsafeMutablePointer<Int32>
  ) {
    let firstLeaf = 1 << levels
    var node = root
    // The branches left out on the way down, a bit a level: bit set = the sibling is still to be looked at.
    var pending: UInt64 = 0
    var depth = 0
    while true {
      if node >= firstLeaf {
        scan(node - firstLeaf, query, excluded, k, distances, positions)
        // Up to the deepest branch left out that may still hold a nearer row.
        while true {
          while depth > 0 && pending & 1 == 0 {
            pending >>= 1
            node >>= 1
            depth -= 1
          }
          if depth == 0 { return }
          pending &= ~1
          if boxDistance(query, node ^ 1) < distances[k - 1] {
            node ^= 1
            break
          }
        }
      } else {
        let left = boxDistance(query, 2 * node)
        let right = boxDistance(query, 2 * node + 1)
        let bound = distances[k - 1]
        let near = left <= right ? 2 * node : 2 * node + 1
        let far = max(left, right)
        pending = pending << 1 | (far < bound ? 1 : 0)
        node = near
        depth += 1
      }
    }
  }

  /// How many rows are within `radius` of a point (strictly, if `isStrict`), itself counted if it is one.
  func count(within radius: Double, of query: UnsafePointer<Double>, isStrict: Bool) -> Int {
    let firstLeaf = 1 << levels
    var found = 0
    var node = 1
    while true {
      let box = boxes + node * 2 * width
      let near = Shape.distance(query, toBox: box, scales, width)
      let isOutside = isStrict ? !(near < radius) : !(near <= radius)
      let reach = Shape.reach(query, ofBox: box, scales, width)
      let isInside = isStrict ? reach < radius : reach <= radius
      if !isOutside && !isInside && node < firstLeaf {
        node *= 2
        continue
      }
      if !isOutside {
        let below = levels - (Int.bitWidth - 1 - node.leadingZeroBitCount)
        let first = (node << below) - firstLeaf
        let start = NeighborTree.start(ofLeaf: first, count: count, levels: levels)
        let end = NeighborTree.start(ofLeaf: first + (1 << below), count: count, levels: levels)
        if isInside {
          found += end - start
        } else {
          for row in start..<end {
            let distance = Shape.distance(query, points + row * width, scales, width)
            if isStrict ? distance < radius : distance <= radius { found += 1 }
          }
        }
      }
      while node & 1 == 1 { node >>= 1 }
      if node == 0 { return found }
      node += 1
    }
  }
}
