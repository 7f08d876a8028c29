import Foundation
import SurprisalCore
import SurprisalInformation
import Testing

/// What must hold of every table, on 2,000 random ones.
struct TableIdentityTests {
  static let tableCount = 2_000

  private func require(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { Issue.record("\(what())") }
  }

  private func equal(_ a: Information, _ b: Information, _ what: @autoclosure () -> String) {
    if a.nats == b.nats { return }
    require(abs(a.nats - b.nats) <= 1e-13 * max(1, abs(a.nats)), "\(what()): \(a.nats), \(b.nats)")
  }

  private func atMost(_ a: Information, _ b: Information, _ what: @autoclosure () -> String) {
    require(a.nats <= b.nats + 1e-13 * max(1, abs(b.nats)), "\(what()): \(a.nats) > \(b.nats)")
  }

  @Test func entropiesOfTwoVariables() throws {
    var random = RandomTables(generator: RandomGenerator(seed: 1))
    for _ in 0..<Self.tableCount {
      let table = try random.table(rank: 2)
      let what = "\(table.shape) \(table.probabilities)"
      let (x, y, xy) = (try table.entropy(of: 0), try table.entropy(of: 1), table.entropy())
      let mutual = try table.mutualInformation(between: 0, and: 1)
      require(x >= .zero && y >= .zero && xy >= .zero, "H < 0 of \(what)")
      require(xy.nats <= log(Double(table.shape[0] * table.shape[1])), "H > ln k of \(what)")
      atMost(x, xy, "H(X) > H(X, Y) of \(what)")
      atMost(y, xy, "H(Y) > H(X, Y) of \(what)")
      atMost(xy, x + y, "H(X, Y) > H(X) + H(Y) of \(what)")
      // The bounds that are enforced hold without tolerance.
      require(mutual >= .zero && mutual <= x && mutual <= y, "I is not in 0 … min(H(X), H(Y)) of \(what)")
      equal(try table.mutualInformation(between: 1, and: 0), mutual, "I(X; Y) is not I(Y; X) of \(what)")
      equal(try table.mutualInformation(between: 0, and: 0), x, "I(X; X) is not H(X) of \(what)")
      equal(mutual, x + y - xy, "I is not H(X) + H(Y) − H(X, Y) of \(what)")
      atMost(try table.entropy(of: 0, given: 1), x, "H(X | Y) > H(X) of \(what)")
      equal(try table.totalCorrelation(), mutual, "total correlation of two variables of \(what)")
      equal(x + (try table.redundancy(of: 0)), Information(nats: log(Double(table.shape[0]))), "redundancy of \(what)")
      let pair = try table.pairMeasures(of: 0, and: 1)
      require(pair.mutualInformation == mutual && pair.jointEntropy == xy, "the parts of \(what)")
      equal(pair.firstGivenSecond + mutual, x, "H(X | Y) + I is not H(X) of \(what)")
      equal(pair.secondGivenFirst + x, xy, "the chain rule of \(what)")
    }
  }

