import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What layers do with what does not fit them, what they forget and what they drop.
struct LayerFaultTests {
  /// A chain whose third layer takes another number of channels says so before there are data.
  @Test func aChainThatDoesNotFitNamesTheLayer() throws {
    var generator = RandomGenerator(seed: 1)
    let inner = Sequential(
      Conv2d(inputs: 1, outputs: 4, kernel: 3, using: &generator), ReLU(),
      Conv2d(inputs: 5, outputs: 4, kernel: 3, using: &generator))
    let model = Sequential(Residual(inner), Flatten())
    let error = try #require(throws: SurprisalError.self) { try model.outputShape(for: [2, 1, 9, 9]) }
    #expect(error.category == .data)
    #expect(
      error.message
        == "in layer 0.main.2: Conv2d takes the shape [batch, 5, height, width], not [2, 4, 7, 7]")
    #expect(error.remedy == "give Conv2d(inputs:outputs:kernel:) the channels of what comes before it")
  }

  @Test(arguments: LayerFaultTests.misfits) func everyLayerRefusesAShape(_ misfit: Misfit) throws {
    let error = try #require(throws: SurprisalError.self) { try misfit.layer.outputShape(for: misfit.shape) }
    #expect(error.category == .data && error.message.hasPrefix(misfit.name), "\(error)")
    #expect(error.message.contains("\(misfit.shape)") && error.remedy != nil, "\(error)")
    let chain = Sequential(Identity(), misfit.layer)
    let outer = try #require(throws: SurprisalError.self) { try chain.outputShape(for: misfit.shape) }
    #expect(outer.message.hasPrefix("in layer 1"), "\(outer)")
  }

  struct Misfit: Sendable, CustomTestStringConvertible {
    let layer: any Layer
    let shape: [Int]
    var name: String { "\(type(of: layer))" }
    var testDescription: String { "\(name) \(shape)" }
  }

  static let misfits: [Misfit] = {
    var generator = RandomGenerator(seed: 1)
    return [
      Misfit(layer: Linear(inputs: 3, outputs: 2, using: &generator), shape: [2, 4]),
      Misfit(layer: Linear(inputs: 3, outputs: 2, using: &generator), shape: []),
      Misfit(layer: Conv1d(inputs: 3, outputs: 2, kernel: 3, using: &generator), shape: [2, 3, 2]),
      Misfit(layer: Conv1d(inputs: 3, outputs: 2, kernel: 3, using: &generator), shape: [2, 3, 4, 4]),
      Misfit(layer: Conv2d(inputs: 3, outputs: 2, kernel: 5, padding: 1, using: &generator), shape: [2, 3, 2, 9]),
      Misfit(
        layer: ConvTransposed1d(inputs: 3, outputs: 2, kernel: 2, padding: 2, using: &generator), shape: [1, 3, 2]),
      Misfit(layer: ConvTransposed2d(inputs: 3, outputs: 2, kernel: 2, using: &generator), shape: [1, 2, 2, 2]),
      Misfit(layer: MaxPool1d(kernel: 3), shape: [2, 2]), Misfit(layer: MaxPool2d(kernel: 3), shape: [2, 3, 2, 3]),
      Misfit(layer: AveragePool1d(kernel: 3), shape: []), Misfit(layer: AveragePool2d(kernel: 3), shape: [3]),
      Misfit(layer: AdaptiveAveragePool1d(output: 2), shape: [2, 0]),
      Misfit(layer: AdaptiveAveragePool2d(output: 2), shape: [2]),
      Misfit(layer: AdaptiveMaxPool1d(output: 2), shape: []),
      Misfit(layer: AdaptiveMaxPool2d(output: 2), shape: [2, 0, 3]), Misfit(layer: GlobalAveragePool2d(), shape: [2]),
      Misfit(layer: BatchNorm(channels: 3), shape: [2, 4]), Misfit(layer: BatchNorm(channels: 3), shape: [3]),
      Misfit(layer: LayerNorm(shape: [2, 3]), shape: [2, 4]), Misfit(layer: RMSNorm(features: 3), shape: [2, 4]),
      Misfit(layer: GroupNorm(groups: 2, channels: 4), shape: [2, 3]),
      Misfit(layer: InstanceNorm(channels: 4), shape: [2, 4]), Misfit(layer: ChannelDropout(), shape: [2]),
      Misfit(layer: Flatten(), shape: []), Misfit(layer: Softmax(axis: 2), shape: [3, 4]),
      Misfit(layer: LogSoftmax(), shape: []),
      Misfit(layer: Residual(Linear(inputs: 3, outputs: 2, using: &generator)), shape: [1, 3]),
    ]
  }()

  /// A tensor that a module holds but does not show would be neither trained nor saved.
  @Test(arguments: LayerCase.all) func noFieldIsForgotten(_ reference: LayerCase) throws {
    guard reference.kind != "Bilinear" else { return }
    let layer = try reference.layer(.float32)
    let inventory = try Inventory(layer)
    #expect(tensorCount(in: layer) == inventory.parameters.count + inventory.buffers.count)
    let names = (inventory.parameters + inventory.buffers).map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(names) == Set(try reference.tensors("w/").map(\.name)))
  }

  @Test func noFieldOfRecurrentModulesIsForgotten() throws {
    var generator = RandomGenerator(seed: 0)
    let modules: [any Module] = [
      LSTM(inputs: 2, hidden: 3, layers: 2, bidirectional: true, using: &generator),
      RNN(inputs: 2, hidden: 3, bias: false, using: &generator), GRU(inputs: 2, hidden: 3, using: &generator),
      RNNCell(inputs: 2, hidden: 3, using: &generator), LSTMCell(inputs: 2, hidden: 3, using: &generator),
      GRUCell(inputs: 2, hidden: 3, bias: false, using: &generator),
      Bilinear(inputs: 2, 3, outputs: 4, using: &generator),
    ]
    for module in modules {
      let inventory = try Inventory(module)
      #expect(tensorCount(in: module) == inventory.parameters.count + inventory.buffers.count, "\(type(of: module))")
    }
  }

  /// The row of the padding index stays 0 through training; the others move.
  @Test func paddingStaysZero() {
    var generator = RandomGenerator(seed: 3)
    var model = Embedding(entries: 4, features: 2, paddingIndex: 1, using: &generator)
    let x = Tensor([0, 1, 1, 2])
    var optimizer = Adam(learningRate: 0.1)
    for _ in 0..<3 {
      let (_, gradients) = valueAndGradient(of: &model) { ($0(x) + 1).square().sum() }
      #expect(gradients["weight"]?[1].scalars(as: Double.self) == [0, 0])
      optimizer.update(&model, along: gradients)
    }
    #expect(model.weight[1].scalars(as: Double.self) == [0, 0])
  }

  /// A last batch of one datum neither stops a training nor spoils the averages.
  @Test func aBatchOfOneLeavesTheAveragesAlone() {
    var layer = BatchNorm(channels: 2)
    var pass = Pass.training(using: RandomGenerator(seed: 1))
    let y = layer.forward(Tensor([3.0, -7], shape: [1, 2], dtype: .float32), &pass)
    #expect(y.scalars(as: Double.self) == [0, 0])
    #expect(layer.runningVariance?.scalars(as: Double.self) == [1, 1] && layer.batchCount?.item == 0)
  }
}

/// Every tensor that reflection finds below a value.
func tensorCount(in value: Any) -> Int {
  if value is Tensor { return 1 }
  return Mirror(reflecting: value).children.reduce(0) { $0 + tensorCount(in: $1.value) }
}
