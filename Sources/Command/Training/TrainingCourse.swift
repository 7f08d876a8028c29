/// Losses and learning rates by step, thinned as they become many: what a chart of them can show.
package struct TrainingCourse: Sendable {
  /// The most points that are kept.
  package static let limit = 4_000

  /// Step and loss; of a training that was resumed the steps before are those of its log, which has means of a few.
  package private(set) var losses: [(step: Double, value: Double)] = []
  /// Step and learning rate, at the same steps.
  package private(set) var rates: [(step: Double, value: Double)] = []
  /// Of so many points that are added one is kept.
  private var stride = 1
  /// How many were left out since the last that was kept.
  private var skipped = 0

  /// No points yet.
  package init() {}

  /// Adds a point behind the others.
  package mutating func add(step: Int, loss: Double, learningRate: Double) {
    skipped += 1
    guard skipped == stride else { return }
    skipped = 0
    if losses.count == TrainingCourse.limit {
      TrainingCourse.halve(&losses)
      TrainingCourse.halve(&rates)
      stride *= 2
    }
    losses.append((Double(step), loss))
    rates.append((Double(step), learningRate))
  }

  private static func halve(_ points: inout [(step: Double, value: Double)]) {
    points = Swift.stride(from: 0, to: points.count, by: 2).map { points[$0] }
  }
}
