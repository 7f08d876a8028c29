import SurprisalTensors

/// Dot-product attention: queries and keys of one width d score by their product.
///
///     a(q, k) = qᵀ k / √d,  or qᵀ k unless scaled
///
/// With numbers of variance 1 in q and k the product has variance d; scaled it keeps variance 1 (Vaswani et al. 2017).
/// There are no parameters. Where weights are neither asked for nor dropped, they are never held: see
/// `Tensor.scaledDotProductAttention`.
public struct DotProductAttention: AttentionScore {
  /// Whether scores are divided by √d.
  public var isScaled: Bool
  /// The probability with which, in training, a weight is dropped.
  public var dropout: Double

  /// Attention by scaled products, or by the products themselves.
  public init(isScaled: Bool = true, dropout: Double = 0) {
    (self.isScaled, self.dropout) = (isScaled, dropout)
  }

  /// Shows nothing.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws {}

  /// qᵀ k / √d, [batch, n, m].
  public func scores(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    checkScored(queries, keys, (queries.shape.last ?? 0, queries.shape.last ?? 0), "DotProductAttention")
    return queries.matmul(keys.transposed()) * scale(queries)
  }

  /// The means of the values under the weights, [batch, n, v].
  public mutating func forward(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, lengths: [Int]? = nil, mask: Tensor? = nil,
    _ pass: inout Pass
  ) -> Tensor {
    guard pass.isTraining, dropout > 0 else {
      return .scaledDotProductAttention(
        queries: queries, keys: keys, values: values, mask: mask, lengths: lengths, scale: scale(queries))
    }
    return weights(queries, keys, lengths: lengths, mask: mask)
      .dropout(probability: dropout, using: &pass.generator).matmul(values)
  }

  /// Whatever is not the default.
  public var summaryLine: String {
    line("DotProductAttention", part("isScaled", isScaled, unless: true), part("dropout", dropout, unless: 0))
  }

  private func scale(_ queries: Tensor) -> Double {
    isScaled ? 1 / Double(max(queries.shape.last ?? 1, 1)).squareRoot() : 1
  }
}
