import Foundation
import SurprisalCore

@testable import SurprisalLatent

/// A hidden Markov model by its definition: every path of states, one after the other.
struct PathEnumeration {
  let initial: [Double]
  let transitions: [[Double]]
  /// log p(x | state), from the model's own parameters by formulas written here.
  let logEmission: (_ x: [Double], _ state: Int) -> Double

  init(_ model: HiddenMarkov) {
    initial = model.initialProbabilities
    transitions = model.transitions
    let (means, covariances, rates) = (model.means, model.covariances, model.rates)
    let probabilities = model.probabilities
    switch model.emissionFamily {
    case .gaussian:
      logEmission = { x, k in
        let (m, c) = (means[k], covariances[k])
        if x.count == 1 { return -0.5 * (log(2 * .pi * c[0][0]) + pow(x[0] - m[0], 2) / c[0][0]) }
        let determinant = c[0][0] * c[1][1] - c[0][1] * c[1][0]
        let (a, b) = (x[0] - m[0], x[1] - m[1])
        let square = (c[1][1] * a * a - 2 * c[0][1] * a * b + c[0][0] * b * b) / determinant
        return -log(2 * .pi) - 0.5 * (log(determinant) + square)
      }
    case .categorical:
      logEmission = { x, k in x.indices.reduce(0) { $0 + log(probabilities[k][$1][Int(x[$1])]) } }
    case .poisson:
      logEmission = { x, k in
        x.indices.reduce(0) { total, d in
          let terms = x[d] > 0 ? x[d] * log(rates[k][d]) : 0
          return total + terms - rates[k][d] - lgamma(x[d] + 1)
        }
      }
    }
  }

  /// All paths of `length` states.
  func paths(_ length: Int) -> [[Int]] {
    var result: [[Int]] = [[]]
    for _ in 0..<length { result = result.flatMap { path in initial.indices.map { path + [$0] } } }
    return result
  }

  /// log p(x, z).
  func logJoint(_ rows: [[Double]], _ path: [Int]) -> Double {
    var total = log(initial[path[0]])
    for t in path.indices {
      if t > 0 { total += log(transitions[path[t - 1]][path[t]]) }
      total += logEmission(rows[t], path[t])
    }
    return total
  }

  struct Answer {
    var logLikelihood: Double
    /// [T][K].
    var posteriors: [[Double]]
    /// Σ_t p(z_{t−1} = i, z_t = j | x), [K][K].
    var transitions: [[Double]]
    var entropy: Double
    var best: (path: [Int], logDensity: Double)
  }

  func answer(_ rows: [[Double]]) -> Answer {
    let K = initial.count
    let all = paths(rows.count)
    let joints = all.map { logJoint(rows, $0) }
    let top = joints.max() ?? 0
    let sum = joints.reduce(0) { $0 + exp($1 - top) }
    let logLikelihood = top + log(sum)
    var posteriors = [[Double]](repeating: [Double](repeating: 0, count: K), count: rows.count)
    var transitions = [[Double]](repeating: [Double](repeating: 0, count: K), count: K)
    var entropy = 0.0
    for (path, joint) in zip(all, joints) where joint > -.infinity {
      let p = exp(joint - logLikelihood)
      entropy -= p > 0 ? p * log(p) : 0
      for t in path.indices {
        posteriors[t][path[t]] += p
        if t > 0 { transitions[path[t - 1]][path[t]] += p }
      }
    }
    let best = joints.indices.max { joints[$0] < joints[$1] } ?? 0
    return Answer(
      logLikelihood: logLikelihood, posteriors: posteriors, transitions: transitions, entropy: entropy,
      best: (all[best], joints[best]))
  }
}

/// Draws small models and their data.
struct ChainDraw {
  enum Kind: String, CaseIterable, Sendable {
    case full, diagonal, categorical, poisson
  }

  var generator: RandomGenerator
  private var normal = NormalSource()

  init(seed: UInt64) { generator = RandomGenerator(seed: seed, stream: 77) }

