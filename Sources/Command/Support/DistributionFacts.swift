import Surprisal

/// The numbers that `distribution` shows.
struct DistributionFacts {
  /// What is said of one event.
  struct Point {
    var x: [Double]
    var logDensity: Double
    /// The probability that the event is a quantile of.
    var probability: Double?
    var cumulative: Double?
    var complementary: Double?

    var density: Double { Tensor(logDensity, dtype: .float64).exp().item }
  }

  var isDiscrete: Bool
  var mean, variance, mode: [Double]
  /// In nats.
  var entropy: Double?
  /// Why there is no entropy.
  var entropyNote: String?
  var points: [Point] = []
  var hasCumulative: Bool

  /// The facts of one member; of a family of vectors `events` is one event.
  init(_ member: any Distribution, at events: [Double]?, quantiles: [Double]?) throws {
    isDiscrete = member.support.isDiscrete
    mean = member.mean.numbers
    variance = member.variance.numbers
    mode = member.mode.numbers
    do {
      entropy = try member.entropy().numbers.first
    } catch let error as SurprisalError {
      entropyNote = error.message
    }
    let univariate = member as? any UnivariateDistribution
    hasCumulative = univariate != nil
    if let univariate {
      let probabilities = quantiles ?? (events == nil ? [0.025, 0.25, 0.5, 0.75, 0.975] : [])
      if let wrong = probabilities.first(where: { !($0 >= 0 && $0 <= 1) }) {
        throw SurprisalError(
          .usage, "--quantiles has \(wrong), which is no probability", remedy: "give numbers in 0 … 1")
      }
      points = (events ?? []).map { DistributionFacts.point(univariate, at: $0) }
      for p in probabilities {
        let x = univariate.quantile(at: Tensor(p, dtype: .float64)).numbers[0]
        // Several quantiles of a discrete distribution may be one number.
        if points.last?.x == [x], points.last?.probability != nil { continue }
        points.append(DistributionFacts.point(univariate, at: x, probability: p))
      }
    } else if quantiles != nil {
      throw SurprisalError(
        .usage, "--quantiles are of distributions of single numbers", remedy: "give --at with one event")
    } else if let events {
      points = try DistributionFacts.events(events, of: member).map { event in
        Point(x: event.numbers, logDensity: member.logDensity(of: event).numbers[0])
      }
    }
  }

  /// The events that `numbers` spell: single numbers, or one vector or matrix.
  private static func events(_ numbers: [Double], of member: any Distribution) throws -> [Tensor] {
    if member.eventShape.isEmpty { return numbers.map { Tensor($0, dtype: .float64) } }
    let count = member.eventShape.reduce(1, *)
    guard numbers.count == count else {
      throw SurprisalError(
        .usage, "--at has \(numbers.count) numbers, an event has \(count)", remedy: "give one event")
    }
    return [Tensor(numbers, shape: member.eventShape)]
  }

  private static func point(
    _ member: any UnivariateDistribution, at x: Double, probability: Double? = nil
  ) -> Point {
    let event = Tensor(x, dtype: .float64)
    return Point(
      x: [x], logDensity: member.logDensity(of: event).numbers[0], probability: probability,
      cumulative: member.cumulative(at: event).numbers[0],
      complementary: member.complementaryCumulative(at: event).numbers[0])
  }
}

extension Tensor {
  /// The elements as float64.
  var numbers: [Double] { converted(to: .float64).scalars(as: Double.self) }
}
