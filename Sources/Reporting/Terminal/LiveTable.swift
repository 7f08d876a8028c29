import SurprisalCore
import Synchronization

/// A table on standard error that updates in place while work goes on.
///
/// It draws only on a terminal that can move its cursor, at most twenty times a second, and removes itself at
/// the end. It may be used from any thread. On anything else than a terminal it does nothing.
public final class LiveTable: Sendable {
  private struct State {
    var rows: [Int: [String]] = [:]
    var footer: String?
    var drawnLines = 0
    var lastDrawing: UInt64?
    var isFinished = false
  }

  private let columns: [TextTable.Column]
  private let capabilities: TerminalCapabilities
  private let interval: UInt64
  private let output: @Sendable (String) -> Void
  private let clock: @Sendable () -> UInt64
  private let state = Mutex(State())

  /// A live table of `columns` on standard error.
  public convenience init(
    columns: [TextTable.Column], capabilities: TerminalCapabilities = .standardError
  ) {
    self.init(
      columns: columns, capabilities: capabilities, interval: 50_000_000,
      output: { System.write($0, to: 2) }, clock: System.monotonicNanoseconds)
  }

  /// A live table that writes with `output` and reads nanoseconds from `clock`.
  package init(
    columns: [TextTable.Column], capabilities: TerminalCapabilities, interval: UInt64,
    output: @escaping @Sendable (String) -> Void, clock: @escaping @Sendable () -> UInt64
  ) {
    self.columns = columns
    self.capabilities = capabilities
    self.interval = interval
    self.output = output
    self.clock = clock
  }

  deinit { finish() }

  /// Whether updates are shown.
  public var isShown: Bool { capabilities.movesCursor }

  /// Sets the cells of the row with this key, and a line under the table; rows stand in order of their keys.
  ///
  /// `cells` is called only when the table is shown.
  public func update(row key: Int, footer: String? = nil, cells: () -> [String]) {
    guard isShown else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.rows[key] = cells()
      state.footer = footer
      let now = clock()
      if let last = state.lastDrawing, now &- last < interval { return }
      state.lastDrawing = now
      draw(&state)
    }
  }

  /// Removes the table from the screen; later updates are ignored.
  public func finish() {
    guard isShown else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      output(LiveTable.erasure(of: state.drawnLines))
      state.drawnLines = 0
    }
  }

  private func draw(_ state: inout State) {
    let keys = state.rows.keys.sorted()
    // The screen scrolls when more lines are written than it has, and they could no longer be erased.
    let shown = keys.suffix(max(1, capabilities.height - 5))
    let table = TextTable(columns: columns, rows: shown.compactMap { state.rows[$0] })
    // The last column stays free: a full line makes some terminals wrap.
    let width = max(1, capabilities.width - 1)
    var lines = table.lines(width: width, unicode: capabilities.showsUnicode)
    if let footer = state.footer {
      let line = SurprisalError.onOneLine(footer)
      lines.append(TextWidth.cut(line, to: width, unicode: capabilities.showsUnicode))
    }
    output(LiveTable.erasure(of: state.drawnLines) + lines.reduce("") { $0 + $1 + "\n" })
    state.drawnLines = lines.count
  }

  private static func erasure(of lines: Int) -> String {
    lines == 0 ? "" : "\u{1B}[\(lines)A\r\u{1B}[0J"
  }
}
