import SurprisalCore
import SurprisalInformation
import Testing

/// What is refused, and with which words.
struct TableFaultTests {
  @Test(arguments: [
    ([], "no probabilities"), ([0.5, -0.1, 0.6], "probability 1 is -0.1"), ([0.5, .nan], "probability 1 is nan"),
    ([.infinity, 0.5], "probability 0 is inf"), ([0.5, 0.5 + 2e-9], "sum to 1.000000002"), ([0, 0], "sum to 0.0"),
  ])
  func badProbabilities(p: [Double], words: String) {
    let calls: [() throws -> Void] = [
      { _ = try ProbabilityTable(p) }, { _ = try Information.entropy(of: p) },
      { _ = try Information.klDivergence(p, p) }, { _ = try Information.crossEntropy([1], p) },
      { _ = try Information.jensenShannonDivergence(p, p) }, { _ = try Information.renyiEntropy(of: p, order: 2) },
      { _ = try QuantizedDensity(binProbabilities: p, binWidth: 1) },
    ]
    for call in calls {
      let error = #expect(throws: SurprisalError.self) { try call() }
      #expect(error?.category == .data && error?.message.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test func sumsWithinRoundingAreDividedOut() throws {
    let table = try ProbabilityTable([0.5 + 5e-10, 0.5])
    #expect(abs(table.probabilities.reduce(0, +) - 1) < 1e-15)
    let other = try ProbabilityTable([0.25, 0.25 - 5e-10, 0.5, 0], shape: [2, 2])
    #expect(abs(try other.marginal(of: 0).probability(of: [0]) - 0.5) < 1e-9)
  }

  @Test func badTables() {
    let calls: [(SurprisalError.Category, () throws -> Void)] = [
      (.usage, { _ = try ProbabilityTable([0.5, 0.5], shape: [3]) }),
      (.usage, { _ = try ProbabilityTable([0.5, 0.5], shape: []) }),
      (.usage, { _ = try ProbabilityTable([0.5, 0.5], shape: [-1, -2]) }),
      (.usage, { _ = try ProbabilityTable([0.5, 0.5], shape: [.max, 3]) }),
      (.usage, { _ = try ProbabilityTable([0.5, 0.5], shape: [2, 1], variableNames: ["x", "x"]) }),
      (.usage, { _ = try ProbabilityTable([0.5, 0.5], shape: [2, 1], variableNames: ["x"]) }),
      (.usage, { _ = try ProbabilityTable(rows: [[0.5, 0.5], [0]]) }),
      (.data, { _ = try ProbabilityTable(rows: []) }),
      (.data, { _ = try ProbabilityTable(counts: [1, -1], shape: [2]) }),
      (.data, { _ = try ProbabilityTable(counts: [0, 0], shape: [2]) }),
      (.data, { _ = try ProbabilityTable(counts: [], shape: [0]) }),
      (.data, { _ = try Information.klDivergence([1], [0.5, 0.5]) }),
      (.data, { _ = try Information.jensenShannonDivergence(of: [[1], [0.5, 0.5]], weights: [0.5, 0.5]) }),
      (.data, { _ = try Information.jensenShannonDivergence(of: [[1]], weights: [0.5, 0.5]) }),
      (.usage, { _ = try Information.renyiEntropy(of: [1], order: -1) }),
      (.usage, { _ = try Information.renyiDivergence([1], [1], order: .nan) }),
    ]
    for (category, call) in calls {
      let error = #expect(throws: SurprisalError.self) { try call() }
      #expect(error?.category == category, "\(error?.description ?? "")")
    }
  }

  @Test func variablesThatAreNotThere() throws {
    let table = try ProbabilityTable(
      rows: [[0.5, 0.5], [0, 0]], variableNames: ["weather", "mood"])
    #expect(try table.entropy(of: "mood") == table.entropy(of: 1))
    #expect(try table.marginal(of: ["mood", "weather"]).variableNames == ["mood", "weather"])
    let other = try ProbabilityTable([0.5, 0.5])
    let calls: [(SurprisalError.Category, () throws -> Void)] = [
      (.usage, { _ = try table.entropy(of: "wether") }), (.usage, { _ = try table.entropy(of: 2) }),
      (.usage, { _ = try table.entropy(of: -1) }), (.usage, { _ = try table.entropy(of: []) }),
      (.usage, { _ = try table.mutualInformation(between: [], and: 0) }),
      (.usage, { _ = try table.pointwiseMutualInformation(between: 0, and: [0, 1]) }),
      (.usage, { _ = try table.surprisal(of: [0, 2]) }), (.usage, { _ = try table.surprisal(of: [0]) }),
      (.usage, { _ = try table.conditional(of: 0, given: 0, equal: [0]) }),
      (.usage, { _ = try table.conditional(of: 1, given: 0, equal: [2]) }),
      (.data, { _ = try table.conditional(of: "mood", given: "weather", equal: [1]) }),
      (.usage, { _ = try table.klDivergence(to: other) }), (.usage, { _ = try table.crossEntropy(to: other) }),
    ]
    for (category, call) in calls {
      let error = #expect(throws: SurprisalError.self) { try call() }
      #expect(error?.category == category, "\(error?.description ?? "")")
    }
  }

  @Test func boundsThatMovedAreReported() throws {
    // X tells Y: both bounds are reached, and rounding falls on either side of them.
    for count in 2..<200 {
      let cells = (0..<count * count).map { $0 % (count + 1) == 0 ? 1 / Double(count) : 0 }
      let pair = try ProbabilityTable(cells, shape: [count, count]).pairMeasures(of: 0, and: 1)
      #expect(pair.mutualInformation <= pair.firstEntropy && pair.largestResidual <= 1e-13)
      for clamp in pair.clamped {
        #expect(clamp.bound == "mutual information is at most the smaller entropy")
        #expect(clamp.nats > pair.mutualInformation.nats && clamp.nats - pair.mutualInformation.nats < 1e-13)
      }
    }
  }
}
