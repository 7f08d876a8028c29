import SurprisalCore
import SurprisalTensors

/// Bilinear attention (Luong, Pham and Manning 2015, «general»): a matrix between queries and keys of any widths.
///
///     a(q, k) = qᵀ M k
///
/// Shapes: queries [batch, n, q], keys [batch, m, k], M [q, k]; the parameter is `weight`.
public struct BilinearAttention: AttentionScore {
  /// M [q, k].
  public var weight: Tensor
  /// The probability with which, in training, a weight is dropped.
  public var dropout: Double

  /// M drawn uniformly from ±√(6 / (q + k)) (Glorot and Bengio 2010).
  public init(
    queries: Int, keys: Int, dropout: Double = 0, dtype: DType = .float32, using generator: inout RandomGenerator
  ) {
    weight = Initializer.xavierUniform().tensor(shape: [queries, keys], dtype: dtype, using: &generator)
    self.dropout = dropout
  }

  /// Shows M.
  public mutating func fields(_ visitor: inout some FieldVisitor) throws { try visitor.parameter("weight", &weight) }

  /// qᵀ M k, [batch, n, m].
  public func scores(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    checkScored(queries, keys, (weight.shape[0], weight.shape[1]), "BilinearAttention")
    return queries.matmul(weight).matmul(keys.transposed())
  }

  /// The extents.
  public var summaryLine: String {
    line(
      "BilinearAttention", "queries: \(weight.shape[0])", "keys: \(weight.shape[1])",
      part("dropout", dropout, unless: 0))
  }
}
