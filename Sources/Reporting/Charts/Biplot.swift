/// Rows by their first two scores, with the columns' loadings as arrows (Gabriel 1971).
public struct Biplot: Picture, Sendable, Hashable {
  /// The first two scores of each row shown.
  public var scores: [[Double]]
  /// The number of rows that the scores are a sample of; nil where they are all.
  public var rowCount: Int?
  /// The first two loadings of each column.
  public var loadings: [[Double]]
  /// The names of the columns.
  public var columnNames: [String]
  /// The titles of both axes, such as `component 1 (72.9 % of the variance)`.
  public var axisTitles: [String]
  /// The group of each row shown, from 0, for its color; empty for one color.
  public var groups: [Int] = []
  /// The names of the groups.
  public var groupNames: [String] = []

  /// A biplot; arrows are drawn for the 20 columns of the longest loadings.
  public init(
    scores: [[Double]], rowCount: Int? = nil, loadings: [[Double]], columnNames: [String], axisTitles: [String]
  ) {
    self.scores = scores
    self.rowCount = rowCount
    self.loadings = loadings
    self.columnNames = columnNames
    self.axisTitles = axisTitles
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(BiplotDrawing(content: self)) }
}

private struct BiplotDrawing: Chart {
  let content: Biplot
  let size: (width: Double, height: Double) = (920, 560)
  private static let arrowLimit = 20

  /// The columns with arrows: those of the longest loadings.
  private var arrows: [Int] {
    let lengths = content.loadings.map { pair -> Double in
      guard pair.count >= 2 else { return -1 }
      let length = (pair[0] * pair[0] + pair[1] * pair[1]).squareRoot()
      return length.isFinite ? length : -1
    }
    return lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
      .prefix(BiplotDrawing.arrowLimit).sorted()
  }

  var title: String { "Scores and loadings" }

  var summary: String {
    let shown = content.scores.count
    let rows = content.rowCount.map { $0 > shown ? "\(shown) of \(NumberText.grouped($0))" : "\(shown)" }
    let names = arrows.prefix(20).map(columnName).joined(separator: ", ")
    return "\(rows ?? "\(shown)") rows by \(axisTitle(0)) and \(axisTitle(1)); arrows for \(names)." + part
  }

  private var part: String {
    let (drawn, all) = (arrows.count, content.loadings.count)
    return drawn < all && drawn == BiplotDrawing.arrowLimit
      ? " Arrows are drawn for the \(drawn) longest of \(NumberText.grouped(all)) columns." : ""
  }

  private func columnName(_ column: Int) -> String { ColumnName.of(column, in: content.columnNames) }
  private func axisTitle(_ axis: Int) -> String {
    ColumnName.of(axis, in: content.axisTitles, kind: "component")
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    let legend = content.groups.isEmpty ? 20.0 : 170.0
    let points = content.scores.filter { $0.count >= 2 }
    let frame = frame(points, room: size.width - 90 - legend, height: size.height - 130)
    frame.drawVerticalAxis(AxisTicks(frame.y, target: 6), title: axisTitle(1), into: &markup)
    frame.drawHorizontalAxis(AxisTicks(frame.x, target: 8), title: axisTitle(0), into: &markup)
    frame.clip(into: &markup) { drawScores(frame, into: &$0) }
    let factor = drawArrows(frame, into: &markup)
    let entries = content.groups.isEmpty ? [] : groupIndices
    Legend(
      entries: entries.map {
        .init(
          sample: .area(style: Palette.fill($0), opacity: 0.9),
          label: ColumnName.of($0, in: content.groupNames, kind: "group"))
      }
    ).drawColumn(x: frame.right + 16, y: 70, width: legend - 16, into: &markup)
    let note = factor.map { "arrows: loadings × \(NumberText.general($0, 3))." + part } ?? "no loadings"
    Drawing.label(note, x: 16, y: size.height - 12, width: size.width - 32, style: "m", into: &markup)
  }

  /// A frame with equally long units on both axes, so that angles between arrows are true; it is narrower than
  /// `room` where the rows are.
  private func frame(_ points: [[Double]], room: Double, height: Double) -> PlotFrame {
    let x = AxisScale(fitting: points.map { $0[0] } + [0], padding: 0.12, start: 0, end: room).domain
    let y = AxisScale(fitting: points.map { $0[1] } + [0], padding: 0.12, start: 0, end: height).domain
    let ratio = (x.upperBound - x.lowerBound) / (y.upperBound - y.lowerBound)
    let width = min(room, max(height, height * ratio))
    let unit = max((x.upperBound - x.lowerBound) / width, (y.upperBound - y.lowerBound) / height)
    func widened(_ domain: ClosedRange<Double>, to span: Double) -> ClosedRange<Double> {
      let middle = domain.lowerBound / 2 + domain.upperBound / 2
      return (middle - span / 2)...(middle + span / 2)
    }
    return PlotFrame(
      left: 76, top: 56, width: width, height: height,
      x: { AxisScale(domain: widened(x, to: unit * width), start: $0, end: $1) },
      y: { AxisScale(domain: widened(y, to: unit * height), start: $0, end: $1) })
  }

