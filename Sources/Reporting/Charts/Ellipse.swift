/// The ellipse of points at one standard deviation from the mean of a bivariate normal, in drawing units.
struct Ellipse: Hashable {
  let centerX, centerY: Double
  let majorRadius, minorRadius: Double
  /// The angle of the major axis in degrees, clockwise as drawn.
  let angle: Double

  /// The ellipse of a mean and a 2×2 covariance in the frame's scales; nil where it cannot be drawn.
  init?(mean: (Double, Double), covariance: (xx: Double, xy: Double, yy: Double), in frame: PlotFrame) {
    guard let x = frame.x.position(mean.0), let y = frame.y.position(mean.1) else { return nil }
    let (horizontal, vertical) = (frame.x.factor, frame.y.factor)
    // Scaled one factor at a time: the square of a factor may overflow where the product does not.
    let a = covariance.xx * horizontal * horizontal
    let b = covariance.xy * horizontal * vertical
    let c = covariance.yy * vertical * vertical
    let half = (a - c) / 2
    let root = (half * half + b * b).squareRoot()
    let mid = (a + c) / 2
    guard mid.isFinite, root.isFinite, a >= 0, c >= 0 else { return nil }
    centerX = x
    centerY = y
    majorRadius = (mid + root).squareRoot()
    minorRadius = max(0, mid - root).squareRoot()
    angle = System.arcTangent(b, half) / 2 * 180 / .pi
    guard majorRadius.magnitude < 1e6, x.magnitude < 1e6, y.magnitude < 1e6 else { return nil }
  }

  /// Draws the ellipse at `multiple` standard deviations with the color of a component.
  func draw(multiple: Double, component: Int, into markup: inout Markup) {
    let place = "translate(\(Drawing.number(centerX)) \(Drawing.number(centerY)))"
    let turn = "rotate(\(Drawing.number(angle)))"
    markup.empty(
      "ellipse",
      [
        "class": Palette.stroke(component), "stroke": Palette.hex(component), "fill": "none",
        "style": "stroke-width:2" + (multiple > 1 ? ";stroke-dasharray:5 3" : ""),
        "rx": Drawing.number(majorRadius * multiple), "ry": Drawing.number(minorRadius * multiple),
        "transform": "\(place) \(turn)",
      ])
  }
}
