import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What `print(model)` shows.
struct SummaryTests {
  private func network() -> Sequential {
    var generator = RandomGenerator(seed: 1)
    let block = Residual(
      Sequential(
        Conv2d(inputs: 6, outputs: 8, kernel: 3, stride: 2, padding: 1, bias: false, using: &generator),
        BatchNorm(channels: 8)),
      shortcut: Conv2d(inputs: 6, outputs: 8, kernel: 1, stride: 2, bias: false, using: &generator),
      activation: ReLU())
    return Sequential(
      Conv2d(inputs: 1, outputs: 6, kernel: 5, padding: 2, using: &generator), ReLU(), block, GlobalAveragePool2d(),
      Dropout(probability: 0.2), Linear(inputs: 8, outputs: 1000, using: &generator))
  }

  @Test func withShapes() throws {
    let summary = try network().summary(inputShape: [32, 1, 28, 28])
    let text = summary.description.replacing(#/ {2,}/#, with: " | ")
    let expected = """
      layer | output | parameters
      Sequential | [32, 1000]
       | 0: Conv2d(inputs: 1, outputs: 6, kernel: 5, padding: 2) | [32, 6, 28, 28] | 156 | weight [6, 1, 5, 5], bias [6]
       | 1: ReLU | [32, 6, 28, 28]
       | 2: Residual | [32, 8, 14, 14]
       | main: Sequential | [32, 8, 14, 14]
       | 0: Conv2d(inputs: 6, outputs: 8, kernel: 3, stride: 2, padding: 1, bias: false) | [32, 8, 14, 14] | 432 | \
      weight [8, 6, 3, 3]
       | 1: BatchNorm(channels: 8) | [32, 8, 14, 14] | 16 | weight [8], bias [8], running_mean [8], running_var [8], \
      num_batches_tracked []
       | shortcut: Conv2d(inputs: 6, outputs: 8, kernel: 1, stride: 2, bias: false) | [32, 8, 14, 14] | 48 | \
      weight [8, 6, 1, 1]
       | activation: ReLU | [32, 8, 14, 14]
       | 3: GlobalAveragePool2d | [32, 8]
       | 4: Dropout(probability: 0.2) | [32, 8]
       | 5: Linear(inputs: 8, outputs: 1000) | [32, 1000] | 9,000 | weight [1000, 8], bias [1000]
      9,652 parameters, 17 in buffers, 38,680 bytes
      """
    #expect(text == expected)
    #expect(summary.entries.map(\.path).prefix(6) == ["", "0", "1", "2", "2.main", "2.main.0"])
    #expect(throws: SurprisalError.self) { try network().summary(inputShape: [32, 3, 28, 28]) }
  }

  /// Windows that keep an extent or round it up, in a line of the summary and by shape.
  @Test func windowsSayHowTheyEnd() throws {
    var generator = RandomGenerator(seed: 1)
    let layers: [(any Layer, line: String, size: [Int])] = [
      (
        Conv2d(inputs: 1, outputs: 2, kernel: 4, padding: .same, dilation: 3, using: &generator),
        "Conv2d(inputs: 1, outputs: 2, kernel: 4, padding: same, dilation: 3)", [3, 2, 7, 5]
      ),
      (MaxPool2d(kernel: 2, roundsUp: true), "MaxPool2d(kernel: 2, roundsUp: true)", [3, 1, 4, 3]),
      (
        AveragePool2d(kernel: 3, stride: 2, padding: 1, countsPadding: false, roundsUp: true),
        "AveragePool2d(kernel: 3, stride: 2, padding: 1, countsPadding: false, roundsUp: true)", [3, 1, 4, 3]
      ),
    ]
    for (layer, line, size) in layers {
      #expect(layer.summaryLine == line)
      #expect(try layer.outputShape(for: [3, 1, 7, 5]) == size)
      #expect(layer(Tensor(zeros: [3, 1, 7, 5])).shape == size)
    }
    let row = Conv1d(inputs: 1, outputs: 1, kernel: 2, padding: .same, using: &generator)
    #expect(row.summaryLine == "Conv1d(inputs: 1, outputs: 1, kernel: 2, padding: same)")
    // A second window of 1 would begin in the padding behind the one element.
    let pool = MaxPool1d(kernel: 2, stride: 2, padding: 1, roundsUp: true)
    #expect(pool.summaryLine == "MaxPool1d(kernel: 2, padding: 1, roundsUp: true)")
    #expect(try pool.outputShape(for: [1, 1, 1]) == [1, 1, 1])
  }

  @Test func withoutShapes() {
    let model = network()
    #expect(model.parameterCount == 9652 && model.summary().bufferCount == 17)
    let lines = "\(model)".split(separator: "\n").map(String.init)
    #expect(lines.count == 14 && lines.last == "9,652 parameters, 17 in buffers, 38,680 bytes")
    #expect(lines[1] == "Sequential")
    #expect(model.description == model.summary().description)
  }

  /// A module of one's own, whose layers are in a list of a name.
  @Test func modulesOfOnesOwn() throws {
    let summary = try Perceptron([3, 4, 2], shift: true).summary(inputShape: [5, 3])
    #expect(summary.entries.map(\.path) == ["", "layers.0", "layers.1"])
    #expect(summary.entries[0].outputShape == [5, 2] && summary.entries[1].outputShape == nil)
    #expect(summary.entries[0].parameters.map(\.name) == ["shift"])
    #expect(summary.parameterCount == 29 && summary.bufferCount == 1)
  }
}
