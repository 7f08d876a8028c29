import Surprisal

/// Two variables that depend on each other; the rows are values of X, the columns values of Y.
private func weather() throws -> ProbabilityTable {
  try ProbabilityTable(rows: [[0.2, 0.1, 0], [0.05, 0.25, 0.4]], variableNames: ["x", "y"])
}

/// The surprise of a card drawn from 64 is six bits: independent surprises add up.
func selfInformation() throws {
  let card = Information(surprisalOfProbability: 1 / 64)
  let coin = Information(surprisalOfProbability: 1 / 2)
  let coins = (0..<6).reduce(Information.zero) { sum, _ in sum + coin }
  print("I(1/64) = \(show(card.bits)) bits, six coins \(show(coins.bits)) bits")
}

/// 0 ≤ H(P) ≤ log k, and coding with any other Q costs at least as much; of densities on [0, 1] the uniform has the
/// largest entropy, and it may be negative.
func entropyProperties() throws {
  let p = [0.1, 0.5, 0.1, 0.3]
  print("H(P) = \(show(try Information.entropy(of: p).bits)) bits")
  print("−E[log Q] = \(show(try Information.crossEntropy(p, [0.25, 0.25, 0.25, 0.25]).bits)) bits for uniform Q")
  print("H of four equal outcomes = \(show(try Information.entropy(of: [0.25, 0.25, 0.25, 0.25]).bits)) bits = log₂ 4")
  let perplexity = try Information.entropy(of: p).perplexity
  let redundancy = try Information.redundancy(of: p)
  print("perplexity e^H = \(show(perplexity)), redundancy ln 4 − H = \(show(redundancy.bits)) bits")
  let width = 1.0 / 1024
  let uniform = try QuantizedDensity(over: 0...1, binWidth: width) { _ in 0 }
  let triangle = try QuantizedDensity(over: 0...1, binWidth: width) { x in naturalLog(2 * x) }
  print("h of the uniform density on [0, 1] = \(show(uniform.differentialEntropy.nats)) nats")
  // ½ − ln 2.
  print("h of the density 2x = \(show(triangle.differentialEntropy.nats, 4)) nats")
}

/// H(X, Y) = −Σ p(x, y) log p(x, y), between the larger of H(X), H(Y) and their sum.
func jointEntropy() throws {
  let table = try weather()
  let (x, y) = (try table.entropy(of: "x"), try table.entropy(of: "y"))
  print("H(X) = \(show(x.nats)), H(Y) = \(show(y.nats)), H(X, Y) = \(show(table.entropy().nats)) nats")
  let independent = try table.independentProduct().entropy()
  print("H(X) + H(Y) = \(show((x + y).nats)) nats = H(X, Y) of \(show(independent.nats)) nats if independent")
  print("H(X, X) = \(show(try table.entropy(of: ["x", "x"]).nats)) nats")
}

/// H(Y | X) = −Σ p(x, y) log p(y | x) = H(X, Y) − H(X).
func conditionalEntropy() throws {
  let table = try weather()
  let byRows = try (0...1).reduce(Information.zero) { sum, x in
    let row = try table.conditional(of: "y", given: "x", equal: [x])
    let share = try table.marginal(of: "x").probability(of: [x])
    return sum + Information(nats: share * row.entropy().nats)
  }
  print("Σ p(x) H(Y | X = x) = \(show(byRows.nats)) nats")
  print("H(Y | X) = \(show(try table.entropy(of: "y", given: "x").nats)) nats")
  print("H(X, Y) − H(X) = \(show((table.entropy() - (try table.entropy(of: "x"))).nats)) nats")
  print("H(X | Y) = \(show(try table.entropy(of: "x", given: "y").nats)) nats")
}

