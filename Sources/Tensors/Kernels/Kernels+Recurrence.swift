import CSurprisalKernels

extension Kernels {
  /// What a recurrence leaves: its results, and what its derivative needs.
  struct RecurrenceRun {
    /// [steps, batch, hidden], part of `states`.
    var outputs: Tensor
    /// [batch, hidden], part of `states`.
    var state: Tensor
    /// [batch, hidden], part of `memories`.
    var memory: Tensor?
    /// [steps + 1, batch, hidden] with the initial one, which is the last if reversed.
    var states: Tensor
    /// The same of an LSTM's memories.
    var memories: Tensor?
    /// [steps, batch, 4 · hidden] of an LSTM and a GRU.
    var gates: Tensor?
  }

  /// All steps of a recurrence, float32 and float64.
  static func recurrence(
    _ recurrence: Recurrence, _ inputs: Recurrence.Inputs, savesGates: Bool
  ) -> RecurrenceRun {
    let (steps, batch, hidden) = (inputs.steps, inputs.batch, inputs.hidden)
    let states = history(recurrence, inputs.state, steps)
    let memories = inputs.memory.map { history(recurrence, $0, steps) }
    let hasGates = savesGates && inputs.weight.shape[0] > hidden
    let dtype = inputs.projections.dtype
    let gates = hasGates ? Tensor(shape: [steps, batch, 4 * hidden], dtype: dtype) { _ in } : nil
    let projections = contiguous(inputs.projections)
    withShape(recurrence, inputs, states, memories, gates) { shape in
      surprisal_recurrent_forward(dtype.code, &shape, projections.pointer)
    }
    withExtendedLifetime(projections) {}
    let part = batch * hidden
    func last(_ history: Tensor) -> Tensor {
      history.view(shape: [batch, hidden], strides: nil, offset: recurrence.isReversed ? 0 : steps * part)
    }
    return RecurrenceRun(
      outputs: states.view(
        shape: [steps, batch, hidden], strides: nil, offset: recurrence.isReversed ? 0 : part),
      state: last(states), memory: memories.map(last), states: states, memories: memories, gates: gates)
  }

  /// The cotangents of the inputs, as far as they are needed, from those of the outputs, the last state and memory.
  static func recurrenceBackward(
    _ recurrence: Recurrence, _ inputs: Recurrence.Inputs, _ run: RecurrenceRun, outputs: Tensor?, state: Tensor?,
    memory: Tensor?, _ needed: [Bool]
  ) -> [Tensor?] {
    let (steps, batch, hidden) = (inputs.steps, inputs.batch, inputs.hidden)
    let dtype = inputs.projections.dtype
    let g = outputs.map(contiguous)
    let projections = Tensor(shape: inputs.projections.shape, dtype: dtype) { _ in }
    let products = recurrence.cell == .gru ? Tensor(shape: projections.shape, dtype: dtype) { _ in } : nil
    // In these the kernel goes from the last state to the initial one.
    let first = state.map(copied) ?? Tensor(zeros: [batch, hidden], dtype: dtype)
    let firstMemory = run.memories.map { _ in memory.map(copied) ?? Tensor(zeros: [batch, hidden], dtype: dtype) }
    withShape(recurrence, inputs, run.states, run.memories, run.gates) { shape in
      var cotangents = surprisal_recurrent_cotangents(
        g: g?.pointer, projections: projections.pointer, products: products?.pointer, state: first.pointer,
        memory: firstMemory?.pointer)
      surprisal_recurrent_backward(dtype.code, &shape, &cotangents)
    }
    withExtendedLifetime((g, firstMemory)) {}
    let rows = (products ?? projections).view(shape: [steps * batch, inputs.weight.shape[0]], strides: nil)
    let offset = recurrence.isReversed ? batch * hidden : 0
    let before = run.states.view(shape: [steps * batch, hidden], strides: nil, offset: offset)
    let weight = needed[1] ? product(rows, before, transposing: (true, false)) : nil
    var cotangents = [projections, weight, first]
    if let firstMemory { cotangents.append(firstMemory) }
    if inputs.candidateBias != nil {
      let candidates = rows.view(
        shape: [steps * batch, hidden], strides: [3 * hidden, 1], offset: 2 * hidden)
      cotangents.append(needed[3] ? columnSums(candidates) : nil)
    }
    return cotangents
  }

  /// Room for the states of all steps, with the initial one in its place.
  private static func history(_ recurrence: Recurrence, _ initial: Tensor, _ steps: Int) -> Tensor {
    let initial = contiguous(initial)
    let bytes = initial.count * initial.dtype.byteCount
    defer { withExtendedLifetime(initial) {} }
    return Tensor(shape: [steps + 1] + initial.shape, dtype: initial.dtype) { memory in
      (memory + (recurrence.isReversed ? steps * bytes : 0)).copyMemory(from: initial.pointer, byteCount: bytes)
    }
  }

  private static func withShape(
    _ recurrence: Recurrence, _ inputs: Recurrence.Inputs, _ states: Tensor, _ memories: Tensor?, _ gates: Tensor?,
    _ body: (inout surprisal_recurrence) -> Void
  ) {
    let weight = contiguous(inputs.weight)
    let candidateBias = inputs.candidateBias.map(contiguous)
    defer { withExtendedLifetime((weight, candidateBias, states, memories, gates)) {} }
    var shape = surprisal_recurrence()
    switch recurrence.cell {
    case .tanh: shape.cell = SURPRISAL_CELL_TANH
    case .relu: shape.cell = SURPRISAL_CELL_RELU
    case .lstm: shape.cell = SURPRISAL_CELL_LSTM
    case .gru: shape.cell = SURPRISAL_CELL_GRU
    }
    (shape.steps, shape.batch, shape.hidden) = (inputs.steps, inputs.batch, inputs.hidden)
    shape.reversed = recurrence.isReversed ? 1 : 0
    shape.weight = UnsafeRawPointer(weight.pointer)
    shape.candidate_bias = candidateBias.map { UnsafeRawPointer($0.pointer) }
    (shape.states, shape.memories, shape.gates) = (states.pointer, memories?.pointer, gates?.pointer)
    guard let lengths = recurrence.lengths else {
      body(&shape)
      return
    }
    withKernelIntegers(lengths) {
      shape.lengths = $0
      body(&shape)
    }
  }
}
