/// Squared extrapolation of a fixed-point map: from x, g(x) and g(g(x)) to x − 2αr + α²v with r = g(x) − x,
/// v = g(g(x)) − 2g(x) + x and α = −|r|/|v| (Varadhan and Roland 2008, scheme S3).
///
/// |α| is limited; the limit grows fourfold with every step at the limit that is accepted and shrinks fourfold
/// with every one that is refused.
struct SquaredExtrapolation {
  private var points: [[Double]] = []
  private var limit = 4.0
  private var wasLimited = false

  private mutating func restart() { points.removeAll(keepingCapacity: true) }

  /// The last proposal raised the objective.
  mutating func accept() {
    if wasLimited { limit *= 4 }
    restart()
  }

  /// The last proposal was refused.
  mutating func refuse() {
    limit = max(1, limit / 4)
    restart()
  }

  /// The point to try after g(`point`) = `image`; nil on every step that does not end a cycle.
  mutating func proposal(point: [Double], image: [Double], metric: [Double]) -> [Double]? {
    if points.isEmpty { points.append(point) }
    points.append(image)
    guard points.count == 3 else { return nil }
    defer { restart() }
    let (x0, x1, x2) = (points[0], points[1], points[2])
    guard x0.count == x2.count else { return nil }
    var first = 0.0
    var second = 0.0
    for index in x0.indices {
      let weight = metric.isEmpty ? 1 : metric[index] * metric[index]
      let r = x1[index] - x0[index]
      let v = x2[index] - 2 * x1[index] + x0[index]
      first += weight * r * r
      second += weight * v * v
    }
    guard second > 0 else { return nil }
    let length = (first / second).squareRoot()
    wasLimited = length >= limit
    let alpha = -max(1, min(limit, length))
    return x0.indices.map { index in
      let r = x1[index] - x0[index]
      let v = x2[index] - 2 * x1[index] + x0[index]
      return x0[index] - 2 * alpha * r + alpha * alpha * v
    }
  }
}
