/// Curves over one axis, one panel below the other: the course of a training, with loss, figures and learning rate over
/// the steps, unless it has another title.
///
/// Long curves are thinned: each point is then the mean of a stretch of the curve.
public struct CurveChart: Picture, Sendable {
  /// Figures that share an axis.
  public struct Panel: Sendable {
    /// What the axis measures, with its unit.
    public var title: String
    /// The curves.
    public var curves: [Curve]
    /// Whether the axis is logarithmic; values that are not positive are then left out.
    public var isLogarithmic: Bool

    /// A panel of curves.
    public init(_ title: String, curves: [Curve], isLogarithmic: Bool = false) {
      self.title = title
      self.curves = curves
      self.isLogarithmic = isLogarithmic
    }
  }

  /// A figure over the steps.
  public struct Curve: Sendable {
    /// What it is.
    public var name: String
    /// Step and value, by rising step; values that are not finite leave a gap.
    public var points: [(step: Double, value: Double)]
    /// The step of the point that is ringed, such as the best.
    public var marked: Double?

    /// A curve through points.
    public init(_ name: String, points: [(step: Double, value: Double)], marked: Double? = nil) {
      self.name = name
      self.points = points
      self.marked = marked
    }
  }

  /// The panels from above.
  public var panels: [Panel]
  /// What the horizontal axis counts.
  public var horizontalTitle: String

  /// What the chart shows.
  public var title: String

  /// A chart of panels over one horizontal axis.
  public init(panels: [Panel], horizontalTitle: String = "step", title: String = "The course of the training") {
    self.panels = panels
    self.horizontalTitle = horizontalTitle
    self.title = title
  }

  /// The drawing.
  public var chart: AnyChart {
    AnyChart(CurveDrawing(panels: panels, horizontalTitle: horizontalTitle, title: title))
  }
}

/// The drawing of curves.
struct CurveDrawing: Chart {
  let panels: [CurveChart.Panel]
  let horizontalTitle: String
  let title: String

  /// The most points of a curve.
  static let pointLimit = 400
  private static let panelHeight = 170.0
  private static let gap = 62.0

  /// Panels of which nothing can be drawn are left out.
  init(panels: [CurveChart.Panel], horizontalTitle: String, title: String) {
    self.panels = panels.compactMap { panel in
      var panel = panel
      for index in panel.curves.indices {
        panel.curves[index].points = CurveDrawing.thinned(panel.curves[index].points)
      }
      let isEmpty = panel.curves.allSatisfy { $0.points.allSatisfy { !panel.canShow($0.value) } }
      return isEmpty ? nil : panel
    }
    self.horizontalTitle = horizontalTitle
    self.title = title
  }

  /// Means of stretches of equal counts, where there are more points than the eye can follow.
  static func thinned(_ points: [(step: Double, value: Double)]) -> [(step: Double, value: Double)] {
    guard points.count > pointLimit else { return points }
    return (0..<pointLimit).map { index in
      let stretch = points[index * points.count / pointLimit..<(index + 1) * points.count / pointLimit]
      let count = Double(stretch.count)
      return (
        stretch.reduce(0) { $0 + $1.step / count }, stretch.reduce(0) { $0 + $1.value / count }
      )
    }
  }

  var size: (width: Double, height: Double) {
    (920, 40 + Double(max(panels.count, 1)) * (Self.panelHeight + Self.gap) + 10)
  }

  var summary: String {
    let parts = panels.flatMap { panel in
      panel.curves.compactMap { curve -> String? in
        let values = curve.points.filter { panel.canShow($0.value) }
        guard let first = values.first, let last = values.last else { return nil }
        let ends = [first.value, last.value].map { NumberText.general($0, 3) }
        return "\(curve.name) from \(ends[0]) to \(ends[1])"
      }
    }
    return parts.isEmpty ? "Nothing was recorded." : parts.joined(separator: "; ") + "."
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard !panels.isEmpty else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], summary)
      return
    }
    let steps = panels.flatMap { $0.curves.flatMap { $0.points.map(\.step) } }
    for (index, panel) in panels.enumerated() {
      let values = panel.curves.flatMap { $0.points.map(\.value) }
      let frame = PlotFrame(
        left: 90, top: 74 + Double(index) * (Self.panelHeight + Self.gap), width: size.width - 110,
        height: Self.panelHeight,
        x: { AxisScale(fitting: steps, padding: 0, start: $0, end: $1) },
        y: {
          panel.isLogarithmic
            ? AxisScale(logarithmicFitting: values, start: $0, end: $1)
            : AxisScale(fitting: values, padding: 0.06, start: $0, end: $1)
        })
      draw(panel, in: frame, isLast: index == panels.count - 1, into: &markup)
    }
  }

  private func draw(_ panel: CurveChart.Panel, in frame: PlotFrame, isLast: Bool, into markup: inout Markup) {
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 4), title: panel.title + (panel.isLogarithmic ? ", log scale" : ""), into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(integersIn: frame.x, target: 10), title: isLast ? horizontalTitle : nil, into: &markup)
    if panel.curves.count > 1 {
      let entries = panel.curves.enumerated().map { index, curve in
        Legend.Entry(sample: .line(style: Palette.stroke(index), extra: "stroke-width:2"), label: curve.name)
      }
      Legend(entries: entries).drawRow(x: frame.left + 330, y: frame.top - 8, into: &markup)
    }
    frame.clip(into: &markup) { markup in
      for (index, curve) in panel.curves.enumerated() { draw(curve, index, of: panel, in: frame, into: &markup) }
    }
  }

  private func draw(
    _ curve: CurveChart.Curve, _ index: Int, of panel: CurveChart.Panel, in frame: PlotFrame,
    into markup: inout Markup
  ) {
    let places = curve.points.map { frame.point($0.step, $0.value) }
    markup.empty(
      "path",
      [
        "class": Palette.stroke(index), "stroke": Palette.hex(index), "fill": "none", "stroke-linejoin": "round",
        "style": "stroke-width:2", "d": Drawing.path(places),
      ])
    // A curve of few points is not seen without its points.
    if places.count <= 40 {
      var dots = ""
      for place in places {
        if let x = place.x, let y = place.y { dots += "M\(Drawing.number(x)) \(Drawing.number(y))h0" }
      }
      markup.empty(
        "path",
        [
          "class": Palette.stroke(index), "stroke": Palette.hex(index), "fill": "none", "stroke-linecap": "round",
          "style": "stroke-width:5", "d": dots,
        ])
    }
    guard let marked = curve.marked, let point = curve.points.first(where: { $0.step == marked }),
      let x = frame.x.position(point.step), let y = frame.y.position(point.value)
    else { return }
    markup.empty(
      "circle",
      [
        "cx": Drawing.number(x), "cy": Drawing.number(y), "r": "7", "fill": "none", "stroke": "#333",
        "style": "stroke:var(--ink);stroke-width:2",
      ])
  }
}

extension CurveChart.Panel {
  /// Whether a value has a place on the axis.
  func canShow(_ value: Double) -> Bool { value.magnitude <= AxisScale.limit && (!isLogarithmic || value > 0) }
}
