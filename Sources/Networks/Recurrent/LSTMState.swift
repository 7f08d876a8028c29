import SurprisalTensors

/// The state of an LSTM: what it puts out, and what it remembers.
public struct LSTMState: Sendable {
  /// h, the outputs of the last step: [batch, hidden] of a cell, [layers · directions, batch, hidden] of a stack.
  public var hidden: Tensor
  /// c, of the same shape.
  public var memory: Tensor

  /// A state of the given tensors.
  public init(hidden: Tensor, memory: Tensor) {
    self.hidden = hidden
    self.memory = memory
  }
}
