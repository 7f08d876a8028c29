/// A place on the line that a search is along.
struct LinePoint {
  /// How far along the direction.
  var length: Double
  /// The loss there.
  var value: Double
  /// Its derivative along the direction.
  var slope: Double
  /// Its gradient.
  var gradient: Gradients
}

/// A search for a length at which the loss has fallen enough and is flat enough: the strong Wolfe conditions with
/// c₁ = 10⁻⁴ and c₂ = 0.9 (Nocedal and Wright 2006, algorithms 3.5 and 3.6, with cubic interpolation; safeguards and
/// counts as in PyTorch).
struct WolfeSearch {
  /// Length 0.
  let start: LinePoint
  /// The trials after the first.
  let limit: Int
  /// An interval shorter than this is not divided further.
  let tolerance: Double
  /// How often the loss was evaluated.
  private(set) var evaluations = 0

  init(start: LinePoint, limit: Int, tolerance: Double) {
    self.start = start
    self.limit = limit
    self.tolerance = tolerance
  }

  /// The point found, or the lowest known when the trials are spent.
  mutating func point(from length: Double, _ evaluate: (Double) throws -> LinePoint) rethrows -> LinePoint {
    var previous = start
    var current = try evaluate(length)
    evaluations = 1
    while evaluations <= limit {
      if isTooHigh(current) || (evaluations > 2 && current.value >= previous.value) { break }
      if isFlat(current) { return current }
      if current.slope >= 0 { break }
      let longer = minimum(
        of: previous, current,
        within: current.length + 0.01 * (current.length - previous.length)...10 * current.length)
      previous = current
      current = try evaluate(longer)
      evaluations += 1
    }
    return try divide(evaluations > limit ? start : previous, current, evaluate)
  }

  /// The point between two that have a minimum between them.
  private mutating func divide(
    _ first: LinePoint, _ second: LinePoint, _ evaluate: (Double) throws -> LinePoint
  ) rethrows -> LinePoint {
    // A value that is no number counts as high.
    var (low, high) = first.value <= second.value || second.value.isNaN ? (first, second) : (second, first)
    var isStuck = false
    while evaluations <= limit {
      let range = min(low.length, high.length)...max(low.length, high.length)
      let width = range.upperBound - range.lowerBound
      if width < tolerance { break }
      var length = minimum(of: low, high, within: range)
      // Twice near one end, or at it: a tenth of the way in.
      let isNearEnd = min(range.upperBound - length, length - range.lowerBound) < 0.1 * width
      if isNearEnd, isStuck || length >= range.upperBound || length <= range.lowerBound {
        let isUpper = range.upperBound - length < length - range.lowerBound
        length = isUpper ? range.upperBound - 0.1 * width : range.lowerBound + 0.1 * width
        isStuck = false
      } else {
        isStuck = isNearEnd
      }
      let trial = try evaluate(length)
      evaluations += 1
      if isTooHigh(trial) || trial.value >= low.value {
        high = trial
        if high.value < low.value { swap(&low, &high) }
        continue
      }
      if isFlat(trial) { return trial }
      if trial.slope * (high.length - low.length) >= 0 { high = low }
      low = trial
    }
    return low
  }

  /// Whether the loss has not fallen by enough for the length.
  private func isTooHigh(_ point: LinePoint) -> Bool {
    !(point.value <= start.value + 1e-4 * point.length * start.slope)
  }

  private func isFlat(_ point: LinePoint) -> Bool { abs(point.slope) <= -0.9 * start.slope }

  /// Where the cubic through two points with their slopes is lowest (equation 3.59), brought into `range`; its middle
  /// if there is no minimum.
  private func minimum(of first: LinePoint, _ second: LinePoint, within range: ClosedRange<Double>) -> Double {
    let (a, b) = first.length <= second.length ? (first, second) : (second, first)
    let chord = a.slope + b.slope - 3 * (a.value - b.value) / (a.length - b.length)
    let root = (chord * chord - a.slope * b.slope).squareRoot()
    let length = b.length - (b.length - a.length) * ((b.slope + root - chord) / (b.slope - a.slope + 2 * root))
    if length.isNaN { return (range.lowerBound + range.upperBound) / 2 }
    return min(max(length, range.lowerBound), range.upperBound)
  }
}
