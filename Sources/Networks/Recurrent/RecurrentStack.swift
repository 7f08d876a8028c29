import SurprisalCore
import SurprisalTensors

/// Layers of a recurrent cell one above the other, each in one or both directions: what RNN, LSTM and GRU share.
struct RecurrentStack: Sendable {
  let cell: RecurrentCell
  let isBidirectional: Bool
  let batchFirst: Bool
  var dropout: Double
  /// By layer and then direction.
  var weights: [RecurrentWeights]
  private let names: [RecurrentWeights.ParameterNames]

  init(
    _ cell: RecurrentCell, inputs: Int, hidden: Int, layers: Int, bias: Bool, bidirectional: Bool, dropout: Double,
    batchFirst: Bool, dtype: DType, using generator: inout RandomGenerator
  ) {
    precondition(layers > 0, "a recurrent stack cannot have \(layers) layers")
    precondition(dropout >= 0 && dropout <= 1, "a dropout of \(dropout) is not a probability")
    self.cell = cell
    self.isBidirectional = bidirectional
    self.batchFirst = batchFirst
    self.dropout = dropout
    weights = []
    var names: [RecurrentWeights.ParameterNames] = []
    let directions = bidirectional ? 2 : 1
    for layer in 0..<layers {
      for direction in 0..<directions {
        let inputs = layer == 0 ? inputs : directions * hidden
        weights.append(
          RecurrentWeights(cell, inputs: inputs, hidden: hidden, bias: bias, dtype: dtype, using: &generator))
        names.append(RecurrentWeights.ParameterNames(ending: "_l\(layer)" + (direction == 1 ? "_reverse" : "")))
      }
    }
    self.names = names
  }

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    for index in weights.indices { try weights[index].fields(&visitor, names: names[index]) }
  }

  /// A line of a summary: the extents and what differs from the defaults.
  func summaryLine(_ type: String, _ more: String? = nil) -> String {
    line(
      type, weights[0].summary, part("layers", weights.count / (isBidirectional ? 2 : 1), unless: 1),
      part("bidirectional", isBidirectional, unless: false), part("dropout", dropout, unless: 0),
      part("batchFirst", batchFirst, unless: false), more)
  }

  /// The outputs of the last layer, and the last state and memory of every layer and direction,
  /// [layers · directions, batch, hidden].
  func forward(
    _ x: Tensor, state: Tensor?, memory: Tensor?, lengths: [Int]?, _ pass: inout Pass
  ) -> (outputs: Tensor, state: Tensor, memory: Tensor?) {
    precondition(
      x.rank == 3 && x.shape[batchFirst ? 1 : 0] > 0 && x.shape[2] == weights[0].inputCount,
      "\(cell): an input \(x.shape) is not \(batchFirst ? "[batch, steps," : "[steps, batch,") "
        + "\(weights[0].inputCount)] with a step")
    var x = batchFirst ? x.transposed(axes: 0, 1).contiguous() : x
    let (steps, batch) = (x.shape[0], x.shape[1])
    let wanted = [weights.count, batch, weights[0].hiddenCount]
    for case let given? in [state, memory] {
      precondition(
        given.shape == wanted,
        "\(cell): an initial state \(given.shape) is not [layers · directions, batch, hidden] = \(wanted)")
    }
    let states = state?.unstacked()
    let memories = memory?.unstacked()
    var lastStates: [Tensor] = []
    var lastMemories: [Tensor] = []
    let directions = isBidirectional ? 2 : 1
    for first in stride(from: 0, to: weights.count, by: directions) {
      if first > 0, pass.isTraining { x = x.dropout(probability: dropout, using: &pass.generator) }
      let outputs = (first..<first + directions).map { index in
        let (outputs, state, memory) = weights[index].apply(
          Recurrence(cell, isReversed: index > first, lengths: lengths), to: x, state: states?[index],
          memory: memories?[index])
        lastStates.append(state)
        if let memory { lastMemories.append(memory) }
        return outputs
      }
      x = directions == 1 ? outputs[0] : Tensor(concatenating: outputs, alongAxis: 2)
    }
    if let lengths, lengths.contains(where: { $0 < steps }) {
      let past = (0..<steps).flatMap { step in lengths.map { step >= $0 } }
      x = x.filled(with: 0, where: Tensor(past, shape: [steps, batch, 1]))
    }
    if batchFirst { x = x.transposed(axes: 0, 1) }
    return (x, Tensor(stacking: lastStates), lastMemories.isEmpty ? nil : Tensor(stacking: lastMemories))
  }
}
