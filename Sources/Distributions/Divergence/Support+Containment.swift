import SurprisalTensors

extension Support {
  /// Whether a distribution that fills this support has no mass outside another: booleans of the common batch shape,
  /// or nil if that cannot be said.
  ///
  /// Where one has a mass and the other a density it does not hold, nor where one fills a space of more dimensions: a
  /// density on the simplex has no mass under one on all vectors.
  public func isContained(in other: Support) -> Tensor? {
    guard isDiscrete == other.isDiscrete else { return Tensor(zeros: [], dtype: .bool) }
    switch (self, other) {
    case (.interval(let lower, let upper), .interval(let otherLower, let otherUpper)),
      (.integers(let lower, let upper), .integers(let otherLower, let otherUpper)):
      return (lower .>= otherLower) .& (upper .<= otherUpper)
    case (.vectors(let count), .vectors(let otherCount)), (.simplex(let count), .simplex(let otherCount)),
      (.oneHot(let count), .oneHot(let otherCount)), (.positiveDefinite(let count), .positiveDefinite(let otherCount)):
      return Tensor([count == otherCount], shape: [])
    case (.counts(let total, let count), .counts(let otherTotal, let otherCount)):
      return (total .== otherTotal) .& Tensor([count == otherCount], shape: [])
    case (.oneHot(let count), .counts(let total, let otherCount)),
      (.counts(let total, let count), .oneHot(let otherCount)):
      return (total .== 1) .& Tensor([count == otherCount], shape: [])
    case (.simplex, .vectors), (.vectors, .simplex):
      return Tensor(zeros: [], dtype: .bool)
    case (.events, _), (_, .events), (.interval, _), (.integers, _), (.vectors, _), (.simplex, _), (.oneHot, _),
      (.counts, _), (.positiveDefinite, _):
      return nil
    }
  }

  /// All events of the support side by side, [count, eventShape], if there are at most a million.
  var finiteEvents: Tensor? {
    switch self {
    case .integers(let lower, let upper):
      if lower.count == 0 || upper.count == 0 { return nil }
      let (first, last) = (lower.min().item, upper.max().item)
      guard last - first < 1e6 else { return nil }
      return Tensor(range: 0..<Int(last - first) + 1, dtype: .float64) + first
    case .oneHot(let count):
      return Tensor(identity: count, dtype: .float64)
    default:
      return nil
    }
  }
}
