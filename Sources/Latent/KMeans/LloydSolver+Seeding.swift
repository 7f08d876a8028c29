import CSurprisalKernels
import SurprisalCore

extension LloydSolver {
  /// Sets the centers by greedy k-means++ (Arthur and Vassilvitskii 2007, section 2.2).
  ///
  /// The first center is a row drawn in proportion to its weight. Each further one is the best of 2 + ⌊ln K⌋
  /// rows drawn in proportion to w d², d the distance to the centers so far. All centers are different rows
  /// as long as there are any.
  func seedCenters(using generator: inout RandomGenerator) {
    let columns = data.columnCount
    let trials = 2 + Int(surprisal_log(Double(clusters)))
    let stride = data.rowCount
    let scratch = UnsafeMutablePointer<Double>.allocate(
      capacity: (trials + 2) * stride + trials * (columns + 1))
    defer { scratch.deallocate() }
    let nearest = scratch
    let cumulative = nearest + stride
    let updated = cumulative + stride
    let candidates = updated + trials * stride
    let potentials = candidates + trials * columns
    for row in 0..<stride { nearest[row] = data.weights.map { $0[row] } ?? 1 }
    var chosen: [Int] = []
    for cluster in 0..<clusters {
      let total = accumulate(nearest, into: cumulative)
      guard total > 0 else {
        seedLeftOver(from: cluster, chosen: chosen)
        return
      }
      let draws = cluster == 0 ? 1 : trials
      var drawn: [Int] = []
      for trial in 0..<draws {
        let row = draw(cumulative, total: total, using: &generator)
        drawn.append(row)
        data.copyRow(row, to: candidates + trial * columns)
      }
      if cluster == 0 { nearest.update(repeating: .infinity, count: stride) }
      potentials.update(repeating: 0, count: draws)
      withUnsafePointer(to: data.plan(centers: candidates, clusters: draws)) { plan in
        data.withWorkspace {
          surprisal_kmeans_candidates(plan, 0, stride, nearest, updated, stride, potentials, $0)
        }
      }
      var best = 0
      for trial in 1..<max(draws, 1) where potentials[trial] < potentials[best] { best = trial }
      (centers + cluster * columns).update(from: candidates + best * columns, count: columns)
      nearest.update(from: updated + best * stride, count: stride)
      chosen.append(drawn[best])
    }
  }

  /// Sets the centers to different present rows drawn at random, all equally likely.
  func drawCenters(using generator: inout RandomGenerator) {
    var rows: [Int] = []
    for row in 0..<data.rowCount where data.isPresent(row) { rows.append(row) }
    var chosen: [Int] = []
    var left = rows.count
    while chosen.count < clusters, left > 0 {
      let place = generator.nextInteger(below: left)
      let row = rows[place]
      left -= 1
      rows.swapAt(place, left)
      guard !chosen.contains(where: { data.areEqual($0, row) }) else { continue }
      data.copyRow(row, to: centers + chosen.count * data.columnCount)
      chosen.append(row)
    }
    repeatLastCenter(from: chosen.count)
  }

  /// Rows that differ from every center may still be at distance 0 when squares underflow: they come next.
  private func seedLeftOver(from first: Int, chosen: [Int]) {
    var chosen = chosen
    for row in 0..<data.rowCount where chosen.count < clusters && data.isPresent(row) {
      guard !chosen.contains(where: { data.areEqual($0, row) }) else { continue }
      data.copyRow(row, to: centers + chosen.count * data.columnCount)
      chosen.append(row)
    }
    repeatLastCenter(from: chosen.count)
  }

  /// Fills the places from `first` on with the last center, which as the lower index keeps all its rows.
  private func repeatLastCenter(from first: Int) {
    guard first > 0 else { return }
    let columns = data.columnCount
    for cluster in first..<max(first, clusters) {
      (centers + cluster * columns).update(from: centers + (first - 1) * columns, count: columns)
    }
  }

  private func accumulate(
    _ masses: UnsafeMutablePointer<Double>, into cumulative: UnsafeMutablePointer<Double>
  ) -> Double {
    var total = 0.0
    for row in 0..<data.rowCount {
      total += masses[row]
      cumulative[row] = total
    }
    return total
  }

  /// A row drawn in proportion to the steps of `cumulative`.
  private func draw(
    _ cumulative: UnsafeMutablePointer<Double>, total: Double, using generator: inout RandomGenerator
  ) -> Int {
    let target = generator.nextUniform() * total
    var low = 0
    var high = data.rowCount - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > target { high = middle } else { low = middle + 1 }
    }
    // Only when the product above rounds up to the total can the row found have no mass.
    while low > 0, cumulative[low] == cumulative[low - 1] { low -= 1 }
    return low
  }
}
