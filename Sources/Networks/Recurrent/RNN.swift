import SurprisalCore
import SurprisalTensors

/// Layers of the simple recurrent cell over whole sequences (Elman 1990).
///
///     h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of the same
///
/// Shapes: inputs [steps, batch, inputs], outputs [steps, batch, directions · hidden] (the first two axes swapped with
/// `batchFirst`), states [layers · directions, batch, hidden]. A layer's inputs are the outputs of the one below; with
/// `bidirectional` a second set of weights reads every layer's inputs from the end, and its outputs follow the first
/// one's on the last axis. The state is an argument and a result, never hidden in the layer.
///
/// Names and layout of the parameters are PyTorch's (`weight_ih_l0`, `weight_hh_l1_reverse`, …), and so is the start:
/// uniform in ±1/√hidden.
public struct RNN: Module {
  /// The function of the step.
  public let nonlinearity: RNNNonlinearity
  private var stack: RecurrentStack

  /// A stack of `layers` layers.
  ///
  /// - Parameters:
  ///   - inputs: the extent of an input's last axis.
  ///   - hidden: the units of each layer's state.
  ///   - dropout: the probability with which, in training, an output of a layer is dropped before the next one.
  ///   - batchFirst: whether inputs and outputs are [batch, steps, …]; states are not.
  public init(
    inputs: Int, hidden: Int, layers: Int = 1, bias: Bool = true, bidirectional: Bool = false, dropout: Double = 0,
    nonlinearity: RNNNonlinearity = .tanh,
    batchFirst: Bool = false, dtype: DType = .float32, using generator: inout RandomGenerator
  ) {
    self.nonlinearity = nonlinearity
    stack = RecurrentStack(
      nonlinearity.cell, inputs: inputs, hidden: hidden, layers: layers, bias: bias, bidirectional: bidirectional,
      dropout: dropout, batchFirst: batchFirst, dtype: dtype, using: &generator)
  }

  /// The parameters, by layer and then direction.
  public var weights: [RecurrentWeights] {
    get { stack.weights }
    set { stack.weights = newValue }
  }
  /// The probability with which, in training, an output of a layer is dropped before the next one.
  public var dropout: Double {
    get { stack.dropout }
    set { stack.dropout = newValue }
  }

  /// Shows the parameters.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try stack.fields(&visitor) }

  /// The last layer's outputs and the last state of each layer and direction.
  ///
  /// - Parameters:
  ///   - state: the state before the first step; 0 if nil.
  ///   - lengths: the steps of each sequence of the batch, from 1 on; all if nil. Beyond them states stay as they are
  ///     and outputs are 0, and the reverse direction begins at the last step that counts.
  public mutating func forward(
    _ x: Tensor, state: Tensor? = nil, lengths: [Int]? = nil, _ pass: inout Pass
  ) -> (outputs: Tensor, state: Tensor) {
    let (outputs, state, _) = stack.forward(x, state: state, memory: nil, lengths: lengths, &pass)
    return (outputs, state)
  }

  /// The same in inference.
  public func callAsFunction(
    _ x: Tensor, state: Tensor? = nil, lengths: [Int]? = nil
  ) -> (outputs: Tensor, state: Tensor) {
    var copy = self
    var pass = Pass.inference
    return copy.forward(x, state: state, lengths: lengths, &pass)
  }

  /// The extents and what differs from the defaults.
  public var summaryLine: String {
    stack.summaryLine("RNN", part("nonlinearity", nonlinearity.rawValue, unless: "tanh"))
  }
}
