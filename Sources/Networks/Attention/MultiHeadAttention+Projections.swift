import SurprisalTensors

extension MultiHeadAttention {
  /// Queries, keys and values in heads, [batch, heads, steps, d], the first step being at position `offset`.
  func projected(
    _ queries: Tensor, _ keys: Tensor?, _ values: Tensor?, offset: Int, hasValues: Bool = true
  ) -> (Tensor, Tensor, Tensor) {
    let features = output.weight.shape[0]
    precondition(
      queries.rank == 3 && queries.shape[2] == features,
      "MultiHeadAttention: queries \(queries.shape) are not [batch, steps, \(features)]")
    let parts: [Tensor]
    if let inputWeight, keys == nil, values == nil {
      // One product for all three.
      parts = queries.linear(weight: inputWeight, bias: inputBias).split(sizes: rows, alongAxis: -1)
    } else {
      let keys = keys ?? queries
      let inputs = [queries, keys, values ?? keys].prefix(hasValues ? 3 : 2)
      let weights = inputWeight?.split(sizes: rows) ?? [queryWeight, keyWeight, valueWeight].compactMap { $0 }
      let biases = inputBias?.split(sizes: rows)
      parts = inputs.enumerated().map { index, x in
        precondition(
          x.rank == 3 && x.shape[2] == weights[index].shape[1],
          "MultiHeadAttention: \(x.shape) is not [batch, steps, \(weights[index].shape[1])]")
        return x.linear(weight: weights[index], bias: biases?[index])
      }
    }
    var inHeads = parts.enumerated().map { index, x in
      let heads = index == 0 ? heads : keyHeads
      return x.reshaped(to: [x.shape[0], x.shape[1], heads, features / self.heads]).transposed(axes: 1, 2)
    }
    if let rotary { for index in 0..<2 { inHeads[index] = rotary(inHeads[index], offset: offset) } }
    return (inHeads[0], inHeads[1], inHeads[inHeads.count - 1])
  }

  /// [batch, heads, n, d] with the heads side by side again, through W_o.
  func joined(_ y: Tensor) -> Tensor {
    let steps = y.transposed(axes: 1, 2)
    return steps.reshaped(to: [steps.shape[0], steps.shape[1], output.weight.shape[1]])
      .linear(weight: output.weight, bias: output.bias)
  }

  /// How many rows of the input weight belong to queries, keys and values.
  private var rows: [Int] {
    let features = output.weight.shape[0]
    let shared = features / heads * keyHeads
    return [features, shared, shared]
  }
}
