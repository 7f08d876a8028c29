/// BIC over the number of components, one line per covariance model; smaller is better.
struct CriterionChart: Chart, Picture {
  var chart: AnyChart { AnyChart(self) }
  /// The candidates of one covariance model, by rising number of components.
  struct Line {
    var covarianceModel: String
    var points: [(components: Int, bic: Double)]
  }

  let lines: [Line]
  let best: MixtureReportContent.Candidate?
  let failureCount: Int
  var size: (width: Double, height: Double) = (920, 380)

  /// The chart of the candidates that could be fitted.
  init(_ candidates: [MixtureReportContent.Candidate]) {
    func value(_ candidate: MixtureReportContent.Candidate) -> Double? {
      candidate.bic.flatMap { $0.magnitude <= AxisScale.limit ? $0 : nil }
    }
    let usable = candidates.filter { value($0) != nil }
    best = usable.min { (value($0) ?? 0) < (value($1) ?? 0) }
    failureCount = candidates.count - usable.count
    var lines: [Line] = []
    for candidate in usable {
      let point = (components: candidate.components, bic: value(candidate) ?? 0)
      if let index = lines.firstIndex(where: { $0.covarianceModel == candidate.covarianceModel }) {
        lines[index].points.append(point)
      } else {
        lines.append(Line(covarianceModel: candidate.covarianceModel, points: [point]))
      }
    }
    for index in lines.indices { lines[index].points.sort { $0.components < $1.components } }
    self.lines = lines.sorted { a, b in
      (a.points.map(\.bic).min() ?? 0) < (b.points.map(\.bic).min() ?? 0)
    }
  }

  /// Whether there is anything to compare.
  var isEmpty: Bool { lines.reduce(0) { $0 + $1.points.count } < 2 }

  var title: String { "BIC by number of components" }

  var summary: String {
    guard let best, let bic = best.bic else { return "No candidate could be fitted." }
    let failures = failureCount > 0 ? " \(failureCount) candidates could not be fitted." : ""
    return "Smallest BIC \(NumberText.fixed(bic, 2)) for \(best.components) components with covariance model "
      + "\(best.covarianceModel).\(failures)"
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard !isEmpty, let best, let bestValue = best.bic else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], "There is nothing to compare.")
      return
    }
    let points = lines.flatMap(\.points)
    let frame = PlotFrame(
      left: 90, top: 60, width: size.width - 270, height: size.height - 120,
      x: { AxisScale(fitting: points.map { Double($0.components) }, start: $0, end: $1) },
      y: { AxisScale(fitting: points.map(\.bic), padding: 0.08, start: $0, end: $1) })
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 6), title: "BIC in nats (−2 log p + parameters · ln n); smaller is better",
      into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(integersIn: frame.x, target: 12), title: "components", into: &markup)
    for (index, line) in lines.enumerated() { draw(line, index: index, in: frame, into: &markup) }
    if let x = frame.x.position(Double(best.components)), let y = frame.y.position(bestValue) {
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
        sample: .line(style: Palette.stroke(index), extra: style(index)), label: line.covarianceModel)
    }
    let label = "smallest: \(best.covarianceModel), \(best.components)"
    entries.insert(.init(sample: .ring(style: "axis"), label: label), at: 0)
    Legend(entries: entries).drawColumn(x: size.width - 160, y: 70, width: 155, into: &markup)
  }

  /// Lines beyond the number of colors repeat them with other dashes.
  private func style(_ index: Int) -> String {
    let dashes = ["", ";stroke-dasharray:6 3", ";stroke-dasharray:2 3"][index / Palette.count % 3]
    return "stroke-width:2" + dashes
  }

  private func draw(_ line: Line, index: Int, in frame: PlotFrame, into markup: inout Markup) {
    let places = line.points.map { frame.point(Double($0.components), $0.bic) }
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
