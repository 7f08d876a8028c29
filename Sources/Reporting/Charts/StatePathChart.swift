/// The posterior probabilities of a hidden Markov model's states over time, below the data of one column.
///
/// A sequence of more than 640 steps is drawn in equal stretches, at most 640: the mean of the probabilities, the range of
/// the data, and the state that the path takes most often in each.
public struct StatePathChart: Picture, Sendable, Hashable {
  /// The names of the states, K of them.
  public var stateNames: [String]
  /// p(state | data) step by step: K numbers a step.
  public var probabilities: [Double]
  /// The most probable path, from 0, one state a step; empty where it is not known.
  public var path: [Int] = []
  /// The data of one column, one number a step; empty for none.
  public var values: [Double] = []
  /// The name of that column, with its unit where it is known.
  public var valueName = ""
  /// What a step is.
  public var stepName = "step"
  /// The number of steps in all, where only the first are given; nil where they are all.
  public var stepCount: Int?
  /// The steps (from 0) at which further sequences start.
  public var sequenceStarts: [Int] = []

  /// A chart of the states over time.
  public init(stateNames: [String], probabilities: [Double]) {
    self.stateNames = stateNames
    self.probabilities = probabilities
  }

  /// The drawing of the picture.
  public var chart: AnyChart { AnyChart(StatePathDrawing(content: self)) }
}

struct StatePathDrawing: Chart {
  let content: StatePathChart
  /// The number of states and of steps, and the first step of each stretch with the end behind the last.
  let stateCount: Int, stepCount: Int
  let edges: [Int]

  static let stretchLimit = 640
  private static let legendLimit = 14

  init(content: StatePathChart) {
    self.content = content
    stateCount = content.stateNames.count
    stepCount = stateCount == 0 ? 0 : content.probabilities.count / stateCount
    // Many states need many regions: the picture's size is about the product of both.
    let limit = min(StatePathDrawing.stretchLimit, max(100, 6_400 / max(1, stateCount)))
    let count = min(stepCount, limit)
    let steps = stepCount
    edges = count == 0 ? [] : (0...count).map { $0 * steps / count }
  }

  private var hasValues: Bool { content.values.count >= stepCount && stepCount > 0 }
  private var hasPath: Bool { content.path.count >= stepCount && stepCount > 0 }
  private var isThinned: Bool { edges.count - 1 < stepCount }

  var size: (width: Double, height: Double) {
    let legend = Double(min(stateCount, StatePathDrawing.legendLimit) + 1) * 18
    return (920, max((hasValues ? 190 : 0) + (hasPath ? 24 : 0) + 246, 68 + legend))
  }

  var title: String { "States over time" }

  var summary: String {
    guard stepCount > 0 else { return "There are no steps to show." }
    var sure = 0
    for step in 0..<stepCount {
      let row = content.probabilities[step * stateCount..<(step + 1) * stateCount]
      if row.max() ?? 0 > 0.95 { sure += 1 }
    }
    return "Posterior probabilities of \(stateCount) states over \(steps); in "
      + "\(NumberText.grouped(sure)) of them one state has more than 95 %." + thinning
  }

  private var steps: String {
    let shown = NumberText.grouped(stepCount)
    guard let all = content.stepCount, all > stepCount else { return "\(shown) \(content.stepName)s" }
    return "the first \(shown) of \(NumberText.grouped(all)) \(content.stepName)s"
  }

