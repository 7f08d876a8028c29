import Foundation
import SurprisalCore
import SurprisalInformation

/// Random tables with what makes measures fail: zeros, cells of 1e-320, cells that nearly agree, variables that are
/// nearly independent or functions of each other, and cells over the whole range of float64.
struct RandomTables {
  var generator: RandomGenerator

  /// About 1e-320, which is subnormal.
  private let tiny = 2024 * Double.leastNonzeroMagnitude

  init(generator: RandomGenerator) { self.generator = generator }

  /// Probabilities of `count` outcomes.
  mutating func probabilities(_ count: Int) -> [Double] {
    let kind = generator.nextInteger(below: 6)
    var values = (0..<count).map { _ in
      let u = 1 - generator.nextUniform()
      return switch kind {
      case 0: -log(u)
      case 1: u < 0.5 ? 0 : u
      case 2: u < 0.4 ? tiny : u
      case 3: 1 + 1e-9 * u
      case 4: exp(-730 * u)
      default: u < 0.3 ? 0 : u < 0.6 ? tiny : pow(u, 40)
      }
    }
    values[generator.nextInteger(below: count)] += 0.1
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }

  /// A distribution over the same outcomes as `p`, now and then very near or equal to it.
  mutating func partner(of p: [Double]) -> [Double] {
    switch generator.nextInteger(below: 4) {
    case 0: return p
    case 1:
      let values = p.map { $0 * (1 + 1e-9 * generator.nextUniform()) }
      let sum = values.reduce(0, +)
      return values.map { $0 / sum }
    default: return probabilities(p.count)
    }
  }

  /// A joint distribution of `rank` variables of 1 to 4 values.
  mutating func table(rank: Int) throws -> ProbabilityTable {
    let shape = (0..<rank).map { _ in 1 + generator.nextInteger(below: 4) }
    let count = shape.reduce(1, *)
    switch generator.nextInteger(below: 4) {
    case 0:
      // Nearly independent.
      var cells = [1.0]
      for size in shape {
        let part = probabilities(size)
        cells = cells.flatMap { cell in part.map { cell * $0 } }
      }
      cells = cells.map { $0 * (1 + 1e-9 * generator.nextUniform()) }
      let sum = cells.reduce(0, +)
      return try ProbabilityTable(cells.map { $0 / sum }, shape: shape)
    case 1:
      let counts = (0..<count).map { _ in generator.nextInteger(below: 3) }
      return try ProbabilityTable(counts: counts.contains { $0 > 0 } ? counts : counts.map { _ in 1 }, shape: shape)
    default: return try ProbabilityTable(probabilities(count), shape: shape)
    }
  }
}
