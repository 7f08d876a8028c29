/// Responsibilities as stacked bars, one thin bar per row, rows sorted by their most probable component.
public struct ResponsibilityChart: Picture, Sendable {
  let rows: [[Double]]
  let componentCount: Int
  let rowTotal: Int

  init(_ content: MixtureReportContent) {
    self.init(
      responsibilities: content.sampleResponsibilities, componentCount: content.components.count,
      rowCount: content.rowCount)
  }

  /// A chart of some of the responsibilities, [n][K], of a sample of `rowCount` rows; fewer are drawn where there
  /// are many components.
  public init(responsibilities: [[Double]], componentCount count: Int, rowCount: Int) {
    componentCount = count
    rowTotal = rowCount
    let sorted =
      responsibilities
      .filter { count > 0 && $0.count == count && $0.allSatisfy(\.isFinite) }
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

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(self) }

  /// Whether there is nothing to see: no rows, or fewer than two components.
  public var isEmpty: Bool { rows.isEmpty || componentCount < 2 }
}

extension ResponsibilityChart: Chart {
  var size: (width: Double, height: Double) { (920, 240) }

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
      StackedShares(rows: rows, componentCount: componentCount).draw(in: frame, into: &markup)
    }
    let edge = "M\(Drawing.number(frame.left)) \(Drawing.number(frame.bottom))"
    markup.empty("path", ["class": "axis", "d": edge + "H\(Drawing.number(frame.right))"])
    drawComponentNumbers(frame, into: &markup)
    Drawing.label(
      "\(NumberText.grouped(rows.count)) of \(NumberText.grouped(rowTotal)) rows, by most probable component",
      x: frame.left + frame.width / 2, y: frame.bottom + 34, width: frame.width, anchor: "middle",
      style: "m", into: &markup)
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
