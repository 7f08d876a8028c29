/// Responsibilities as stacked bars, one thin bar per row, rows sorted by their most probable component.
struct ResponsibilityChart: Chart, Picture {
  var chart: AnyChart { AnyChart(self) }
  let rows: [[Double]]
  let componentCount: Int
  let rowTotal: Int
  var size: (width: Double, height: Double) = (920, 240)

  /// A chart of some of the sampled responsibilities; fewer where there are many components.
  init(_ content: MixtureReportContent) {
    componentCount = content.components.count
    rowTotal = content.rowCount
    let count = componentCount
    let sorted =
      content.sampleResponsibilities
      .filter { $0.count == count && $0.allSatisfy(\.isFinite) }
      .map { row in (row: row, best: row.indices.max { row[$0] < row[$1] } ?? 0) }
      .enumerated()
      .sorted {
        let (a, b) = ($0.element, $1.element)
        if a.best != b.best { return a.best < b.best }
        if a.row[a.best] != b.row[b.best] { return a.row[a.best] > b.row[b.best] }
        return $0.offset < $1.offset
      }
      .map(\.element.row)
    let limit = min(400, max(100, 3_600 / max(1, count)))
    rows =
      sorted.count <= limit
      ? sorted : (0..<limit).map { sorted[$0 * (sorted.count - 1) / (limit - 1)] }
  }

  /// Whether there is anything to see.
  var isEmpty: Bool { rows.isEmpty || componentCount < 2 }

  var title: String { "Responsibilities" }

  var summary: String {
    let sure = rows.reduce(0) { $0 + (($1.max() ?? 0) > 0.95 ? 1 : 0) }
    return "Posterior probabilities of \(componentCount) components for \(rows.count) of "
      + "\(NumberText.grouped(rowTotal)) rows; in \(sure) of those shown one component has more than 95 %."
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard !isEmpty else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], "There is nothing to divide.")
      return
    }
    let frame = PlotFrame(
      left: 60, top: 56, width: size.width - 80, height: size.height - 100,
      x: { AxisScale(domain: 0...Double(rows.count), start: $0, end: $1) },
      y: { AxisScale(domain: 0...1, start: $0, end: $1) })
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 4), title: "p(component | row)", into: &markup)
    frame.clip(into: &markup) { markup in
      var lower = [Double](repeating: 0, count: rows.count)
      for component in 0..<componentCount {
        let upper = rows.indices.map { min(lower[$0] + max(rows[$0][component], 0), 1) }
        markup.empty(
          "path",
          [
            "class": Palette.fill(component), "fill": Palette.hex(component),
            "d": area(from: lower, to: upper, in: frame),
          ])
        lower = upper
      }
    }
    let edge = "M\(Drawing.number(frame.left)) \(Drawing.number(frame.bottom))"
    markup.empty("path", ["class": "axis", "d": edge + "H\(Drawing.number(frame.right))"])
    drawComponentNumbers(frame, into: &markup)
    Drawing.label(
      "\(NumberText.grouped(rows.count)) of \(NumberText.grouped(rowTotal)) rows, by most probable component",
      x: frame.left + frame.width / 2, y: frame.bottom + 34, width: frame.width, anchor: "middle",
      style: "m", into: &markup)
  }

  /// A region of steps: along the upper values and back along the lower ones.
  private func area(from lower: [Double], to upper: [Double], in frame: PlotFrame) -> String {
    let width = frame.width / Double(rows.count)
    func height(_ value: Double) -> String { Drawing.number(frame.bottom - frame.height * value) }
    func place(_ index: Int) -> String { Drawing.number(frame.left + width * Double(index)) }
    var path = "M\(place(0)) \(height(upper[0]))"
    var last = height(upper[0])
    for index in upper.indices.dropFirst() where height(upper[index]) != last {
      last = height(upper[index])
      path += "H\(place(index))V\(last)"
    }
    last = height(lower[lower.count - 1])
    path += "H\(place(upper.count))V\(last)"
    for index in lower.indices.dropLast().reversed() where height(lower[index]) != last {
      last = height(lower[index])
      path += "H\(place(index + 1))V\(last)"
    }
    return path + "H\(place(0))z"
  }

  /// The number of each component below its rows, where they are many enough.
  private func drawComponentNumbers(_ frame: PlotFrame, into markup: inout Markup) {
    let best = rows.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
    let width = frame.width / Double(rows.count)
    for component in 0..<componentCount {
      guard let first = best.firstIndex(of: component), let last = best.lastIndex(of: component),
        Double(last - first + 1) * width >= 12
      else { continue }
      let middle = frame.left + width * Double(first + last + 1) / 2
      let place = (x: Drawing.number(middle), y: Drawing.number(frame.bottom + 16))
      markup.element("text", ["x": place.x, "y": place.y, "text-anchor": "middle"], "\(component + 1)")
    }
  }
}
