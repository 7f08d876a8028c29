import SurprisalCore
import Synchronization

/// A line on standard error that shows how far work has come: a bar, the rate and the time left.
///
/// It draws only on a terminal that can move its cursor, at most twenty times a second, and removes itself at the end.
/// It may be used from any thread. On anything else than a terminal it does nothing.
public final class ProgressLine: Sendable {
  private struct State {
    var start: (time: UInt64, done: Int)?
    var lastDrawing: (time: UInt64, done: Int)?
    /// Done per second, with a memory of some seconds.
    var rate: Double?
    var isFinished = false
  }

  private let total: Int?
  private let unit: String
  private let capabilities: TerminalCapabilities
  private let output: @Sendable (String) -> Void
  private let clock: @Sendable () -> UInt64
  private let state = Mutex(State())

  private static let interval: UInt64 = 50_000_000
  /// The seconds after which a change of the rate shows by two thirds.
  private static let memory = 5.0

  /// A line on standard error for work of `total` units, nil if nobody knows how many.
  public convenience init(
    total: Int?, unit: String = "steps", capabilities: TerminalCapabilities = .standardError
  ) {
    self.init(
      total: total, unit: unit, capabilities: capabilities, output: { System.write($0, to: 2) },
      clock: System.monotonicNanoseconds)
  }

  /// A line that writes with `output` and reads nanoseconds from `clock`.
  package init(
    total: Int?, unit: String, capabilities: TerminalCapabilities, output: @escaping @Sendable (String) -> Void,
    clock: @escaping @Sendable () -> UInt64
  ) {
    self.total = total
    self.unit = unit
    self.capabilities = capabilities
    self.output = output
    self.clock = clock
  }

  deinit { finish() }

  /// Whether updates are shown.
  public var isShown: Bool { capabilities.movesCursor }

  /// Shows that `done` units are done; the first call sets the start of the clock, so that what a run before it did
  /// does not count for the rate.
  ///
  /// `note` is called only when the line is drawn; its text stands at the end.
  public func update(done: Int, note: () -> String = { "" }) {
    guard isShown else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      let now = clock()
      if state.start == nil { state.start = (now, done) }
      if let last = state.lastDrawing, now &- last.time < ProgressLine.interval { return }
      updateRate(&state, now: now, done: done)
      state.lastDrawing = (now, done)
      let line = ProgressLine.text(
        done: done, total: total, unit: unit, rate: state.rate, note: note(), width: capabilities.width - 1,
        unicode: capabilities.showsUnicode)
      output("\r\u{1B}[2K" + line)
    }
  }

  /// Removes the line from the screen; later updates are ignored.
  public func finish() {
    guard isShown else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      if state.lastDrawing != nil { output("\r\u{1B}[2K") }
    }
  }

  private func updateRate(_ state: inout State, now: UInt64, done: Int) {
    guard let last = state.lastDrawing, now > last.time else { return }
    let seconds = Double(now - last.time) * 1e-9
    let rate = Double(done - last.done) / seconds
    guard let old = state.rate else {
      state.rate = rate
      return
    }
    state.rate = old + (rate - old) * (1 - System.exponential(-seconds / ProgressLine.memory))
  }

  /// The line: bar, share, count, rate, time left and note, cut to `width` columns.
  package static func text(
    done: Int, total: Int?, unit: String, rate: Double?, note: String, width: Int, unicode: Bool
  ) -> String {
    var parts: [String] = []
    if let total, total > 0 {
      let fraction = Double(done) / Double(total)
      let bar = ProgressBar.text(fraction: fraction, width: 20, unicode: unicode)
      parts = [bar, NumberText.fixed(min(fraction, 1) * 100, 0) + " %", "\(done)/\(total) \(unit)"]
    } else {
      parts = ["\(done) \(unit)"]
    }
    if let rate, rate > 0 {
      parts.append(NumberText.general(rate, 3) + "/s")
      if let total, total > done {
        parts.append(NumberText.duration(seconds: (Double(total - done) / rate).rounded(.up)) + " left")
      }
    }
    if !note.isEmpty { parts.append(SurprisalError.onOneLine(note)) }
    return TextWidth.cut(parts.joined(separator: "  "), to: max(1, width), unicode: unicode)
  }
}
