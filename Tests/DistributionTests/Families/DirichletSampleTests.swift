import Foundation
import SurprisalCore
import SurprisalDistributions
import SurprisalTensors
import Testing

/// Drawn proportions against their laws, each Beta(aₖ, n − aₖ), for large, small and mixed concentrations. Every seed is
/// fixed; a seed not chosen would fail with probability below 10⁻⁶ (24 comparisons at less than 2·10⁻⁸ each).
struct DirichletSampleTests {
  static let concentrations: [[Double]] = [[1, 1.5, 2.5], [0.05, 1.5, 2.5], [0.02, 0.03, 0.05], [0.5, 0.15, 0.1]]

  @Test(arguments: concentrations, [false, true])
  func `proportions are beta numbers`(_ concentration: [Double], isDifferentiated: Bool) throws {
    var generator = RandomGenerator(seed: 41)
    let count = 100_000
    let distribution = try Dirichlet(concentration: concentration)
    let drawn =
      isDifferentiated
      ? distribution.reparameterizedSample([count], using: &generator) : distribution.sample([count], using: &generator)
    #expect(drawn.shape == [count, 3])
    #expect((drawn.sum(alongAxes: [-1]) - 1).abs().max().item < 1e-15)
    for (place, a) in concentration.enumerated() {
      let law = try Beta(concentration1: a, concentration0: concentration.reduce(-a, +))
      // Above ½ small concentrations round to 1 too often; the supremum over a part is below that over all.
      let values = drawn[0..., place].scalars(as: Double.self).sorted().filter { $0 < 0.5 }
      let probabilities = law.cumulative(at: Tensor(values)).scalars(as: Double.self)
      var largest = 0.0
      for (rank, p) in probabilities.enumerated() {
        largest = max(largest, p - Double(rank) / Double(count), Double(rank + 1) / Double(count) - p)
      }
      // Numbers below the smallest are 0 together: for a = 0.02 a ten-millionth.
      #expect(largest * Double(count).squareRoot() < 3.03, "place \(place) of \(concentration): \(largest)")
      #expect(values.count > count / 100)
    }
  }
}
