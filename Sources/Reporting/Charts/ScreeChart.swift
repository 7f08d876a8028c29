/// The share of the total variance that each component explains, and that of all up to it.
public struct ScreeChart: Picture, Sendable, Hashable {
  /// The variance along each component, by falling size, in squared units of x.
  public var variances: [Double]
  /// The variance of all columns together; nil takes the sum of `variances`.
  public var totalVariance: Double?
  /// How many components the model keeps, where `variances` has more; nil for all.
  public var keptCount: Int?
  /// What a component is called, such as `component` or `factor`.
  public var componentName = "component"

  /// A chart of explained variances; at most the first 60 are shown.
  public init(variances: [Double], totalVariance: Double? = nil, keptCount: Int? = nil) {
    self.variances = variances
    self.totalVariance = totalVariance
    self.keptCount = keptCount
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(ScreeDrawing(content: self)) }
}

private struct ScreeDrawing: Chart {
  let content: ScreeChart
  let size: (width: Double, height: Double) = (920, 340)
  private static let limit = 60

  private var shown: Int { min(content.variances.count, ScreeDrawing.limit) }

  /// The share of each component in percent of the total variance, and the shares cumulated.
  private var shares: (single: [Double], cumulated: [Double]) {
    let total = content.totalVariance ?? content.variances.filter(\.isFinite).reduce(0, +)
    let single = content.variances.prefix(shown).map { $0 / total * 100 }
    var sum = 0.0
    return (
      single,
      single.map {
        sum += $0
        return sum
      }
    )
  }

  var title: String { "Explained variance" }

  var summary: String {
    let (single, cumulated) = shares
    guard let first = single.first, let last = cumulated.last else { return "There are no components." }
    let kept = content.keptCount ?? content.variances.count
    let reached = cumulated.indices.contains(kept - 1) ? cumulated[kept - 1] : last
    return "The first \(content.componentName) explains \(NumberText.fixed(first, 2)) % of the variance, "
      + "the first \(min(kept, shown)) together \(NumberText.fixed(reached, 2)) %." + part
  }

  private var part: String {
    let count = content.variances.count
    return shown < count ? " Shown are the first \(shown) of \(NumberText.grouped(count))." : ""
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    let (single, cumulated) = shares
    guard shown > 0 else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], summary)
      return
    }
    Legend(entries: [
      .init(sample: .area(style: "f0", opacity: 0.9), label: "each \(content.componentName)"),
      .init(sample: .line(style: "s1", extra: "stroke-width:2"), label: "all up to it"),
    ]).drawRow(x: 76, y: 46, into: &markup)
    let frame = PlotFrame(
      left: 76, top: 84, width: size.width - 100, height: size.height - 140,
      x: { AxisScale(domain: 0.4...Double(shown) + 0.6, start: $0, end: $1) },
      y: { AxisScale(domain: 0...105, start: $0, end: $1) })
    frame.drawVerticalAxis(AxisTicks(frame.y, target: 5), title: "share of the total variance, %", into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(integersIn: frame.x, target: 15), title: content.componentName + (part.isEmpty ? "" : "." + part),
      into: &markup)
    frame.clip(into: &markup) { markup in
      drawBars(single, in: frame, into: &markup)
      let points = cumulated.enumerated().map { frame.point(Double($0 + 1), $1) }
      markup.empty(
        "path",
        [
          "class": "s1", "stroke": Palette.hex(1), "fill": "none", "style": "stroke-width:2",
          "d": Drawing.path(points),
        ])
      var dots = ""
      for point in points {
        if let x = point.x, let y = point.y { dots += "M\(Drawing.number(x)) \(Drawing.number(y))h0" }
      }
      markup.empty(
        "path",
        [
          "class": "s1", "stroke": Palette.hex(1), "fill": "none", "stroke-linecap": "round",
          "style": "stroke-width:7", "d": dots,
        ])
    }
    drawValues(single, cumulated, in: frame, into: &markup)
    drawKept(frame, into: &markup)
  }

  private func drawBars(_ single: [Double], in frame: PlotFrame, into markup: inout Markup) {
    let width = min(60, frame.x.factor * 0.7)
    for (index, share) in single.enumerated() {
      guard let x = frame.x.position(Double(index + 1)), let y = frame.y.position(share) else { continue }
      let isKept = index < content.keptCount ?? .max
      markup.element(
        "rect",
        [
          "class": "f0", "fill": Palette.hex(0), "style": "opacity:\(isKept ? ".9" : ".35")",
          "x": Drawing.number(x - width / 2), "y": Drawing.number(y), "width": Drawing.number(width),
          "height": Drawing.number(max(0, frame.bottom - y)),
        ]
      ) { markup in
        let variance = NumberText.general(content.variances[index], 6)
        let text = "\(content.componentName) \(index + 1): \(NumberText.fixed(share, 3)) %, variance \(variance)"
        markup.element("title", [:], text)
      }
    }
  }

  /// The shares in figures, where the bars are wide enough.
  private func drawValues(
    _ single: [Double], _ cumulated: [Double], in frame: PlotFrame, into markup: inout Markup
  ) {
    guard frame.x.factor >= 46 else { return }
    for index in single.indices {
      guard let x = frame.x.position(Double(index + 1)), let bar = frame.y.position(single[index]),
        let dot = frame.y.position(cumulated[index])
      else { continue }
      if index > 0 {
        let value = NumberText.fixed(single[index], 1)
        // Where the curve is close above the bar, the figure stands within the bar, if that is high enough.
        let isInside = bar - dot < 36 && frame.bottom - bar > 22
        Drawing.label(
          value, x: x, y: isInside ? bar + 16 : bar - 6, width: 60, anchor: "middle",
          style: isInside ? "halo" : "", into: &markup)
      }
      Drawing.label(
        NumberText.fixed(cumulated[index], 1), x: x, y: dot - 9, width: 60, anchor: "middle", style: "m",
        into: &markup)
    }
  }

  /// A dashed line behind the last component that is kept.
  private func drawKept(_ frame: PlotFrame, into markup: inout Markup) {
    guard let kept = content.keptCount, kept < shown, let x = frame.x.position(Double(kept) + 0.5) else { return }
    let line = "M\(Drawing.number(x)) \(Drawing.number(frame.top))V\(Drawing.number(frame.bottom))"
    markup.empty("path", ["class": "axis", "style": "stroke-dasharray:4 3", "d": line])
    Drawing.label("kept: \(kept)", x: x + 5, y: frame.top + 12, width: 120, style: "m", into: &markup)
  }
}
