import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What `Documentation/networks.md` shows.
@Suite struct GuideTests {
  @Test func theGuidesNetworkLearns() {
    var generator = RandomGenerator(seed: 2)
    let x = Tensor.normal(shape: [32, 1, 28, 28], using: &generator)
    let classes = Tensor((0..<32).map { Int64($0 % 10) })
    let losses = learn(x, classes, steps: 20)
    #expect(losses[19] < 0.5 * losses[0])
  }
}

func learn(_ x: Tensor, _ classes: Tensor, steps: Int) -> [Double] {
  var generator = RandomGenerator(seed: 1)
  var model = Sequential(
    Conv2d(inputs: 1, outputs: 6, kernel: 5, padding: 2, using: &generator), BatchNorm(channels: 6), ReLU(),
    MaxPool2d(kernel: 2), Flatten(), Linear(inputs: 6 * 14 * 14, outputs: 10, using: &generator))
  var optimizer = SGD(learningRate: 0.01, momentum: 0.9)
  var pass = Pass.training(using: generator)
  return (0..<steps).map { _ in
    let (loss, gradients) = valueAndGradient(of: &model) { model in
      model.forward(x, &pass).crossEntropy(with: classes).mean()
    }
    optimizer.update(&model, along: gradients.clipped(toNorm: 1))
    return loss.item
  }
}
