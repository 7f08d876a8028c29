import CSurprisalKernels

extension Kernels {
  /// Attention of queries, keys and values, of float32 or float64, [batch, heads, rows, width] each; where asked also
  /// the logarithm of each query's sum over the keys, which the derivative needs. A mask is of the same type.
  static func attention(_ rule: Attention, _ inputs: [Tensor], keepsNormalizers: Bool) -> [Tensor] {
    let queries = inputs[0].shape
    let y = heads(queries.dropLast() + [inputs[2].shape[3]], like: inputs[0])
    let normalizers = keepsNormalizers ? Tensor(shape: Array(queries.dropLast()), dtype: y.dtype) { _ in } : nil
    withShape(rule, inputs, y, normalizers) { surprisal_attend(y.dtype.code, &$0) }
    return [y] + [normalizers].compactMap { $0 }
  }

  /// The cotangents of queries, keys and values from that of `y`.
  static func attentionBackward(
    _ rule: Attention, _ inputs: [Tensor], y: Tensor, normalizers: Tensor, _ g: Tensor
  ) -> [Tensor?] {
    let cotangents = inputs.map { heads($0.shape, like: $0) }
    let g = withContiguousRows(g)
    withShape(rule, inputs, y, normalizers) { shape in
      shape.dy = layout(g)
      (shape.dq, shape.dk, shape.dv) = (layout(cotangents[0]), layout(cotangents[1]), layout(cotangents[2]))
      surprisal_attend_backward(y.dtype.code, &shape)
    }
    withExtendedLifetime((g, cotangents)) {}
    return cotangents
  }

  /// A new tensor [batch, heads, rows, width] that lies in memory as `x` does: where its heads are parts of longer
  /// rows, so that they can be joined without a copy.
  private static func heads(_ shape: [Int], like x: Tensor) -> Tensor {
    let strides = x.strides
    if strides[1] >= strides[2] { return Tensor(shape: shape, dtype: x.dtype) { _ in } }
    let (heads, rows, width) = (shape[1], shape[2], shape[3])
    return Tensor(shape: [shape[0], rows, heads, width], dtype: x.dtype) { _ in }
      .view(shape: shape, strides: [rows * heads * width, width, heads * width, 1])
  }

  private static func withContiguousRows(_ x: Tensor) -> Tensor {
    x.strides[3] == 1 || x.shape[3] == 1 ? x : copied(x)
  }

  private static func layout(_ x: Tensor) -> surprisal_heads {
    let strides = x.strides
    return surprisal_heads(data: x.pointer, batch: strides[0], head: strides[1], row: strides[2])
  }

  private static func withShape(
    _ rule: Attention, _ inputs: [Tensor], _ y: Tensor, _ normalizers: Tensor?,
    _ body: (inout surprisal_attention) -> Void
  ) {
    let (queries, keys, values) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
    let rows = inputs.map(withContiguousRows)
    let mask = rule.mask.map { mask in
      let whole = mask.broadcastView(to: mask.shape.dropLast() + [keys[2]])
      return withContiguousRows(whole.broadcastView(to: [queries[0], queries[1], queries[2], keys[2]]))
    }
    defer { withExtendedLifetime((rows, mask, y, normalizers)) {} }
    var shape = surprisal_attention()
    (shape.batch, shape.heads, shape.key_heads) = (queries[0], queries[1], keys[1])
    (shape.queries, shape.keys, shape.width, shape.value_width) = (queries[2], keys[2], queries[3], values[3])
    shape.scale = rule.scale(queries[3])
    shape.causal = rule.causalOffset == nil ? 0 : 1
    shape.offset = rule.causalOffset ?? 0
    if let mask { shape.mask = layout(mask) }
    (shape.q, shape.k, shape.v, shape.y) = (layout(rows[0]), layout(rows[1]), layout(rows[2]), layout(y))
    shape.normalizers = normalizers?.pointer
    guard let lengths = rule.lengths else {
      body(&shape)
      return
    }
    withKernelIntegers(lengths) {
      shape.lengths = $0
      body(&shape)
    }
  }
}
