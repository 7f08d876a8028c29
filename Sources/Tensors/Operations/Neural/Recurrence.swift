/// A recurrent cell over the steps of a sequence, in one direction.
package struct Recurrence: Sendable {
  /// What a step does.
  package var cell: RecurrentCell
  /// Whether it goes from the last step to the first.
  package var isReversed: Bool
  /// The steps of each sequence of the batch, or nil if all have all: beyond them a state stays as it is.
  package var lengths: [Int]?

  /// Weights of so many numbers are not put in the kernel's order for a single step: that takes longer than the step.
  private static let packingCount = 1 << 14

  /// A recurrence of the given cell.
  package init(_ cell: RecurrentCell, isReversed: Bool = false, lengths: [Int]? = nil) {
    self.cell = cell
    self.isReversed = isReversed
    self.lengths = lengths
  }

  /// The tensors of a recurrence.
  package struct Inputs {
    /// W_ih x + b for every step, [steps, batch, gates · hidden].
    var projections: Tensor
    /// W_hh [gates · hidden, hidden].
    var weight: Tensor
    /// b_hn [hidden] of a GRU.
    var candidateBias: Tensor?
    /// h [batch, hidden] before the first step.
    var state: Tensor
    /// c [batch, hidden] of an LSTM.
    var memory: Tensor?

    package init(projections: Tensor, weight: Tensor, candidateBias: Tensor?, state: Tensor, memory: Tensor?) {
      self.projections = projections
      self.weight = weight
      self.candidateBias = candidateBias
      self.state = state
      self.memory = memory
    }

    var list: [Tensor] { [projections, weight, state] + [memory, candidateBias].compactMap { $0 } }

    /// From `list`.
    init(_ list: [Tensor], of cell: RecurrentCell) {
      (projections, weight, state) = (list[0], list[1], list[2])
      memory = cell == .lstm ? list[3] : nil
      candidateBias = cell != .lstm && list.count > 3 ? list[3] : nil
    }

    var steps: Int { projections.shape[0] }
    var batch: Int { state.shape[0] }
    var hidden: Int { state.shape[1] }
  }

  /// The states after every step, [steps, batch, hidden], and the last state and memory. One operation for the whole
  /// sequence, computed by a kernel that saves the gates for the derivative.
  package func apply(_ inputs: Inputs) -> (outputs: Tensor, state: Tensor, memory: Tensor?) {
    check(inputs)
    let results = Tensor.inCommonReals(inputs.list) { list in
      // The gates are for the derivative alone.
      let isFollowed = list.contains { $0.isTracked }
      if !isFollowed, list[0].shape[0] == 1, list[1].count >= Self.packingCount {
        let (outputs, state, memory) = applyStepByStep(Inputs(list, of: cell))
        return [outputs, state] + [memory].compactMap { $0 }
      }
      return differentiable(list) { list in
        let run = Kernels.recurrence(self, Inputs(list, of: cell), savesGates: isFollowed)
        return [run.outputs, run.state] + [run.memory, run.states, run.memories, run.gates].compactMap { $0 }
      } pullback: { list, results in
        { gs, needed in
          let hasMemory = cell == .lstm
          let followed = list + gs.prefix(hasMemory ? 3 : 2).compactMap { $0 }
          if followed.contains(where: { $0.isTracked }) {
            return composedCotangents(Inputs(list, of: cell), gs, needed)
          }
          var rest = results.dropFirst(hasMemory ? 3 : 2).map { $0 }
          let run = Kernels.RecurrenceRun(
            outputs: results[0], state: results[1], memory: hasMemory ? results[2] : nil, states: rest.removeFirst(),
            memories: hasMemory ? rest.removeFirst() : nil, gates: rest.first)
          return Kernels.recurrenceBackward(
            self, Inputs(list, of: cell), run, outputs: gs[0], state: gs[1], memory: hasMemory ? gs[2] : nil, needed)
        }
      }
    }
    return (results[0], results[1], cell == .lstm ? results[2] : nil)
  }

  /// The same as a loop of single steps in tensor operations.
  package func applyStepByStep(_ inputs: Inputs) -> (outputs: Tensor, state: Tensor, memory: Tensor?) {
    check(inputs)
    let projections = inputs.projections.unstacked()
    var outputs = projections
    var state = inputs.state
    var memory = inputs.memory
    for step in isReversed ? Array(projections.indices.reversed()) : Array(projections.indices) {
      var next = cell.step(
        projections[step], weight: inputs.weight, candidateBias: inputs.candidateBias, state: state, memory: memory)
      if let lengths, lengths.contains(where: { $0 <= step }) {
        let runs = Tensor(lengths.map { $0 > step }, shape: [lengths.count, 1])
        next.state = Tensor(where: runs, next.state, else: state)
        if let new = next.memory, let old = memory { next.memory = Tensor(where: runs, new, else: old) }
      }
      (state, memory) = next
      outputs[step] = state
    }
    return (Tensor(stacking: outputs), state, memory)
  }

  /// The cotangents as the derivative of the loop, which has derivatives itself.
  private func composedCotangents(_ inputs: Inputs, _ gs: [Tensor?], _ needed: [Bool]) -> [Tensor?] {
    let (_, gradients) = valueAndGradient(of: inputs.list) { list in
      let (outputs, state, memory) = applyStepByStep(Inputs(list, of: cell))
      let terms = zip([outputs, state] + [memory].compactMap { $0 }, gs).compactMap { y, g in
        g.map { (y * $0).sum() }
      }
      return terms.dropFirst().reduce(terms.first ?? outputs.sum() * 0) { $0 + $1 }
    }
    return zip(gradients, needed).map { $1 ? $0 : nil }
  }

  private func check(_ inputs: Inputs) {
    let (projections, weight, state) = (inputs.projections, inputs.weight, inputs.state)
    let gates = cell.gateCount
    precondition(
      weight.rank == 2 && weight.shape[1] > 0 && weight.shape[0] == gates * weight.shape[1],
      "recurrence: the weight \(weight.shape) is not [\(gates) · hidden, hidden]")
    precondition(
      projections.rank == 3 && projections.shape[0] > 0 && projections.shape[2] == weight.shape[0],
      "recurrence: the projections \(projections.shape) are not [steps, batch, \(weight.shape[0])] with a step")
    let own = [projections.shape[1], weight.shape[1]]
    precondition(state.shape == own, "recurrence: the state \(state.shape) is not [batch, hidden] = \(own)")
    precondition(
      (cell == .lstm) == (inputs.memory != nil) && inputs.memory?.shape ?? own == own,
      "recurrence: the memory \(inputs.memory?.shape ?? []) is not [batch, hidden] = \(own) of an LSTM")
    precondition(
      inputs.candidateBias?.shape ?? [own[1]] == [own[1]] && (cell == .gru || inputs.candidateBias == nil),
      "recurrence: the bias \(inputs.candidateBias?.shape ?? []) is not the [\(own[1])] of a GRU's candidates")
    if let lengths {
      precondition(
        lengths.count == own[0] && lengths.allSatisfy { $0 > 0 && $0 <= projections.shape[0] },
        "recurrence: the lengths \(lengths) are not one of 1 … \(projections.shape[0]) for each of \(own[0]) rows")
    }
  }
}
