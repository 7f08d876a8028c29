/// Bars over named categories, side by side for several series: levels by component, or one number per column.
public struct BarChart: Picture, Sendable, Hashable {
  /// The bars of one color.
  public struct Series: Sendable, Hashable {
    /// What the bars are of; empty where there is nothing to tell apart.
    public var name: String
    /// The length of each bar; NaN is left out.
    public var values: [Double]

    /// A series of bars.
    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What stands above the picture.
  public var title: String
  /// What a bar's length is, with its unit.
  public var unit: String
  /// What the categories are, such as the name of a categorical column.
  public var categoryTitle: String
  /// The names of the categories.
  public var categories: [String]
  /// The bars.
  public var series: [Series]

  /// Bars over `categories`; at most 64 categories, nine series and 160 bars are shown.
  public init(title: String, unit: String, categoryTitle: String, categories: [String], series: [Series]) {
    self.title = title
    self.unit = unit
    self.categoryTitle = categoryTitle
    self.categories = categories
    self.series = series
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(BarDrawing(content: self)) }
}

private struct BarDrawing: Chart {
  let content: BarChart
  /// The most categories, and the most bars, that are drawn.
  private static let categoryLimit = 64
  private static let barLimit = 160

  private var categories: Int {
    let limit = min(BarDrawing.categoryLimit, BarDrawing.barLimit / max(1, series.count))
    return min(content.categories.count, limit)
  }
  private var series: ArraySlice<BarChart.Series> { content.series.prefix(Palette.count) }
  private var hasLegend: Bool { content.series.contains { !$0.name.isEmpty } }
  private var legendWidth: Double {
    let longest = series.map { TextWidth.of($0.name) }.max() ?? 0
    return hasLegend ? min(260, 64 + Double(longest) * 6.8) : 20
  }
  private var slot: Double { (920 - 90 - legendWidth) / Double(max(1, categories)) }
  private var longest: Int { (0..<categories).map { TextWidth.of(name($0)) }.max() ?? 0 }
  private var isTurned: Bool { Double(longest) * 6.8 > slot - 4 }

  var size: (width: Double, height: Double) {
    (920, 62 + 200 + 50 + (isTurned ? min(110, Double(longest) * 6.8) * 0.71 : 0))
  }

  var title: String { content.title }

  var summary: String {
    guard categories > 0, !series.isEmpty else { return "There is nothing to show." }
    let parts = series.map { one in
      let values = one.values.prefix(categories).enumerated().filter { $0.element.isFinite }
      guard let most = values.max(by: { $0.element < $1.element }) else { return "\(one.name): no numbers" }
      let start = one.name.isEmpty ? "" : "\(one.name): "
      return start + "largest \(NumberText.general(most.element, 4)) for \(name(most.offset))"
    }
    return "\(content.unit) by \(content.categoryTitle). " + parts.joined(separator: "; ") + "."
      + (partNote.map { " \($0)." } ?? "")
  }

  private func name(_ category: Int) -> String {
    ColumnName.of(category, in: content.categories, kind: "category")
  }

  private var partNote: String? {
    var parts: [String] = []
    if categories < content.categories.count {
      parts.append("the first \(categories) of \(NumberText.grouped(content.categories.count)) categories")
    }
    if series.count < content.series.count {
      parts.append("the first \(series.count) of \(content.series.count) series")
    }
    return parts.isEmpty ? nil : "Shown are " + parts.joined(separator: " and ")
  }

  func draw(into markup: inout Markup) {
    Drawing.label(title, x: 16, y: 22, width: size.width - 32, style: "h", into: &markup)
    guard categories > 0, !series.isEmpty else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], summary)
      return
    }
    let values = series.flatMap { $0.values.prefix(categories) }
    let domain = AxisScale.domain(of: values + [0]) ?? 0...1
    // Without negative numbers the axis starts at 0, without positive ones it ends there.
    let low = values.contains { $0 < 0 } ? domain.lowerBound * 1.05 : 0
    let high = low == 0 || values.contains { $0 > 0 } ? domain.upperBound * 1.05 : 0
    let frame = PlotFrame(
      left: 76, top: 62, width: slot * Double(categories), height: 200,
      x: { AxisScale(domain: 0...Double(max(1, categories)), start: $0, end: $1) },
      y: { AxisScale(domain: low...high, start: $0, end: $1) })
    frame.drawVerticalAxis(AxisTicks(frame.y, target: 5), title: content.unit, into: &markup)
    frame.clip(into: &markup) { markup in
      for (index, one) in series.enumerated() { draw(one, number: index, in: frame, into: &markup) }
    }
    let zero = Drawing.number(frame.y.position(0) ?? frame.bottom)
    let line = "M\(Drawing.number(frame.left)) \(zero)H\(Drawing.number(frame.right))"
    markup.empty("path", ["class": "axis", "d": line])
    drawNames(frame, into: &markup)
    if hasLegend {
      Legend(
        entries: series.enumerated().map {
          .init(sample: .area(style: Palette.fill($0), opacity: 0.9), label: $1.name)
        }
      ).drawColumn(x: frame.right + 16, y: 76, width: legendWidth - 16, into: &markup)
    }
    let below = content.categoryTitle + (partNote.map { ". " + $0 } ?? "")
    Drawing.label(
      below, x: frame.left + frame.width / 2, y: size.height - 12, width: frame.width, anchor: "middle", style: "m",
      into: &markup)
  }

  private func draw(_ one: BarChart.Series, number: Int, in frame: PlotFrame, into markup: inout Markup) {
    let zero = frame.y.position(0) ?? frame.bottom
    let width = min(34, slot * 0.8 / Double(series.count))
    let first = (slot - width * Double(series.count)) / 2
    var bars = ""
    for (category, value) in one.values.prefix(categories).enumerated() {
      guard let y = frame.y.position(value) else { continue }
      let left = frame.left + slot * Double(category) + first + width * Double(number)
      bars += "M\(Drawing.number(left)) \(Drawing.number(zero))V\(Drawing.number(y))"
      bars += "h\(Drawing.number(max(0.5, width - 1)))V\(Drawing.number(zero))z"
    }
    markup.empty(
      "path", ["class": Palette.fill(number), "fill": Palette.hex(number), "style": "opacity:.9", "d": bars])
  }

  private func drawNames(_ frame: PlotFrame, into markup: inout Markup) {
    // Turned names need about as much room as they are high.
    for category in stride(from: 0, to: categories, by: isTurned && slot < 13 ? 2 : 1) {
      let x = frame.left + slot * (Double(category) + 0.5)
      guard isTurned else {
        Drawing.label(
          name(category), x: x, y: frame.bottom + 17, width: slot, anchor: "middle", style: "m", into: &markup)
        continue
      }
      let place = "translate(\(Drawing.number(x + 4)) \(Drawing.number(frame.bottom + 14)))"
      markup.element("g", ["transform": place + " rotate(-45)"]) { markup in
        Drawing.label(name(category), x: 0, y: 0, width: 110, anchor: "end", style: "m", into: &markup)
      }
    }
  }
}
