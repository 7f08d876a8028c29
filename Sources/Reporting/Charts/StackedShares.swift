/// Shares of a whole as regions of steps above each other, one color a component.
struct StackedShares {
  /// The shares of each place, one component after the other.
  let rows: [[Double]]
  let componentCount: Int

  func draw(in frame: PlotFrame, into markup: inout Markup) {
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
}
