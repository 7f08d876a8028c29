import SurprisalCore
import SurprisalInformation
import Testing

/// The intervals hold the truth.
///
/// Of 1,000 samples with fixed seeds at least 930 must, of both sizes; of 60 in the other tests 50, which fail with a
/// chance of 0.02 % at a coverage of 95 in 100.
struct NeighborCoverageTests {
  enum Law: Sendable, CustomStringConvertible {
    case normal(Double)
    case heavy(Double)
    case mixture
    case counts

    var description: String {
      switch self {
      case .normal(let correlation): "normal, ρ = \(correlation)"
      case .heavy(let correlation): "t with 3 degrees of freedom, ρ = \(correlation)"
      case .mixture: "mixture"
      case .counts: "tied counts"
      }
    }

    var truth: Double {
      switch self {
      case .normal(let correlation): NeighborSamples.normalInformation(correlation)
      case .heavy(let correlation): NeighborSamples.normalInformation(correlation) + NeighborSamples.heavyTails
      case .mixture: NeighborSamples.mixtureInformation
      case .counts: NeighborSamples.thinnedInformation
      }
    }

    func draw(_ rows: Int, _ samples: inout NeighborSamples) -> (x: [Double], y: [Double]) {
      switch self {
      case .normal(let correlation): samples.pairs(rows, correlation: correlation)
      case .heavy(let correlation): samples.pairs(rows, correlation: correlation, degreesOfFreedom: 3)
      case .mixture: samples.mixture(rows)
      case .counts: samples.thinnedCounts(rows)
      }
    }
  }

  static let laws: [Law] = [
    .normal(0), .normal(0.5), .normal(0.9), .normal(0.99), .heavy(0), .heavy(0.9), .heavy(0.99), .mixture, .counts,
  ]

  @Test(arguments: laws, [200, 1000]) func coversTheMutualInformation(_ law: Law, rows: Int) throws {
    let held = try coverage(of: law, rows: rows)
    #expect(held >= 930, "\(held) of 1,000")
  }

  @Test func coversTheMutualInformationOfManyRows() throws {
    let held = try coverage(of: .heavy(0.9), rows: 5000)
    #expect(held >= 930, "\(held) of 1,000")
  }

  private func coverage(of law: Law, rows: Int) throws -> Int {
    var held = 0
    for seed in 1...1000 {
      var samples = NeighborSamples(seed: UInt64(seed), stream: UInt64(rows))
      let (x, y) = law.draw(rows, &samples)
      let interval = try NeighborEstimator().mutualInformation(x, y).interval
      if interval.contains(Information(nats: law.truth)) { held += 1 }
    }
    return held
  }

  @Test(arguments: [200, 1000]) func coversTheEntropy(rows: Int) throws {
    var held = (one: 0, two: 0)
    for seed in 1...60 {
      var samples = NeighborSamples(seed: UInt64(seed), stream: UInt64(rows))
      let (x, y) = samples.pairs(rows, correlation: 0.9)
      // ½ ln 2πe, and twice that less the mutual information.
      let truth = 1.4189385332046727
      if try NeighborEstimator().entropy(x).interval.contains(DifferentialEntropy(nats: truth)) { held.one += 1 }
      let joint = 2 * truth - NeighborSamples.normalInformation(0.9)
      if try NeighborEstimator().entropy(columns: [x, y]).interval.contains(DifferentialEntropy(nats: joint)) {
        held.two += 1
      }
    }
    #expect(held.one >= 50 && held.two >= 50)
  }

  @Test func coversTheDivergence() throws {
    var held = 0
    for seed in 1...60 {
      var samples = NeighborSamples(seed: UInt64(seed))
      let p = samples.normals(500)
      let q = samples.normals(400).map { 1.5 * $0 + 0.5 }
      // ln 1.5 + (1 + 0.25)/(2·2.25) − ½.
      let truth = Information(nats: 0.18324288588594216)
      if try NeighborEstimator().klDivergence(columns: [p], from: [q]).interval.contains(truth) { held += 1 }
    }
    #expect(held >= 50)
  }

  @Test func coversTheInformationOfAClass() throws {
    // Two classes at ±1 with unit variance: ln 2 − E[h(p(class | x))] = 0.33683, by quadrature in scipy.
    var held = 0
    for seed in 1...60 {
      var samples = NeighborSamples(seed: UInt64(seed))
      let levels = (0..<400).map { _ in samples.generator.nextInteger(below: 2) }
      let x = levels.map { Double(2 * $0 - 1) + samples.normal() }
      let estimate = try NeighborEstimator().mutualInformation(levels: DiscreteColumn(levels), columns: [x])
      if estimate.interval.contains(Information(nats: 0.336830820346832)) { held += 1 }
    }
    #expect(held >= 50)
  }

  @Test func permutationTestFindsDependence() throws {
    var samples = NeighborSamples(seed: 8)
    var generator = RandomGenerator(seed: 9)
    let x = samples.normals(120)
    let dependent = x.map { $0 * $0 + 0.5 * samples.normal() }
    let found = try NeighborEstimator().independenceTest(
      columns: [x], and: [dependent], permutations: 199, using: &generator)
    #expect(found.pValue == 1.0 / 200)
    // Under independence p is uniform on 1/20 … 1: of 100 tests, more than 12 at most 1/20 have a chance of 0.1 %.
    var rejected = 0
    for _ in 0..<100 {
      let test = try NeighborEstimator().independenceTest(
        columns: [samples.normals(40)], and: [samples.normals(40)], permutations: 19, using: &generator)
      if test.pValue <= 0.05 { rejected += 1 }
    }
    #expect(rejected <= 12)
  }
}
