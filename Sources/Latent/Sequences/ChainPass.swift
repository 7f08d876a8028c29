import CSurprisalKernels
import SurprisalCore

/// One pass of forward and backward recursions over all sequences.
///
/// First every long sequence is run through twice, forward by one thread and backward by another, keeping one row per
/// tile; then tiles are finished between these rows, several at a time. Memory is that of the kept rows.
struct ChainPass {
  let plan: ChainPlan
  let observations: WeightedSequences
  let threads: Int

  /// Passes of fewer operations (about a millisecond or two) stay on one thread.
  private static let parallelThreshold = 20_000_000.0
  /// The doubles that the groups' sums may take in all.
  private static let resultBudget = 1 << 21

  init(plan: ChainPlan, observations: WeightedSequences, threads: Int) {
    self.plan = plan
    self.observations = observations
    let work = Double(observations.rows.rowCount) * Double(8 * plan.stateCount * plan.stateCount + plan.sumCount)
    self.threads = work >= ChainPass.parallelThreshold ? threads : 1
  }

  /// Adds all statistics to `totals` and `sums`, and writes the posteriors [rows][K], each where it is not nil.
  ///
  /// Returns the sequences that no path of the states can explain; their log-likelihood counts as −∞.
  func run(
    totals: UnsafeMutablePointer<Double>?, sums: UnsafeMutablePointer<Double>?,
    posteriors: UnsafeMutablePointer<Double>? = nil
  ) -> [Int] {
    let sequences = observations.ranges.count
    // Per sequence: 1 for the log form, and what became of it.
    let forms = Scratch(capacity: sequences)
    let states = Scratch(capacity: sequences)
    forms.base.update(repeating: plan.needsLogs ? 1 : 0, count: sequences)
    let before = Scratch(capacity: observations.checkpointCount * plan.stride)
    let after = Scratch(capacity: observations.checkpointCount * plan.stride)
    var waiting = observations.long
    while true {
      states.base.update(repeating: 0, count: sequences)
      while !waiting.isEmpty { waiting = recursions(waiting, forms, before, after) }
      finish(forms, states, before, after, totals: totals, sums: sums, posteriors: posteriors)
      // Where a tile of a long sequence asked for the log form, nothing of this pass stands.
      waiting = observations.long.filter { states.base[$0] == Double(SURPRISAL_CHAIN_UNDERFLOW) }
      if waiting.isEmpty { break }
      for sequence in waiting { forms.base[sequence] = 1 }
      totals?.update(repeating: 0, count: Statistics.totalCount)
      sums?.update(repeating: 0, count: plan.sumCount)
    }
    let impossible = (0..<sequences).filter { states.base[$0] != 0 || forms.base[$0] == 2 }
    if impossible.contains(where: { (observations.weights?[$0] ?? 1) > 0 }) { totals?[1] = -.infinity }
    return impossible
  }

  /// Runs `sequences` forward and backward; returns those that need the log form, which is set.
  private func recursions(_ sequences: [Int], _ forms: Scratch, _ before: Scratch, _ after: Scratch) -> [Int] {
    let results = Scratch(capacity: 2 * sequences.count)
    let (plan, observations) = (plan, observations)
    parallelFor(count: 2 * sequences.count, threads: threads) { index in
      let sequence = sequences[index / 2]
      let range = observations.ranges[sequence]
      let logs: Int32 = forms.base[sequence] == 0 ? 0 : 1
      let offset = observations.checkpoints[sequence] * plan.stride
      let workspace = Scratch(capacity: plan.workspaceCount)
      let state = plan.withChain(observations.rows) { chain in
        index % 2 == 0
          ? surprisal_chain_forward(
            chain, range.lowerBound, range.upperBound, logs, before.base + offset, nil, workspace.base)
          : surprisal_chain_backward(
            chain, range.lowerBound, range.upperBound, logs, after.base + offset, workspace.base)
      }
      results.base[index] = Double(state)
    }
    return sequences.enumerated().compactMap { position, sequence in
      let worst = max(results.base[2 * position], results.base[2 * position + 1])
      guard worst != 0 else { return nil }
      // From the log form there is nowhere to go: no path is possible.
      let isLogs = forms.base[sequence] != 0
      forms.base[sequence] = isLogs ? 2 : 1
      return isLogs ? nil : sequence
    }
  }

