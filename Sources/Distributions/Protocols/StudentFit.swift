import CSurprisalKernels
import SurprisalCore

/// The maximum-likelihood fit of Student's t to weighted numbers, by expectation and conditional maximization either
/// (Liu and Rubin 1995): location and scale from the weights (ν + 1) / (ν + z²), ν from the likelihood itself.
struct StudentFit {
  private(set) var freedom = 5.0
  private(set) var location: Double
  private(set) var scale: Double

  static let maximumRounds = 2000
  static let freedomRange = 0.1...1e6

  init(_ x: [Double], weights: [Double]) throws {
    let rows = zip(x, weights).filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
    let total = rows.reduce(0) { $0 + $1.1 }
    guard total > 0 else { throw SurprisalError(.data, "StudentT: there are no rows of positive weight to fit") }
    func quantile(_ share: Double) -> Double {
      var sum = 0.0
      for (x, weight) in rows {
        sum += weight
        if sum >= share * total { return x }
      }
      return rows[rows.count - 1].0
    }
    location = quantile(0.5)
    scale = 0.75 * (quantile(0.75) - quantile(0.25))
    guard scale > 0 else {
      throw SurprisalError(
        .data, "StudentT: half of the weight is at \(location), where the likelihood has no bound")
    }
    for _ in 0..<StudentFit.maximumRounds {
      let old = self
      maximizeLocationAndScale(rows)
      maximizeFreedom(rows)
      guard scale > 0, scale.isFinite else {
        throw SurprisalError(.data, "StudentT: the likelihood has no bound near \(location)")
      }
      let moved = Swift.max(abs(location - old.location), abs(scale - old.scale)) / scale
      if moved < 1e-10 && abs(freedom - old.freedom) < 1e-9 * freedom { break }
    }
  }

  private mutating func maximizeLocationAndScale(_ rows: [(Double, Double)]) {
    var (sum, shift) = (0.0, 0.0)
    for (x, weight) in rows {
      let z = (x - location) / scale
      let share = weight * (freedom + 1) / (freedom + z * z)
      sum += share
      shift += share * z
    }
    let center = location + scale * shift / sum
    var squares = 0.0
    for (x, weight) in rows {
      let (z, y) = ((x - location) / scale, (x - center) / scale)
      squares += weight * (freedom + 1) / (freedom + z * z) * y * y
    }
    // Over Σ of the weights, not of the rows: the expanded parameters of Liu, Rubin and Wu (1998).
    scale *= (squares / sum).squareRoot()
    location = center
  }

  /// The root of the derivative of the mean log-likelihood by ν, by bisection and secants in log ν.
  private mutating func maximizeFreedom(_ rows: [(Double, Double)]) {
    let squares = rows.map { x, weight in
      let z = (x - location) / scale
      return (z * z, weight)
    }
    let total = rows.reduce(0) { $0 + $1.1 }
    func slope(_ freedom: Double) -> Double {
      // ψ(½ (ν + 1)) − ψ(½ ν) − 1 / ν and the mean of t² (ν + 1) / (ν (ν + t²)) − log(1 + t² / ν).
      var mean = 0.0
      for (square, weight) in squares {
        mean += weight * (square * (freedom + 1) / (freedom * (freedom + square)) - surprisal_log1p(square / freedom))
      }
      return (-SpecialFunctions.digammaStep(0.5 * freedom, 0.5) - 1 / freedom + mean / total) * freedom
    }
    let range = StudentFit.freedomRange
    var (low, high) = (Swift.max(range.lowerBound, freedom / 2), Swift.min(range.upperBound, freedom * 2))
    while low > range.lowerBound && slope(low) < 0 { low = Swift.max(range.lowerBound, low / 4) }
    while high < range.upperBound && slope(high) > 0 { high = Swift.min(range.upperBound, high * 4) }
    if slope(high) >= 0 {
      freedom = high
      return
    }
    if slope(low) <= 0 {
      freedom = low
      return
    }
    // The Illinois form of false position (Dowell and Jarratt 1971).
    var (a, b) = (surprisal_log(low), surprisal_log(high))
    var (atA, atB) = (slope(low), slope(high))
    for _ in 0..<60 {
      let c = (a * atB - b * atA) / (atB - atA)
      let atC = slope(surprisal_exp(c))
      if atC == 0 || abs(b - a) < 1e-12 {
        (a, b) = (c, c)
        break
      }
      if (atC > 0) == (atB > 0) { atA *= 0.5 } else { (a, atA) = (b, atB) }
      let isDone = abs(c - b) < 1e-12
      (b, atB) = (c, atC)
      if isDone { break }
    }
    freedom = surprisal_exp(b)
  }
}
