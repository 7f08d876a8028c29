/// Centers with intervals for several groups, one panel a column: means of components or states ± a deviation.
public struct IntervalChart: Picture, Sendable, Hashable {
  /// One column's centers and deviations, in its own unit.
  public struct Panel: Sendable, Hashable {
    /// The name of the column, with its unit where it is known.
    public var name: String
    /// The center of each group.
    public var centers: [Double]
    /// How far the interval of each group reaches to both sides.
    public var deviations: [Double]

    /// A panel from its numbers.
    public init(_ name: String, centers: [Double], deviations: [Double]) {
      self.name = name
      self.centers = centers
      self.deviations = deviations
    }
  }

  /// What stands above the picture.
  public var title: String
  /// What an interval is, such as `± one standard deviation`.
  public var intervalName: String
  /// The names of the groups.
  public var groupNames: [String]
  /// The panels; of more than twelve those are shown whose centers differ most against their deviations.
  public var panels: [Panel]

  /// Panels over named groups; at most 20 groups are shown.
  public init(
    title: String, intervalName: String = "± one standard deviation", groupNames: [String], panels: [Panel]
  ) {
    self.title = title
    self.intervalName = intervalName
    self.groupNames = groupNames
    self.panels = panels
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(IntervalDrawing(content: self)) }
}

private struct IntervalDrawing: Chart {
  let content: IntervalChart
  let panels: [IntervalChart.Panel]

  private static let panelLimit = 12
  private static let groupLimit = 20

  init(content: IntervalChart) {
    self.content = content
    let all = content.panels
    let shares = all.map(IntervalDrawing.separation)
    let order = all.indices.sorted { (shares[$0], $1) > (shares[$1], $0) }
    panels = order.prefix(IntervalDrawing.panelLimit).sorted().map { all[$0] }
  }

  /// The share of a column's variance that lies between the groups.
  private static func separation(_ panel: IntervalChart.Panel) -> Double {
    let pairs = zip(panel.centers, panel.deviations).filter { $0.isFinite && $1.isFinite }
    let count = Double(max(1, pairs.count))
    let center = pairs.reduce(0) { $0 + $1.0 / count }
    let between = pairs.reduce(0) { $0 + ($1.0 - center) * ($1.0 - center) / count }
    let within = pairs.reduce(0) { $0 + $1.1 * $1.1 / count }
    let share = between / (between + within)
    return share.isFinite ? share : 0
  }

  private var groups: Int { min(content.groupNames.count, IntervalDrawing.groupLimit) }
  private var perRow: Int { min(3, max(1, panels.count)) }
  private var panelHeight: Double { Double(max(1, groups)) * 22 + 12 }

  var size: (width: Double, height: Double) {
    let rows = (panels.count + perRow - 1) / perRow
    return (920, 60 + Double(rows) * (panelHeight + 60) + (partNote == nil ? -6 : 20))
  }

  var title: String { content.title }

  var summary: String {
    let parts = panels.prefix(3).map { panel in
      let values = panel.centers.prefix(groups).enumerated().map {
        "\(name($0)) \(NumberText.general($1, 4))"
          + (panel.deviations.indices.contains($0) ? " ± \(NumberText.general(panel.deviations[$0], 3))" : "")
      }
      return "\(panel.name): " + values.prefix(5).joined(separator: ", ")
    }
    return (parts + [partNote].compactMap { $0 }).joined(separator: ". ") + "."
  }

  private func name(_ group: Int) -> String { ColumnName.of(group, in: content.groupNames, kind: "group") }

  private var partNote: String? {
    var parts: [String] = []
    if panels.count < content.panels.count {
      parts.append(
        "the \(panels.count) of \(NumberText.grouped(content.panels.count)) columns that differ most")
    }
    if groups < content.groupNames.count {
      parts.append("the first \(groups) of \(content.groupNames.count) groups")
    }
    return parts.isEmpty ? nil : "Shown are " + parts.joined(separator: " and ")
  }

  func draw(into markup: inout Markup) {
    Drawing.label("\(title), \(content.intervalName)", x: 16, y: 22, width: 888, style: "h", into: &markup)
    guard groups > 0, !panels.isEmpty else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], "There is nothing to show.")
      return
    }
    let names = 130.0
    let step = (size.width - names - 16) / Double(perRow)
    for (index, panel) in panels.enumerated() {
      let column = index % perRow
      let frame = frame(
        panel, left: names + Double(column) * step, top: 52 + Double(index / perRow) * (panelHeight + 60),
        width: step - 26)
      if column == 0 {
        for group in 0..<groups {
          let y = rowPosition(group, in: frame) + 4
          Drawing.label(
            name(group), x: names - 12, y: y, width: names - 24, anchor: "end", style: "m", into: &markup)
        }
      }
      frame.drawHorizontalAxis(AxisTicks(frame.x, target: 12 / perRow), title: panel.name, into: &markup)
      frame.clip(into: &markup) { draw(panel, in: frame, into: &$0) }
    }
    if let partNote {
      Drawing.label(partNote, x: 16, y: size.height - 10, width: 888, style: "m", into: &markup)
    }
  }

  private func frame(_ panel: IntervalChart.Panel, left: Double, top: Double, width: Double) -> PlotFrame {
    let ends = panel.centers.prefix(groups).enumerated().flatMap { group, center -> [Double] in
      let deviation = panel.deviations.indices.contains(group) ? panel.deviations[group] : 0
      return deviation.isFinite ? [center - deviation, center + deviation] : [center]
    }
    return PlotFrame(
      left: left, top: top, width: width, height: panelHeight,
      x: { AxisScale(fitting: ends, padding: 0.06, start: $0, end: $1) },
      y: { AxisScale(domain: 0...1, start: $0, end: $1) })
  }

  private func rowPosition(_ group: Int, in frame: PlotFrame) -> Double {
    frame.top + 6 + 22 * (Double(group) + 0.5)
  }

  private func draw(_ panel: IntervalChart.Panel, in frame: PlotFrame, into markup: inout Markup) {
    for (group, center) in panel.centers.prefix(groups).enumerated() {
      guard let x = frame.x.position(center) else { continue }
      let y = Drawing.number(rowPosition(group, in: frame))
      let guide = "M\(Drawing.number(frame.left)) \(y)H\(Drawing.number(frame.right))"
      markup.empty("path", ["class": "grid", "d": guide])
      let deviation = panel.deviations.indices.contains(group) ? panel.deviations[group] : 0
      if let low = frame.x.position(center - deviation), let high = frame.x.position(center + deviation) {
        markup.empty(
          "path",
          [
            "class": Palette.stroke(group), "stroke": Palette.hex(group), "style": "stroke-width:2",
            "d": "M\(Drawing.number(low)) \(y)H\(Drawing.number(high))",
          ])
      }
      markup.element(
        "circle",
        [
          "class": Palette.fill(group), "fill": Palette.hex(group), "cx": Drawing.number(x), "cy": y, "r": "4.5",
        ]
      ) { markup in
        markup.element(
          "title", [:], "\(name(group)): \(NumberText.general(center, 6)) ± \(NumberText.general(deviation, 4))")
      }
    }
  }
}
