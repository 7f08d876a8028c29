/// The picture of a heat map.
struct HeatMapDrawing: Chart {
  let content: HeatMap
  let rows: [Int]
  let columns: [Int]
  private let ranges: [ClosedRange<Double>]
  /// Whether the numbers are counts, which are written whole.
  private let areCounts: Bool
  /// The left and upper edges of the cells, which leave room for the names of the rows and of the turned columns.
  private let left, top: Double
  /// Cells large enough for their numbers as long as the picture stays within about 1,000 pixels.
  private let cell: (width: Double, height: Double)

  private static let sideForNumbers = 34.0
  /// Above this number of cells they are drawn as a raster, without their values on hovering.
  private static let cellLimit = 1_500

  init(content: HeatMap) {
    self.content = content
    rows = content.shownRows
    columns = content.shownColumns
    // Once for all cells: a look through the table for each would take the square of its size.
    ranges = HeatMapDrawing.ranges(of: content, columns: columns)
    areCounts =
      content.colors == .fromZero
      && content.values.joined().allSatisfy { $0.isNaN || Int(exactly: $0) != nil }
    let longest = rows.lazy.map { TextWidth.of(ColumnName.of($0, in: content.rowNames, kind: "row")) }.max() ?? 0
    let reach = HeatMapDrawing.reach(columns.map { ColumnName.of($0, in: content.columnNames) })
    top = content.colors == .besideDiagonal ? 120 : reach + (content.columnTitle.isEmpty ? 46 : 64)
    left = content.colors == .besideDiagonal ? 130 : min(220, max(90, Double(longest) * 6.8 + 24))
    // Pictures of information may be wider than a page.
    let room = content.colors == .besideDiagonal ? 860 : 920 - left - (content.notes.isEmpty ? 80 : 160)
    let width = max(7, min(54, room / Double(max(1, columns.count))))
    let height = max(16, min(30, 700 / Double(max(1, rows.count))))
    cell = (width, content.rowNames == content.columnNames ? width : height)
  }

  /// What the palest and the fullest color of each drawn column stand for.
  private static func ranges(of content: HeatMap, columns: [Int]) -> [ClosedRange<Double>] {
    if content.colors == .columnwise {
      return columns.map { column in
        let values = content.column(column)
        return (values.min() ?? 0)...(values.max() ?? 0)
      }
    }
    var most = 0.0
    for (row, values) in content.values.prefix(content.rowNames.count).enumerated() {
      for (column, value) in values.prefix(content.columnNames.count).enumerated() where value.isFinite {
        guard content.colors != .besideDiagonal || row != column else { continue }
        most = max(most, content.colors == .signed ? value.magnitude : value)
      }
    }
    if content.colors == .share || !(most > 0) { most = 1 }
    return columns.map { _ in 0...most }
  }

  private var hasNotes: Bool { !content.notes.isEmpty }

  /// How far names that are turned by 45 degrees reach to the right and up.
  private static func reach(_ names: [String]) -> Double {
    min(110, Double(names.lazy.map(TextWidth.of).max() ?? 0) * 6.8) * 0.71
  }

  private var hasNumbers: Bool { cell.width >= HeatMapDrawing.sideForNumbers }

  var size: (width: Double, height: Double) {
    let beside =
      content.colors == .besideDiagonal ? 24 : hasNotes ? 160 : HeatMapDrawing.reach(columns.suffix(3).map(columnName))
    let width = left + cell.width * Double(columns.count) + beside
    return (max(content.colors == .besideDiagonal ? 520 : 640, width), top + cell.height * Double(rows.count) + 64)
  }

  var title: String { content.title }
  private var fullTitle: String { content.unit.isEmpty ? title : "\(title), \(content.unit)" }
  private var unit: String { content.unit.isEmpty ? "" : " " + content.unit }

