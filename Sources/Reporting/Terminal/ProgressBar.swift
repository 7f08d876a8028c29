/// A bar of text that fills up as work is done.
public enum ProgressBar {
  /// A bar `width` columns wide, filled to `fraction` (0 … 1), in eighths of a column where Unicode is shown.
  public static func text(fraction: Double, width: Int, unicode: Bool = true) -> String {
    let fraction = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
    let width = max(1, width)
    if !unicode {
      let filled = Int((fraction * Double(width)).rounded(.down))
      return String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    }
    let eighths = Int((fraction * Double(width) * 8).rounded(.down))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let rest = width - eighths / 8 - (partial.isEmpty ? 0 : 1)
    return String(repeating: "█", count: eighths / 8) + partial + String(repeating: "░", count: rest)
  }
}
