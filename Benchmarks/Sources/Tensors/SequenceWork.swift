import Surprisal

/// A whole training step of a language model: embedding, LSTM, linear, cross-entropy, backward, Adam.
struct SequenceWork: TensorWork {
  private let start: SequenceModel
  private let tokens: Tensor
  private let targets: Tensor
  private var model: SequenceModel
  private var optimizer = Adam()
  let isTraining = true

  init(hidden: Int, batch: Int, steps: Int, vocabulary: Int) {
    start = SequenceModel(hidden: hidden, vocabulary: vocabulary)
    model = start
    tokens = SharedInputs.classes(steps * batch, seed: 1, choices: vocabulary).reshaped(to: [steps, batch])
    targets = SharedInputs.classes(steps * batch, seed: 2, choices: vocabulary)
  }

  mutating func reset() {
    model = start
    optimizer = Adam()
  }

  mutating func step() -> [Tensor] {
    let (loss, gradients) = valueAndGradient(of: &model) { model in
      model(tokens).crossEntropy(with: targets).mean()
    }
    optimizer.update(&model, along: gradients)
    return [loss]
  }
}

/// The next token's logits at every step.
struct SequenceModel: Module {
  var embedding: Embedding
  var lstm: LSTM
  var output: Linear

  init(hidden: Int, vocabulary: Int) {
    let bound = 1 / Double(hidden).squareRoot()
    func numbers(_ shape: [Int], _ seed: UInt32) -> Tensor { SharedInputs.numbers(shape, seed: seed, scale: bound) }
    var generator = RandomGenerator(seed: 0)
    embedding = Embedding(weight: SharedInputs.numbers([vocabulary, hidden], seed: 3))
    lstm = LSTM(inputs: hidden, hidden: hidden, using: &generator)
    lstm.weights = [
      RecurrentWeights(
        inputWeight: numbers([4 * hidden, hidden], 4), hiddenWeight: numbers([4 * hidden, hidden], 5),
        inputBias: numbers([4 * hidden], 6), hiddenBias: numbers([4 * hidden], 7))
    ]
    output = Linear(weight: numbers([vocabulary, hidden], 8), bias: numbers([vocabulary], 9))
  }

  mutating func fields(_ visitor: inout some FieldVisitor) throws {
    try visitor.module("embedding", &embedding)
    try visitor.module("lstm", &lstm)
    try visitor.module("output", &output)
  }

  /// [steps, batch] tokens to [steps · batch, vocabulary].
  func callAsFunction(_ tokens: Tensor) -> Tensor {
    let (states, _) = lstm(embedding(tokens))
    return output(states.flattened(fromAxis: 0, throughAxis: 1))
  }
}