  var summary: String {
    var best: (value: Double, row: Int, column: Int)?
    for (row, values) in content.values.prefix(content.rowNames.count).enumerated() {
      for (column, value) in values.prefix(content.columnNames.count).enumerated()
      where content.colors != .besideDiagonal || column > row {
        if value > best?.value ?? -.infinity { best = (value, row, column) }
      }
    }
    let isInformation = content.colors == .besideDiagonal
    guard let best else { return isInformation ? "There are no pairs." : "There are no numbers." }
    let place = isInformation ? "between \(name(best.row)) and" : "for \(name(best.row)),"
    let size =
      isInformation ? "" : "\(NumberText.grouped(content.rowNames.count)) rows and "
    return size + "\(NumberText.grouped(content.columnNames.count)) columns; the largest is "
      + "\(long(best.value))\(unit) \(place) \(columnName(best.column))."
      + (partNote.map { " " + $0 + "." } ?? "")
  }

  private func name(_ row: Int) -> String { ColumnName.of(row, in: content.rowNames, kind: "row") }
  private func columnName(_ column: Int) -> String { ColumnName.of(column, in: content.columnNames) }

  /// How much of the table is drawn, if not all.
  private var partNote: String? {
    var parts: [String] = []
    if rows.count < content.values.count {
      let which = content.colors == .signed ? "the \(rows.count) largest" : "the first \(rows.count)"
      parts.append("\(which) of \(NumberText.grouped(content.values.count)) rows")
    }
    if columns.count < content.columnNames.count {
      let which = content.colors == .signed ? "the \(columns.count) largest" : "the \(columns.count) that differ most"
      parts.append("\(which) of \(NumberText.grouped(content.columnNames.count)) columns")
    }
    return parts.isEmpty ? nil : "Shown are " + parts.joined(separator: " and ")
  }

  private var scaleNote: String {
    let most = ranges.first?.upperBound ?? 1
    let text = areCounts ? whole(most) : HeatMapDrawing.short(most)
    switch content.colors {
    case .besideDiagonal: return "color: from 0 to \(NumberText.general(most, 3))\(unit), the most beside the diagonal"
    case .share: return "color: from 0 to 1"
    case .fromZero: return "color: from 0 to \(text)"
    case .signed: return "color: blue above 0, orange below, fullest at ±\(text)"
    case .columnwise: return "color: from the smallest to the largest number of each column"
    }
  }

  func draw(into markup: inout Markup) {
    Drawing.label(fullTitle, x: 16, y: 22, width: size.width - 32, style: "h", into: &markup)
    drawNames(into: &markup)
    if rows.count * columns.count > HeatMapDrawing.cellLimit && content.colors != .besideDiagonal {
      drawRaster(into: &markup)
    } else {
      for (y, row) in rows.enumerated() {
        for (x, column) in columns.enumerated() where content.values[row].indices.contains(column) {
          let value = content.values[row][column]
          if !value.isNaN { drawCell(row, column, at: (x, y), value, into: &markup) }
        }
      }
    }
    var lines = [scaleNote + (partNote.map { ". " + $0 } ?? "")]
    if !content.doubtful.isEmpty, hasNumbers { lines.append("in parentheses: the interval reaches 0") }
    for (index, line) in lines.enumerated() {
      let y = size.height - 32 + 18 * Double(index)
      Drawing.label(line, x: 16, y: y, width: size.width - 32, style: "m", into: &markup)
    }
  }

  private func drawNames(into markup: inout Markup) {
    let (width, height) = cell
    for (index, row) in rows.enumerated() where height >= 11 || index % 5 == 0 {
      let y = top + (Double(index) + 0.5) * height + 4
      Drawing.label(name(row), x: left - 8, y: y, width: left - 20, anchor: "end", style: "m", into: &markup)
      guard content.notes.indices.contains(row) else { continue }
      let x = left + width * Double(columns.count) + 12
      Drawing.label(content.notes[row], x: x, y: y, width: 140, into: &markup)
    }
    if hasNotes {
      let x = left + width * Double(columns.count) + 12
      Drawing.label(content.noteTitle, x: x, y: top - 8, width: 146, style: "m", into: &markup)
    }
    if !content.rowTitle.isEmpty {
      Drawing.label(
        content.rowTitle, x: left - 8, y: top - 8, width: left - 20, anchor: "end", style: "m", into: &markup)
    }
    if !content.columnTitle.isEmpty {
      Drawing.label(content.columnTitle, x: left, y: 46, width: 400, style: "m", into: &markup)
    }
    // Turned names need more room than narrow cells have.
    let step = width >= 11 ? (width >= 17 ? 1 : 2) : 10
    for (index, column) in columns.enumerated() where index % step == 0 {
      let x = left + (Double(index) + 0.5) * width + 4
      let place = "translate(\(Drawing.number(x)) \(Drawing.number(top - 8)))"
      markup.element("g", ["transform": place + " rotate(-45)"]) { markup in
        Drawing.label(columnName(column), x: 0, y: 0, width: 110, style: "m", into: &markup)
      }
    }
  }

