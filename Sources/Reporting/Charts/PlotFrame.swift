/// The rectangle that data are drawn in, with its axes.
struct PlotFrame {
  /// The left and upper edges and the size in drawing units.
  let left, top, width, height: Double
  /// The scales; the vertical one runs from the lower edge up.
  let x, y: AxisScale

  /// A frame whose scales are made for its edges.
  init(
    left: Double, top: Double, width: Double, height: Double,
    x: (_ start: Double, _ end: Double) -> AxisScale, y: (_ start: Double, _ end: Double) -> AxisScale
  ) {
    (self.left, self.top, self.width, self.height) = (left, top, width, height)
    self.x = x(left, left + width)
    self.y = y(top + height, top)
  }

  var right: Double { left + width }
  var bottom: Double { top + height }

  /// The drawing position of a point, if it has one.
  func point(_ xValue: Double, _ yValue: Double) -> (x: Double?, y: Double?) {
    (x.position(xValue), y.position(yValue))
  }

  /// Horizontal grid lines with labels at the left, and a title above the axis.
  func drawVerticalAxis(
    _ ticks: AxisTicks, title: String?, showsLabels: Bool = true, into markup: inout Markup
  ) {
    var lines = ""
    for value in ticks.values {
      guard let position = y.position(value) else { continue }
      lines += "M\(Drawing.number(left)) \(Drawing.number(position))H\(Drawing.number(right))"
    }
    markup.empty("path", ["class": "grid", "d": lines])
    if showsLabels {
      for (value, label) in zip(ticks.values, ticks.labels) {
        guard let position = y.position(value) else { continue }
        let place = (x: Drawing.number(left - 6), y: Drawing.number(position + 4))
        markup.element("text", ["class": "m", "x": place.x, "y": place.y, "text-anchor": "end"], label)
      }
    }
    if let title {
      let full = title + (ticks.offset.map { " (labels + \($0))" } ?? "")
      Drawing.label(full, x: left, y: top - 8, width: width, style: "m", into: &markup)
    }
  }

  /// The lower edge with tick marks, labels and a title below.
  func drawHorizontalAxis(
    _ ticks: AxisTicks, title: String?, showsLabels: Bool = true, into markup: inout Markup
  ) {
    var marks = "M\(Drawing.number(left)) \(Drawing.number(bottom))H\(Drawing.number(right))"
    for value in ticks.values {
      guard let position = x.position(value) else { continue }
      marks += "M\(Drawing.number(position)) \(Drawing.number(bottom))v4"
    }
    markup.empty("path", ["class": "axis", "d": marks])
    if showsLabels {
      var taken = -Double.infinity
      for (value, label) in zip(ticks.values, ticks.labels) {
        guard let position = x.position(value) else { continue }
        // A label that would touch the one before is left out; its tick stays.
        let reach = Double(TextWidth.of(label)) * 3.6
        guard position - reach > taken else { continue }
        taken = position + reach + 4
        let place = (x: Drawing.number(position), y: Drawing.number(bottom + 17))
        markup.element("text", ["class": "m", "x": place.x, "y": place.y, "text-anchor": "middle"], label)
      }
    }
    if let title {
      let full = title + (ticks.offset.map { " (labels + \($0))" } ?? "")
      Drawing.label(
        full, x: left + width / 2, y: bottom + (showsLabels ? 36 : 18), width: width, anchor: "middle",
        style: "m", into: &markup)
    }
  }

  /// Draws what `body` writes, cut at the frame's edges.
  func clip(into markup: inout Markup, _ body: (inout Markup) -> Void) {
    let edges = [left, top, width, height].map(Drawing.number)
    markup.element(
      "svg",
      [
        "x": edges[0], "y": edges[1], "width": edges[2], "height": edges[3],
        "viewBox": edges.joined(separator: " "),
      ], body)
  }
}
