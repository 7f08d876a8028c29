import CSurprisalKernels

extension PartitionStart {
  /// The tree of Ward's method: every merge adds least to Σ w |x − mean of its cluster|² (Ward 1963).
  ///
  /// By chains of nearest neighbors (Murtagh 1983): O(n²·D) time, O(n·D) memory; meant for up to some
  /// thousand rows. Equal rows are merged before any others; among equal distances the lower row wins.
  package static func hierarchical(
    rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, weights: [Double]? = nil
  ) -> HierarchicalTree {
    precondition(weights.map { $0.count == rowCount } ?? true, "weights and rows differ in number")
    let builder = WardBuilder(rows, rowCount, columnCount, weights)
    while builder.clusterCount > 1 { builder.mergeNext() }
    // The merges of a chain do not come in rising height; the sort keeps children before their parents,
    // as heights of parents are never lower and equal ones keep their order.
    let order = builder.merges.indices.sorted {
      (builder.merges[$0].height, $0) < (builder.merges[$1].height, $1)
    }
    return HierarchicalTree(
      rowCount: rowCount, merges: order.map { builder.merges[$0] },
      representatives: nearestPresentRows(rows, rowCount, columnCount, weights))
  }

  private static func nearestPresentRows(
    _ rows: UnsafePointer<Double>, _ rowCount: Int, _ columnCount: Int, _ weights: [Double]?
  ) -> [Int] {
    var result = Array(0..<rowCount)
    guard let weights, weights.contains(where: { $0 > 0 }) else { return result }
    for absent in 0..<rowCount where weights[absent] <= 0 {
      var least = Double.infinity
      for present in 0..<rowCount where weights[present] > 0 {
        var distance = 0.0
        for column in 0..<columnCount {
          let difference = rows[absent * columnCount + column] - rows[present * columnCount + column]
          distance += difference * difference
        }
        if distance < least || result[absent] == absent {
          least = distance
          result[absent] = present
        }
      }
    }
    return result
  }
}

/// The clusters still to be merged, in slots that keep the order of their first rows.
private final class WardBuilder {
  private(set) var clusterCount = 0
  private(set) var merges: [HierarchicalTree.Merge] = []
  private let columnCount: Int
  /// What a mass of 1 stands for.
  private let unit: Double
  private let stride: Int
  private var slotCount = 0
  /// Column j of slot s is at j · stride + s.
  private let centers: UnsafeMutablePointer<Double>
  /// The weight of each slot, 0 where it was merged into another.
  private let masses: UnsafeMutablePointer<Double>
  private let distances: UnsafeMutablePointer<Double>
  /// A row of each slot's cluster, and the height at which the cluster was made.
  private var rows: [Int] = []
  private var heights: [Double] = []
  /// Slots, each the nearest neighbor of the one before.
  private var chain: [Int] = []

  init(_ values: UnsafePointer<Double>, _ rowCount: Int, _ columnCount: Int, _ weights: [Double]?) {
    self.columnCount = columnCount
    stride = max(1, rowCount)
    centers = .allocate(capacity: max(1, stride * columnCount))
    masses = .allocate(capacity: stride)
    distances = .allocate(capacity: stride)
    // A power of two for all weights: products of two stay in range.
    let exponent = (weights?.max() ?? 1).exponent
    let scale = Double(sign: .plus, exponent: -max(-1000, min(1000, exponent)), significand: 1)
    unit = 1 / scale
    for row in 0..<rowCount where (weights?[row] ?? 1) > 0 {
      for column in 0..<columnCount {
        centers[column * stride + slotCount] = values[row * columnCount + column]
      }
      masses[slotCount] = max((weights?[row] ?? 1) * scale, .leastNormalMagnitude)
      rows.append(row)
      heights.append(0)
      slotCount += 1
    }
    clusterCount = slotCount
    merges.reserveCapacity(slotCount)
  }

  deinit {
    centers.deallocate()
    masses.deallocate()
    distances.deallocate()
  }

  /// Extends the chain until two slots are each other's nearest, and merges them.
  func mergeNext() {
    // Rounding can leave a slot in the chain that a shorter way has merged meanwhile.
    while let tip = chain.last, masses[tip] == 0 { chain.removeLast() }
    if chain.isEmpty {
      compact()
      var slot = 0
      while masses[slot] == 0 { slot += 1 }
      chain.append(slot)
    }
    while true {
      let tip = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : slotCount
      var distance = 0.0
      var nearest = surprisal_ward_nearest(
        centers, stride, masses, slotCount, columnCount, tip, previous, distances, &distance)
      if nearest == slotCount { nearest = otherSlot(than: tip, previous) }
      guard nearest == previous else {
        chain.append(nearest)
        continue
      }
      chain.removeLast(2)
      merge(min(tip, previous), max(tip, previous), distance)
      return
    }
  }

  /// Distances that overflow have no order: the neighbor before, or the lowest slot.
  private func otherSlot(than slot: Int, _ previous: Int) -> Int {
    if previous < slotCount, masses[previous] > 0 { return previous }
    var other = 0
    while other == slot || masses[other] == 0 { other += 1 }
    return other
  }

  private func merge(_ kept: Int, _ merged: Int, _ distance: Double) {
    let height = max((2 * distance).squareRoot() * unit.squareRoot(), heights[kept], heights[merged])
    merges.append(.init(first: rows[kept], second: rows[merged], height: height))
    let share = masses[merged] / (masses[kept] + masses[merged])
    for column in 0..<columnCount {
      let center = centers + column * stride
      // In this form the mean of equal points is the point itself.
      center[kept] += (center[merged] - center[kept]) * share
    }
    masses[kept] += masses[merged]
    masses[merged] = 0
    heights[kept] = height
    clusterCount -= 1
  }

  /// Closes the gaps when half of the slots are empty; called only while no chain refers to them.
  private func compact() {
    guard clusterCount * 2 <= slotCount else { return }
    var target = 0
    for slot in 0..<slotCount where masses[slot] > 0 {
      for column in 0..<columnCount {
        centers[column * stride + target] = centers[column * stride + slot]
      }
      masses[target] = masses[slot]
      rows[target] = rows[slot]
      heights[target] = heights[slot]
      target += 1
    }
    slotCount = target
  }
}
