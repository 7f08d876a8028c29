import SurprisalTensors

let neuralEntries: [OperationEntry] = [
  // Channels at 1e6 ± 1 too.
  OperationEntry(
    "batchNorm", "batchNormalization(scale:shift:epsilon:)", tolerances: .products, apply: batchNormalization),
  // The same through the form for inference, given the batch's own mean and variance.
  OperationEntry(
    "batchNorm", "batchNormalization(mean:variance:scale:shift:epsilon:)", tolerances: .products,
    narrowTypes: [.float32], accepts: { !$0.bool("edge") }
  ) { x, a in
    let axes = [0] + Array(2..<max(x[0].rank, 2))
    let (mean, variance) = (x[0].mean(alongAxes: axes), x[0].variance(alongAxes: axes, correction: 0))
    let y = x[0].batchNormalization(
      mean: mean, variance: variance, scale: x[1], shift: x[2], epsilon: a.double("epsilon"))
    return [y, mean, variance]
  },
  OperationEntry("layerNorm", "layerNormalization(axes:scale:shift:epsilon:)", tolerances: .products) { x, a in
    [
      x[0].layerNormalization(
        axes: a.int("axesCount"), scale: x.count > 1 ? x[1] : nil, shift: x.count > 1 ? x[2] : nil,
        epsilon: a.double("epsilon"))
    ]
  },
  OperationEntry("rmsNorm", "rmsNormalization(axes:scale:epsilon:)", tolerances: .products) { x, a in
    [
      x[0].rmsNormalization(
        axes: a.int("axesCount"), scale: x.count > 1 ? x[1] : nil, epsilon: a.double("epsilon"))
    ]
  },
  OperationEntry("groupNorm", "groupNormalization(groups:scale:shift:epsilon:)", tolerances: .products) { x, a in
    [
      x[0].groupNormalization(
        groups: a.int("groups"), scale: x.count > 1 ? x[1] : nil, shift: x.count > 1 ? x[2] : nil,
        epsilon: a.double("epsilon"))
    ]
  },
  OperationEntry("softmax", "softmax(alongAxis:)") { x, a in [x[0].softmax(alongAxis: a.int("axis"))] },
  OperationEntry("logSoftmax", "logSoftmax(alongAxis:)") { x, a in [x[0].logSoftmax(alongAxis: a.int("axis"))] },
  OperationEntry("crossEntropy", "crossEntropy(with:ignoring:)") { x, a in
    [x[0].crossEntropy(with: x[1], ignoring: a.optionalInt("ignored"))]
  },
  // The same with each target as probabilities of 0 and 1; an ignored one is not such.
  OperationEntry("crossEntropy", "crossEntropy(withProbabilities:)", accepts: { !$0.has("ignored") }) { x, _ in
    let classes = x[0].shape[x[0].rank - 1]
    return [x[0].crossEntropy(withProbabilities: Tensor(oneHot: x[1], depth: classes, dtype: x[0].dtype))]
  },
  OperationEntry("binaryCrossEntropy", "binaryCrossEntropy(with:)") { x, _ in [x[0].binaryCrossEntropy(with: x[1])] },
  OperationEntry("embedding", "embedding(at:)", tolerances: .exact) { x, _ in [x[0].embedding(at: x[1])] },
  OperationEntry(
    "attention", "scaledDotProductAttention(queries:keys:values:mask:lengths:isCausal:offset:scale:)",
    tolerances: .products
  ) { x, a in
    [
      .scaledDotProductAttention(
        queries: x[0], keys: x[1], values: x[2], mask: x.count > 3 ? x[3] : nil, lengths: a.optionalInts("lengths"),
        isCausal: a.has("offset"), offset: a.optionalInt("offset") ?? 0, scale: a.optionalDouble("scale"))
    ]
  },
  OperationEntry(
    "attentionWeights", "attentionWeights(queries:keys:mask:lengths:isCausal:offset:scale:)", tolerances: .products
  ) { x, a in
    [
      .attentionWeights(
        queries: x[0], keys: x[1], mask: x.count > 2 ? x[2] : nil, lengths: a.optionalInts("lengths"),
        isCausal: a.has("offset"), offset: a.optionalInt("offset") ?? 0, scale: a.optionalDouble("scale"))
    ]
  },
]

private func batchNormalization(_ x: [Tensor], _ a: Attributes) -> [Tensor] {
  let (y, mean, variance) = x[0].batchNormalization(scale: x[1], shift: x[2], epsilon: a.double("epsilon"))
  return [y, mean, variance]
}
