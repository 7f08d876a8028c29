import SurprisalTensors

/// Attention by a function a(q, k) that scores how well a key fits a query.
///
///     weights = softmax over the keys of a(q, k),  y = Σ weights · values
///
/// Shapes: queries [batch, n, …], keys [batch, m, …], values [batch, m, v], scores and weights [batch, n, m],
/// y [batch, n, v].
public protocol AttentionScore: Module {
  /// a(q, k) of every query with every key, [batch, n, m].
  func scores(_ queries: Tensor, _ keys: Tensor) -> Tensor
  /// The probability with which, in training, a weight is dropped.
  var dropout: Double { get }
  /// The means of the values under the weights, [batch, n, v].
  mutating func forward(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, lengths: [Int]?, mask: Tensor?, _ pass: inout Pass
  ) -> Tensor
}

extension AttentionScore {
  /// The weights, [batch, n, m]: rows of sum 1, or of zeros where a query sees no key.
  ///
  /// - Parameters:
  ///   - lengths: for each of the batch how many keys count; all if nil.
  ///   - mask: broadcasts to [batch, n, m]: true where a query sees a key; everywhere if nil.
  public func weights(
    _ queries: Tensor, _ keys: Tensor, lengths: [Int]? = nil, mask: Tensor? = nil
  ) -> Tensor {
    var scores = scores(queries, keys)
    if let mask { scores = scores.filled(with: -.infinity, where: .!mask) }
    return lengths.map { scores.maskedSoftmax(lengths: $0) } ?? scores.softmax()
  }

  /// The means of the values under the weights, [batch, n, v].
  public mutating func forward(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, lengths: [Int]? = nil, mask: Tensor? = nil,
    _ pass: inout Pass
  ) -> Tensor {
    var weights = weights(queries, keys, lengths: lengths, mask: mask)
    if pass.isTraining, dropout > 0 { weights = weights.dropout(probability: dropout, using: &pass.generator) }
    return weights.matmul(values)
  }

  /// The same in inference.
  public func callAsFunction(
    _ queries: Tensor, _ keys: Tensor, _ values: Tensor, lengths: [Int]? = nil, mask: Tensor? = nil
  ) -> Tensor {
    var copy = self
    var pass = Pass.inference
    return copy.forward(queries, keys, values, lengths: lengths, mask: mask, &pass)
  }
}

/// Stops the program unless queries [batch, n, …] and keys [batch, m, …] belong together.
func checkScored(_ queries: Tensor, _ keys: Tensor, _ widths: (Int, Int), _ name: String) {
  precondition(
    queries.rank == 3 && keys.rank == 3 && queries.shape[0] == keys.shape[0] && queries.shape[2] == widths.0
      && keys.shape[2] == widths.1,
    "\(name): queries \(queries.shape) and keys \(keys.shape) are not [batch, n, \(widths.0)] and "
      + "[batch, m, \(widths.1)]")
}
