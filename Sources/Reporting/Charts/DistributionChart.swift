/// The density or the masses of a distribution of single numbers, with its mean and its central interval.
public struct DistributionChart: Sendable, Hashable {
  /// What stands above the picture, such as `Normal(mean 0, standard deviation 1)`.
  public var name: String
  /// Whether the values are masses of single numbers, drawn as bars, rather than a density.
  public var isDiscrete: Bool
  /// The numbers, by rising size.
  public var x: [Double]
  /// The density or mass at each number; infinite densities are cut at the upper edge.
  public var values: [Double]
  /// The mean, where there is one.
  public var mean: Double?
  /// The ends of the shaded interval, such as the quantiles 0.025 and 0.975.
  public var interval: ClosedRange<Double>?

  /// A chart of `values` over `x`.
  public init(
    name: String, isDiscrete: Bool, x: [Double], values: [Double], mean: Double? = nil,
    interval: ClosedRange<Double>? = nil
  ) {
    self.name = name
    self.isDiscrete = isDiscrete
    self.x = x
    self.values = values
    self.mean = mean
    self.interval = interval
  }

  /// The picture as UTF-8 text; it has the same bytes for the same content.
  public func svg() -> String { DistributionPicture(content: self).document() }
}

private struct DistributionPicture: Chart {
  let content: DistributionChart
  let size: (width: Double, height: Double) = (720, 380)

  var title: String { content.name }

  var summary: String {
    let kind = content.isDiscrete ? "Masses" : "The density"
    let mean = content.mean.flatMap { $0.isFinite ? $0 : nil }.map { ", mean \(NumberText.general($0, 6))" } ?? ""
    let interval = content.interval.map {
      "; 95 % lie from \(NumberText.general($0.lowerBound, 6)) to \(NumberText.general($0.upperBound, 6))"
    }
    return "\(kind) of \(content.name)\(mean)\(interval ?? "")."
  }

  func draw(into markup: inout Markup) {
    Drawing.label(title, x: 16, y: 22, width: size.width - 32, style: "h", into: &markup)
    // A pole would flatten the rest: the scale ends at four times the height that nine in ten points stay below.
    let heights = content.values.filter { $0 >= 0 && $0 <= AxisScale.limit }.sorted()
    let most = heights.last ?? 1
    let usual = heights.isEmpty ? 1 : heights[heights.count * 9 / 10]
    let top = usual > 0 ? min(most, 4 * usual) : most
    let frame = PlotFrame(
      left: 80, top: 60, width: size.width - 110, height: size.height - 120,
      x: { AxisScale(fitting: content.x, padding: content.isDiscrete ? 0.03 : 0, start: $0, end: $1) },
      y: { AxisScale(domain: 0...max(top * 1.06, 1e-290), start: $0, end: $1) })
    if let interval = content.interval { shade(interval, in: frame, into: &markup) }
    let unit = content.isDiscrete ? "mass" : "density, per unit of x"
    frame.drawVerticalAxis(AxisTicks(frame.y, target: 5), title: unit, into: &markup)
    let ticks = content.isDiscrete ? AxisTicks(integersIn: frame.x, target: 10) : AxisTicks(frame.x, target: 10)
    frame.drawHorizontalAxis(ticks, title: "x", into: &markup)
    frame.clip(into: &markup) { markup in
      content.isDiscrete ? drawBars(in: frame, into: &markup) : drawCurve(in: frame, into: &markup)
    }
    if let mean = content.mean, let x = frame.x.position(mean), x >= frame.left, x <= frame.right {
      let line = "M\(Drawing.number(x)) \(Drawing.number(frame.top))V\(Drawing.number(frame.bottom))"
      markup.empty("path", ["class": "axis", "style": "stroke-dasharray:4 3", "d": line])
      Drawing.label(
        "mean \(NumberText.general(mean, 5))", x: x + 5, y: frame.top + 12, width: 160, style: "m", into: &markup)
    }
  }

  private func shade(_ interval: ClosedRange<Double>, in frame: PlotFrame, into markup: inout Markup) {
    guard let low = frame.x.position(interval.lowerBound), let high = frame.x.position(interval.upperBound) else {
      return
    }
    let (left, right) = (max(low, frame.left), min(high, frame.right))
    guard right > left else { return }
    markup.empty(
      "rect",
      [
        "class": "band", "x": Drawing.number(left), "y": Drawing.number(frame.top),
        "width": Drawing.number(right - left), "height": Drawing.number(frame.height),
      ])
  }

  private func drawCurve(in frame: PlotFrame, into markup: inout Markup) {
    let points = zip(content.x, content.values).map { x, value in
      frame.point(x, min(value, frame.y.domain.upperBound * 2))
    }
    markup.empty(
      "path",
      [
        "class": Palette.stroke(0), "stroke": Palette.hex(0), "fill": "none", "style": "stroke-width:2",
        "d": Drawing.path(points),
      ])
  }

  private func drawBars(in frame: PlotFrame, into markup: inout Markup) {
    let gaps = zip(content.x, content.x.dropFirst()).map { $1 - $0 }
    let width = min(24, max(1, (gaps.min() ?? 1) * frame.x.factor * 0.7))
    var bars = ""
    for (x, value) in zip(content.x, content.values) where value > 0 {
      guard let place = frame.x.position(x), let height = frame.y.position(value) else { continue }
      bars += "M\(Drawing.number(place)) \(Drawing.number(frame.bottom))V\(Drawing.number(height))"
    }
    markup.empty(
      "path",
      [
        "class": Palette.stroke(0), "stroke": Palette.hex(0), "fill": "none",
        "style": "stroke-width:\(Drawing.number(width))", "d": bars,
      ])
  }
}
