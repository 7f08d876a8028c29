import Synchronization
import Testing

@testable import SurprisalReporting

@Suite struct TerminalTests {
  private func capabilities(_ environment: [String: String], isTerminal: Bool = true) -> TerminalCapabilities {
    TerminalCapabilities(isTerminal: isTerminal, size: (100, 30), environment: { environment[$0] })
  }

  @Test func environmentDecides() {
    let plain = capabilities(["TERM": "xterm", "LANG": "en_US.UTF-8"])
    #expect(plain.movesCursor && plain.showsColor && plain.showsUnicode && plain.width == 100)
    #expect(!capabilities(["TERM": "xterm", "NO_COLOR": "1"]).showsColor)
    #expect(capabilities(["TERM": "xterm", "NO_COLOR": ""]).showsColor)
    #expect(capabilities(["TERM": "xterm", "NO_COLOR": "1"]).movesCursor)
    #expect(!capabilities(["TERM": "dumb"]).movesCursor)
    #expect(!capabilities([:]).movesCursor)
    #expect(!capabilities(["TERM": "xterm"], isTerminal: false).movesCursor)
    #expect(!capabilities(["TERM": "xterm", "LC_ALL": "C", "LANG": "en_US.UTF-8"]).showsUnicode)
  }

  @Test func tablesAlign() {
    let table = TextTable(
      columns: [.init("name", alignment: .left), .init("gain", unit: "nats"), .init("n")],
      rows: [["a", "1.5", "10"], ["漢字", "-200.25"], ["x\ty\n", "3", "4", "surplus"]])
    #expect(
      table.lines() == [
        "name    gain [nats]   n", "──────  ───────────  ──", "a               1.5  10",
        "漢字        -200.25", "x\\ty\\n            3   4",
      ])
    #expect(table.lines(width: 8, unicode: false).allSatisfy { TextWidth.of($0) <= 8 })
    #expect(table.lines(width: 8, unicode: false)[0] == "name   ~")
  }

  @Test(arguments: [
    (0.0, "░░░░"), (0.5, "██░░"), (1, "████"), (0.54, "██▏░"), (2, "████"), (-1, "░░░░"), (.nan, "░░░░"),
  ]) func bars(fraction: Double, text: String) {
    #expect(ProgressBar.text(fraction: fraction, width: 4) == text)
  }

  @Test func barsInASCII() {
    #expect(ProgressBar.text(fraction: 0.6, width: 10, unicode: false) == "######....")
  }

  /// A terminal that keeps lines and understands the two sequences that a live table writes.
  private final class Screen: Sendable {
    let state = Mutex((lines: [""], drawings: 0, time: UInt64(0)))

    func write(_ text: String) {
      state.withLock { state in
        state.drawings += 1
        var rest = Substring(text)
        if rest.first == "\u{1B}" {
          let up = Int(rest.dropFirst(2).prefix { $0.isNumber }) ?? 0
          state.lines.removeLast(min(up, state.lines.count - 1) + 1)
          state.lines.append("")
          rest = rest[(rest.range(of: "\u{1B}[0J")?.upperBound ?? rest.endIndex)...]
        }
        let parts = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        state.lines[state.lines.count - 1] += parts[0]
        state.lines += parts.dropFirst()
      }
    }
  }

  private func table(_ screen: Screen, height: Int = 24) -> LiveTable {
    LiveTable(
      columns: [.init("K"), .init("log p", unit: "nats")],
      capabilities: .init(isTerminal: true, movesCursor: true, width: 40, height: height),
      interval: 50, output: screen.write, clock: { screen.state.withLock { $0.time } })
  }

  @Test func aLiveTableUpdatesInPlaceAndRemovesItself() {
    let screen = Screen()
    screen.write("before\n")
    let live = table(screen)
    live.update(row: 2, footer: "working") { ["2", "-10"] }
    live.update(row: 1) { ["1", "never drawn at once"] }
    screen.state.withLock { $0.time = 100 }
    live.update(row: 1) { ["1", "-20"] }
    #expect(
      screen.state.withLock { $0.lines } == [
        "before", "K  log p [nats]", "─  ────────────", "1           -20", "2           -10", "",
      ])
    #expect(screen.state.withLock { $0.drawings } == 3)
    live.finish()
    live.update(row: 3) { ["3", "late"] }
    live.finish()
    #expect(screen.state.withLock { $0.lines } == ["before", ""])
  }

  @Test func aLiveTableNeverFillsTheScreen() {
    let screen = Screen()
    let live = table(screen, height: 10)
    for row in 0..<50 {
      screen.state.withLock { $0.time += 100 }
      live.update(row: row) { ["\(row)", "x"] }
    }
    #expect(screen.state.withLock { $0.lines.count } <= 10)
    live.finish()
    #expect(screen.state.withLock { $0.lines } == [""])
  }

  @Test func aPipeSeesNothingAndCellsAreNotMade() {
    let screen = Screen()
    let live = LiveTable(
      columns: [.init("K")], capabilities: .init(isTerminal: false), interval: 0, output: screen.write,
      clock: { 0 })
    live.update(row: 1) {
      Issue.record("cells of a hidden table were made")
      return []
    }
    live.finish()
    #expect(screen.state.withLock { $0.drawings } == 0)
  }

  @Test func manyThreadsMayUpdate() async {
    let screen = Screen()
    let live = table(screen)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for step in 0..<200 {
            screen.state.withLock { $0.time += 100 }
            live.update(row: task) { ["\(task)", "\(step)"] }
          }
        }
      }
    }
    #expect(screen.state.withLock { $0.lines.count } == 11)
    live.finish()
    #expect(screen.state.withLock { $0.lines } == [""])
  }
}
