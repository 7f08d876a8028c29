/// How EM closes in on its maximum: what is left to gain for log-likelihood and bound, on a log scale.
///
/// The scale runs upwards to smaller numbers, so that the curves climb as the staircase does. Short runs show
/// every half-step; long ones are thinned to one point per chosen iteration.
struct RemainingGainChart: Chart {
  /// Log-likelihood and bound over a stretch of the run.
  struct Tread: Hashable {
    /// Where it begins and ends, in iterations.
    var start, end: Double
    /// What is left to gain for the objective and for the bound, in nats.
    var objective, bound: Double?
  }

  let treads: [Tread]
  let hasSteps: Bool
  let roundingBound: Double?
  let hasPrior: Bool
  var size: (width: Double, height: Double) = (920, 340)

  /// The most iterations that are shown half-step by half-step, and the most points of a longer run.
  static let stepLimit = 30
  static let pointLimit = 300

  /// The chart of a run, up to where rounding is all that is left.
  init(ledger: [ModelReportContent.Iteration], hasPrior: Bool) {
    let end = ledger.last?.objective ?? 0
    roundingBound = ledger.last.map(\.roundingBound).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    let floor = max(roundingBound ?? 0, 1e-290)
    func left(_ value: Double?) -> Double? {
      value.map { end - $0 }.flatMap { $0 > floor && $0 < AxisScale.limit ? $0 : nil }
    }
    let count = ledger.firstIndex { left($0.objective) == nil } ?? ledger.count
    hasSteps = count <= RemainingGainChart.stepLimit
    self.hasPrior = hasPrior
    var treads: [Tread] = []
    for index in 0..<count {
      let number = Double(ledger[index].number)
      let value = left(ledger[index].objective)
      if hasSteps {
        treads.append(Tread(start: number, end: number + 0.5, objective: value, bound: value))
        let next = ledger.indices.contains(index + 1) ? left(ledger[index + 1].objective) : nil
        let hasBound = next != nil && !ledger[index + 1].isExtrapolated
        let bound = hasBound ? left(ledger[index].boundAfterMaximization) : nil
        treads.append(Tread(start: number + 0.5, end: number + 1, objective: next, bound: bound))
      } else {
        let isReached = index > 0 && !ledger[index].isExtrapolated
        let bound = isReached ? left(ledger[index - 1].boundAfterMaximization) : nil
        treads.append(Tread(start: number, end: number, objective: value, bound: bound))
      }
    }
    self.treads = RemainingGainChart.thinned(treads, hasSteps: hasSteps)
  }

  /// At most `pointLimit` treads of a long run, evenly chosen with the first and the last.
  private static func thinned(_ treads: [Tread], hasSteps: Bool) -> [Tread] {
    guard !hasSteps, treads.count > pointLimit else { return treads }
    return (0..<pointLimit).map { treads[$0 * (treads.count - 1) / (pointLimit - 1)] }
  }

  /// Whether there is nothing to see.
  var isEmpty: Bool { treads.reduce(0) { $0 + ($1.objective == nil ? 0 : 1) } < 2 }

  var title: String { "What is left to gain" }

  private var quantity: String { hasPrior ? "log p(x|θ) + log p(θ)" : "log p(x|θ)" }

  var summary: String {
    let values = treads.compactMap { tread in tread.objective.map { (tread.start, $0) } }
    guard let first = values.first, let last = values.last else { return "Nothing was left to gain." }
    let places = [first, last].map {
      "\(NumberText.general($0.1, 3)) nats at iteration \(Int($0.0))"
    }
    return "Distance of \(quantity) and its bound from the last value, on a log scale that rises towards it: "
      + "\(places[0]), \(places[1])."
  }

  func draw(into markup: inout Markup) {
    markup.element("text", ["class": "h", "x": "16", "y": "22"], title)
    guard !isEmpty else {
      markup.element("text", ["class": "m", "x": "16", "y": "48"], summary)
      return
    }
    drawLegend(into: &markup)
    let values = treads.flatMap { [$0.objective, $0.bound] }.compactMap { $0 }
    let frame = PlotFrame(
      left: 90, top: 80, width: size.width - 110, height: size.height - 130,
      x: { AxisScale(fitting: treads.flatMap { [$0.start, $0.end] }, padding: 0, start: $0, end: $1) },
      y: { AxisScale(logarithmicFitting: values, start: $1, end: $0) })
    frame.drawVerticalAxis(
      AxisTicks(frame.y, target: 6), title: "nats left to gain, in total, log scale: up is nearer",
      into: &markup)
    frame.drawHorizontalAxis(
      AxisTicks(integersIn: frame.x, target: 12),
      title: hasSteps ? "iteration: E-step, then M-step" : "iteration", into: &markup)
    frame.clip(into: &markup) { drawCurves(frame, into: &$0) }
  }

  private func drawLegend(into markup: inout Markup) {
    Legend(entries: [
      .init(sample: .line(style: "s0", extra: "stroke-width:4"), label: quantity),
      .init(
        sample: .line(style: "s1", extra: "stroke-width:2"),
        label: hasSteps ? "lower bound L(q, θ)" : "lower bound before the E-step"),
      .init(sample: .area(style: "f1", opacity: 0.25), label: "gap KL(q ‖ p(z|x, θ))"),
    ]).drawRow(x: 90, y: 46, into: &markup)
  }

  private func drawCurves(_ frame: PlotFrame, into markup: inout Markup) {
    var upper: [(x: Double?, y: Double?)] = []
    var lower: [(x: Double?, y: Double?)] = []
    var gaps = ""
    var earlier: (x: Double, top: Double, bottom: Double)?
    for tread in treads {
      // What is not left to gain lies beyond the upper edge.
      let top = tread.objective.flatMap { frame.y.position($0) }
      let bottom = tread.bound.flatMap { frame.y.position($0) }
      for edge in hasSteps ? [tread.start, tread.end] : [tread.start] {
        guard let x = frame.x.position(edge) else { continue }
        upper.append((x, top))
        lower.append((x, bottom))
        guard let top, let bottom else {
          earlier = nil
          continue
        }
        if let earlier {
          gaps += "M\(Drawing.number(earlier.x)) \(Drawing.number(earlier.top))"
          gaps += "L\(Drawing.number(x)) \(Drawing.number(top))V\(Drawing.number(bottom))"
          gaps += "L\(Drawing.number(earlier.x)) \(Drawing.number(earlier.bottom))z"
        }
        earlier = (x, top, bottom)
      }
      if hasSteps { earlier = nil }
    }
    markup.empty("path", ["class": "f1", "fill": Palette.hex(1), "style": "opacity:.25", "d": gaps])
    for (points, component, width) in [(upper, 0, 4), (lower, 1, 2)] {
      markup.empty(
        "path",
        [
          "class": Palette.stroke(component), "stroke": Palette.hex(component), "fill": "none",
          "stroke-linejoin": "round", "style": "stroke-width:\(width)", "d": Drawing.path(points),
        ])
    }
  }
}
