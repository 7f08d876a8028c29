/// Many small cells as few paths: one path per level of a color, drawn in runs along the rows.
struct Raster {
  /// Fullness of the color, 0 to 1 (−1 to 0: the second color); nil is left blank.
  let cells: [[Double?]]
  /// Whether cells have the first two colors of the palette rather than shades of the ink.
  let isColored: Bool

  /// How many shades are told apart.
  static let levelCount = 24

  /// Draws the cells over a rectangle, each an equal part of it.
  func draw(left: Double, top: Double, width: Double, height: Double, into markup: inout Markup) {
    let columnCount = cells.lazy.map(\.count).max() ?? 0
    guard columnCount > 0 else { return }
    markup.element(
      "svg",
      [
        "x": Drawing.number(left), "y": Drawing.number(top), "width": Drawing.number(width),
        "height": Drawing.number(height), "viewBox": "0 0 \(columnCount) \(cells.count)",
        "preserveAspectRatio": "none", "shape-rendering": "crispEdges",
      ]
    ) { markup in
      for (level, path) in paths.sorted(by: { $0.key < $1.key }) {
        let share = Double(abs(level)) / Double(Raster.levelCount)
        let opacity = NumberText.fixed(isColored ? 0.06 + 0.84 * share : share, 3)
        let color = level < 0 ? 1 : 0
        markup.empty(
          "path",
          [
            "fill": "none", "stroke": isColored ? Palette.hex(color) : "#333",
            "style": "stroke:var(--\(isColored ? "c\(color)" : "ink"));stroke-width:1;stroke-opacity:\(opacity)",
            "d": path,
          ])
      }
    }
  }

  /// One path per level; level 0 of the ink is not drawn.
  private var paths: [Int: String] {
    var paths: [Int: String] = [:]
    for (y, row) in cells.enumerated() {
      var start = 0
      while start < row.count {
        let level = Raster.level(row[start])
        var end = start + 1
        while end < row.count && Raster.level(row[end]) == level { end += 1 }
        if let level, isColored || level != 0 { paths[level, default: ""] += "M\(start) \(y).5h\(end - start)" }
        start = end
      }
    }
    return paths
  }

  private static func level(_ share: Double?) -> Int? {
    guard let share, !share.isNaN else { return nil }
    return Int((min(1, max(-1, share)) * Double(levelCount)).rounded())
  }
}
