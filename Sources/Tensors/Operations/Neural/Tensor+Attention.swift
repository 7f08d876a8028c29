extension Tensor {
  /// Scaled dot-product attention (Vaswani et al. 2017, equation 1): each query's mean of the values, weighted by how
  /// well its key fits.
  ///
  ///     y = softmax(scale · Q Kᵀ + mask) V
  ///
  /// - Parameters:
  ///   - queries: Q [batch, heads, n, d]; without heads [batch, n, d], or a single matrix [n, d].
  ///   - keys: K of as many axes, [batch, key heads, m, d]. Where there are fewer heads than of queries, neighboring
  ///     heads of queries share one (grouped queries; Ainslie et al. 2023).
  ///   - values: V [batch, key heads, m, v].
  ///   - mask: broadcasts to [batch, heads, n, m] (without heads [batch, n, m]): of type `bool`, true where a query
  ///     sees a key, else numbers that are added to the scores.
  ///   - lengths: for each of the batch how many keys count: padding behind them is not looked at; all if nil.
  ///   - isCausal: whether query i sees the keys 0 … i + `offset` alone.
  ///   - offset: how many keys come before that of the first query, as when earlier ones are kept in a cache.
  ///   - scale: what scores are multiplied by; 1/√d if nil.
  /// - Returns: y [batch, heads, n, v], or without the axes that the queries lack. A query that sees no key, for
  ///   whatever reason, gives 0 and has the derivative 0. Types are promoted; bfloat16 is computed in float32 and
  ///   rounded once.
  ///
  /// The weights are made tile by tile and never held: memory grows with n + m, not with n m (Dao et al. 2022). Only
  /// the derivative by a mask, and that of a derivative, take the composed form.
  ///
  /// Derivative, with the weights P and D = Σ g y over each row: dV = Pᵀ g, dS = P (g Vᵀ − D), dQ = scale · dS K,
  /// dK = scale · dSᵀ Q.
  public static func scaledDotProductAttention(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor? = nil, lengths: [Int]? = nil, isCausal: Bool = false,
    offset: Int = 0, scale: Double? = nil
  ) -> Tensor {
    let rule = Attention(
      mask: mask.map { withHeads($0, like: queries) }, lengths: lengths, causalOffset: isCausal ? offset : nil,
      scale: scale)
    let y = rule.apply(inHeads(queries), inHeads(keys), inHeads(values))
    return y.reshaped(to: queries.shape.dropLast() + [y.shape[3]])
  }

  /// The weights of `scaledDotProductAttention`, softmax(scale · Q Kᵀ + mask): [batch, heads, n, m].
  ///
  /// Rows of sum 1, or of zeros where a query sees no key; parameters, types and axes as there.
  public static func attentionWeights(
    queries: Tensor, keys: Tensor, mask: Tensor? = nil, lengths: [Int]? = nil, isCausal: Bool = false, offset: Int = 0,
    scale: Double? = nil
  ) -> Tensor {
    let rule = Attention(
      mask: mask.map { withHeads($0, like: queries) }, lengths: lengths, causalOffset: isCausal ? offset : nil,
      scale: scale)
    let weights = inCommonReal([queries, keys]) { rule.weights(inHeads($0[0]), inHeads($0[1])) }
    return weights.reshaped(to: queries.shape.dropLast() + [weights.shape[3]])
  }

  /// [batch, heads, rows, width] of two axes or more.
  private static func inHeads(_ x: Tensor) -> Tensor {
    precondition(
      (2...4).contains(x.rank),
      "attention: \(x.shape) is not [batch, heads, rows, width], [batch, rows, width] or a matrix")
    return x.rank == 4 ? x : x.rank == 3 ? x.expandingAxis(1) : x.reshaped(to: [1, 1] + x.shape)
  }

  /// A mask with an axis of heads where only the queries' batch has none.
  private static func withHeads(_ mask: Tensor, like queries: Tensor) -> Tensor {
    mask.rank == 3 && queries.rank == 3 ? mask.expandingAxis(1) : mask
  }
}
