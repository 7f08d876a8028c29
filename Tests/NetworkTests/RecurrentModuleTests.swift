import Foundation
import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Recurrent stacks and cells as modules: names, states carried on, dropout, files, sharing.
struct RecurrentModuleTests {
  private var generator = RandomGenerator(seed: 4)

  private mutating func normal(_ shape: [Int], _ dtype: DType = .float64) -> Tensor {
    .normal(shape: shape, dtype: dtype, using: &generator)
  }

  private func expectEqual(_ a: Tensor, _ b: Tensor, within tolerance: Double = 1e-14) {
    #expect(a.shape == b.shape)
    #expect((a - b).abs().max().item <= tolerance)
  }

  @Test mutating func namesAreThoseOfPyTorch() throws {
    let stack = LSTM(inputs: 3, hidden: 2, layers: 2, bidirectional: true, using: &generator)
    let endings = ["_l0", "_l0_reverse", "_l1", "_l1_reverse"]
    let inventory = try Inventory(stack)
    #expect(
      inventory.parameters.map(\.name)
        == endings.flatMap { ending in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { $0 + ending } })
    #expect(inventory.parameters.map(\.tensor.shape).prefix(4) == [[8, 3], [8, 2], [8], [8]])
    #expect(inventory.parameters[8].tensor.shape == [8, 4])
    let cell = GRUCell(inputs: 3, hidden: 2, bias: false, using: &generator)
    #expect(try Inventory(cell).parameters.map(\.name) == ["weight_ih", "weight_hh"])
    #expect(stack.summaryLine == "LSTM(inputs: 3, hidden: 2, layers: 2, bidirectional: true)")
    #expect(cell.summaryLine == "GRUCell(inputs: 3, hidden: 2, bias: false)")
    let simple = RNN(inputs: 1, hidden: 1, dropout: 0.5, nonlinearity: .relu, batchFirst: true, using: &generator)
    #expect(simple.summaryLine == "RNN(inputs: 1, hidden: 1, dropout: 0.5, batchFirst: true, nonlinearity: relu)")
  }

  /// A tensor that a module holds but does not show would be neither trained nor saved.
  @Test mutating func noFieldIsForgotten() throws {
    let modules: [any Module] = [
      LSTM(inputs: 2, hidden: 3, layers: 2, bidirectional: true, using: &generator),
      RNN(inputs: 2, hidden: 3, bias: false, using: &generator), GRU(inputs: 2, hidden: 3, using: &generator),
      RNNCell(inputs: 2, hidden: 3, using: &generator), LSTMCell(inputs: 2, hidden: 3, using: &generator),
      GRUCell(inputs: 2, hidden: 3, bias: false, using: &generator),
    ]
    for module in modules {
      let count = try Inventory(module).parameters.count
      #expect(count >= 2 && tensorCount(in: module) == count)
    }
  }

  /// The start is uniform in ±1/√hidden: no number beyond, and a variance of 1/(3 hidden), met here to 4.5 standard
  /// errors (false failures below 1e-5).
  @Test mutating func theStartIsUniform() throws {
    let stack = LSTM(inputs: 30, hidden: 25, dtype: .float64, using: &generator)
    let values = try Inventory(stack).parameters.flatMap { $0.tensor.scalars(as: Double.self) }
    let squares = values.map { $0 * $0 * 25 }
    #expect(squares.allSatisfy { $0 <= 1 })
    let error = (4.0 / 45 / Double(values.count)).squareRoot()
    #expect(abs(squares.reduce(0, +) / Double(values.count) - 1.0 / 3) < 4.5 * error)
  }

  /// A sequence in two parts with the state handed on is the sequence in one, and a cell's loop is the stack of one
  /// layer.
  @Test mutating func statesAreHandedOn() {
    let x = normal([7, 3, 4])
    let stack = LSTM(inputs: 4, hidden: 5, layers: 2, dtype: .float64, using: &generator)
    let (whole, last) = stack(x)
    let (first, middle) = stack(x[..<3])
    let (second, end) = stack(x[3...], state: middle)
    expectEqual(Tensor(concatenating: [first, second]), whole)
    expectEqual(end.hidden, last.hidden)
    expectEqual(end.memory, last.memory)
    let single = GRU(inputs: 4, hidden: 5, dtype: .float64, using: &generator)
    let cell = GRUCell(weights: single.weights[0])
    let (outputs, state) = single(x)
    var current: Tensor?
    for step in 0..<7 {
      let (output, next) = cell(x[step], state: current)
      expectEqual(output, outputs[step])
      current = next
    }
    expectEqual(current ?? x, state[0])
  }

  /// Full lengths are no lengths, and what stands in the padding does not matter.
  @Test mutating func paddingDoesNotMatter() {
    let stack = GRU(inputs: 2, hidden: 3, layers: 2, bidirectional: true, dtype: .float64, using: &generator)
    let x = normal([4, 2, 2])
    expectEqual(stack(x, lengths: [4, 4]).outputs, stack(x).outputs, within: 0)
    let past = Tensor([false, false, false, false, false, true, false, true], shape: [4, 2, 1])
    var model = stack
    func outputsAndGradient(_ x: Tensor) -> ([Double], [Double]) {
      let outputs = stack(x, lengths: [4, 2]).outputs
      let (_, gradients) = valueAndGradient(of: &model) { model in
        let (outputs, state) = model(x, lengths: [4, 2])
        return outputs.square().sum() + state.square().sum()
      }
      return (outputs.scalars(), gradients.entries.flatMap { $0.gradient.scalars(as: Double.self) })
    }
    let clean = outputsAndGradient(x)
    let other = outputsAndGradient(x.filled(with: 1e3, where: past))
    #expect(clean.0 == other.0)
    expectClose(clean.1, other.1, within: 1e-13)
    expectEqual(stack(x, lengths: [4, 2]).outputs[0..<2, 1], stack(x[0..<2]).outputs[0..., 1])
  }

  /// Between the layers numbers become 0 or are divided by the probability to stay, in training alone: here ones that
  /// the upper layer hands through. Kept are 0.75 of 4,000 to 4.5 standard errors (false failures below 1e-5).
  @Test mutating func dropoutIsBetweenLayersInTraining() {
    var stack = RNN(inputs: 1, hidden: 40, layers: 2, dropout: 0.25, nonlinearity: .relu, using: &generator)
    let none = Tensor(zeros: [40, 40])
    stack.weights = [
      RecurrentWeights(inputWeight: Tensor(ones: [40, 1]), hiddenWeight: none),
      RecurrentWeights(inputWeight: Tensor(identity: 40), hiddenWeight: none),
    ]
    let x = Tensor(ones: [10, 10, 1])
    #expect(stack(x).outputs.scalars(as: Double.self).allSatisfy { $0 == 1 })
    var pass = Pass.training(using: generator)
    let values = stack.forward(x, &pass).outputs.scalars(as: Double.self)
    #expect(values.allSatisfy { $0 == 0 || abs($0 - 4.0 / 3) < 1e-6 })
    let kept = Double(values.count { $0 > 0 }) / 4000
    #expect(abs(kept - 0.75) < 4.5 * (0.75 * 0.25 / 4000).squareRoot())
  }

  @Test mutating func aSavedStackLoads() throws {
    let stack = LSTM(inputs: 2, hidden: 3, layers: 2, bidirectional: true, using: &generator)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("surprisal-recurrent-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try stack.save(to: path)
    var other = LSTM(inputs: 2, hidden: 3, layers: 2, bidirectional: true, using: &generator)
    let x = normal([3, 2, 2], .float32)
    #expect((stack(x).outputs - other(x).outputs).abs().max().item > 0.01)
    try other.load(from: path)
    expectEqual(stack(x).outputs, other(x).outputs, within: 0)
  }

  /// A call that finds the threads taken does the same pieces alone: the same bits, values and gradients.
  @Test mutating func manyTasksGetTheBitsOfOne() async {
    let stack = LSTM(inputs: 8, hidden: 96, using: &generator)
    let x = normal([9, 24, 8], .float32)
    @Sendable func bits() -> [Float] {
      var model = stack
      let (loss, gradients) = valueAndGradient(of: &model) { $0(x).outputs.square().sum() }
      return [Float(loss.item)] + gradients.entries.flatMap { $0.gradient.scalars(as: Float.self) }
    }
    let alone = bits()
    let equal = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { (0..<5).allSatisfy { _ in bits() == alone } } }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(equal)
  }
}
