import Foundation
import SurprisalCore
import SurprisalData
import SurprisalNetworks
import SurprisalTensors
import Testing

/// Losses and their gradients against torch (Tests/References/Networks/losses.py).
struct LossTests {
  private struct Case: Sendable {
    let name: String
    let inputs: Int
    let differentiated: Int
    let loss: @Sendable ([Tensor]) -> Tensor

    init(_ name: String, inputs: Int = 2, differentiated: Int = 1, _ loss: @escaping @Sendable ([Tensor]) -> Tensor) {
      (self.name, self.inputs, self.differentiated, self.loss) = (name, inputs, differentiated, loss)
    }
  }

  private static let cases = [
    Case("halfSquared") { $0[0].halfSquaredError(with: $0[1]) },
    Case("gaussianKnown") { $0[0].gaussianLoss(with: $0[1], variance: 0.7) },
    Case("gaussianLearned", inputs: 3, differentiated: 2) { $0[0].gaussianLoss(with: $0[2], logVariance: $0[1]) },
    Case("huber") { $0[0].huberLoss(with: $0[1], delta: 1.3) },
    Case("poisson") { $0[0].poissonLoss(with: $0[1]) },
    Case("crossEntropy") { $0[0].crossEntropy(with: $0[1], labelSmoothing: 0.1) },
    Case("crossEntropyIgnored") { $0[0].crossEntropy(with: $0[1], labelSmoothing: 0.3, ignoring: 4) },
    Case("kl") { $0[0].klDivergence(fromProbabilities: $0[1]) },
    Case("bernoulli") { $0[0].bernoulliLoss(with: $0[1]) },
    Case("hinge") { $0[0].hingeLoss(with: $0[1], margin: 0.8) },
    Case("hingeClasses") { $0[0].hingeLoss(withClasses: $0[1], margin: 0.9) },
    Case("cosine", inputs: 3, differentiated: 2) {
      $0[0].cosineEmbeddingLoss(with: $0[1], signs: $0[2], margin: 0.2)
    },
  ]

  @Test(arguments: [(DType.float64, 1e-12), (.float32, 1e-5)])
  func lossesAndGradientsEqualTorch(_ dtype: DType, _ tolerance: Double) throws {
    let file = try SafetensorsFile(path: referencePath("losses"))
    #expect(
      Set(file.tensors.compactMap { $0.name.split(separator: "/").first.map(String.init) })
        == Set(LossTests.cases.map(\.name)))
    for test in LossTests.cases {
      let inputs = try (0..<test.inputs).map { index in
        let input = try Tensor("\(test.name)/x\(index)", of: file)
        return input.dtype.isFloatingPoint ? input.converted(to: dtype) : input
      }
      let expected = try file.doubles(named: "\(test.name)/y")
      let value = test.loss(inputs)
      #expect(value.shape == [6] && value.dtype == dtype, "\(test.name)")
      expectClose(value.scalars(), expected, within: tolerance)
      for place in 0..<test.differentiated {
        let (_, gradient) = valueAndGradient(of: inputs[place]) { x in
          var inputs = inputs
          inputs[place] = x
          return test.loss(inputs).sum()
        }
        expectClose(gradient.scalars(), try file.doubles(named: "\(test.name)/d\(place)"), within: tolerance)
      }
    }
  }

  /// Where a formula taken at its word overflows or divides 0 by 0.
  @Test func lossesAtTheirEdges() {
    let far = Tensor([1e30, -1e30], shape: [2, 1], dtype: .float64)
    let zeros = Tensor(zeros: [2, 1], dtype: .float64)
    #expect(far.huberLoss(with: zeros).scalars(as: Double.self) == [1e30, 1e30])
    #expect(zeros.cosineEmbeddingLoss(with: far, signs: Tensor([1.0, -1])).scalars(as: Double.self) == [1, 0])
    #expect(zeros.poissonLoss(with: zeros).scalars(as: Double.self) == [1, 1])
    let logits = Tensor([1000.0, 0, 0, 1000], shape: [2, 2])
    let p = Tensor([1.0, 0, 1, 0], shape: [2, 2])
    #expect(logits.klDivergence(fromProbabilities: p).scalars(as: Double.self) == [0, 1000])
    #expect(zeros.gaussianLoss(with: zeros, logVariance: zeros - 200).scalars(as: Double.self).allSatisfy { $0 < -99 })
  }

  /// In nats: the loss of a Gaussian is that of its density, per datum, not per number.
  @Test func aGaussianLossIsThatOfTheDensity() {
    let x = Tensor([0.3, -1, 2, 0.5], shape: [2, 2])
    let loss = x.gaussianLoss(with: Tensor(zeros: [2, 2], dtype: .float64), variance: 4).scalars(as: Double.self)
    let density = { (x: Double) in exp(-x * x / 8) / (8 * Double.pi).squareRoot() }
    expectClose(loss, [-log(density(0.3) * density(-1)), -log(density(2) * density(0.5))], within: 1e-12)
  }
}