  mutating func gaussian() -> Double { normal.next(using: &generator) }

  /// Probabilities, some of them 0 where `zeros`.
  mutating func shares(_ count: Int, zeros: Bool) -> [Double] {
    var values = (0..<count).map { _ in 0.05 + generator.nextUniform() }
    if zeros {
      let kept = generator.nextInteger(below: count)
      for index in values.indices where index != kept && generator.nextUniform() < 0.35 { values[index] = 0 }
    }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }

  /// With `tiny`, one transition is so small that only the recursions in logarithms may be used.
  mutating func model(
    _ kind: Kind, states K: Int, zeros: Bool = false, separation: Double = 2, tiny: Bool = false
  ) throws -> HiddenMarkov {
    let initial = shares(K, zeros: zeros)
    var transitions = (0..<K).map { _ in shares(K, zeros: zeros) }
    if tiny, K > 1 { transitions[0] = (0..<K).map { $0 == K - 1 ? 1e-120 : 1 / Double(K - 1) } }
    switch kind {
    case .full, .diagonal:
      let means = (0..<K).map { _ in [separation * gaussian(), separation * gaussian()] }
      let covariances = (0..<K).map { _ in
        let (a, b) = (0.3 + generator.nextUniform(), 0.3 + generator.nextUniform())
        let c = (generator.nextUniform() - 0.5) * (a * b).squareRoot()
        return [[a, c], [c, b]]
      }
      return try HiddenMarkov(
        initialProbabilities: initial, transitions: transitions, means: means,
        covariances: kind == .full ? covariances : covariances.map { [[$0[0][0], 0], [0, $0[1][1]]] },
        covarianceModel: kind == .full ? .vvv : .vvi)
    case .categorical:
      return try HiddenMarkov(
        initialProbabilities: initial, transitions: transitions,
        probabilities: (0..<K).map { _ in [shares(3, zeros: zeros), shares(2, zeros: false)] })
    case .poisson:
      return try HiddenMarkov(
        initialProbabilities: initial, transitions: transitions,
        rates: (0..<K).map { _ in
          [6 * generator.nextUniform(), zeros && generator.nextUniform() < 0.3 ? 0 : 3 * generator.nextUniform()]
        })
    }
  }

  mutating func rows(_ model: HiddenMarkov, _ lengths: [Int]) -> RowMatrix {
    model.sample(lengths: lengths, using: &generator).rows
  }
}

/// EM on hidden Markov models below the public interface: states keep their order.
enum ChainRuns {
  static func data(
    _ rows: RowMatrix, _ lengths: [Int], weights: [Double]? = nil, like model: HiddenMarkov
  ) throws -> HiddenMarkovData {
    try HiddenMarkovData(
      rows: rows, sequences: SequenceLayout(lengths: lengths), weights: weights, columnNames: nil,
      states: model.stateCount, family: model.emissionFamily, configuration: FitConfiguration(starts: 1))
  }

  /// Plain EM with `steps` M-steps.
  static func plain(
    _ data: HiddenMarkovData, from start: HiddenMarkov, steps: Int
  ) throws -> ExpectationMaximization<HiddenMarkovEM>.Outcome {
    let starts = HiddenMarkovStarts(data: data, states: start.stateCount, seed: 0)
    return try ExpectationMaximization.run(
      from: starts.given(start), over: data.observations,
      control: .init(options: EngineOptions(tolerance: 0, maximumIterations: steps + 1, acceleration: .none)))
  }

  static func model(_ em: HiddenMarkovEM) -> HiddenMarkov {
    HiddenMarkov(
      parameters: em.parameters, columnNames: (1...em.parameters.emissions.columnCount).map { "x\($0)" })
  }

  static func split(_ rows: RowMatrix, _ lengths: [Int]) -> [[[Double]]] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return (start..<start + length).map { rows.row($0) }
    }
  }

  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { $0 == $1 ? 0 : ($0 - $1).magnitude / max(1, $1.magnitude) }.max() ?? 0
  }
}
