/// Every pair of up to five columns with its rows and the components' ellipses; single columns on the diagonal.
struct ScatterChart: Chart, Picture {
  var chart: AnyChart { AnyChart(self) }
  let content: MixtureReportContent
  /// The columns shown, by rising number.
  let columns: [Int]
  private let colored: ColoredRows

  /// The most components that are drawn: the heaviest, since components stand by falling weight.
  static let componentLimit = 20

  /// A chart of at most five columns of `content`, chosen by `ColumnChoice` where there are more.
  init(_ content: MixtureReportContent, size: (width: Double, height: Double)? = nil) {
    self.content = content
    columns = content.chartColumns
    colored = ColoredRows(rows: content.sampleRows, responsibilities: content.sampleResponsibilities)
    let heights: [Double] = [120, 380, 520, 760, 860, 920]
    let height = heights[columns.count]
    self.size = size ?? (920, height)
  }

  let size: (width: Double, height: Double)

  var title: String {
    let total = content.columnCount
    let which = columns.count < total ? "the \(columns.count) of \(total) columns that differ most" : "data"
    return "Components and " + which
  }

  var summary: String {
    let names = columns.map(content.columnName).joined(separator: ", ")
    let number = content.components.count
    let drawn = min(number, ScatterChart.componentLimit)
    let which = drawn < number ? "the \(drawn) heaviest of \(number)" : "\(number)"
    return "Rows by \(names), colored by responsibility, with \(which) component"
      + (number == 1 ? "" : "s") + " drawn at one and two standard deviations."
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    switch columns.count {
    case 0: markup.element("text", ["class": "m", "x": "16", "y": "48"], "There are no columns to show.")
    case 1:
      let legend = 170.0
      DensityPanel(content: content, column: columns[0]).draw(
        left: 76, top: 56, width: size.width - 100 - legend, height: size.height - 110, into: &markup)
      drawLegend(x: size.width - legend, y: 70, width: legend, into: &markup)
    case 2: drawPair(into: &markup)
    default: drawMatrix(into: &markup)
    }
  }

  private func drawPair(into markup: inout Markup) {
    let legend = 170.0
    let frame = frame(
      x: columns[0], y: columns[1], left: 76, top: 56, width: size.width - 100 - legend,
      height: size.height - 110)
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 6), title: content.columnName(columns[1]), into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(frame.x, target: 8), title: content.columnName(columns[0]), into: &markup)
    drawPanel(frame, x: columns[0], y: columns[1], dot: 5, into: &markup)
    drawLegend(x: size.width - legend, y: 70, width: legend, into: &markup)
  }

  private func drawMatrix(into markup: inout Markup) {
    let count = columns.count
    let cell = (width: (size.width - 90) / Double(count), height: (size.height - 110) / Double(count))
    let inner = (width: cell.width - 18, height: cell.height - 22)
    for (row, y) in columns.enumerated() {
      for (position, x) in columns.enumerated() where position <= row {
        let left = 80 + Double(position) * cell.width
        let top = 56 + Double(row) * cell.height
        let isLast = row == count - 1
        if position == row {
          DensityPanel(content: content, column: x).drawMarginal(
            left: left, top: top, width: inner.width, height: inner.height, showsAxis: isLast, into: &markup)
          continue
        }
        let frame = frame(x: x, y: y, left: left, top: top, width: inner.width, height: inner.height)
        frame.drawVerticalAxis(
          AxisTicks(frame.y, target: 4), title: nil,
          showsLabels: position == 0, into: &markup)
        frame.drawHorizontalAxis(
          AxisTicks(frame.x, target: 3), title: isLast ? content.columnName(x) : nil, showsLabels: isLast,
          into: &markup)
        drawPanel(frame, x: x, y: y, dot: 3.5, into: &markup)
      }
    }
    drawLegend(x: size.width - 190, y: 70, width: 180, into: &markup)
  }

  private func frame(
    x: Int, y: Int, left: Double, top: Double, width: Double, height: Double
  ) -> PlotFrame {
    PlotFrame(
      left: left, top: top, width: width, height: height,
      x: { AxisScale(fitting: ColumnChoice.values(of: x, in: content), start: $0, end: $1) },
      y: { AxisScale(fitting: ColumnChoice.values(of: y, in: content), start: $0, end: $1) })
  }

  private func drawPanel(_ frame: PlotFrame, x: Int, y: Int, dot: Double, into markup: inout Markup) {
    frame.clip(into: &markup) { markup in
      colored.draw(columns: (x, y), in: frame, diameter: dot, into: &markup)
      let drawn = content.components.prefix(ScatterChart.componentLimit)
      let shapes = drawn.enumerated().compactMap { index, component in
        ColumnChoice.covariance(component, x, y).flatMap {
          Ellipse(mean: (component.mean[x], component.mean[y]), covariance: $0, in: frame)
        }.map { (index, $0) }
      }
      for (component, ellipse) in shapes {
        ellipse.draw(multiple: 1, component: component, into: &markup)
        ellipse.draw(multiple: 2, component: component, into: &markup)
      }
      guard columns.count == 2 || shapes.count <= Palette.count else { return }
      for (component, ellipse) in shapes {
        let place = (x: Drawing.number(ellipse.centerX), y: Drawing.number(ellipse.centerY + 5))
        markup.element(
          "text", ["class": "halo", "x": place.x, "y": place.y, "text-anchor": "middle"],
          "\(component + 1)")
      }
    }
  }

  private func drawLegend(x: Double, y: Double, width: Double, into markup: inout Markup) {
    var entries = content.components.prefix(12).enumerated().map { index, component in
      Legend.Entry(
        sample: .area(style: Palette.fill(index), opacity: 0.9),
        label: "\(index + 1): \(NumberText.fixed(component.weight * 100, 1)) %")
    }
    if content.components.count > 12 {
      let rest = content.components.count - 12
      entries.append(.init(sample: .line(style: "", extra: ""), label: "and \(rest) more"))
    }
    if columns.count > 1 {
      let stroke = "stroke-width:2"
      entries.append(.init(sample: .line(style: "axis", extra: stroke), label: "1σ (39 % inside)"))
      entries.append(
        .init(sample: .line(style: "axis", extra: stroke + ";stroke-dasharray:5 3"), label: "2σ (86 %)"))
    }
    Legend(entries: entries).drawColumn(x: x, y: y, width: width, into: &markup)
  }
}
