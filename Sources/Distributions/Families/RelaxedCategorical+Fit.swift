import SurprisalCore
import SurprisalTensors

extension RelaxedCategorical: FittableDistribution {
  /// The logarithms of the rows, since no sums stand for them, and the temperature if it is known.
  public struct Statistics: SufficientStatistics {
    /// The known temperature, [batchShape], or nil for one that is fitted.
    public let temperature: Tensor?
    var rows = KeptRows()

    /// Statistics of no rows, for a fit at a known temperature, or of the temperature too if nil.
    public init(temperature: Tensor? = nil) {
      self.temperature = temperature?.withoutDerivative().converted(to: .float64)
    }

    /// Takes in events without zeros, [rows, batchShape, K].
    public mutating func add(_ x: Tensor, weights: Tensor?) throws {
      let x = x.withoutDerivative().converted(to: .float64)
      try requireVectors(x, weights)
      try Rows.require(
        (x .> 0).all(alongAxes: [-1]), x, RelaxedCategorical.name, what: "event", mustBe: "of numbers above 0")
      try Rows.require(
        (x.sum(alongAxes: [-1]) - 1).abs() .<= 1e-6, x, RelaxedCategorical.name, what: "event",
        mustBe: "of numbers that sum to 1")
      try rows.add(x.log(), weights: weights, RelaxedCategorical.name)
    }

    /// Takes in logarithms of events, [rows, batchShape, K], also of numbers below the least of the type. It does not check
    /// that Σ e^yₖ is 1.
    public mutating func add(logarithm y: Tensor, weights: Tensor? = nil) throws {
      try requireVectors(y, weights)
      try rows.add(y, weights: weights, RelaxedCategorical.name)
    }

    /// Takes in what another has taken in, for a fit at this one's temperature.
    public mutating func merge(_ other: Statistics) throws { try rows.merge(other.rows, RelaxedCategorical.name) }

    private func requireVectors(_ x: Tensor, _ weights: Tensor?) throws {
      guard x.rank > 1, x.shape[x.rank - 1] > 1 else {
        throw SurprisalError(
          .data, "\(RelaxedCategorical.name): a fit needs rows of vectors of at least 2 numbers, not \(x.shape)")
      }
      try Rows.requireEventWeights(weights, x, RelaxedCategorical.name)
    }
  }

  /// Statistics of no rows, for a fit of logits and temperature.
  public static func statistics() -> Statistics { Statistics() }

  /// Logits, of sum 0, and temperature of greatest likelihood, or the logits alone at a known temperature: Newton's
  /// method on the log-likelihood, which is strictly concave in both together.
  ///
  /// - Throws: `data` if there is no weight, or, unless the temperature is known, no spread: a temperature without bound
  ///   has the greatest likelihood for equal rows; `usage` if a known temperature is not above 0.
  public init(fitting statistics: Statistics) throws {
    let name = RelaxedCategorical.name
    let known = statistics.temperature
    if let known { try Checks.positive(name, "temperature", known) }
    let shape = try statistics.rows.shape(name)
    let (batchShape, count) = (Array(shape.dropLast()), shape[shape.count - 1])
    if let known, broadcastShape(known.shape, batchShape) != batchShape {
      throw SurprisalError(.usage, "\(name): a temperature of shape \(known.shape) does not fit rows of shape \(shape)")
    }
    var temperatures = known?.broadcast(to: batchShape).scalars(as: Double.self)[...] ?? []
    let parameters = try statistics.rows.fit(name, eventCount: count, needsSpread: known == nil) { values, weights in
      let likelihood = RelaxedLikelihood(logarithms: values, weights, count: count)
      return try likelihood.maximum(temperature: temperatures.popFirst())
    }
    try self.init(
      temperature: parameters.sliced(count, alongAxis: -1), logits: parameters.sliced(0..<count, alongAxis: -1))
  }

  /// The fit of the logits to events x, [rows, batchShape, K], at a known temperature, with weights [rows] or
  /// [rows, batchShape], all 1 if nil.
  public init(fitting x: Tensor, temperature: Tensor, weights: Tensor? = nil) throws {
    var statistics = Statistics(temperature: temperature)
    try statistics.add(x, weights: weights)
    try self.init(fitting: statistics)
  }

  private static var name: String { "RelaxedCategorical" }
}
