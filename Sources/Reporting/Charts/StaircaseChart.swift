/// The picture of EM: log-likelihood and lower bound after every half-step of the first iterations.
///
/// An E-step lifts the bound to the log-likelihood and so closes the gap; an M-step raises the bound, and the
/// log-likelihood by at least as much, which opens a new gap (Neal and Hinton 1998).
struct StaircaseChart: Chart {
  /// One half-step and the values that hold after it, in nats.
  struct HalfStep: Hashable {
    var isExpectation: Bool
    var iteration: Int
    var isExtrapolated: Bool
    var objective: Double
    /// The bound; nil after an extrapolated step, for which none was evaluated.
    var bound: Double?
  }

  let halfSteps: [HalfStep]
  let hasPrior: Bool
  let isWhole: Bool
  var size: (width: Double, height: Double) = (920, 350)

  /// The staircase of a run; runs longer than the eye can follow are cut where little gain is left.
  init(ledger: [ModelReportContent.Iteration], hasPrior: Bool) {
    let shown = StaircaseChart.shownCount(ledger)
    var steps: [HalfStep] = []
    for index in 0..<shown {
      let iteration = ledger[index]
      steps.append(
        HalfStep(
          isExpectation: true, iteration: iteration.number, isExtrapolated: false,
          objective: iteration.objective, bound: iteration.lowerBound))
      guard index + 1 < shown else { continue }
      let next = ledger[index + 1]
      let bound = next.isExtrapolated ? nil : iteration.boundAfterMaximization
      steps.append(
        HalfStep(
          isExpectation: false, iteration: iteration.number, isExtrapolated: next.isExtrapolated,
          objective: next.objective, bound: bound))
    }
    halfSteps = steps.filter { $0.objective.isFinite && $0.bound?.isFinite != false }
    self.hasPrior = hasPrior
    isWhole = shown == ledger.count
  }

  /// Between 6 and 14 iterations: until a hundredth of the whole gain remains.
  private static func shownCount(_ ledger: [ModelReportContent.Iteration]) -> Int {
    guard ledger.count > 6, let first = ledger.first, let last = ledger.last else { return ledger.count }
    let enough = last.objective - (last.objective - first.objective) * 0.01
    let index = ledger.firstIndex { $0.objective >= enough } ?? ledger.count - 1
    return min(max(index + 2, 6), 14, ledger.count)
  }

  private var quantity: String { hasPrior ? "log p(x|θ) + log p(θ)" : "log p(x|θ)" }

  var title: String { "EM step by step" + (isWhole ? "" : ": the first iterations") }

  var summary: String {
    guard let first = halfSteps.first, let last = halfSteps.last else {
      return "No iterations were recorded."
    }
    let values = [first, last].map { NumberText.fixed($0.objective, 4) }
    return "Staircase of \(quantity) and its lower bound over \(halfSteps.count) half-steps, from "
      + "\(values[0]) to \(values[1]) nats. Each E-step closes the gap; each M-step raises the bound."
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard !halfSteps.isEmpty else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], summary)
      return
    }
    Legend(entries: [
      .init(sample: .line(style: "s0", extra: "stroke-width:4"), label: quantity),
      .init(sample: .line(style: "s1", extra: "stroke-width:2"), label: "lower bound L(q, θ)"),
      .init(sample: .area(style: "f1", opacity: 0.25), label: "gap KL(q ‖ p(z|x, θ))"),
    ]).drawRow(x: 90, y: 46, into: &markup)
    let values = halfSteps.map(\.objective) + halfSteps.compactMap(\.bound)
    let frame = PlotFrame(
      left: 90, top: 80, width: size.width - 110, height: size.height - 140,
      x: { AxisScale(domain: 0...Double(halfSteps.count), start: $0, end: $1) },
      y: { AxisScale(fitting: values, padding: 0.06, start: $0, end: $1) })
    drawBands(frame, into: &markup)
    frame.drawVerticalAxis(AxisTicks(frame.y, target: 5), title: "nats, in total", into: &markup)
    drawStairs(frame, into: &markup)
    drawLabels(frame, into: &markup)
  }

  /// A tint behind every M-step.
  private func drawBands(_ frame: PlotFrame, into markup: inout Markup) {
    var path = ""
    let width = frame.width / Double(halfSteps.count)
    for (index, step) in halfSteps.enumerated() where !step.isExpectation {
      let left = Drawing.number(frame.left + width * Double(index))
      path += "M\(left) \(Drawing.number(frame.top))h\(Drawing.number(width))"
      path += "v\(Drawing.number(frame.height))h\(Drawing.number(-width))z"
    }
    markup.empty("path", ["class": "band", "d": path])
  }

  private func drawStairs(_ frame: PlotFrame, into markup: inout Markup) {
    frame.clip(into: &markup) { markup in
      var gaps = ""
      var upper: [(x: Double?, y: Double?)] = []
      var lower: [(x: Double?, y: Double?)] = []
      for (index, step) in halfSteps.enumerated() {
        let edges = [Double(index), Double(index + 1)]
        upper += edges.map { frame.point($0, step.objective) }
        lower += edges.map { (frame.x.position($0), step.bound.flatMap(frame.y.position)) }
        guard !step.isExpectation, let top = frame.y.position(step.objective),
          let bottom = step.bound.flatMap(frame.y.position), let left = frame.x.position(edges[0]),
          let right = frame.x.position(edges[1])
        else { continue }
        gaps += "M\(Drawing.number(left)) \(Drawing.number(top))H\(Drawing.number(right))"
        gaps += "V\(Drawing.number(bottom))H\(Drawing.number(left))z"
      }
      markup.empty(
        "path", ["class": "f1", "fill": Palette.hex(1), "style": "opacity:.25", "d": gaps])
      markup.empty(
        "path",
        [
          "class": "s0", "stroke": Palette.hex(0), "fill": "none", "stroke-linejoin": "round",
          "style": "stroke-width:4", "d": Drawing.path(upper),
        ])
      markup.empty(
        "path",
        [
          "class": "s1", "stroke": Palette.hex(1), "fill": "none", "stroke-linejoin": "round",
          "style": "stroke-width:2", "d": Drawing.path(lower),
        ])
    }
  }

  /// The kind of each half-step and the number of each iteration below the frame.
  private func drawLabels(_ frame: PlotFrame, into markup: inout Markup) {
    let edge = "M\(Drawing.number(frame.left)) \(Drawing.number(frame.bottom))"
    markup.empty("path", ["class": "axis", "d": edge + "H\(Drawing.number(frame.right))"])
    let width = frame.width / Double(halfSteps.count)
    for (index, step) in halfSteps.enumerated() {
      let middle = Drawing.number(frame.left + width * (Double(index) + 0.5))
      let kind = step.isExpectation ? "E" : step.isExtrapolated ? "X" : "M"
      let y = Drawing.number(frame.bottom + 16)
      markup.element("text", ["class": "m", "x": middle, "y": y, "text-anchor": "middle"], kind)
      guard step.isExpectation else { continue }
      let below = Drawing.number(frame.bottom + 31)
      markup.element(
        "text", ["class": "m", "x": middle, "y": below, "text-anchor": "middle"], "\(step.iteration)")
    }
    let hasExtrapolation = halfSteps.contains { $0.isExtrapolated }
    let note = hasExtrapolation ? "; X: extrapolated step, whose bound is not known" : ""
    Drawing.label(
      "half-steps: E-step, M-step, and the number of the iteration" + note,
      x: frame.left + frame.width / 2, y: frame.bottom + 50, width: frame.width, anchor: "middle",
      style: "m", into: &markup)
  }
}
