import SurprisalCore

/// In which order an epoch goes through the data: a function of seed, epoch and count alone.
struct EpochOrder: Sendable {
  let epoch: Int
  let count: Int
  /// The order; nil for that of the data.
  private let permutation: [Int]?

  /// The streams of the seed that orders take, one an epoch; the trainer's own numbers come from `passStream`.
  private static let firstStream: UInt64 = 1 << 62
  /// The stream of the seed that forward passes draw from.
  static let passStream: UInt64 = 1 << 61

  /// The order of `epoch`, counted from 0.
  init(epoch: Int, count: Int, shuffles: Bool, seed: UInt64) {
    self.epoch = epoch
    self.count = count
    guard shuffles else {
      permutation = nil
      return
    }
    var generator = RandomGenerator(seed: seed, stream: EpochOrder.firstStream + UInt64(epoch))
    var order = Array(0..<count)
    // Fisher and Yates: every order equally likely.
    var last = count - 1
    while last > 0 {
      order.swapAt(last, generator.nextInteger(below: last + 1))
      last -= 1
    }
    permutation = order
  }

  /// The data at the places `range` of the order.
  subscript(range: Range<Int>) -> [Int] { permutation.map { Array($0[range]) } ?? Array(range) }

  /// The batches of the step that starts at `position`: up to `accumulation` of up to `batchSize` data each.
  ///
  /// With `dropsLastBatch` a batch that is not full ends the epoch unless it is its only one.
  static func batches(
    from position: Int, count: Int, configuration: TrainingConfiguration
  ) -> [Range<Int>] {
    let end = EpochOrder.end(count: count, configuration: configuration)
    var batches: [Range<Int>] = []
    var start = position
    while start < end, batches.count < configuration.accumulation {
      let next = min(start + configuration.batchSize, end)
      batches.append(start..<next)
      start = next
    }
    return batches
  }

  /// How many data an epoch takes.
  static func end(count: Int, configuration: TrainingConfiguration) -> Int {
    guard configuration.dropsLastBatch, count >= configuration.batchSize else { return count }
    return count - count % configuration.batchSize
  }
}