  private var groupIndices: [Int] { Set(content.groups).filter { $0 >= 0 && $0 < .max }.sorted().prefix(20).map { $0 } }

  private func drawScores(_ frame: PlotFrame, into markup: inout Markup) {
    var paths: [Int: String] = [:]
    for (row, score) in content.scores.enumerated() where score.count >= 2 {
      guard let x = frame.x.position(score[0]), let y = frame.y.position(score[1]) else { continue }
      let group = content.groups.indices.contains(row) ? max(0, content.groups[row]) : 0
      paths[group % Palette.count, default: ""] += "M\(Drawing.number(x)) \(Drawing.number(y))h0"
    }
    for (group, path) in paths.sorted(by: { $0.key < $1.key }) {
      markup.empty(
        "path",
        [
          "class": Palette.stroke(group), "stroke": Palette.hex(group), "fill": "none", "stroke-linecap": "round",
          "style": "stroke-width:5;opacity:.55", "d": path,
        ])
    }
  }

  /// Draws the arrows from the origin; returns what loadings are multiplied by to have the scores' unit.
  ///
  /// The arrow that would first leave the frame reaches to nine tenths of its half.
  private func drawArrows(_ frame: PlotFrame, into markup: inout Markup) -> Double? {
    guard let originX = frame.x.position(0), let originY = frame.y.position(0) else { return nil }
    var factor = Double.infinity
    for column in arrows {
      let (x, y) = (content.loadings[column][0], content.loadings[column][1])
      let reachX = x > 0 ? frame.x.domain.upperBound : -frame.x.domain.lowerBound
      let reachY = y > 0 ? frame.y.domain.upperBound : -frame.y.domain.lowerBound
      if x != 0 { factor = min(factor, max(reachX, 0) / x.magnitude) }
      if y != 0 { factor = min(factor, max(reachY, 0) / y.magnitude) }
    }
    factor *= 0.85
    guard factor.isFinite, factor > 0 else { return nil }
    var labels: [(left: Double, right: Double, y: Double)] = []
    for column in arrows {
      let loading = content.loadings[column]
      guard let x = frame.x.position(loading[0] * factor), let y = frame.y.position(loading[1] * factor) else {
        continue
      }
      drawArrow(from: (originX, originY), to: (x, y), into: &markup)
      let isLeft = x < originX
      let (start, extent) = (x + (isLeft ? -6 : 6), min(150, Double(TextWidth.of(columnName(column))) * 7.2))
      var place = (left: isLeft ? start - extent : start, right: isLeft ? start : start + extent, y: y + 4)
      // A name that would cover an earlier one moves down a line, or up in the upper half.
      let line = y < originY ? -13.0 : 13.0
      for _ in 0..<BiplotDrawing.arrowLimit
      where labels.contains(where: {
        $0.left < place.right && place.left < $0.right && abs($0.y - place.y) < 12
      }) { place.y += line }
      labels.append(place)
      Drawing.label(
        columnName(column), x: start, y: place.y, width: 150, anchor: isLeft ? "end" : "start", style: "halo",
        into: &markup)
    }
    return factor
  }

  private func drawArrow(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), into markup: inout Markup
  ) {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = (dx * dx + dy * dy).squareRoot()
    var path = "M\(Drawing.number(start.x)) \(Drawing.number(start.y))"
    path += "L\(Drawing.number(end.x)) \(Drawing.number(end.y))"
    if length > 8 {
      let (ux, uy) = (dx / length * 8, dy / length * 8)
      for side in [-0.5, 0.5] {
        let (x, y) = (end.x - ux - side * uy, end.y - uy + side * ux)
        path += "M\(Drawing.number(x)) \(Drawing.number(y))L\(Drawing.number(end.x)) \(Drawing.number(end.y))"
      }
    }
    let style = "stroke:var(--ink);stroke-width:1.75;stroke-linecap:round"
    markup.empty("path", ["fill": "none", "stroke": "#333", "style": style, "d": path])
  }
}
