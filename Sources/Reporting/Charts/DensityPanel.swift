/// One column's histogram with the mixture's marginal density and that of each component times its weight.
struct DensityPanel {
  let content: MixtureReportContent
  let column: Int

  private var histogram: Histogram {
    if let histogram = content.histograms[column] { return histogram }
    let values = ColumnChoice.values(of: column, in: content)
    let domain = AxisScale.domain(of: values) ?? 0...1
    var histogram = Histogram(
      from: domain.lowerBound, through: domain.upperBound, rowCount: content.sampleRows.count)
    for row in content.sampleRows where row.indices.contains(column) { histogram.add(row[column]) }
    return histogram
  }

  /// The density of a component times its weight at `x`, per unit of x.
  private func density(_ component: MixtureReportContent.Component, at x: Double) -> Double {
    guard let variance = ColumnChoice.covariance(component, column, column)?.xx, variance > 0 else {
      return 0
    }
    let deviation = variance.squareRoot()
    let distance = (x - component.mean[column]) / deviation
    let value = component.weight * System.exponential(-distance * distance / 2)
    let density = value / (deviation * (2 * Double.pi).squareRoot())
    return density.isFinite ? density : 0
  }

  /// Draws the panel with both axes.
  func draw(
    left: Double, top: Double, width: Double, height: Double, into markup: inout Markup
  ) {
    let frame = frame(left: left, top: top, width: width, height: height)
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 5), title: "density, per unit of the column", into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(frame.x, target: 8), title: content.columnName(column), into: &markup)
    drawCurves(frame, into: &markup)
  }

  /// Draws the panel for the diagonal of a scatter matrix: no density axis.
  func drawMarginal(
    left: Double, top: Double, width: Double, height: Double, showsAxis: Bool, into markup: inout Markup
  ) {
    let frame = frame(left: left, top: top, width: width, height: height)
    let name = content.columnName(column)
    frame.drawHorizontalAxis(
      AxisTicks(frame.x, target: 3), title: showsAxis ? name : nil, showsLabels: showsAxis, into: &markup)
    drawCurves(frame, into: &markup)
    Drawing.label(name, x: left, y: top - 6, width: width, style: "h", into: &markup)
  }

  private func frame(left: Double, top: Double, width: Double, height: Double) -> PlotFrame {
    let tallest = histogram.densities.max() ?? 0
    let xScale = AxisScale(fitting: ColumnChoice.values(of: column, in: content), start: 0, end: 1)
    let peak =
      grid(xScale).map { x in
        content.components.reduce(0) { $0 + density($1, at: x) }
      }.max() ?? 0
    // A spike of one narrow component must not press the histogram flat.
    let upper = tallest > 0 ? min(max(peak, tallest), 2 * tallest) : peak
    let highest = upper > 0 && upper < AxisScale.limit ? upper * 1.08 : 1
    return PlotFrame(
      left: left, top: top, width: width, height: height,
      x: { AxisScale(domain: xScale.domain, start: $0, end: $1) },
      y: { AxisScale(domain: 0...highest, start: $0, end: $1) })
  }

  private func grid(_ scale: AxisScale) -> [Double] {
    let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
    return (0...120).map { low + (high - low) * Double($0) / 120 }
  }

  private func drawCurves(_ frame: PlotFrame, into markup: inout Markup) {
    frame.clip(into: &markup) { markup in
      let histogram = histogram
      var bars = ""
      let zero = Drawing.number(frame.bottom)
      for (bin, density) in histogram.densities.enumerated() where density > 0 {
        let start = histogram.start + histogram.binWidth * Double(bin)
        guard let left = frame.x.position(start), let right = frame.x.position(start + histogram.binWidth),
          let top = frame.y.position(density)
        else { continue }
        bars += "M\(Drawing.number(left + 0.5)) \(zero)V\(Drawing.number(top))"
        bars += "H\(Drawing.number(right - 0.5))V\(zero)z"
      }
      markup.empty("path", ["class": "bars", "style": "fill:var(--axis);opacity:.35", "d": bars])
      let xs = grid(frame.x)
      let drawn = content.components.prefix(ScatterChart.componentLimit)
      for (index, component) in drawn.enumerated() {
        let path = Drawing.path(xs.map { frame.point($0, density(component, at: $0)) })
        markup.empty(
          "path",
          [
            "class": Palette.stroke(index), "stroke": Palette.hex(index), "fill": "none",
            "style": "stroke-width:1.75", "d": path,
          ])
      }
      let whole = xs.map { x in
        frame.point(x, content.components.reduce(0) { $0 + density($1, at: x) })
      }
      let style = "stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2"
      markup.empty("path", ["fill": "none", "stroke": "#333", "style": style, "d": Drawing.path(whole)])
    }
  }
}
