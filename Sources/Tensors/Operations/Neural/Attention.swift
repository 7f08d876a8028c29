/// Scaled dot-product attention: by what scores are multiplied and which keys a query sees.
package struct Attention: Sendable {
  /// Queries [batch, heads, n, d], keys [batch, key heads, m, d] and values [batch, key heads, m, v].
  ///
  /// Broadcasts to [batch, heads, n, m]: `bool`, true where a query sees a key, or numbers added to the scores.
  package var mask: Tensor?
  /// For each of the batch, how many keys count; all if nil.
  package var lengths: [Int]?
  /// Query i sees the keys up to i + this; all if nil.
  package var causalOffset: Int?
  /// What scores are multiplied by; 1/√d if nil.
  package var scale: Double?

  /// Attention to the keys that all of the conditions leave.
  package init(mask: Tensor? = nil, lengths: [Int]? = nil, causalOffset: Int? = nil, scale: Double? = nil) {
    self.mask = mask
    self.lengths = lengths
    self.causalOffset = causalOffset
    self.scale = scale
  }

  /// softmax(scale Q Kᵀ + mask) V, [batch, heads, n, v], by a kernel that never holds the weights; 0 for a query that
  /// sees no key.
  package func apply(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor {
    check(queries, keys, values)
    // The kernel has no derivative by the mask.
    if mask?.isTracked ?? false { return compose(queries, keys, values) }
    return inCommonReal([queries, keys, values]) { list in
      var kernel = self
      kernel.mask = mask.map { additive($0, list[0].dtype) }
      let (rule, isFollowed) = (kernel, list.contains { $0.isTracked })
      return differentiable(list) {
        Kernels.attention(rule, $0, keepsNormalizers: isFollowed)
      } pullback: { inputs, results in
        { gs, needed in
          guard let g = gs[0] else { return needed.map { _ in nil } }
          if g.isTracked || inputs.contains(where: \.isTracked) { return composedCotangents(inputs, g, needed) }
          return Kernels.attentionBackward(rule, inputs, y: results[0], normalizers: results[1], g)
        }
      }[0]
    }
  }

  /// The same in tensor operations, with all weights at once.
  package func compose(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor {
    check(queries, keys, values)
    return inCommonReal([queries, keys, values]) { pool(weights($0[0], $0[1]), $0[2]) }
  }

  /// softmax(scale Q Kᵀ + mask), [batch, heads, n, m]: rows of sum 1, or 0 where a query sees no key.
  package func weights(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    check(queries, keys, keys)
    let products = grouped(queries, like: keys) { Tensor.product($0, $1, transposing: (false, true)) }
    return masked(products * scale(keys.shape[3])).softmax()
  }

  /// Weights [batch, heads, n, m] times values [batch, key heads, m, v].
  package func pool(_ weights: Tensor, _ values: Tensor) -> Tensor { grouped(weights, like: values) { $0.matmul($1) } }

  /// What scores of rows of `width` numbers are multiplied by.
  func scale(_ width: Int) -> Double { scale ?? 1 / Double(max(width, 1)).squareRoot() }

  /// A product for each head; neighboring heads on the left share one on the right.
  private func grouped(_ left: Tensor, like right: Tensor, _ product: (Tensor, Tensor) -> Tensor) -> Tensor {
    let (own, shared) = (left.shape, right.shape)
    if own[1] == shared[1] { return product(left, right) }
    let result = product(
      left.reshaped(to: [own[0], shared[1], own[1] / shared[1], own[2], own[3]]), right.expandingAxis(2))
    return result.reshaped(to: own.prefix(3) + [result.shape[4]])
  }

  /// Scores [batch, heads, n, m] with −∞ for the keys that are not seen.
  private func masked(_ scores: Tensor) -> Tensor {
    let (queries, keys) = (scores.shape[2], scores.shape[3])
    var scores = scores
    if let mask {
      scores =
        mask.dtype == .bool
        ? scores.filled(with: -.infinity, where: .!mask) : scores + mask.converted(to: scores.dtype)
    }
    let places = Tensor(range: 0..<keys)
    if let lengths {
      let ends = Tensor(lengths, shape: [lengths.count, 1, 1, 1])
      scores = scores.filled(with: -.infinity, where: places .>= ends)
    }
    if let causalOffset {
      let last = (Tensor(range: 0..<queries) + Double(causalOffset)).expandingAxis(1)
      scores = scores.filled(with: -.infinity, where: places .> last)
    }
    return scores
  }

  /// A mask as numbers to be added.
  private func additive(_ mask: Tensor, _ dtype: DType) -> Tensor {
    guard mask.dtype == .bool else { return mask.withoutDerivative().converted(to: dtype) }
    return Tensor(where: mask, Tensor(0, dtype: dtype), else: -.infinity)
  }

  /// The cotangents as the derivative of the composed form, which has derivatives itself.
  private func composedCotangents(_ inputs: [Tensor], _ g: Tensor, _ needed: [Bool]) -> [Tensor?] {
    let (_, gradients) = valueAndGradient(of: inputs) { (compose($0[0], $0[1], $0[2]) * g).sum() }
    return zip(gradients, needed).map { $1 ? $0 : nil }
  }

  private func check(_ queries: Tensor, _ keys: Tensor, _ values: Tensor) {
    let (q, k, v) = (queries.shape, keys.shape, values.shape)
    precondition(
      q.count == 4 && k.count == 4 && v.count == 4,
      "attention: queries \(q), keys \(k) and values \(v) are not [batch, heads, rows, width] each")
    precondition(
      q[0] == k[0] && k.prefix(3) == v.prefix(3) && q[3] == k[3],
      "attention: queries \(q), keys \(k) and values \(v) do not have one batch, one width of queries and keys and one "
        + "number of keys and values")
    precondition(
      k[1] == q[1] || (k[1] > 0 && q[1] % k[1] == 0),
      "attention: \(q[1]) heads of queries do not share \(k[1]) heads of keys evenly")
    let scores = [q[0], q[1], q[2], k[2]]
    precondition(
      mask.map { broadcastShape($0.shape, scores) == scores } ?? true,
      "attention: a mask of shape \(mask?.shape ?? []) does not broadcast to the scores \(scores)")
    precondition(
      lengths?.count ?? q[0] == q[0],
      "attention: \(lengths?.count ?? 0) lengths are not one for each of the batch of queries \(q)")
  }
}