  /// Finishes all tiles between their kept rows.
  private func finish(
    _ forms: Scratch, _ states: Scratch, _ before: Scratch, _ after: Scratch,
    totals: UnsafeMutablePointer<Double>?, sums: UnsafeMutablePointer<Double>?,
    posteriors: UnsafeMutablePointer<Double>?
  ) {
    let count = sums == nil ? 0 : Statistics.totalCount + plan.sumCount
    let blocks = observations.blocks.count - 1
    var size = 1
    let most = max(2, min(64, ChainPass.resultBudget / max(1, count)))
    while (blocks + size - 1) / size > most { size *= 2 }
    let groupSize = size
    let groups = (blocks + groupSize - 1) / groupSize
    let results = Scratch(capacity: groups * count)
    // What became of each tile, since the tiles of one sequence may be in several groups.
    let tiles = Scratch(capacity: observations.tileCount)
    nonisolated(unsafe) let posteriors = posteriors
    let (plan, observations) = (plan, observations)
    parallelFor(count: groups, threads: threads) { group in
      let workspace = Scratch(capacity: plan.workspaceCount)
      var tree = BinaryCounter(count: count)
      plan.withChain(observations.rows) { chain in
        for block in group * groupSize..<min(blocks, (group + 1) * groupSize) {
          let leaf = tree.pushZeros()
          var (sequence, tile) = observations.blocks[block]
          let end = observations.blocks[block + 1]
          while (sequence, tile) < end {
            let state = ChainPass.tile(
              tile, of: sequence, chain, plan, observations, forms, before, after, count > 0 ? leaf : nil, posteriors,
              workspace)
            tiles.base[observations.firstTiles[sequence] + tile] = Double(state)
            tile += 1
            if tile == observations.tileCount(sequence) { (sequence, tile) = (sequence + 1, 0) }
          }
          tree.carry()
        }
      }
      tree.fold(into: results.base + group * count)
    }
    for sequence in observations.ranges.indices {
      // What underflowed is judged anew, so it comes before what was impossible.
      let own = observations.firstTiles[sequence]..<observations.firstTiles[sequence + 1]
      states.base[sequence] = own.reduce(0) { state, tile in
        let found = tiles.base[tile]
        return state == 0 || found == Double(SURPRISAL_CHAIN_UNDERFLOW) ? found : state
      }
    }
    guard let totals, let sums else { return }
    var tree = BinaryCounter(count: count)
    for group in 0..<groups {
      tree.pushZeros().update(from: results.base + group * count, count: count)
      tree.carry()
    }
    let total = Scratch(capacity: count)
    tree.fold(into: total.base)
    totals.update(from: total.base, count: Statistics.totalCount)
    sums.update(from: total.base + Statistics.totalCount, count: plan.sumCount)
  }

  private static func tile(
    _ tile: Int, of sequence: Int, _ chain: UnsafePointer<surprisal_chain>, _ plan: ChainPlan,
    _ observations: WeightedSequences, _ forms: Scratch, _ before: Scratch, _ after: Scratch,
    _ leaf: UnsafeMutablePointer<Double>?, _ posteriors: UnsafeMutablePointer<Double>?, _ workspace: Scratch
  ) -> Int32 {
    guard forms.base[sequence] < 2 else { return 0 }
    let rows = observations.rows(of: tile, in: sequence)
    let tiles = observations.tileCount(sequence)
    let checkpoint = (observations.checkpoints[sequence] + tile) * plan.stride
    func run(logs: Int32) -> Int32 {
      surprisal_chain_tile(
        chain, rows.lowerBound, rows.upperBound, logs,
        tile > 0 ? UnsafePointer(before.base + checkpoint - plan.stride) : nil,
        tile < tiles - 1 ? UnsafePointer(after.base + checkpoint) : nil, observations.weights?[sequence] ?? 1,
        leaf.map { $0 + Statistics.totalCount }, leaf, posteriors.map { $0 + rows.lowerBound * plan.stateCount },
        workspace.base)
    }
    let state = run(logs: forms.base[sequence] == 0 ? 0 : 1)
    // A sequence of one tile has no kept rows to make anew.
    return state == Int32(SURPRISAL_CHAIN_UNDERFLOW) && tiles == 1 ? run(logs: 1) : state
  }
}
