import SurprisalCore
import SurprisalTensors
import Testing

/// Normalizations where variances vanish and means are large.
struct NormalizationTests {
  @Test(arguments: [DType.float64, .float32, .bfloat16]) func aConstantChannelBecomesItsShift(_ dtype: DType) {
    let x = Tensor(repeating: 1e6, shape: [4, 2, 3], dtype: dtype)
    let shift = Tensor([0.5, -2], dtype: dtype)
    let expected = (0..<4).flatMap { _ -> [Double] in [0.5, 0.5, 0.5, -2, -2, -2] }
    let (y, mean, variance) = x.batchNormalization(shift: shift)
    #expect(y.scalars(as: Double.self) == expected)
    #expect(variance.scalars(as: Double.self) == [0, 0])
    #expect(x.batchNormalization(mean: mean, variance: variance, shift: shift).scalars(as: Double.self) == expected)
    let row = Tensor([0.5, 0.5, 0.5], dtype: dtype)
    #expect(x.layerNormalization(shift: row).scalars(as: Double.self).allSatisfy { $0 == 0.5 })
    #expect(x.groupNormalization(groups: 1, shift: shift).scalars(as: Double.self) == expected)
    let (_, gradient) = valueAndGradient(of: x) { $0.batchNormalization().y.square().sum() }
    #expect(gradient.scalars(as: Double.self).allSatisfy { $0 == 0 })
  }

  /// x = 2²⁰ + j/8 for j = 0 … 7, exact in float32, unlike the mean 2²⁰ + 7/16; the variance is 21/256.
  @Test(arguments: [DType.float64, .float32]) func aLargeMeanCostsNoDigits(_ dtype: DType) {
    let offsets = (0..<8).map { Double($0) / 8 }
    let x = Tensor(offsets.map { 0x1p20 + $0 }, shape: [2, 1, 4], dtype: dtype)
    let tolerance = dtype == .float64 ? 1e-14 : 4e-7
    let (y, _, variance) = x.batchNormalization(epsilon: 0)
    let deviation = (21.0 / 256).squareRoot()
    let expected = offsets.map { ($0 - 7.0 / 16) / deviation }
    #expect(abs(variance.item - 21.0 / 256) <= tolerance / 10)
    expectNear(y, expected, within: tolerance)
    // d/dx Σ c y with c = 1, 0, …: rstd (c − mean(c) − y mean(c y)).
    let c = Tensor([1.0] + [Double](repeating: 0, count: 7), shape: [2, 1, 4], dtype: dtype)
    let (_, gradient) = valueAndGradient(of: x) { ($0.batchNormalization(epsilon: 0).y * c).sum() }
    let wanted = expected.indices.map { index in
      ((index == 0 ? 1 : 0) - 1.0 / 8 - expected[index] * expected[0] / 8) / deviation
    }
    expectNear(gradient, wanted, within: 4 * tolerance)
    expectNear(
      composedCotangent(of: x, c) { $0.batchNormalization(epsilon: 0).y }, wanted, within: 4 * tolerance)
  }

  /// Mean and variance are results too: with y, mean and variance in one loss all cotangents meet.
  @Test(arguments: [[6, 2], [3, 2, 4], [1, 2, 5]]) func allResultsHaveDerivatives(_ shape: [Int]) {
    var generator = RandomGenerator(seed: 3)
    let x = Tensor.random(shape, using: &generator)
    let g = Tensor.random(shape, using: &generator)
    let scale = Tensor([0.5, 2])
    let weights = Tensor([3.0, -1])
    func loss(_ y: Tensor, _ mean: Tensor, _ variance: Tensor) -> Tensor {
      (y * g).sum() + (mean.square() * weights).sum() + (variance * weights).square().sum()
    }
    func own(_ x: Tensor) -> Tensor {
      let (y, mean, variance) = x.batchNormalization(scale: scale)
      return loss(y, mean, variance)
    }
    func composed(_ x: Tensor) -> Tensor {
      let axes = [0] + Array(2..<max(2, shape.count))
      let (mean, variance) = (x.mean(alongAxes: axes), x.variance(alongAxes: axes, correction: 0))
      let inner = [2] + [Int](repeating: 1, count: shape.count - 2)
      let z = (x - mean.reshaped(to: inner)) / (variance + 1e-5).squareRoot().reshaped(to: inner)
      return loss(z * scale.reshaped(to: inner), mean, variance)
    }
    expectNear(own(x), composed(x).scalars(), within: 1e-13)
    expectNear(gradient(of: x, own), gradient(of: x, composed).scalars(), within: 1e-12)
    let direction = Tensor.random(shape, using: &generator)
    expectNear(
      hessianVectorProduct(of: x, along: direction, own),
      hessianVectorProduct(of: x, along: direction, composed).scalars(), within: 1e-11)
  }

  @Test func asManyGroupsAsChannelsIsInstanceNormalization() {
    var generator = RandomGenerator(seed: 4)
    let x = Tensor.random([2, 3, 4, 5], using: &generator)
    let own = x.groupNormalization(groups: 3)
    let rows = x.reshaped(to: [6, 20]).layerNormalization().reshaped(to: [2, 3, 4, 5])
    expectNear(own, rows.scalars())
    let one = x.groupNormalization(groups: 1)
    expectNear(one, x.layerNormalization(axes: 3).scalars())
  }

  @Test func scaleOrShiftAlone() {
    var generator = RandomGenerator(seed: 6)
    let x = Tensor.random([4, 3], using: &generator)
    let (scale, shift) = (Tensor([1.0, 2, 3]), Tensor([4.0, 5, 6]))
    let z = x.layerNormalization()
    expectNear(x.layerNormalization(scale: scale), (z * scale).scalars())
    expectNear(x.layerNormalization(shift: shift), (z + shift).scalars())
    let (_, gradients) = valueAndGradient(of: shift, scale) { shift, scale in
      (x.layerNormalization(shift: shift) + x.layerNormalization(scale: scale)).sum()
    }
    expectNear(gradients.0, [4, 4, 4])
    expectNear(gradients.1, z.sum(alongAxes: [0]).scalars())
    let batch = x.batchNormalization().y
    expectNear(x.batchNormalization(scale: scale).y, (batch * scale).scalars())
    expectNear(x.batchNormalization(shift: shift).y, (batch + shift).scalars())
    let group = x.groupNormalization(groups: 1)
    expectNear(x.groupNormalization(groups: 1, scale: scale), (group * scale).scalars())
    expectNear(x.groupNormalization(groups: 1, shift: shift), (group + shift).scalars())
  }

  @Test func typesAndEmptyBatches() {
    let whole = Tensor([1, 2, 3, 4] as [Int32], shape: [2, 2])
    #expect(whole.layerNormalization().dtype == .float32)
    #expect(whole.batchNormalization().mean.dtype == .float32)
    #expect(Tensor(zeros: [0, 3]).layerNormalization().shape == [0, 3])
    #expect(Tensor(zeros: [0, 4, 2]).groupNormalization(groups: 2).shape == [0, 4, 2])
    let mean = Tensor(zeros: [3])
    #expect(Tensor(zeros: [0, 3]).batchNormalization(mean: mean, variance: mean).shape == [0, 3])
  }
}
