/// A criterion over the number of components (states, factors), one line per kind of model; smaller is better.
struct CriterionChart: Chart, Picture {
  var chart: AnyChart { AnyChart(self) }
  /// The candidates of one kind, by rising size.
  struct Line {
    var kind: String
    var points: [(size: Int, value: Double)]
  }

  private let comparison: ModelReportContent.Comparison
  let lines: [Line]
  let best: ModelReportContent.Candidate?
  let failureCount: Int
  var size: (width: Double, height: Double) = (920, 380)

  /// The chart of the candidates that could be fitted.
  init(_ comparison: ModelReportContent.Comparison) {
    self.comparison = comparison
    let candidates = comparison.candidates
    func value(_ candidate: ModelReportContent.Candidate) -> Double? {
      candidate.value.flatMap { $0.magnitude <= AxisScale.limit ? $0 : nil }
    }
    let usable = candidates.filter { value($0) != nil }
    best = usable.min { (value($0) ?? 0) < (value($1) ?? 0) }
    failureCount = candidates.count - usable.count
    var lines: [Line] = []
    for candidate in usable {
      let point = (size: candidate.size, value: value(candidate) ?? 0)
      if let index = lines.firstIndex(where: { $0.kind == candidate.kind }) {
        lines[index].points.append(point)
      } else {
        lines.append(Line(kind: candidate.kind, points: [point]))
      }
    }
    for index in lines.indices { lines[index].points.sort { $0.size < $1.size } }
    self.lines = lines.sorted { a, b in
      (a.points.map(\.value).min() ?? 0) < (b.points.map(\.value).min() ?? 0)
    }
  }

  /// Whether there is anything to compare.
  var isEmpty: Bool { lines.reduce(0) { $0 + $1.points.count } < 2 }

  var title: String { "\(comparison.criterion) by number of \(comparison.sizeName)" }

  var summary: String {
    guard let best, let value = best.value else { return "No candidate could be fitted." }
    let failures =
      failureCount > 0 ? " \(failureCount) candidate\(failureCount == 1 ? "" : "s") could not be fitted." : ""
    let kind = best.kind.isEmpty ? "" : " with covariance model \(best.kind)"
    return "Smallest \(comparison.criterion) \(NumberText.fixed(value, 2)) for \(sized(best.size))\(kind).\(failures)"
  }

  /// The size with its name, in the singular where it is 1.
  private func sized(_ size: Int) -> String {
    let name = comparison.sizeName
    return "\(size) \(size == 1 && name.hasSuffix("s") ? String(name.dropLast()) : name)"
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard !isEmpty, let best, let bestValue = best.value else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], "There is nothing to compare.")
      return
    }
    let points = lines.flatMap(\.points)
    let frame = PlotFrame(
      left: 90, top: 60, width: size.width - 270, height: size.height - 120,
      x: { AxisScale(fitting: points.map { Double($0.size) }, start: $0, end: $1) },
      y: { AxisScale(fitting: points.map(\.value), padding: 0.08, start: $0, end: $1) })
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 6), title: axisTitle,
      into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(integersIn: frame.x, target: 12), title: comparison.sizeName, into: &markup)
    for (index, line) in lines.enumerated() { draw(line, index: index, in: frame, into: &markup) }
    if let x = frame.x.position(Double(best.size)), let y = frame.y.position(bestValue) {
      let style = "stroke:var(--ink);stroke-width:2"
      markup.empty(
        "circle",
        [
          "cx": Drawing.number(x), "cy": Drawing.number(y), "r": "9", "fill": "none", "stroke": "#333",
          "style": style,
        ])
    }
    var entries = lines.enumerated().map { index, line in
      Legend.Entry(
        sample: .line(style: Palette.stroke(index), extra: style(index)), label: line.kind)
    }
    if lines.count == 1, best.kind.isEmpty { entries = [] }
    let label = "smallest: " + (best.kind.isEmpty ? "\(best.size)" : "\(best.kind), \(best.size)")
    entries.insert(.init(sample: .ring(style: "axis"), label: label), at: 0)
    Legend(entries: entries).drawColumn(x: size.width - 160, y: 70, width: 155, into: &markup)
  }

  private var axisTitle: String {
    let formula = ["BIC": " (−2 log p + parameters · ln n)", "AIC": " (−2 log p + 2 · parameters)"]
    return "\(comparison.criterion) in nats\(formula[comparison.criterion] ?? ""); smaller is better"
  }

  /// Lines beyond the number of colors repeat them with other dashes.
  private func style(_ index: Int) -> String {
    let dashes = ["", ";stroke-dasharray:6 3", ";stroke-dasharray:2 3"][index / Palette.count % 3]
    return "stroke-width:2" + dashes
  }

  private func draw(_ line: Line, index: Int, in frame: PlotFrame, into markup: inout Markup) {
    let places = line.points.map { frame.point(Double($0.size), $0.value) }
    markup.empty(
      "path",
      [
        "class": Palette.stroke(index), "stroke": Palette.hex(index), "fill": "none",
        "style": style(index), "d": Drawing.path(places),
      ])
    var dots = ""
    for place in places {
      if let x = place.x, let y = place.y { dots += "M\(Drawing.number(x)) \(Drawing.number(y))h0" }
    }
    markup.empty(
      "path",
      [
        "class": Palette.stroke(index), "stroke": Palette.hex(index), "fill": "none",
        "stroke-linecap": "round", "style": "stroke-width:7", "d": dots,
      ])
  }
}

extension ModelReportContent.Comparison {
  /// The chart with its failures; nil where there is nothing to compare.
  var figure: ReportFigure? {
    let chart = CriterionChart(self)
    guard !chart.isEmpty else { return nil }
    let lines = candidates.compactMap { candidate in
      let kind = candidate.kind.isEmpty ? "" : "\(candidate.kind), "
      return candidate.failure.map { "\(kind)\(candidate.size) \(sizeName): \($0)" }
    }
    let summary = "\(lines.count) candidate\(lines.count == 1 ? "" : "s") could not be fitted"
    return ReportFigure("How many \(sizeName)", chart, details: lines.isEmpty ? nil : .init(summary, lines: lines))
  }
}