  private var thinning: String {
    isThinned
      ? " Drawn in \(edges.count - 1) stretches: mean probabilities" + (hasValues ? " and the range of the data." : ".")
      : ""
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard stepCount > 0 else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], summary)
      return
    }
    var top = 56.0
    if hasValues {
      drawValues(
        frame(top: top, height: 150, y: AxisScale.domain(of: content.values[..<stepCount]) ?? 0...1), into: &markup)
      top += 190
    }
    let shares = frame(top: top, height: 130, y: 0...1)
    shares.drawVerticalAxis(
      AxisTicks(shares.y, target: 4), title: "p(state | data)" + thinning.lowercased(), into: &markup)
    shares.clip(into: &markup) {
      StackedShares(rows: meanProbabilities, componentCount: stateCount).draw(in: shares, into: &$0)
    }
    drawLegend(x: shares.right + 16, y: 68, into: &markup)
    var bottom = shares
    if hasPath {
      bottom = frame(top: shares.bottom + 10, height: 14, y: 0...1)
      bottom.clip(into: &markup) {
        StackedShares(rows: pathShares, componentCount: stateCount).draw(in: bottom, into: &$0)
      }
      Drawing.label("path", x: bottom.left - 6, y: bottom.top + 11, width: 60, anchor: "end", style: "m", into: &markup)
    }
    drawStarts(from: 56, to: bottom.bottom, in: bottom, into: &markup)
    bottom.drawHorizontalAxis(
      AxisTicks(integersIn: bottom.x, target: 10), title: "\(content.stepName), \(steps)", into: &markup)
  }

  private func frame(top: Double, height: Double, y: ClosedRange<Double>) -> PlotFrame {
    PlotFrame(
      left: 76, top: top, width: size.width - 76 - 170, height: height,
      x: { AxisScale(domain: 0.5...Double(stepCount) + 0.5, start: $0, end: $1) },
      y: { AxisScale(domain: y, start: $0, end: $1) })
  }

  /// The mean of the probabilities in each stretch; those that are no numbers count as 0.
  var meanProbabilities: [[Double]] {
    stretches { steps in
      (0..<stateCount).map { state in
        let sum = steps.reduce(0) { sum, step in
          let value = content.probabilities[step * stateCount + state]
          return sum + (value.isFinite ? value : 0)
        }
        return sum / Double(steps.count)
      }
    }
  }

  /// 1 for the state that the path takes most often in each stretch, 0 for the others.
  private var pathShares: [[Double]] {
    stretches { steps in
      var counts = [Int](repeating: 0, count: stateCount)
      for step in steps where counts.indices.contains(content.path[step]) { counts[content.path[step]] += 1 }
      let best = counts.indices.max { counts[$0] < counts[$1] } ?? 0
      return counts.indices.map { $0 == best && counts[best] > 0 ? 1 : 0 }
    }
  }

  private func stretches<Value>(_ body: (Range<Int>) -> Value) -> [Value] {
    zip(edges, edges.dropFirst()).map { body($0..<$1) }
  }

  /// The data as a line, or as a band from the least to the greatest of each stretch.
  private func drawValues(_ frame: PlotFrame, into markup: inout Markup) {
    frame.drawVerticalAxis(AxisTicks(frame.y, target: 4), title: content.valueName, into: &markup)
    frame.clip(into: &markup) { markup in
      var line: [(x: Double?, y: Double?)] = []
      if !isThinned {
        line = (0..<stepCount).map { frame.point(Double($0 + 1), content.values[$0]) }
      } else {
        for steps in stretches({ $0 }) {
          let x = Double(steps.lowerBound + steps.upperBound + 1) / 2
          let values = steps.lazy.map { content.values[$0] }.filter { $0.magnitude <= AxisScale.limit }
          guard let low = values.min(), let high = values.max() else {
            line.append((nil, nil))
            continue
          }
          line += [frame.point(x, low), frame.point(x, high)]
        }
      }
      let style = "stroke:var(--ink);stroke-width:\(stepCount > 300 ? "1" : "1.5")"
      markup.empty(
        "path",
        ["fill": "none", "stroke": "#333", "stroke-linejoin": "round", "style": style, "d": Drawing.path(line)])
    }
  }

  /// A dashed line where a further sequence starts, as long as they are few.
  private func drawStarts(from top: Double, to bottom: Double, in frame: PlotFrame, into markup: inout Markup) {
    let starts = content.sequenceStarts.filter { $0 > 0 && $0 < stepCount }
    guard starts.count <= 60 else { return }
    var path = ""
    for start in starts {
      guard let x = frame.x.position(Double(start) + 0.5) else { continue }
      path += "M\(Drawing.number(x)) \(Drawing.number(top))V\(Drawing.number(bottom))"
    }
    markup.empty("path", ["style": "stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3", "d": path])
  }

  private func drawLegend(x: Double, y: Double, into markup: inout Markup) {
    let shown = min(stateCount, StatePathDrawing.legendLimit)
    var entries = (0..<shown).map {
      Legend.Entry(
        sample: .area(style: Palette.fill($0), opacity: 1),
        label: ColumnName.of($0, in: content.stateNames, kind: "state"))
    }
    if shown < stateCount {
      entries.append(.init(sample: .line(style: "", extra: ""), label: "and \(stateCount - shown) more"))
    }
    Legend(entries: entries).drawColumn(x: x, y: y, width: 150, into: &markup)
  }
}
