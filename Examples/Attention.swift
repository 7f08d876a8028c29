import Surprisal

/// Attention pooling by similarity: Nadaraya–Watson regression with every kernel, its width and its two limits.
func attentionPooling() throws {
  var generator = RandomGenerator(seed: 11)
  let keys = Tensor(linearFrom: 0, to: 5, count: 40, dtype: .float64)
  let truth = 2 * keys.sin() + keys
  let values = truth + Tensor.normal(shape: [40], dtype: .float64, using: &generator)
  let query = Tensor([2.5])
  for kernel in KernelRegression.Kernel.allCases {
    let f = try KernelRegression(keys: keys, values: values, kernel: kernel, widths: [1])
    let chosen = try KernelRegression(choosingWidths: keys, values: values, kernel: kernel)
    print(
      "\(kernel.rawValue): f(2.5) = \(show(f(query).item)); by leaving one out width \(show(chosen.widths[0], 4)), "
        + "error \(show(chosen.leaveOneOutError ?? 0))")
  }
  let wide = try KernelRegression(keys: keys, values: values, widths: [.infinity])
  print("infinite width: f(2.5) = \(show(wide(query).item)) = mean value \(show(values.mean().item))")
  let narrow = try KernelRegression(keys: keys, values: values, widths: [1e-9])
  print("width 10⁻⁹: f(k₇) = \(show(narrow(keys[7..<8]).item)) = v₇ = \(show(values[7].item))")
  let boxcar = try KernelRegression(keys: keys, values: values, kernel: .boxcar, widths: [1])
  print("no key within reach of 9: the nearest key's value \(show(boxcar(Tensor([9.0])).item))")

  // Classes are one-hot values: f is their probability.
  let classes = try KernelRegression(keys: Tensor([0.0, 1, 2, 3]), classes: [0, 0, 1, 1], count: 2, widths: [1])
  print("p(class | 1.2) = \(show(classes(Tensor([1.2]))[0])), class \(classes.classes(Tensor([1.2]))[0])")
}

/// Dot-product attention is the Gaussian kernel where all keys have one norm.
func dotProductFromGaussian() throws {
  let query = Tensor([0.5, 1.0], shape: [1, 2])
  let equal = Tensor([0.6, 0.8, -1, 0, 0, 1], shape: [3, 2])
  for (name, keys) in [("equal norms", equal), ("one key twice as long", equal * Tensor([1.0, 1, 2], shape: [3, 1]))] {
    let gaussian = (query - keys).square().sum(alongAxes: [1]) * -0.5
    let products = Tensor.attentionWeights(queries: query, keys: keys, scale: 1)[0]
    print("\(name): Gaussian \(show(gaussian.softmax())), dot product \(show(products))")
  }
}

/// The product of a query and a key has the variance d, divided by √d it has 1; unscaled, softmax sees one key alone.
func scaledDotProduct() throws {
  for width in [4, 64, 256] {
    var generator = RandomGenerator(seed: 12)
    let query = Tensor.normal(shape: [1000, 1, width], dtype: .float64, using: &generator)
    let keys = Tensor.normal(shape: [1000, 8, width], dtype: .float64, using: &generator)
    let products = query.matmul(keys.transposed())
    let scaled = products / Double(width).squareRoot()
    func largest(_ scores: Tensor) -> String { show(scores.softmax().max(alongAxes: [2]).mean().item, 4) }
    print(
      "d = \(width): variance \(show(products.variance().item, 3)), scaled \(show(scaled.variance().item, 3)); "
        + "largest of eight weights \(largest(products)), scaled \(largest(scaled))")
  }
}

/// The masked softmax: padding gets no weight, and the notes' −10⁶ does the same.
func maskedSoftmax() throws {
  let scores = Tensor((0..<16).map { Double($0 * 7 % 5) / 4 }, shape: [2, 2, 4])
  let weights = scores.maskedSoftmax(lengths: [2, 3])
  print("lengths 2 and 3: \(show(weights))")
  print("lengths 1, 3, 2, 4: \(show(scores.maskedSoftmax(rowLengths: [1, 3, 2, 4])))")
  let isPadding = Tensor(range: 0..<4) .>= Tensor([2, 3], shape: [2, 1, 1])
  let large = scores.filled(with: -1e6, where: isPadding).softmax()
  print("with −10⁶ in the padding: largest difference \(show((large - weights).abs().max().item))")
  print("a sequence of length 0: \(show(scores.maskedSoftmax(lengths: [0, 3])[0, 0]))")
}

/// Batch matrix multiplication: [n, a, b] times [n, b, c] is [n, a, c], one product for each of the batch.
func batchMatrixMultiplication() throws {
  let q = Tensor(range: 0..<12, dtype: .float64).reshaped(to: [2, 2, 3])
  let k = Tensor(range: 0..<12, dtype: .float64).reshaped(to: [2, 3, 2])
  let y = q.matmul(k)
  print("\(q.shape) times \(k.shape) is \(y.shape): \(show(y))")
  let one = (0..<2).map { q[$0].matmul(k[$0]) }
  print("one by one: largest difference \(show((Tensor(stacking: one) - y).abs().max().item))")
}

/// Scaled dot-product attention with padding, its weights and their entropies.
func scaledDotProductAttention() throws {
  let queries = Tensor([1.0, 0, 0.5, -1, 2, 1], shape: [1, 3, 2])
  let keys = Tensor([1.0, 1, 0, 2, -1, 0.5, 3, 3], shape: [1, 4, 2])
  let values = Tensor([1.0, 0, 0, 1, 2, 2, 9, 9], shape: [1, 4, 2])
  let attention = DotProductAttention()
  let weights = attention.weights(queries, keys, lengths: [3])
  print("softmax(QKᵀ/√2)V with three keys: \(show(attention(queries, keys, values, lengths: [3])[0]))")
  for (index, row) in weights[0].unstacked().enumerated() {
    let entropy = try Information.entropy(of: row.scalars(as: Double.self))
    print("query \(index): weights \(show(row)), entropy \(show(entropy.bits, 4)) bits")
  }
  let causal = Tensor.scaledDotProductAttention(queries: queries, keys: keys, values: values, isCausal: true)
  print("causal: \(show(causal[0]))")
}

/// Additive attention: queries and keys of different widths meet in a hidden layer.
func additiveAttention() throws {
  var generator = RandomGenerator(seed: 13)
  var attention = AdditiveAttention(queries: 3, keys: 2, hidden: 4, dtype: .float64, using: &generator)
  attention.queryProjection.weight = (Tensor(range: 0..<12, dtype: .float64) / 10 - 0.5).reshaped(to: [4, 3])
  attention.keyProjection.weight = (Tensor(range: 0..<8, dtype: .float64) / 5 - 0.7).reshaped(to: [4, 2])
  attention.valueProjection.weight = Tensor([1.0, -2, 0.5, 3], shape: [1, 4])
  let queries = Tensor([1.0, 2, -1, 0, 0.5, 1], shape: [1, 2, 3])
  let keys = Tensor([1.0, -1, 0.5, 2, 0, 0], shape: [1, 3, 2])
  let values = Tensor([1.0, 2, 4], shape: [1, 3, 1])
  print("scores \(show(attention.scores(queries, keys)[0]))")
  print("weights \(show(attention.weights(queries, keys)[0]))")
  let short = attention(queries, keys, values, lengths: [2])
  print("pooled \(show(attention(queries, keys, values)[0])), of two keys \(show(short[0]))")
}
