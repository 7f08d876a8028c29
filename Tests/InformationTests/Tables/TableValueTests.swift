import SurprisalCore
import SurprisalInformation
import Testing

/// Every measure of tables against values of 120 digits: zeros, 1e-320, and tables as little as 1e-12 apart.
struct TableValueTests {
  @Test func distributionsOfOneVariable() throws {
    let reference = try TableReference.load()
    #expect(reference.pairs.count >= 30)
    for pair in reference.pairs {
      let (p, q, name) = (pair.p, pair.q, "\(pair.name) \(pair.p) \(pair.q)")
      expectDigits(try Information.entropy(of: p).nats, pair.entropy, "\(name): entropy")
      expectDigits(try Information.crossEntropy(p, q).nats, pair.crossEntropy, "\(name): cross-entropy")
      expectDigits(try Information.klDivergence(p, q).nats, pair.divergence, "\(name): KL")
      expectDigits(try Information.klDivergence(q, p).nats, pair.reverseDivergence, "\(name): KL of q and p")
      expectDigits(try Information.jensenShannonDivergence(p, q).nats, pair.jensenShannon, "\(name): Jensen–Shannon")
      let weighted = try Information.jensenShannonDivergence(of: [p, q], weights: reference.weights)
      expectDigits(weighted.nats, pair.weightedJensenShannon, "\(name): weighted Jensen–Shannon")
      expectDigits(try Information.redundancy(of: p).nats, pair.redundancy, "\(name): redundancy")
      for (index, order) in reference.orders.map(\.value).enumerated() {
        let entropy = try Information.renyiEntropy(of: p, order: order)
        expectDigits(entropy.nats, pair.renyiEntropies[index], "\(name): Rényi entropy of order \(order)")
        let divergence = try Information.renyiDivergence(p, q, order: order)
        expectDigits(divergence.nats, pair.renyiDivergences[index], "\(name): Rényi divergence of order \(order)")
      }
    }
  }

  @Test func jointDistributions() throws {
    let reference = try TableReference.load()
    #expect(reference.joints.count >= 40)
    for joint in reference.joints {
      let name = "\(joint.name) \(joint.shape) \(joint.p)"
      let table =
        try joint.name == "counts"
        ? ProbabilityTable(counts: joint.p.map { Int($0) }, shape: joint.shape)
        : ProbabilityTable(joint.p, shape: joint.shape)
      let others = Variables(Array(2..<joint.shape.count))
      expectDigits(table.entropy().nats, joint.entropy, "\(name): entropy")
      expectDigits(try table.entropy(of: 0).nats, joint.firstEntropy, "\(name): first entropy")
      expectDigits(try table.entropy(of: 1, given: 0).nats, joint.secondGivenFirst, "\(name): conditional entropy")
      expectDigits(
        try table.entropy(of: 0, given: [1, others]).nats, joint.firstGivenOthers, "\(name): entropy given all others")
      let mutual = try table.mutualInformation(between: 0, and: 1)
      expectDigits(mutual.nats, joint.mutualInformation, "\(name): mutual information")
      let conditional = try table.mutualInformation(between: 0, and: 1, given: others)
      expectDigits(conditional.nats, joint.conditionalMutualInformation, "\(name): conditional mutual information")
      expectDigits(try table.totalCorrelation().nats, joint.totalCorrelation, "\(name): total correlation")
      let pointwise = try table.pointwiseMutualInformation(between: 0, and: 1).flatMap { $0 }
      #expect(pointwise.count == joint.pointwise.count)
      for (found, expected) in zip(pointwise, joint.pointwise) {
        expectDigits(found.nats, expected, "\(name): pointwise mutual information")
      }
    }
  }

  /// The numbers that the notes and their sources give.
  @Test func valuesOfTheNotes() throws {
    #expect(try ProbabilityTable([0.5, 0.5]).surprisal(of: [0]).bits == 1)
    #expect(try ProbabilityTable([1, 0]).surprisal(of: [1]).nats == .infinity)
    #expect(try Information.entropy(of: [0.5, 0.5]).bits == 1)
    #expect(try Information.entropy(of: [1, 0]).nats == 0)
    let (p, q) = (try ProbabilityTable([0.5, 0.5]), try ProbabilityTable([0.1, 0.9]))
    #expect(abs(try p.klDivergence(to: q).nats - 0.510826) < 5e-7)
    #expect(abs(try q.klDivergence(to: p).nats - 0.368064) < 5e-7)
    #expect(try p.klDivergence(to: ProbabilityTable([1, 0])).nats == .infinity)
    #expect(try ProbabilityTable([0.25, 0.25, 0.25, 0.25]).perplexity(of: 0) == 4)
    #expect(try Information.entropy(of: [0.25, 0.25, 0.25, 0.25]).perplexity == 4)
    #expect(try ProbabilityTable([1, 0]).relativeRedundancy(of: 0) == 1)
    #expect(try ProbabilityTable([1]).relativeRedundancy(of: 0) == 0)
  }
}
