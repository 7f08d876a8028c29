import CSurprisalKernels
import SurprisalCore

/// One pass of the E-step over all observations.
///
/// The order of additions is a function of the observation's number alone: chunks of 2,048 are summed one
/// observation (or tile) after another, and joined by a binary counter over the chunk's number. Threads take
/// aligned blocks of chunks, so the sums have the same bits for any number of threads.
enum ExpectationPass {
  static let chunkRows = Int(SURPRISAL_CHUNK_ROWS)
  /// The doubles that the blocks' results may take in all.
  private static let resultBudget = 1 << 21
  /// Passes of fewer operations (about a millisecond or two) run on one thread: where another process holds a
  /// processor, waiting for a second thread costs more than it saves.
  private static let parallelThreshold = 200_000_000.0

  static func run<Step: ExpectationStep>(
    _ step: Step, over observations: Step.Observations, threads: Int
  ) -> Statistics {
    var result = Statistics(count: step.sumCount)
    let count = result.storage.count
    let chunks = (observations.count + chunkRows - 1) / chunkRows
    guard chunks > 1 else {
      result.storage.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let workspace = Scratch(capacity: step.workspaceCount)
        step.accumulate(
          observations, 0..<observations.count, sums: base + Statistics.totalCount, totals: base,
          workspace: workspace.base)
      }
      return result
    }
    let blockChunks = chunksPerBlock(chunks: chunks, statisticsCount: count)
    let blocks = (chunks + blockChunks - 1) / blockChunks
    let results = Scratch(capacity: blocks * count)
    let isLong = Double(observations.count) * Double(step.operationCount) >= parallelThreshold
    parallelFor(count: blocks, threads: isLong ? threads : 1) { block in
      let workspace = Scratch(capacity: step.workspaceCount)
      let range = block * blockChunks..<min(chunks, (block + 1) * blockChunks)
      var tree = BinaryCounter(count: count)
      for chunk in range {
        let leaf = tree.pushZeros()
        let rows = chunk * chunkRows..<min(observations.count, (chunk + 1) * chunkRows)
        step.accumulate(
          observations, rows, sums: leaf + Statistics.totalCount, totals: leaf, workspace: workspace.base)
        tree.carry()
      }
      tree.fold(into: results.base + block * count)
    }
    var tree = BinaryCounter(count: count)
    for block in 0..<blocks {
      tree.pushZeros().update(from: results.base + block * count, count: count)
      tree.carry()
    }
    result.storage.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { tree.fold(into: base) }
    }
    return result
  }

  /// The bytes that a pass of `step` takes for its sums, at most.
  static func byteCount<Step: ExpectationStep>(_ step: Step, observations: Int, threads: Int) -> Double {
    let count = Statistics.totalCount + step.sumCount
    let chunks = (observations + chunkRows - 1) / chunkRows
    var vectors = 1
    if chunks > 1 {
      let blockChunks = chunksPerBlock(chunks: chunks, statisticsCount: count)
      let blocks = (chunks + blockChunks - 1) / blockChunks
      func depth(_ leaves: Int) -> Int { Int.bitWidth - leaves.leadingZeroBitCount + 1 }
      vectors += blocks + max(min(threads, blocks) * depth(min(blockChunks, chunks)), depth(blocks))
    }
    return 8 * (Double(vectors) * Double(count) + Double(threads) * Double(step.workspaceCount))
  }

  /// A power of two, so that a block is a whole subtree: small enough to share the work, large enough that
  /// the blocks' results stay within budget.
  private static func chunksPerBlock(chunks: Int, statisticsCount: Int) -> Int {
    let most = max(2, min(64, resultBudget / statisticsCount))
    var size = 1
    while (chunks + size - 1) / size > most { size *= 2 }
    return size
  }
}

/// Memory for one thread, 64-byte aligned, given back at the end of its scope.
final class Scratch: @unchecked Sendable {
  // Unchecked: the class holds an address only; those who share it write to disjoint parts.
  let base: UnsafeMutablePointer<Double>

  init(capacity: Int) {
    let bytes = max(1, capacity) * MemoryLayout<Double>.stride
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      .bindMemory(to: Double.self, capacity: max(1, capacity))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

/// Sums vectors in the order of a binary counter: two sums of equal size are joined as soon as both are there.
struct BinaryCounter {
  private let count: Int
  private var levels: [(sum: Scratch, size: Int)] = []
  private var spare: [Scratch] = []

  init(count: Int) { self.count = count }

  /// A new leaf of zeros to add to, on top of the stack.
  mutating func pushZeros() -> UnsafeMutablePointer<Double> {
    let leaf = spare.popLast() ?? Scratch(capacity: count)
    leaf.base.update(repeating: 0, count: count)
    levels.append((leaf, 1))
    return leaf.base
  }

  /// Joins the sums of equal size on top of the stack.
  mutating func carry() {
    while levels.count > 1, levels[levels.count - 1].size == levels[levels.count - 2].size {
      join()
    }
  }

  /// Joins all that is left, small sums first, and writes the total.
  mutating func fold(into target: UnsafeMutablePointer<Double>) {
    while levels.count > 1 { join() }
    if let last = levels.first { target.update(from: last.sum.base, count: count) }
  }

  private mutating func join() {
    let top = levels.removeLast()
    let below = levels[levels.count - 1].sum.base
    for index in 0..<count { below[index] += top.sum.base[index] }
    levels[levels.count - 1].size += top.size
    spare.append(top.sum)
  }
}
