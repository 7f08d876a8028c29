/// Rows grouped by the mix of colors that their responsibilities give, so that a group is one path.
struct ColoredRows {
  /// A mix of the two most probable components in eighths: `share` of `first`, the rest of `second`.
  struct Mix: Hashable, Comparable {
    var first: Int
    var second: Int
    var eighths: Int

    static func < (a: Mix, b: Mix) -> Bool {
      (a.first, a.second, a.eighths) < (b.first, b.second, b.eighths)
    }
  }

  let rows: [[Double]]
  /// The groups in a fixed order.
  let groups: [(mix: Mix, rows: [Int])]

  /// Groups `rows` by `responsibilities`; rows without any belong to the first component.
  init(rows: [[Double]], responsibilities: [[Double]]) {
    self.rows = rows
    var groups: [Mix: [Int]] = [:]
    for index in rows.indices {
      let values = responsibilities.indices.contains(index) ? responsibilities[index] : []
      groups[ColoredRows.mix(values), default: []].append(index)
    }
    self.groups = groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func mix(_ responsibilities: [Double]) -> Mix {
    var first = 0
    var second = 0
    var largest = -1.0
    var next = -1.0
    for (component, value) in responsibilities.enumerated() {
      if value > largest {
        (second, next) = (first, largest)
        (first, largest) = (component, value)
      } else if value > next {
        (second, next) = (component, value)
      }
    }
    let share = next > 0 ? largest / (largest + next) : 1
    let eighths = share.isFinite ? Int((share * 8).rounded()) : 8
    return eighths == 8
      ? Mix(first: first, second: first, eighths: 8) : Mix(first: first, second: second, eighths: eighths)
  }

  /// Draws two columns of the rows as dots.
  func draw(
    columns: (x: Int, y: Int), in frame: PlotFrame, diameter: Double, into markup: inout Markup
  ) {
    for group in groups {
      var path = ""
      for index in group.rows {
        let row = rows[index]
        guard row.indices.contains(columns.x), row.indices.contains(columns.y),
          let x = frame.x.position(row[columns.x]), let y = frame.y.position(row[columns.y])
        else { continue }
        path += "M\(Drawing.number(x)) \(Drawing.number(y))h0"
      }
      guard !path.isEmpty else { continue }
      let mix = group.mix
      let color = Palette.mix(mix.first, mix.second, share: Double(mix.eighths) / 8, property: "stroke")
      markup.empty(
        "path",
        [
          "stroke": Palette.hex(mix.first), "stroke-linecap": "round", "fill": "none",
          "stroke-width": Drawing.number(diameter), "style": color + ";opacity:.6", "d": path,
        ])
    }
  }
}
