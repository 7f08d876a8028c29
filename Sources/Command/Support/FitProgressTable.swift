import Surprisal
import Synchronization

/// The table on standard error that shows a running fit: one line per number of components.
final class FitProgressTable: Sendable {
  private let table: LiveTable?
  private let best = Mutex<[Int: Double]>([:])

  /// A table, shown only on a terminal and unless `isQuiet`.
  init(isQuiet: Bool) {
    table =
      isQuiet
      ? nil
      : LiveTable(columns: [
        .init("components"), .init("phase", alignment: .left), .init("start"), .init("iteration"),
        .init("objective", unit: "nats"), .init("best", unit: "nats"),
        .init("last gain per row", unit: "nats"),
      ])
  }

  /// What a fit calls; `nil` where nothing is shown, so that the fit need not report.
  var observer: (@Sendable (FitProgress) -> Void)? {
    guard let table, table.isShown else { return nil }
    return { [self] progress in show(progress, in: table) }
  }

  /// Removes the table.
  func finish() { table?.finish() }

  private func show(_ progress: FitProgress, in table: LiveTable) {
    let best = best.withLock { best in
      let value = max(best[progress.components] ?? -.infinity, progress.objective)
      best[progress.components] = value
      return value
    }
    table.update(row: progress.components, footer: "Ctrl-C stops within one iteration") {
      [
        "\(progress.components)", progress.phase.rawValue, "\(progress.start)/\(progress.starts)",
        "\(progress.iteration)", NumberText.fixed(progress.objective, 6), NumberText.fixed(best, 6),
        NumberText.general(progress.gain, 2),
      ]
    }
  }
}
