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

  /// The shape of an event: [] for a number, [D] for a vector, [D, D] for a matrix.
  var eventShape: [Int]
  var isDiscrete: Bool
  /// NaN where there is none, or none in closed form.
  var mean, variance, mode: [Double]
  var entropy: EntropyFact
  var points: [Point] = []
  var hasCumulative: Bool

  /// The facts of one member; of a family of vectors `events` is one event.
  init(_ member: any Distribution, at events: NumberRows?, quantiles: [Double]?, seed: UInt64) throws {
    eventShape = member.eventShape
    isDiscrete = member.support.isDiscrete
    mean = member.mean.numbers
    variance = member.variance.numbers
    mode = member.mode.numbers
    entropy = EntropyFact(member, seed: seed)
    let univariate = member as? any UnivariateDistribution
    hasCumulative = univariate != nil
    if let univariate {
      let probabilities = quantiles ?? (events == nil ? [0.025, 0.25, 0.5, 0.75, 0.975] : [])
      if let wrong = probabilities.first(where: { !($0 >= 0 && $0 <= 1) }) {
        throw SurprisalError(
          .usage, "--quantiles has \(wrong), which is no probability", remedy: "give numbers in 0 … 1")
      }
      points = (events?.numbers ?? []).map { DistributionFacts.point(univariate, at: $0) }
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

  /// The events that `numbers` spell: single numbers, vectors with semicolons between them, or one matrix.
  private static func events(_ numbers: NumberRows, of member: any Distribution) throws -> [Tensor] {
    if member.eventShape.isEmpty { return numbers.numbers.map { Tensor($0, dtype: .float64) } }
    let count = member.eventShape.reduce(1, *)
    let events = member.eventShape.count == 1 ? numbers.rows : [numbers.numbers]
    for event in events where event.count != count {
      throw SurprisalError(
        .usage, "--at has \(event.count) numbers, an event has \(count)",
        remedy: member.eventShape.count == 1 ? "separate events by ;" : "give one event")
    }
    return events.map { Tensor($0, shape: member.eventShape) }
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