/// I(X, Y) = H(X, Y) − H(Y | X) − H(X | Y) = E log [p(x, y)/(p(x) p(y))]: symmetric, not negative, 0 for independent
/// variables, H(X) where each tells the other.
func mutualInformation() throws {
  let table = try weather()
  let parts = try table.pairMeasures(of: "x", and: "y")
  let difference = parts.jointEntropy - parts.secondGivenFirst - parts.firstGivenSecond
  let mirrored = try table.mutualInformation(between: "y", and: "x")
  print("I(X, Y) = \(show(parts.mutualInformation.nats)) nats = I(Y, X) = \(show(mirrored.nats)) nats")
  print("H(X, Y) − H(Y | X) − H(X | Y) = \(show(difference.nats)) nats")
  // The notes' E_X E_Y of p(x, y) log(…) weighs each cell by p(x) p(y) as well; the weight is p(x, y) alone.
  let pointwise = try table.pointwiseMutualInformation(between: "x", and: "y").flatMap { $0 }
  let mean = zip(table.probabilities, pointwise).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * $1.1.nats : 0) }
  print("E[pmi] = \(show(mean)) nats")
  print("KL(p(x, y) ‖ p(x) p(y)) = \(show(try table.klDivergence(to: table.independentProduct()).nats)) nats")
  print("E_Y KL(p(x | y) ‖ p(x)) = \(show(try meanDivergence(table, of: "x", given: "y"))) nats")
  print("E_X KL(p(y | x) ‖ p(y)) = \(show(try meanDivergence(table, of: "y", given: "x"))) nats")
  let independent = try table.independentProduct().mutualInformation(between: "x", and: "y")
  print("I of independent variables = \(show(independent.nats)) nats")
  print("I(X, X) = \(show(try table.mutualInformation(between: "x", and: "x").nats)) nats = H(X)")
}

/// E KL(p(asked | known) ‖ p(asked)) in nats.
private func meanDivergence(_ table: ProbabilityTable, of asked: Variables, given known: Variables) throws -> Double {
  let marginal = try table.marginal(of: asked)
  let weights = try table.marginal(of: known).probabilities
  return try weights.enumerated().reduce(0) { sum, value in
    let row = try table.conditional(of: asked, given: known, equal: [value.offset])
    return sum + value.element * (try row.klDivergence(to: marginal).nats)
  }
}

/// pmi(x, y) = log [p(x, y)/(p(x) p(y))]: positive where the pair is more frequent than chance, −∞ where it never is.
func pointwiseMutualInformation() throws {
  for (x, row) in try weather().pointwiseMutualInformation(between: "x", and: "y").enumerated() {
    let cells = row.map { $0.nats.isFinite ? show($0.nats) : "\($0.nats)" }
    print("pmi(\(x), ·) = \(cells.joined(separator: ", ")) nats")
  }
}

/// For densities the sums become integrals: a grid of width Δ over a pair of normals with correlation 0.8.
func continuousPair() throws {
  let width = 0.1
  let x = stride(from: -8.0, through: 8, by: width).map { $0 }
  func density(_ x: Double, _ y: Double) -> Double {
    let form: Double = x * x - 2 * 0.8 * x * y + y * y
    return exponential(-form / (2 * (1 - 0.8 * 0.8)))
  }
  let cells = x.flatMap { first in x.map { density(first, $0) } }
  let sum = cells.reduce(0, +)
  let table = try ProbabilityTable(cells.map { $0 / sum }, shape: [x.count, x.count], variableNames: ["x", "y"])
  let logWidth = naturalLog(width)
  // ln 2πe + ½ ln(1 − ρ²), ½ ln 2πe + ½ ln(1 − ρ²) and −½ ln(1 − ρ²).
  print("h(X, Y) = \(show(table.entropy().nats + 2 * logWidth)) nats")
  print("h(Y | X) = \(show(try table.entropy(of: "y", given: "x").nats + logWidth)) nats")
  print("I(X, Y) = \(show(try table.mutualInformation(between: "x", and: "y").nats)) nats: no width to add")
}
