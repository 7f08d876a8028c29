import SurprisalCore
import SurprisalTensors

/// Attention in several heads side by side (Vaswani et al. 2017, section 3.2.2).
///
///     y = W_o concat over heads of softmax(q kᵀ / √d + mask) v + b_o,  q, k, v = W_q x, W_k z, W_v z plus biases
///
/// Shapes: queries [batch, n, features], keys [batch, m, keyFeatures], values [batch, m, valueFeatures],
/// y [batch, n, features]; each head has d = features / heads. With fewer `keyHeads`, neighboring heads share one head
/// of keys and values (Ainslie et al. 2023; one: Shazeer 2019).
///
/// Names, layout and start of the parameters are PyTorch's: `in_proj_weight` (the rows of W_q, W_k, W_v in this order;
/// fewer for keys and values with fewer heads) or, where keys or values have features of their own, `q_proj_weight`,
/// `k_proj_weight`, `v_proj_weight`; `in_proj_bias`, `out_proj.weight`, `out_proj.bias`. The batch comes first. Unlike
/// there a mask of type `bool` is true where a query sees a key.
public struct MultiHeadAttention: Module {
  /// W_q, W_k and W_v as rows of one matrix, [features + 2 · keyHeads · d, features]; nil if they are apart.
  public var inputWeight: Tensor?
  /// W_q [features, features], W_k [keyHeads · d, keyFeatures], W_v [keyHeads · d, valueFeatures] where they are apart.
  public var queryWeight, keyWeight, valueWeight: Tensor?
  /// Their biases one behind the other, or nil.
  public var inputBias: Tensor?
  /// W_o [features, features] and b_o.
  public var output: Linear
  /// The heads of queries.
  public let heads: Int
  /// The heads of keys and values.
  public let keyHeads: Int
  /// The probability with which, in training, a weight is dropped.
  public var dropout: Double
  /// What turns queries and keys by their positions, or nil.
  public var rotary: RotaryPositions?

  /// Attention with weights drawn as PyTorch does: W_q, W_k, W_v by Glorot's uniform law, W_o like `Linear`, biases 0.
  ///
  /// - Parameters:
  ///   - features: of queries and outputs; a multiple of `heads`.
  ///   - keyHeads: of which `heads` is a multiple; as many if nil.
  ///   - keyFeatures: of keys; `features` if nil.
  ///   - valueFeatures: of values; `features` if nil.
  public init(
    features: Int, heads: Int, keyHeads: Int? = nil, keyFeatures: Int? = nil, valueFeatures: Int? = nil,
    bias: Bool = true, dropout: Double = 0, rotary: RotaryPositions? = nil, dtype: DType = .float32,
    using generator: inout RandomGenerator
  ) {
    let keyHeads = keyHeads ?? heads
    precondition(
      heads > 0 && keyHeads > 0 && features > 0 && features % heads == 0 && heads % keyHeads == 0,
      "MultiHeadAttention: \(features) features in \(heads) heads, with \(keyHeads) of keys, do not divide evenly")
    (self.heads, self.keyHeads, self.dropout, self.rotary) = (heads, keyHeads, dropout, rotary)
    let rows = features / heads * keyHeads
    let law = Initializer.xavierUniform()
    if keyFeatures ?? features == features, valueFeatures ?? features == features {
      inputWeight = law.tensor(shape: [features + 2 * rows, features], dtype: dtype, using: &generator)
    } else {
      queryWeight = law.tensor(shape: [features, features], dtype: dtype, using: &generator)
      keyWeight = law.tensor(shape: [rows, keyFeatures ?? features], dtype: dtype, using: &generator)
      valueWeight = law.tensor(shape: [rows, valueFeatures ?? features], dtype: dtype, using: &generator)
    }
    if bias { inputBias = Tensor(zeros: [features + 2 * rows], dtype: dtype) }
    output = Linear(inputs: features, outputs: features, bias: false, dtype: dtype, using: &generator)
    if bias { output.bias = Tensor(zeros: [features], dtype: dtype) }
  }

  /// Shows the projections.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.parameter("in_proj_weight", &inputWeight)
    try visitor.parameter("q_proj_weight", &queryWeight)
    try visitor.parameter("k_proj_weight", &keyWeight)
    try visitor.parameter("v_proj_weight", &valueWeight)
    try visitor.parameter("in_proj_bias", &inputBias)
    try visitor.module("out_proj", &output)
  }

  /// y [batch, n, features].
  ///
  /// - Parameters:
  ///   - keys: the queries themselves if nil (self-attention).
  ///   - values: the keys themselves if nil.
  ///   - mask: broadcasts to [batch, heads, n, m]: true where a query sees a key, or numbers added to the scores.
  ///   - lengths: for each of the batch how many keys count; all if nil.
  ///   - isCausal: whether a query sees the keys up to its own place alone.
  public mutating func forward(
    _ queries: Tensor, keys: Tensor? = nil, values: Tensor? = nil, mask: Tensor? = nil, lengths: [Int]? = nil,
    isCausal: Bool = false, _ pass: inout Pass
  ) -> Tensor {
    let (q, k, v) = projected(queries, keys, values, offset: 0)
    guard pass.isTraining, dropout > 0 else {
      return joined(
        .scaledDotProductAttention(
          queries: q, keys: k, values: v, mask: mask, lengths: lengths, isCausal: isCausal))
    }
    let weights = Tensor.attentionWeights(queries: q, keys: k, mask: mask, lengths: lengths, isCausal: isCausal)
      .dropout(probability: dropout, using: &pass.generator)
    return joined(Attention().pool(weights, v))
  }

  /// The same in inference.
  public func callAsFunction(
    _ queries: Tensor, keys: Tensor? = nil, values: Tensor? = nil, mask: Tensor? = nil, lengths: [Int]? = nil,
    isCausal: Bool = false
  ) -> Tensor {
    var copy = self
    var pass = Pass.inference
    return copy.forward(
      queries, keys: keys, values: values, mask: mask, lengths: lengths, isCausal: isCausal, &pass)
  }

  /// Causal self-attention, in inference, of the next steps x [batch, n, features] of a sequence whose earlier keys
  /// and values are in `cache`, which gets theirs too; the outputs are those of the whole sequence at these steps.
  public func callAsFunction(_ x: Tensor, cache: inout KeyValueCache) -> Tensor {
    let offset = cache.count
    let (q, k, v) = projected(x.withoutDerivative(), nil, nil, offset: offset)
    let all = cache.append(k, v)
    return joined(
      .scaledDotProductAttention(
        queries: q, keys: all.keys, values: all.values, isCausal: x.shape[1] > 1, offset: offset))
  }

  /// The weights of every head, [batch, heads, n, m]: rows of sum 1, or of zeros where a query sees no key.
  public func weights(
    _ queries: Tensor, keys: Tensor? = nil, mask: Tensor? = nil, lengths: [Int]? = nil, isCausal: Bool = false
  ) -> Tensor {
    let (q, k, _) = projected(queries, keys, nil, offset: 0, hasValues: false)
    return .attentionWeights(queries: q, keys: k, mask: mask, lengths: lengths, isCausal: isCausal)
  }

  /// The extents and whatever is not the default.
  public var summaryLine: String {
    line(
      "MultiHeadAttention", "features: \(output.weight.shape[0])", "heads: \(heads)",
      part("keyHeads", keyHeads, unless: heads), part("bias", inputBias != nil, unless: true),
      part("dropout", dropout, unless: 0), rotary.map { _ in "rotary" })
  }
}
