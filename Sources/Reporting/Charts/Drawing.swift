/// Numbers, paths and text of drawings.
enum Drawing {
  /// A coordinate with at most two digits behind the point; never anything but a finite number.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((min(max(value, -1e6), 1e6) * 100).rounded())
    let size = hundredths.magnitude
    var text = hundredths < 0 ? "-" : ""
    text += String(size / 100)
    if size % 100 > 0 {
      text += "." + String(size % 100 / 10)
      if size % 10 > 0 { text += String(size % 10) }
    }
    return text
  }

  /// A line through points; it breaks where a point cannot be drawn.
  static func path(_ points: [(x: Double?, y: Double?)]) -> String {
    var text = ""
    var isDown = false
    for point in points {
      guard let x = point.x, let y = point.y else {
        isDown = false
        continue
      }
      text += (isDown ? "L" : "M") + number(x) + " " + number(y)
      isDown = true
    }
    return text
  }

  /// `text` shortened to about `width` pixels at 12 pixels a line.
  static func fit(_ text: String, width: Double, characterWidth: Double = 6.6) -> String {
    TextWidth.cut(text, to: max(1, Int(width / characterWidth)))
  }

  /// A label with its full text on hovering where it had to be cut.
  static func label(
    _ text: String, x: Double, y: Double, width: Double, anchor: String = "start", style: String = "",
    into markup: inout Markup
  ) {
    let shown = fit(text, width: width)
    markup.element(
      "text", ["x": number(x), "y": number(y), "text-anchor": anchor, "class": style]
    ) { markup in
      markup.write(shown)
      if shown != text { markup.element("title", [:], text) }
    }
  }
}
