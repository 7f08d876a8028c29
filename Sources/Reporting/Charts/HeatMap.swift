/// A square table of amounts of information between columns as colors with their numbers.
public struct HeatMap: Sendable, Hashable {
  /// What stands above the picture.
  public var title: String
  /// The unit of the numbers, such as `nats`.
  public var unit: String
  /// The names of rows and columns.
  public var names: [String]
  /// The numbers, one row a name; NaN is left blank.
  public var values: [[Double]]
  /// Cells whose numbers stand in parentheses, such as those that may be 0; none if empty.
  public var doubtful: [[Bool]]

  /// A heat map of `values`, as many rows and columns as there are names: what is missing is left blank, and what is too
  /// much is not drawn.
  public init(title: String, unit: String, names: [String], values: [[Double]], doubtful: [[Bool]] = []) {
    self.title = title
    self.unit = unit
    self.names = names
    self.values = values
    self.doubtful = doubtful
  }

  /// The picture as UTF-8 text; it has the same bytes for the same content.
  public func svg() -> String { HeatMapPicture(content: self).document() }
}

private struct HeatMapPicture: Chart {
  let content: HeatMap

  private static let left = 130.0
  private static let top = 120.0
  private static let sideForNumbers = 34.0
  /// Cells large enough for their numbers as long as the picture stays within about 1,000 pixels.
  private var side: Double { max(7, min(54, 860 / Double(max(1, content.names.count)))) }

  var size: (width: Double, height: Double) {
    let extent = side * Double(content.names.count)
    return (max(520, HeatMapPicture.left + extent + 24), HeatMapPicture.top + extent + 64)
  }

  var title: String { content.title }

  /// The numbers that have names, by row and column.
  private var cells: [(row: Int, column: Int, value: Double)] {
    let columns = content.names.indices
    return zip(columns, content.values).flatMap { row, values in
      zip(columns, values).map { (row, $0, $1) }
    }
  }

  /// The largest finite number beside the diagonal, which the darkest color stands for.
  private var most: Double {
    let most = cells.reduce(0) { $1.row != $1.column && $1.value.isFinite ? max($0, $1.value) : $0 }
    return most > 0 ? most : 1
  }

  var summary: String {
    var best: (value: Double, row: Int, column: Int)?
    for (row, column, value) in cells where column > row && value > best?.value ?? -.infinity {
      best = (value, row, column)
    }
    guard let best else { return "There are no pairs." }
    return "\(content.names.count) columns; the largest is \(NumberText.general(best.value, 4)) \(content.unit) "
      + "between \(content.names[best.row]) and \(content.names[best.column])."
  }

  func draw(into markup: inout Markup) {
    Drawing.label(
      "\(title), \(content.unit)", x: 16, y: 22, width: size.width - 32, style: "h", into: &markup)
    for (index, name) in content.names.enumerated() where side >= 11 || index % 5 == 0 {
      let center = (Double(index) + 0.5) * side
      Drawing.label(
        name, x: HeatMapPicture.left - 8, y: HeatMapPicture.top + center + 4, width: HeatMapPicture.left - 20,
        anchor: "end", style: "m", into: &markup)
      // Turned names need more room than cells of small pictures have.
      guard side >= 17 || index % 2 == 0 else { continue }
      let place =
        "translate(\(Drawing.number(HeatMapPicture.left + center + 4)) \(Drawing.number(HeatMapPicture.top - 8)))"
      markup.element("g", ["transform": place + " rotate(-45)"]) { markup in
        Drawing.label(name, x: 0, y: 0, width: 110, style: "m", into: &markup)
      }
    }
    // Once for all cells: a look through the table for each would take the square of its size.
    let most = most
    for (row, column, value) in cells where !value.isNaN {
      cell(row, column, value, of: most, into: &markup)
    }
    let scale = "color: from 0 to \(NumberText.general(most, 3)) \(content.unit), the most beside the diagonal"
    Drawing.label(scale, x: 16, y: size.height - 32, width: size.width - 32, style: "m", into: &markup)
    if !content.doubtful.isEmpty, side >= HeatMapPicture.sideForNumbers {
      let note = "in parentheses: the interval reaches 0"
      Drawing.label(note, x: 16, y: size.height - 14, width: size.width - 32, style: "m", into: &markup)
    }
  }

  private func cell(_ row: Int, _ column: Int, _ value: Double, of most: Double, into markup: inout Markup) {
    let x = HeatMapPicture.left + Double(column) * side
    let y = HeatMapPicture.top + Double(row) * side
    let share = min(1, max(0, value / most))
    let isDoubtful = content.doubtful.dropFirst(row).first?.dropFirst(column).first ?? false
    markup.element("g") { markup in
      markup.empty(
        "rect",
        [
          "x": Drawing.number(x), "y": Drawing.number(y), "width": Drawing.number(side - 1),
          "height": Drawing.number(side - 1), "class": Palette.fill(0), "fill": Palette.hex(0),
          "style": "fill-opacity:\(NumberText.fixed(0.06 + 0.84 * share, 2))",
        ])
      markup.element(
        "title", [:],
        "\(content.names[row]), \(content.names[column]): \(NumberText.general(value, 4)) \(content.unit)")
      if side >= HeatMapPicture.sideForNumbers {
        let text = NumberText.fixed(value, value < 9.995 ? 2 : 1)
        Drawing.label(
          isDoubtful ? "(\(text))" : text, x: x + side / 2, y: y + side / 2 + 4, width: side, anchor: "middle",
          style: share > 0.55 ? "halo" : "", into: &markup)
      }
    }
  }
}
