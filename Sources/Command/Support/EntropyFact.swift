import Surprisal

/// What is known of a distribution's entropy, in nats.
enum EntropyFact {
  case exact(Double)
  /// Between certain bounds, if there are any, with an estimate from samples.
  case estimated(bounds: ClosedRange<Double>?, value: Double, standardError: Double, samples: Int)
  /// Why there is none.
  case none(String)

  /// The entropy of one member; without a closed form certified bounds where there are some, and an estimate from 10,000
  /// samples of the generator with `seed`.
  init(_ member: any Distribution, seed: UInt64) {
    do {
      self = .exact(try member.entropy().numbers[0])
    } catch {
      var generator = RandomGenerator(seed: seed)
      let fact =
        member.support.isDiscrete
        ? (try? EntropyFact(entropyInterval(of: member, using: &generator)))
          ?? (try? EntropyFact(estimateEntropy(of: member, using: &generator)))
        : (try? EntropyFact(differentialEntropyInterval(of: member, using: &generator)))
          ?? (try? EntropyFact(estimateDifferentialEntropy(of: member, using: &generator)))
      self = fact.flatMap { $0.isFinite ? $0 : nil } ?? .none((error as? SurprisalError)?.message ?? "it is not known")
    }
  }

  /// Whether samples say anything: one of them beyond float64 makes every mean infinite.
  private var isFinite: Bool {
    if case .estimated(_, let value, let error, _) = self { value.isFinite && error.isFinite } else { true }
  }

  private init<Quantity>(_ interval: CertifiedInterval<Quantity>) {
    let estimate = interval.estimate
    self = .estimated(
      bounds: interval.bounds.lowerBound.nats...interval.bounds.upperBound.nats, value: estimate.value.nats,
      standardError: estimate.standardError, samples: estimate.sampleCount)
  }

  private init<Quantity>(_ estimate: Estimate<Quantity>) {
    self = .estimated(
      bounds: nil, value: estimate.value.nats, standardError: estimate.standardError, samples: estimate.sampleCount)
  }

  /// The entropy with its units, for people.
  func text(isDiscrete: Bool) -> String {
    let unit = isDiscrete ? "" : ", differential, at the unit of x"
    switch self {
    case .exact(let nats): return "\(EntropyFact.both(nats))\(unit)"
    case .estimated(let bounds, let value, let standardError, let samples):
      let certain = bounds.map { range in
        "from \(EntropyFact.amount(range.lowerBound)) to \(EntropyFact.amount(range.upperBound)) nats for certain; "
      }
      let error = "± \(NumberText.general(standardError, 2)) nats"
      return "\(certain ?? "")\(EntropyFact.both(value)) \(error) by \(NumberText.grouped(samples)) samples\(unit)"
    case .none(let reason): return reason
    }
  }

  /// The members of the answer's object.
  var json: [JSONMember] {
    switch self {
    case .exact(let nats):
      return [
        JSONMember("entropyNats", JSONValue(nats)), JSONMember("entropyBits", JSONValue(Information(nats: nats).bits)),
      ]
    case .estimated(let bounds, let value, let standardError, let samples):
      return (bounds.map { [JSONMember("entropyBoundsNats", JSONValue([$0.lowerBound, $0.upperBound]))] } ?? []) + [
        JSONMember("entropyEstimateNats", JSONValue(value)),
        JSONMember("entropyEstimateStandardErrorNats", JSONValue(standardError)),
        JSONMember("entropyEstimateSamples", JSONValue(samples)),
      ]
    case .none(let reason): return [JSONMember("entropyNote", JSONValue(reason))]
    }
  }

  private static func both(_ nats: Double) -> String {
    "\(amount(nats)) nats = \(amount(Information(nats: nats).bits)) bits"
  }

  /// Densities nearly without width have entropies of hundreds of digits.
  private static func amount(_ value: Double) -> String {
    value.magnitude < 1e9 ? NumberText.fixed(value, 6) : NumberText.general(value, 8)
  }
}