  @Test func mutualInformationAsDivergence() throws {
    var random = RandomTables(generator: RandomGenerator(seed: 2))
    for _ in 0..<Self.tableCount {
      let table = try random.table(rank: 2)
      let what = "\(table.shape) \(table.probabilities)"
      let mutual = try table.mutualInformation(between: 0, and: 1)
      let product = try table.independentProduct()
      if zip(product.probabilities, table.probabilities).allSatisfy({ $0 > 0 || $1 == 0 }) {
        equal(try table.klDivergence(to: product), mutual, "KL(p(x, y) ‖ p(x) p(y)) of \(what)")
      }
      for (asked, known) in [(0, 1), (1, 0)] {
        let marginal = try table.marginal(of: Variables([asked]))
        let weights = try table.marginal(of: Variables([known])).probabilities
        var mean = Information.zero
        for (value, weight) in weights.enumerated() where weight > 0 {
          let row = try table.conditional(of: Variables([asked]), given: Variables([known]), equal: [value])
          mean = mean + Information(nats: weight * (try row.klDivergence(to: marginal).nats))
        }
        equal(mean, mutual, "mean KL(p(x | y) ‖ p(x)) of \(what)")
      }
      let pointwise = try table.pointwiseMutualInformation(between: 0, and: 1).flatMap { $0 }
      let mean = zip(table.probabilities, pointwise).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * $1.1.nats : 0) }
      equal(Information(nats: mean), mutual, "mean pointwise information of \(what)")
    }
  }

  @Test func severalVariables() throws {
    var random = RandomTables(generator: RandomGenerator(seed: 3))
    for _ in 0..<Self.tableCount {
      let table = try random.table(rank: 4)
      let what = "\(table.shape) \(table.probabilities)"
      let chain = try (0..<4).reduce(Information.zero) {
        $0 + (try table.entropy(of: Variables([$1]), given: Variables(Array(0..<$1))))
      }
      equal(chain, table.entropy(), "the chain rule of entropy of \(what)")
      let joint = try table.mutualInformation(between: 0, and: [1, 2, 3])
      let first = try table.mutualInformation(between: 0, and: 1)
      let second = try table.mutualInformation(between: 0, and: 2, given: 1)
      let third = try table.mutualInformation(between: 0, and: 3, given: [1, 2])
      equal(joint, first + second + third, "the chain rule of information of \(what)")
      require(second >= .zero && third >= .zero, "I(X; Y | Z) < 0 of \(what)")
      equal(
        second, try table.entropy(of: 0, given: 1) - table.entropy(of: 0, given: [1, 2]),
        "I(X; Y | Z) is not H(X | Z) − H(X | Y, Z) of \(what)")
      let overlapping = try table.mutualInformation(between: [0, 1], and: [1, 2], given: 3)
      equal(
        overlapping,
        try table.entropy(of: [0, 1], given: 3) + table.entropy(of: [1, 2], given: 3)
          - table.entropy(of: [0, 1, 2], given: 3), "information between sets that share a variable of \(what)")
      let sum = try (0..<4).reduce(Information.zero) { $0 + (try table.entropy(of: Variables([$1]))) }
      let total = try table.totalCorrelation()
      require(total >= .zero, "total correlation < 0 of \(what)")
      equal(total, sum - table.entropy(), "total correlation of \(what)")
      let product = try table.independentProduct()
      if zip(product.probabilities, table.probabilities).allSatisfy({ $0 > 0 || $1 == 0 }) {
        equal(total, try table.klDivergence(to: product), "total correlation as KL of \(what)")
      }
      equal(
        try table.marginal(of: [3, 1]).entropy(), try table.entropy(of: [1, 3]), "the order of variables of \(what)")
    }
  }

  @Test func divergences() throws {
    var random = RandomTables(generator: RandomGenerator(seed: 4))
    let orders = [0, 0.1, 0.5, 0.9, 1 - 1e-10, 1, 1 + 1e-10, 1.1, 2, 10, 1000, .infinity]
    for _ in 0..<Self.tableCount {
      let p = random.probabilities(1 + random.generator.nextInteger(below: 6))
      let q = random.partner(of: p)
      let what = "\(p) \(q)"
      let divergence = try Information.klDivergence(p, q)
      require(divergence >= .zero && (p != q || divergence == .zero), "KL of \(what)")
      equal(try Information.crossEntropy(p, q), try Information.entropy(of: p) + divergence, "CE = H + KL of \(what)")
      let jensenShannon = try Information.jensenShannonDivergence(p, q)
      require(jensenShannon >= .zero && jensenShannon.nats <= log(2), "Jensen–Shannon of \(what)")
      equal(jensenShannon, try Information.jensenShannonDivergence(q, p), "symmetry of Jensen–Shannon of \(what)")
      // It is the information between an outcome and the distribution it was drawn from.
      let source = try ProbabilityTable(rows: [p.map { $0 / 2 }, q.map { $0 / 2 }])
      equal(jensenShannon, try source.mutualInformation(between: 0, and: 1), "Jensen–Shannon as I of \(what)")
      var (entropy, before) = (Information(nats: .infinity), Information.zero)
      for order in orders {
        let next = try Information.renyiEntropy(of: p, order: order)
        atMost(next, entropy, "Rényi entropy rises at \(order) of \(p)")
        require(next >= .zero && next.nats <= log(Double(p.count)), "Rényi entropy of order \(order) of \(p)")
        let divergence = try Information.renyiDivergence(p, q, order: order)
        atMost(before, divergence, "Rényi divergence falls at \(order) of \(what)")
        require(before >= .zero, "Rényi divergence < 0 at \(order) of \(what)")
        (entropy, before) = (next, divergence)
      }
      let order = 0.05 + 0.9 * random.generator.nextUniform()
      let mirrored = try Information.renyiDivergence(q, p, order: 1 - order)
      equal(
        try Information.renyiDivergence(p, q, order: order), Information(nats: order / (1 - order) * mirrored.nats),
        "skew symmetry at \(order) of \(what)")
    }
  }
}
