import SurprisalCore
import SurprisalTensors

/// Additive attention (Bahdanau, Cho and Bengio 2015): a perceptron with one hidden layer of tanh scores the pair.
///
///     a(q, k) = w_vᵀ tanh(W_q q + W_k k)
///
/// Shapes: queries [batch, n, q], keys [batch, m, k], W_q [hidden, q], W_k [hidden, k], w_v [1, hidden]; queries and
/// keys may differ in width. The parameters are `W_q.weight`, `W_k.weight` and `w_v.weight`.
public struct AdditiveAttention: AttentionScore {
  /// W_q.
  public var queryProjection: Linear
  /// W_k.
  public var keyProjection: Linear
  /// w_v.
  public var valueProjection: Linear
  /// The probability with which, in training, a weight is dropped.
  public var dropout: Double

  /// Layers without bias, drawn like `Linear`.
  public init(
    queries: Int, keys: Int, hidden: Int, dropout: Double = 0, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    queryProjection = Linear(inputs: queries, outputs: hidden, bias: false, dtype: dtype, using: &generator)
    keyProjection = Linear(inputs: keys, outputs: hidden, bias: false, dtype: dtype, using: &generator)
    valueProjection = Linear(inputs: hidden, outputs: 1, bias: false, dtype: dtype, using: &generator)
    self.dropout = dropout
  }

  /// Shows the three layers.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("W_q", &queryProjection)
    try visitor.module("W_k", &keyProjection)
    try visitor.module("w_v", &valueProjection)
  }

  /// w_vᵀ tanh(W_q q + W_k k), [batch, n, m].
  public func scores(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    checkScored(
      queries, keys, (queryProjection.weight.shape[1], keyProjection.weight.shape[1]), "AdditiveAttention")
    // [batch, n, 1, hidden] + [batch, 1, m, hidden]
    let features = (queryProjection(queries).expandingAxis(2) + keyProjection(keys).expandingAxis(1)).tanh()
    return valueProjection(features).squeezing(axes: [3])
  }

  /// The extents.
  public var summaryLine: String {
    line(
      "AdditiveAttention", "queries: \(queryProjection.weight.shape[1])", "keys: \(keyProjection.weight.shape[1])",
      "hidden: \(queryProjection.weight.shape[0])", part("dropout", dropout, unless: 0))
  }
}
