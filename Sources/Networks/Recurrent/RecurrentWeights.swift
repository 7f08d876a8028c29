import SurprisalCore
import SurprisalTensors

/// The parameters of a recurrent cell, or of one direction of one layer; PyTorch's layout and order of the gates:
/// input, forget, candidate, output of an LSTM, reset, update, candidate of a GRU.
public struct RecurrentWeights: Sendable {
  /// W_ih [gates · hidden, inputs].
  public var inputWeight: Tensor
  /// W_hh [gates · hidden, hidden].
  public var hiddenWeight: Tensor
  /// b_ih [gates · hidden], or nil.
  public var inputBias: Tensor?
  /// b_hh [gates · hidden], or nil.
  public var hiddenBias: Tensor?

  /// The given parameters. A bias has the rows of its weight.
  public init(inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor? = nil, hiddenBias: Tensor? = nil) {
    precondition(
      inputWeight.rank == 2 && hiddenWeight.rank == 2 && inputWeight.shape[0] == hiddenWeight.shape[0],
      "RecurrentWeights: \(inputWeight.shape) and \(hiddenWeight.shape) are not [gates · hidden, inputs] and "
        + "[gates · hidden, hidden]")
    for case let bias? in [inputBias, hiddenBias] {
      precondition(
        bias.shape == [hiddenWeight.shape[0]],
        "RecurrentWeights: a bias \(bias.shape) does not have the \(hiddenWeight.shape[0]) rows of its weight")
    }
    self.inputWeight = inputWeight
    self.hiddenWeight = hiddenWeight
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }

  /// All drawn uniformly from ±1/√hidden, PyTorch's default.
  init(
    _ cell: RecurrentCell, inputs: Int, hidden: Int, bias: Bool, dtype: DType, using generator: inout RandomGenerator
  ) {
    precondition(inputs >= 0 && hidden > 0, "a recurrent layer cannot have \(inputs) inputs and \(hidden) units")
    let bound = 1 / Double(hidden).squareRoot()
    func drawn(_ shape: [Int]) -> Tensor {
      .uniform(in: -bound..<bound, shape: shape, dtype: dtype, using: &generator)
    }
    let rows = cell.gateCount * hidden
    self.init(
      inputWeight: drawn([rows, inputs]), hiddenWeight: drawn([rows, hidden]), inputBias: bias ? drawn([rows]) : nil,
      hiddenBias: bias ? drawn([rows]) : nil)
  }

  /// The extent of an input's last axis.
  public var inputCount: Int { inputWeight.shape[1] }
  /// The units of the state.
  public var hiddenCount: Int { hiddenWeight.shape[1] }

  /// The extents in a line of a summary.
  var summary: String {
    ["inputs: \(inputCount)", "hidden: \(hiddenCount)", part("bias", hiddenBias != nil, unless: true)]
      .compactMap { $0 }.joined(separator: ", ")
  }

  /// Shows the parameters; a name ends as `names` says.
  mutating func fields(_ visitor: inout some FieldVisitor, names: ParameterNames) throws {
    try visitor.parameter(names.inputWeight, &inputWeight)
    try visitor.parameter(names.hiddenWeight, &hiddenWeight)
    try visitor.parameter(names.inputBias, &inputBias)
    try visitor.parameter(names.hiddenBias, &hiddenBias)
  }

  /// What the four parameters are called, made once: a walk over them happens in every step of a training.
  struct ParameterNames: Sendable {
    let inputWeight, hiddenWeight, inputBias, hiddenBias: String

    /// PyTorch's names: `weight_ih`, with an ending such as `_l0_reverse` in a stack.
    init(ending: String = "") {
      inputWeight = "weight_ih" + ending
      hiddenWeight = "weight_hh" + ending
      inputBias = "bias_ih" + ending
      hiddenBias = "bias_hh" + ending
    }
  }

  /// The states after each step for inputs x [steps, batch, inputs], [steps, batch, hidden], and the last ones.
  func apply(
    _ recurrence: Recurrence, to x: Tensor, state: Tensor?, memory: Tensor?
  ) -> (outputs: Tensor, state: Tensor, memory: Tensor?) {
    precondition(
      x.rank == 3 && x.shape[2] == inputCount,
      "\(recurrence.cell): an input \(x.shape) is not [steps, batch, \(inputCount)]")
    let zeros = Tensor(zeros: [x.shape[1], hiddenCount], dtype: hiddenWeight.dtype)
    let (bias, candidateBias) = biases(of: recurrence.cell)
    return recurrence.apply(
      Recurrence.Inputs(
        projections: x.linear(weight: inputWeight, bias: bias), weight: hiddenWeight, candidateBias: candidateBias,
        state: state ?? zeros, memory: recurrence.cell == .lstm ? memory ?? zeros : nil))
  }

  /// One step for inputs x [batch, inputs].
  func step(
    _ cell: RecurrentCell, _ x: Tensor, state: Tensor?, memory: Tensor?
  ) -> (state: Tensor, memory: Tensor?) {
    precondition(x.rank == 2, "\(cell): an input \(x.shape) is not [batch, \(inputCount)]")
    let (_, state, memory) = apply(
      Recurrence(cell), to: x.reshaped(to: [1] + x.shape), state: state, memory: memory)
    return (state, memory)
  }

  /// What is added to the products with the inputs, and what a GRU adds to the product that it resets.
  private func biases(of cell: RecurrentCell) -> (projection: Tensor?, candidate: Tensor?) {
    guard let hiddenBias else { return (inputBias, nil) }
    guard cell == .gru else { return (inputBias.map { $0 + hiddenBias } ?? hiddenBias, nil) }
    let parts = hiddenBias.split(sizes: [2 * hiddenCount, hiddenCount])
    let gates = parts[0].padded([(before: 0, after: hiddenCount)])
    return (inputBias.map { $0 + gates } ?? gates, parts[1])
  }
}