  /// The color's fullness, from 0 to 1, and whether it is the second color, that of negative numbers.
  private func shade(_ value: Double, column: Int) -> (share: Double, isNegative: Bool) {
    let range = ranges[column]
    let size = content.colors == .signed ? value.magnitude : value
    let share = (size - range.lowerBound) / (range.upperBound - range.lowerBound)
    return (share.isNaN ? 0 : min(1, max(0, share)), content.colors == .signed && value < 0)
  }

  private func drawRaster(into markup: inout Markup) {
    let cells = rows.map { row in
      columns.enumerated().map { index, column -> Double? in
        let values = content.values[row]
        guard values.indices.contains(column), !values[column].isNaN else { return nil }
        let shade = shade(values[column], column: index)
        return shade.isNegative ? -shade.share : shade.share
      }
    }
    Raster(cells: cells, isColored: true).draw(
      left: left, top: top, width: cell.width * Double(columns.count),
      height: cell.height * Double(rows.count), into: &markup)
  }

  private func drawCell(
    _ row: Int, _ column: Int, at place: (x: Int, y: Int), _ value: Double, into markup: inout Markup
  ) {
    let x = left + Double(place.x) * cell.width
    let y = top + Double(place.y) * cell.height
    let (share, isNegative) = shade(value, column: place.x)
    let color = isNegative ? 1 : 0
    let isDoubtful =
      content.doubtful.indices.contains(row) && content.doubtful[row].indices.contains(column)
      && content.doubtful[row][column]
    markup.element("g") { markup in
      markup.empty(
        "rect",
        [
          "x": Drawing.number(x), "y": Drawing.number(y), "width": Drawing.number(cell.width - 1),
          "height": Drawing.number(cell.height - 1), "class": Palette.fill(color), "fill": Palette.hex(color),
          "style": "fill-opacity:\(NumberText.fixed(0.06 + 0.84 * share, 2))",
        ])
      let text = "\(name(row)), \(columnName(column)): \(long(value))\(unit)"
      markup.element("title", [:], text)
      if hasNumbers {
        let isInformation = content.colors == .besideDiagonal
        let text = isInformation ? Self.hundredths(value) : areCounts ? whole(value) : Self.short(value)
        Drawing.label(
          isDoubtful ? "(\(text))" : text, x: x + cell.width / 2, y: y + cell.height / 2 + 4, width: cell.width,
          anchor: "middle", style: share > 0.55 ? "halo" : "", into: &markup)
      }
    }
  }

  /// Four digits; a count has all of its own.
  private func long(_ value: Double) -> String {
    areCounts ? NumberText.grouped(Int(value)) : NumberText.general(value, 4)
  }

  /// A count in at most seven characters.
  private func whole(_ count: Double) -> String {
    count.magnitude < 1e6 ? NumberText.grouped(Int(count)) : NumberText.general(count, 3)
  }

  private static func hundredths(_ value: Double) -> String { NumberText.fixed(value, value < 9.995 ? 2 : 1) }

  /// About three digits in at most seven characters.
  static func short(_ value: Double) -> String {
    let size = value.magnitude
    let text =
      switch size {
      case 0: "0"
      case ..<0.001: NumberText.general(value, 1)
      case ..<0.0995: NumberText.general(value, 2)
      case ..<9.995: NumberText.fixed(value, 2)
      case ..<99.95: NumberText.fixed(value, 1)
      case ..<99_999.5: NumberText.fixed(value, 0)
      default: NumberText.general(value, 2)
      }
    return text.first == "-" ? "−" + text.dropFirst() : text
  }
}
