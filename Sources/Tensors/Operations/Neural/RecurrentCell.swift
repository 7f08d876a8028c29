/// The recurrent cells: how a state h, and for the LSTM a memory c, goes one step on with an input.
///
/// With a = W_ih x + b_ih + b_hh, the projection of the input, and p = W_hh h the product with the state, in the order
/// of the gates in both:
///
///     tanh, relu   h' = f(a + p)
///     lstm         i, f, o = σ(a + p), g = tanh(a + p);  c' = f c + i g,  h' = o tanh(c')
///     gru          r, z = σ(a + p), n = tanh(a + r (p + b_hn));  h' = (1 − z) n + z h
///
/// The order of the gates is that of PyTorch: i, f, g, o and r, z, n. b_hn, the part of b_hh that the GRU resets with
/// its product, is not in its projection.
package enum RecurrentCell: Sendable, Hashable, CaseIterable {
  case tanh, relu, lstm, gru

  /// The vectors of a unit in projections and weights.
  package var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// One step in tensor operations: what the kernel of a whole sequence does, and its derivatives to any order.
  ///
  /// - Parameters:
  ///   - projection: a [batch, gates · hidden].
  ///   - weight: W_hh [gates · hidden, hidden].
  ///   - candidateBias: b_hn [hidden] of a GRU.
  ///   - state: h [batch, hidden].
  ///   - memory: c [batch, hidden] of an LSTM.
  package func step(
    _ projection: Tensor, weight: Tensor, candidateBias: Tensor?, state: Tensor, memory: Tensor?
  ) -> (state: Tensor, memory: Tensor?) {
    let product = Tensor.product(state, weight, transposing: (false, true))
    switch self {
    case .tanh: return ((projection + product).tanh(), nil)
    case .relu: return ((projection + product).relu(), nil)
    case .lstm:
      guard let memory else { preconditionFailure("LSTM: a step needs the memory") }
      let gates = (projection + product).split(count: 4, alongAxis: 1)
      let next = gates[1].sigmoid() * memory + gates[0].sigmoid() * gates[2].tanh()
      return (gates[3].sigmoid() * next.tanh(), next)
    case .gru:
      let inputs = projection.split(count: 3, alongAxis: 1)
      let products = product.split(count: 3, alongAxis: 1)
      let reset = (inputs[0] + products[0]).sigmoid()
      let update = (inputs[1] + products[1]).sigmoid()
      let candidate = (inputs[2] + reset * (candidateBias.map { products[2] + $0 } ?? products[2])).tanh()
      return (candidate + update * (state - candidate), nil)
    }
  }
}
