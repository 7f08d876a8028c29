import SurprisalCore
import SurprisalNetworks
import SurprisalTensors
import Testing

/// What dropout drops: as many as it should, the same in the derivative, nothing in inference.
struct DropoutTests {
  /// 10⁶ numbers: a share further than 5.5 standard errors from the probability has a chance of 4e-8.
  @Test(arguments: [0.1, 0.5, 0.9], [DType.float32, .float64, .bfloat16])
  func theShareIsTheProbability(_ probability: Double, _ dtype: DType) {
    var layer = Dropout(probability: probability)
    var pass = Pass.training(using: RandomGenerator(seed: 9))
    let x = Tensor(ones: [1000, 1000], dtype: dtype)
    let y = layer.forward(x, &pass)
    #expect(y.dtype == dtype && y.shape == x.shape)
    let values = y.scalars(as: Double.self)
    let kept = Tensor([1 / (1 - probability)], dtype: dtype).item
    #expect(values.allSatisfy { $0 == 0 || $0 == kept })
    let dropped = Double(values.count { $0 == 0 }) / 1e6
    #expect(abs(dropped - probability) < 5.5 * (probability * (1 - probability) / 1e6).squareRoot())
    // Another pass drops others, the same generator the same.
    #expect(layer.forward(x, &pass).scalars(as: Double.self) != values)
    var again = Pass.training(using: RandomGenerator(seed: 9))
    #expect(layer.forward(x, &again).scalars(as: Double.self) == values)
    #expect(layer(x).scalars(as: Double.self) == x.scalars(as: Double.self))
  }

  @Test func theDerivativeDropsTheSame() {
    let x = Tensor(linearFrom: 1, to: 60, count: 60, dtype: .float64).reshaped(to: [3, 4, 5])
    for channels in [false, true] {
      let (value, gradient) = valueAndGradient(of: x) { x in
        var pass = Pass.training(using: RandomGenerator(seed: 2))
        var layer: any Layer = channels ? ChannelDropout(probability: 0.4) : Dropout(probability: 0.4)
        return layer.forward(x, &pass).sum()
      }
      let factors = gradient.scalars(as: Double.self)
      #expect(factors.contains(0) && factors.allSatisfy { $0 == 0 || abs($0 - 1 / 0.6) < 1e-15 })
      #expect(abs(value.item - (x * gradient).sum().item) < 1e-12)
      let rows = (0..<12).map { Set(factors[5 * $0..<5 * $0 + 5]).count }
      #expect(rows.allSatisfy { $0 == 1 } == channels)
    }
  }

  @Test func certainty() {
    let x = Tensor([1.0, -2, 3], shape: [1, 3])
    var pass = Pass.training(using: RandomGenerator(seed: 2))
    var (all, none) = (Dropout(probability: 1), Dropout(probability: 0))
    #expect(all.forward(x, &pass).scalars(as: Double.self) == [0, 0, 0])
    #expect(none.forward(x, &pass).scalars(as: Double.self) == [1, -2, 3])
  }
}
