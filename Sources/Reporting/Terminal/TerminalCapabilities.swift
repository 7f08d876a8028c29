/// What a terminal, or a file or pipe in its place, can show.
///
/// Follows `NO_COLOR` (any text but an empty one turns color off), `TERM=dumb` (no color and no movement of
/// the cursor) and the locale's character set.
public struct TerminalCapabilities: Sendable, Hashable {
  /// Whether a person at a terminal reads the output.
  public var isTerminal: Bool
  /// Whether the cursor can be moved, so that text is updated in place.
  public var movesCursor: Bool
  /// Whether color may be used.
  public var showsColor: Bool
  /// Whether characters beyond ASCII may be used.
  public var showsUnicode: Bool
  /// Characters per line; 80 where the terminal does not say.
  public var width: Int
  /// Lines on the screen; 24 where the terminal does not say.
  public var height: Int

  /// Capabilities as given; the defaults are those of a pipe.
  public init(
    isTerminal: Bool = false, movesCursor: Bool = false, showsColor: Bool = false,
    showsUnicode: Bool = true, width: Int = 80, height: Int = 24
  ) {
    self.isTerminal = isTerminal
    self.movesCursor = movesCursor
    self.showsColor = showsColor
    self.showsUnicode = showsUnicode
    self.width = width
    self.height = height
  }

  /// The capabilities of standard output.
  public static var standardOutput: TerminalCapabilities { TerminalCapabilities(descriptor: 1) }
  /// The capabilities of standard error, where progress is shown.
  public static var standardError: TerminalCapabilities { TerminalCapabilities(descriptor: 2) }

  private init(descriptor: Int32) {
    let isTerminal = System.isTerminal(descriptor)
    self.init(
      isTerminal: isTerminal, size: isTerminal ? System.terminalSize(descriptor) : nil,
      environment: System.environment)
  }

  /// Capabilities from what the system says; `environment` looks a variable up.
  package init(
    isTerminal: Bool, size: (width: Int, height: Int)?, environment: (String) -> String?
  ) {
    let isDumb = environment("TERM").map { $0 == "dumb" || $0.isEmpty } ?? true
    let refusesColor = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
    let name = locale?.lowercased() ?? ""
    self.init(
      isTerminal: isTerminal, movesCursor: isTerminal && !isDumb,
      showsColor: isTerminal && !isDumb && !refusesColor,
      showsUnicode: name.contains("utf-8") || name.contains("utf8"), width: size?.width ?? 80,
      height: size?.height ?? 24)
  }
}
