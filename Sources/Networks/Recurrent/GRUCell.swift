import SurprisalCore
import SurprisalTensors

/// The gated recurrent unit (Cho et al. 2014): the step that `GRU` does along a sequence, for one input at a time.
///
/// Shapes: input [batch, inputs], output and state [batch, hidden]. PyTorch's names (`weight_ih`, `weight_hh`,
/// `bias_ih`, `bias_hh`), layout and start.
public struct GRUCell: Module {
  /// The parameters.
  public var weights: RecurrentWeights
  private static let names = RecurrentWeights.ParameterNames()

  /// A cell whose parameters are drawn uniformly from ±1/√hidden.
  public init(
    inputs: Int, hidden: Int, bias: Bool = true, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    weights = RecurrentWeights(
      .gru, inputs: inputs, hidden: hidden, bias: bias, dtype: dtype, using: &generator)
  }

  /// A cell with the given parameters.
  public init(weights: RecurrentWeights) {
    self.weights = weights
  }

  /// Shows the parameters.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try weights.fields(&visitor, names: Self.names)
  }

  /// The output and the next state; a state of nil is 0.
  public mutating func forward(
    _ x: Tensor, state: Tensor? = nil, _ pass: inout Pass
  ) -> (output: Tensor, state: Tensor) {
    let (state, _) = weights.step(.gru, x, state: state, memory: nil)
    return (state, state)
  }

  /// The same in inference.
  public func callAsFunction(_ x: Tensor, state: Tensor? = nil) -> (output: Tensor, state: Tensor) {
    var copy = self
    var pass = Pass.inference
    return copy.forward(x, state: state, &pass)
  }

  /// The extents and what differs from the defaults.
  public var summaryLine: String {
    line("GRUCell", weights.summary)
  }
}
