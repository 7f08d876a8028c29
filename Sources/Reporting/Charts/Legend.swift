/// The key to a chart's lines and colors.
struct Legend {
  /// What an entry's sample looks like.
  enum Sample {
    /// A line with this class and extra style.
    case line(style: String, extra: String)
    /// A filled square with this class and opacity.
    case area(style: String, opacity: Double)
    /// A ring with this class.
    case ring(style: String)
  }

  /// One entry.
  struct Entry {
    var sample: Sample
    var label: String
  }

  var entries: [Entry]

  /// Draws the entries beside each other from the left; `y` is the line of the text.
  func drawRow(x: Double, y: Double, into markup: inout Markup) {
    var x = x
    for entry in entries {
      draw(entry, x: x, y: y, width: 600, into: &markup)
      x += 30 + Double(TextWidth.of(entry.label)) * 6.7 + 14
    }
  }

  /// Draws the entries below each other; `y` is the line of the first text.
  func drawColumn(x: Double, y: Double, width: Double, into markup: inout Markup) {
    for (index, entry) in entries.enumerated() {
      draw(entry, x: x, y: y + Double(index) * 18, width: width - 30, into: &markup)
    }
  }

  private func draw(_ entry: Entry, x: Double, y: Double, width: Double, into markup: inout Markup) {
    let middle = y - 4
    switch entry.sample {
    case .line(let style, let extra):
      let path = "M\(Drawing.number(x)) \(Drawing.number(middle))h22"
      markup.empty("path", ["class": style, "d": path, "fill": "none", "style": extra])
    case .area(let style, let opacity):
      markup.empty(
        "rect",
        [
          "class": style, "x": Drawing.number(x + 4), "y": Drawing.number(middle - 6), "width": "14",
          "height": "12", "rx": "2", "style": "opacity:\(Drawing.number(opacity))",
        ])
    case .ring(let style):
      markup.empty(
        "circle",
        [
          "class": style, "cx": Drawing.number(x + 11), "cy": Drawing.number(middle), "r": "5",
          "fill": "none", "style": "stroke-width:2",
        ])
    }
    Drawing.label(entry.label, x: x + 28, y: y, width: width, into: &markup)
  }
}
