import SurprisalCore
import SurprisalInformation
import Testing

/// Constant columns, ties, functions of each other, wrong data, and changes of unit.
struct NeighborEdgeTests {
  let estimator = NeighborEstimator()

  @Test func aConstantColumnSaysNothing() throws {
    var samples = NeighborSamples(seed: 1)
    let x = samples.normals(50)
    let constant = [Double](repeating: 3.25, count: 50)
    for estimate in [
      try estimator.mutualInformation(x, constant), try estimator.mutualInformation(constant, x),
      try estimator.mutualInformation(constant, constant),
      try estimator.mutualInformation(features: [constant], target: x)[0],
      try estimator.mutualInformation(features: [x], target: constant)[0],
      try estimator.conditionalMutualInformation(columns: [x], and: [constant], given: [x.map { $0 * $0 }]),
      try estimator.mutualInformation(levels: DiscreteColumn([Int](repeating: 4, count: 50)), columns: [x]),
      try estimator.mutualInformation(levels: DiscreteColumn((0..<50).map { $0 % 2 }), columns: [constant]),
      try HistogramEstimator().mutualInformation(x, constant),
    ] {
      #expect(estimate.value == .zero && estimate.interval == .zero ... .zero && estimate.standardError == 0)
      #expect(estimate.estimator == "exact: a side is constant")
    }
    #expect(try estimator.entropy(constant).value.nats == -.infinity)
    #expect(try HistogramEstimator().entropy(constant).value.nats == -.infinity)
    // Beside others it changes nothing.
    let y = samples.normals(50)
    #expect(
      try estimator.mutualInformation(columns: [x, constant], and: [y]).value
        == estimator.mutualInformation(x, y).value)
  }

  /// Names of rows: nothing is known of any class.
  @Test func classesOfOneRowEach() throws {
    var samples = NeighborSamples(seed: 12)
    let x = samples.normals(9)
    let error = #expect(throws: SurprisalError.self) {
      try estimator.mutualInformation(levels: DiscreteColumn(Array(0..<9)), columns: [x])
    }
    #expect(error?.category == .data && error?.message.contains("alone in its class") == true)
    let pair = try estimator.mutualInformation(levels: DiscreteColumn([0, 0] + Array(1..<8)), columns: [x])
    #expect(pair.sampleCount == 2 && pair.assumptions.contains("7 rows alone in their class were left out"))
  }

  @Test func aColumnWithItself() throws {
    var samples = NeighborSamples(seed: 2)
    let x = samples.normals(400)
    let continuous = try estimator.mutualInformation(x, x)
    // ψ(400) − ψ(3) (mpmath): the most that 400 rows can show of an infinite amount.
    #expect(abs(continuous.value.nats - 5.067429691176507) < 1e-12)
    #expect(continuous.interval.upperBound.nats == .infinity)
    #expect(continuous.assumptions.contains { $0.contains("function of the other") })
    let dice = (0..<400).map { _ in samples.generator.nextInteger(below: 6) }
    let column = DiscreteColumn(dice)
    let itself = try estimator.mutualInformation(.discrete(column), .discrete(column), discreteEstimator: .plugIn)
    #expect(itself.value == (try column.entropy(estimator: .plugIn)).value)
    let entropy = try column.entropy(estimator: .plugIn).value.nats
    let mixed = try estimator.mutualInformation(.discrete(column), .continuous(dice.map(Double.init)))
    #expect(mixed.interval.contains(Information(nats: entropy)))
    #expect(abs(mixed.value.nats - entropy) < 0.1)
    let tied = try estimator.mutualInformation(dice.map(Double.init), dice.map(Double.init))
    let counted = try column.mutualInformation(with: column)
    #expect(tied.value == counted.value, "\(tied), \(counted)")
  }

  @Test func theUnitDoesNotMatter() throws {
    var samples = NeighborSamples(seed: 3)
    let (x, y) = samples.pairs(300, correlation: 0.7)
    let plain = try estimator.mutualInformation(x, y)
    // Powers of two keep every bit, other factors round a distance here and there.
    #expect(try estimator.mutualInformation(x.map { $0 * 0x1p300 }, y.map { $0 * 0x1p-400 }) == plain)
    #expect(try estimator.mutualInformation(y, x).value == plain.value)
    let moved = try estimator.mutualInformation(x.map { 9.3 * $0 - 5 }, y.map { 1e-7 * $0 + 1e-6 })
    #expect(abs(moved.value.nats - plain.value.nats) < 1e-3)
    let entropy = try estimator.entropy(x).value.nats
    #expect(abs(try estimator.entropy(x.map { $0 * 8 }).value.nats - entropy - 2.0794415416798357) < 1e-12)
    let huge = try estimator.entropy(x.map { $0 * 0x1p1000 }).value.nats
    #expect(abs(huge - entropy - 693.1471805599453) < 1e-9)
  }

  @Test func refusesWrongData() throws {
    var samples = NeighborSamples(seed: 4)
    let x = samples.normals(30)
    var hole = x
    hole[17] = .nan
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch let error as SurprisalError { return error.description } catch {}
      return ""
    }
    #expect(message { _ = try estimator.mutualInformation(x, hole) }.contains("row 17 of column 1 is nan"))
    hole[17] = -.infinity
    #expect(
      message { _ = try estimator.mutualInformation(features: [x, x, hole], target: x) }
        .contains("row 17 of column 2 is -inf"))
    #expect(message { _ = try estimator.entropy(columns: [x, hole]) }.contains("row 17 of column 1"))
    #expect(message { _ = try HistogramEstimator().entropy(hole) }.contains("row 17"))
    #expect(message { _ = try estimator.mutualInformation(x, Array(x[1...])) }.contains("30 rows beside 29"))
    #expect(message { _ = try estimator.klDivergence(columns: [x], from: [x, x]) }.contains("1 columns beside 2"))
    #expect(
      message { _ = try estimator.mutualInformation(Array(x[..<3]), Array(x[..<3])) }.contains("3 rows are too few"))
    #expect(message { _ = try estimator.mutualInformation([], []) }.contains("0 rows"))
    #expect(message { _ = try estimator.mutualInformation(columns: [], and: [x]) }.contains("no columns"))
    #expect(message { _ = try NeighborEstimator(neighborCount: 0).entropy(x) }.contains("0 neighbors"))
    #expect(message { _ = try HistogramEstimator(bins: .width(0)).entropy(x) }.contains("width 0"))
    #expect(message { _ = try HistogramEstimator(bins: .width(1e-12)).entropy(x) }.contains("too many"))
    // The fewest rows that are enough.
    #expect(try estimator.mutualInformation(Array(x[..<4]), Array(x[4..<8])).sampleCount == 4)
  }

  @Test func anAtomBesideADensity() throws {
    // X is 0 or uniform, each half the time; Y = X where X is 0, else independent: I = ln 2 (Y's atom tells X's).
    var samples = NeighborSamples(seed: 5)
    let x = samples.uniforms(2000).map { $0 < 0.5 ? 0 : $0 }
    let y = zip(x, samples.uniforms(2000)).map { $0 == 0 ? 0 : $1 }
    let estimate = try estimator.mutualInformation(x, y)
    #expect(estimate.interval.contains(Information(nats: 0.6931471805599453)))
    #expect(abs(estimate.value.nats - 0.6931471805599453) < 0.08)
    #expect(estimate.assumptions.contains { $0.contains("are counted") })
    #expect(try estimator.entropy(x).value.nats == -.infinity)
  }

  @Test func divergenceOfAtomsAndFarSamples() throws {
    var samples = NeighborSamples(seed: 6)
    let p = samples.normals(1500)
    let q = samples.normals(1200).map { $0 + 1 }
    let estimate = try estimator.klDivergence(columns: [p], from: [q])
    #expect(estimate.interval.contains(Information(nats: 0.5)) && abs(estimate.value.nats - 0.5) < 0.2)
    let zero = [Double](repeating: 0, count: 500)
    let atom = try estimator.klDivergence(
      columns: [zero + Array(p[..<500])], from: [zero + Array(samples.normals(500))])
    #expect(abs(atom.value.nats) < 0.1)
    #expect(try estimator.klDivergence(columns: [zero], from: [zero]).value == .zero)
  }

  /// In many columns the ratio of the densities of a cluster and of what surrounds it is beyond float64.
  @Test func divergenceOfAClusterInManyColumns() throws {
    var samples = NeighborSamples(seed: 7)
    let p = (0..<30).map { _ in samples.normals(200).map { $0 * 1e-16 } }
    let q = (0..<30).map { _ in [0] + samples.normals(200) }
    let estimate = try estimator.klDivergence(columns: p, from: q)
    #expect(estimate.value.nats > 500 && estimate.value.nats.isFinite)
    #expect(estimate.standardError.isFinite && estimate.interval.upperBound.nats.isFinite)
    let reverse = try estimator.klDivergence(columns: q, from: p)
    #expect(reverse.standardError.isFinite && !reverse.value.nats.isNaN)
  }
}
