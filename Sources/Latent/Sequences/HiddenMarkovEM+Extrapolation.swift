import CSurprisalKernels
import SurprisalCore

/// The space in which EM is extrapolated: logarithms of the counts, and the Gaussians' own coordinates. A count of 0
/// stays 0.
extension HiddenMarkovEM {
  /// The logarithm of a positive count; 0 stands for none.
  private static func logCount(_ count: Double) -> Double { count > 0 ? surprisal_log(count) : 0 }
  private static func count(_ coordinate: Double) -> Double { surprisal_exp(min(coordinate, 700)) }

  private func gaussianReader(_ parameters: GaussianParameters) -> GaussianMixtureEM? {
    setting.gaussian.map { GaussianMixtureEM(setting: $0, parameters: parameters) }
  }

  package func coordinates(_ moments: ChainMoments) -> [Double]? {
    var result = (moments.initial + moments.transitions).map(HiddenMarkovEM.logCount)
    switch (moments.emissions, parameters.emissions) {
    case (.gaussian(let moments), .gaussian(let parameters, _)):
      guard let own = gaussianReader(parameters)?.coordinates(moments) else { return nil }
      result += own
    case (.categorical(let counts), _): result += counts.map(HiddenMarkovEM.logCount)
    case (.poisson(let counts, let sums), _): result += (counts + sums).map(HiddenMarkovEM.logCount)
    default: return nil
    }
    return result
  }

  package func coordinateMetric(_ moments: ChainMoments) -> [Double] {
    let total = max(moments.occupancies.reduce(0, +), 1)
    func metric(_ counts: [Double]) -> [Double] { counts.map { ($0 / total).squareRoot() } }
    let chain = metric(moments.initial + moments.transitions)
    switch (moments.emissions, parameters.emissions) {
    case (.gaussian(let moments), .gaussian(let parameters, _)):
      return chain + (gaussianReader(parameters)?.coordinateMetric(moments) ?? [])
    case (.categorical(let counts), _): return chain + metric(counts)
    case (.poisson(let counts, let sums), _): return chain + metric(counts + sums)
    default: return chain
    }
  }

  package func maximized(atCoordinates point: [Double], near moments: ChainMoments) -> HiddenMarkovEM? {
    let K = parameters.stateCount
    var position = 0
    func take(_ counts: [Double]) -> [Double] {
      defer { position += counts.count }
      return counts.indices.map { counts[$0] > 0 ? HiddenMarkovEM.count(point[position + $0]) : 0 }
    }
    var proposed = moments
    proposed.initial = take(moments.initial)
    proposed.transitions = take(moments.transitions)
    let emissions: StateEmissions
    switch (moments.emissions, parameters.emissions) {
    case (.gaussian(let own), .gaussian(let parameters, let standardization)):
      guard
        let next = gaussianReader(parameters)?.maximized(
          atCoordinates: Array(point[(K + K * K)...]), near: own)?.parameters.withUnitWeights
      else { return nil }
      emissions = .gaussian(next, standardization)
    case (.categorical(let counts), _):
      guard let next = try? self.emissions(.categorical(take(counts))) else { return nil }
      emissions = next
    case (.poisson(let counts, let sums), _):
      guard let next = try? self.emissions(.poisson(counts: take(counts), sums: take(sums))) else { return nil }
      emissions = next
    default: return nil
    }
    let initial = HiddenMarkovEM.shares(proposed.initial, else: parameters.initial)
    let transitions = HiddenMarkovEM.rows(proposed.transitions, widths: [K], else: parameters.transitions)
    guard (initial + transitions).allSatisfy(\.isFinite) else { return nil }
    return HiddenMarkovEM(
      setting: setting,
      parameters: ChainParameters(initial: initial, transitions: transitions, emissions: emissions))
  }
}
