import CSurprisalKernels
import SurprisalCore

/// θ of a hidden Markov model.
package struct ChainParameters: Sendable {
  /// p(first state), [K].
  package var initial: [Double]
  /// p(next state | state), [K][K].
  package var transitions: [Double]
  package var emissions: StateEmissions

  /// K.
  package var stateCount: Int { initial.count }

  package func reordered(_ order: [Int]) -> ChainParameters {
    let K = stateCount
    return ChainParameters(
      initial: order.map { initial[$0] },
      transitions: order.flatMap { from in order.map { transitions[from * K + $0] } },
      emissions: emissions.reordered(order))
  }
}

/// The parameters of a hidden Markov model packed for the tiled recursions.
///
/// Invariant behind `@unchecked`: the memory is written in `init` only and freed in `deinit`.
package final class ChainPlan: @unchecked Sendable {
  /// Where a transition is below this, or 0, a state may not underflow unseen.
  private static let denseLimit = 1e-50
  /// Positive probabilities below this are left to the log form.
  private static let scaledLimit = 1e-100

  let stateCount: Int
  let columnCount: Int
  /// The states rounded up to whole vectors.
  let stride: Int
  /// Whether the scaled form may lose paths without noticing.
  let needsLogs: Bool
  let sumCount: Int
  let workspaceCount: Int
  private let mixture: MixturePlan?
  private let memory: Scratch
  private let offsets: UnsafeMutablePointer<Int32>
  private var template: surprisal_chain

  /// Packs `parameters`; Gaussians with `isCentered` take the form that loses no digits to the means' distance.
  package init(_ parameters: ChainParameters, isCentered: Bool = false) {
    let K = parameters.stateCount
    let D = parameters.emissions.columnCount
    stateCount = K
    columnCount = D
    stride = (K + 7) / 8 * 8
    let stride = stride
    let positive = parameters.transitions.filter { $0 > 0 }.min() ?? 1
    let isSparse = parameters.transitions.contains { $0 < ChainPlan.denseLimit }
    needsLogs =
      isSparse
      && (positive < ChainPlan.scaledLimit || parameters.initial.contains { $0 > 0 && $0 < ChainPlan.scaledLimit })
    let table = ChainPlan.table(parameters.emissions, states: K, stride: stride)
    memory = Scratch(capacity: 2 * stride + 5 * K * stride + table.count)
    offsets = .allocate(capacity: max(1, D))
    offsets.initialize(repeating: 0, count: max(1, D))
    let base = memory.base
    base.update(repeating: 0, count: stride)
    (base + stride).update(repeating: -.infinity, count: stride)
    for k in 0..<K {
      base[k] = parameters.initial[k]
      base[stride + k] = surprisal_log(parameters.initial[k])
    }
    let matrices = (0..<5).map { base + 2 * stride + $0 * K * stride }
    for (number, matrix) in matrices.enumerated() {
      matrix.update(repeating: number < 3 ? 0 : -.infinity, count: K * stride)
      for i in 0..<K {
        for j in 0..<K {
          let value = parameters.transitions[number == 1 || number == 4 ? j * K + i : i * K + j]
          switch number {
          case 0, 1: matrix[i * stride + j] = value
          case 2: matrix[i * stride + j] = value > 0 ? value * surprisal_log(value) : 0
          default: matrix[i * stride + j] = surprisal_log(value)
          }
        }
      }
    }
    let tableBase = base + 2 * stride + 5 * K * stride
    for (index, value) in table.enumerated() { tableBase[index] = value }
    var kind = SURPRISAL_GAUSSIAN_EMISSIONS
    var emissionSums = 0
    var mixture: MixturePlan?
    switch parameters.emissions {
    case .gaussian(let gaussians, let standardization):
      let plan = MixturePlan(gaussians, standardization: standardization, isCentered: isCentered)
      mixture = plan
      emissionSums = plan.sumCount
    case .categorical(let states):
      kind = SURPRISAL_CATEGORICAL_EMISSIONS
      for (d, offset) in states.offsets(padded: true).enumerated() { offsets[d] = Int32(offset) }
      emissionSums = table.count
    case .poisson:
      kind = SURPRISAL_POISSON_EMISSIONS
      emissionSums = table.count
    }
    self.mixture = mixture
    sumCount = stride + K * stride + emissionSums
    template = surprisal_chain(
      states: K, stride: stride, sparse: isSparse ? 1 : 0, initial: base, transitions: matrices[0],
      transposed: matrices[1], entropies: matrices[2], logInitial: base + stride, logTransitions: matrices[3],
      logTransposed: matrices[4], emissions: Int32(kind), mixture: nil, rows: nil, columns: D,
      offsets: offsets, table: tableBase)
    let chain = template
    workspaceCount =
      mixture?.withPlan(WeightedRows(rows: RowMatrix(unchecked: [], columnCount: D))) { plan in
        var chain = chain
        chain.mixture = plan
        return surprisal_chain_workspace_count(&chain)
      } ?? withUnsafePointer(to: chain) { surprisal_chain_workspace_count($0) }
  }

  deinit { offsets.deallocate() }

  /// Calls `body` with a plan over `rows`.
  func withChain<Result>(_ rows: RowMatrix, _ body: (UnsafePointer<surprisal_chain>) -> Result) -> Result {
    if let mixture {
      return mixture.withPlan(WeightedRows(rows: rows)) { plan in
        var chain = template
        chain.mixture = plan
        return withUnsafePointer(to: chain, body)
      }
    }
    return rows.withUnsafeValues { values in
      var chain = template
      chain.rows = values
      return withUnsafePointer(to: chain, body)
    }
  }

  /// Categorical: log p of every level and, behind each column's, a row of −∞. Poisson: log(λ/r) of every column, then
  /// −Σ (λ − r).
  private static func table(_ emissions: StateEmissions, states K: Int, stride: Int) -> [Double] {
    switch emissions {
    case .gaussian: return []
    case .categorical(let states):
      let offsets = states.offsets(padded: true)
      var result = [Double](repeating: -.infinity, count: (states.levelCount + states.levels.count) * stride)
      var level = 0
      for (d, count) in states.levels.enumerated() {
        for c in 0..<count {
          for k in 0..<K {
            result[(offsets[d] + c) * stride + k] = surprisal_log(states.probabilities[k * states.levelCount + level])
          }
          level += 1
        }
      }
      return result
    case .poisson(let states):
      let D = states.reference.count
      var result = [Double](repeating: 0, count: (D + 1) * stride)
      for k in 0..<K {
        for d in 0..<D {
          result[d * stride + k] = states.logRatio(k, d)
          result[D * stride + k] -= states.rates[k * D + d] - states.reference[d]
        }
      }
      return result
    }
  }
}
