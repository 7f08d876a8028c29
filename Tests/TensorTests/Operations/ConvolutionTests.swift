import SurprisalCore
import SurprisalTensors
import Testing

/// Convolutions of random shapes against the sum that defines them, term by term.
struct ConvolutionTests {
  /// 200 shapes and windows of one and two axes, each with its value, its transposed form and all their gradients.
  @Test(arguments: 0..<200) func agreesWithTheDefinition(_ seed: Int) {
    var generator = RandomGenerator(seed: UInt64(seed), stream: 0xC0)
    let random = RandomConvolution(using: &generator)
    let x = Tensor.random(random.input, using: &generator)
    let weight = Tensor.random(random.weight, using: &generator)
    let bias = Tensor.random([random.weight[0]], using: &generator)
    let g = Tensor.random(random.output, using: &generator)
    let expected = random.sums(x, weight, g)
    for dtype in [DType.float64, .float32] {
      let (x, weight, g) = (x.converted(to: dtype), weight.converted(to: dtype), g.converted(to: dtype))
      let bias = bias.converted(to: dtype)
      let (_, gradients) = valueAndGradient(of: [x, weight, bias]) {
        (random.convolved($0[0], $0[1], bias: $0[2]) * g).sum()
      }
      let plane = random.output.dropFirst(2).reduce(1, *)
      let biases = bias.scalars(as: Double.self)
      let value = random.convolved(x, weight, bias: bias)
      #expect(value.shape == random.output)
      let wanted = expected.output.enumerated().map { index, term in
        Sum(value: term.value + biases[index / plane % biases.count], magnitude: term.magnitude + 2)
      }
      expect(value, wanted, "\(random) value")
      expect(gradients[0], expected.input, "\(random) by x")
      expect(gradients[1], expected.weight, "\(random) by weight")
      let transposed = random.transposed(g, weight)
      #expect(transposed.shape == random.input)
      expect(transposed, expected.input, "\(random) transposed")
      let (_, back) = valueAndGradient(of: g, weight) { (random.transposed($0, $1) * x).sum() }
      expect(back.0, expected.output, "\(random) transposed by x")
      expect(back.1, expected.weight, "\(random) transposed by weight")
    }
  }

  @Test func paddingMayDifferOnEverySide() {
    let x = Tensor(linearFrom: 1, to: 6, count: 6, dtype: .float64).reshaped(to: [1, 1, 2, 3])
    let one = Tensor(ones: [1, 1, 1, 1], dtype: .float64)
    let y = x.convolution2d(weight: one, padding: Padding2D(top: 1, bottom: 0, left: 0, right: 2))
    #expect(y.shape == [1, 1, 3, 5])
    #expect(y.scalars() == [0.0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0])
    let row = x.reshaped(to: [1, 1, 6]).convolution1d(
      weight: one.reshaped(to: [1, 1, 1]), padding: Padding1D(before: 0, after: 1))
    #expect(row.scalars() == [1.0, 2, 3, 4, 5, 6, 0])
  }

  /// PyTorch's `padding='same'`: the one more of an odd number stands behind.
  @Test func samePaddingKeepsTheExtent() {
    let x = Tensor([1.0, 2, 3, 4], shape: [1, 1, 4])
    let pair = Tensor(ones: [1, 1, 2], dtype: .float64)
    #expect(x.convolution1d(weight: pair, padding: .same).scalars() == [3.0, 5, 7, 4])
    #expect(x.convolution1d(weight: pair, padding: .same, dilation: 3).scalars() == [3.0, 5, 2, 3])
    let (_, gradient) = valueAndGradient(of: x) { $0.convolution1d(weight: pair, padding: .same).sum() }
    #expect(gradient.scalars() == [1.0, 2, 2, 2])
    let image = x.reshaped(to: [1, 1, 2, 2]).convolution2d(
      weight: Tensor(ones: [1, 1, 2, 2], dtype: .float64), padding: .same)
    #expect(image.scalars() == [10.0, 6, 7, 4])
  }

  @Test func typesArePromotedAndRoundedOnce() {
    let x = Tensor([1, 2, 3] as [Int64], shape: [1, 1, 3])
    let weight = Tensor([2, 1] as [Int64], shape: [1, 1, 2])
    let whole = x.convolution1d(weight: weight)
    #expect(whole.dtype == .float32)
    #expect(whole.scalars(as: Float.self) == [4, 7])
    // 1 + 2⁻⁸ + 2⁻⁸ is a bfloat16, 1 + 2⁻⁸ is not: products and sums are float32.
    let narrow = Tensor([1, 0x1p-8, 0x1p-8], shape: [1, 1, 3]).converted(to: .bfloat16)
    let sum = narrow.convolution1d(weight: Tensor(ones: [1, 1, 3], dtype: .bfloat16))
    #expect(sum.dtype == .bfloat16)
    #expect(sum.item == 1 + 0x1p-7)
  }

  @Test func anEmptyBatchHasGradientZero() {
    let (x, weight) = (Tensor(zeros: [0, 2, 5], dtype: .float64), Tensor(ones: [3, 2, 3], dtype: .float64))
    let bias = Tensor(ones: [3], dtype: .float64)
    let (value, gradients) = valueAndGradient(of: [weight, bias]) {
      x.convolution1d(weight: $0[0], bias: $0[1]).sum()
    }
    #expect(value.item == 0)
    #expect(gradients[0].scalars() == [Double](repeating: 0, count: 18))
    #expect(gradients[1].scalars() == [0.0, 0, 0])
  }

  /// The third derivative of Σ (x ∗ w)² · v by way of x, w and x again, against differences of the second.
  @Test func derivativesOfAnyOrderExist() {
    var generator = RandomGenerator(seed: 5)
    let x = Tensor.random([2, 2, 5, 4], using: &generator)
    let weight = Tensor.random([4, 1, 2, 3], using: &generator)
    let direction = Tensor.random(x.shape, using: &generator)
    func first(_ x: Tensor) -> Tensor {
      gradient(of: x) { x in
        let y = x.convolution2d(weight: weight, stride: Size2D(height: 2, width: 1), padding: 1, groups: 2)
        return (y * y * y).sum()
      }
    }
    func second(_ x: Tensor) -> Tensor { gradient(of: x) { (first($0) * direction).sum() } }
    let third = gradient(of: x) { (second($0) * direction).sum() }
    let step = 1e-4
    let difference = (second(x + direction * step) - second(x - direction * step)) / (2 * step)
    expectNear(difference, third.scalars(), within: 1e-6)
  }

  /// |error| ≤ (terms of the sum) · ε · Σ |terms|, as any order of summation has it (Higham 2002, §4.2).
  private func expect(_ tensor: Tensor, _ sums: [Sum], _ what: String) {
    let values = tensor.scalars(as: Double.self)
    #expect(values.count == sums.count)
    let epsilon = tensor.dtype == .float64 ? 0x1p-52 : 0x1p-23
    for (index, (value, sum)) in zip(values, sums).enumerated()
    where !(abs(value - sum.value) <= 20 * epsilon * (sum.magnitude + 1e-300)) {
      Issue.record("\(what) \(tensor.dtype) element \(index): \(value), not \(sum.value)")
      return
    }
  }
}

/// A sum and that of its terms' magnitudes.
private struct Sum {
  var value = 0.0
  var magnitude = 0.0
}

/// A convolution with random sizes and windows.
private struct RandomConvolution: CustomStringConvertible {
  let input: [Int]
  let weight: [Int]
  let output: [Int]
  let groups: Int
  let stride: [Int]
  let dilation: [Int]
  let padding: [Padding1D]

  init(using generator: inout RandomGenerator) {
    let axes = 1 + generator.nextInteger(below: 2)
    groups = [1, 1, 2, 3][generator.nextInteger(below: 4)]
    // Every tenth is large enough for the blocked paths.
    let isLarge = generator.nextInteger(below: 10) == 0
    let channels = isLarge ? 24 : 4
    let outputs = groups * (1 + generator.nextInteger(below: channels))
    let inputs = groups * (1 + generator.nextInteger(below: channels))
    let sizes = (0..<axes).map { _ in 1 + generator.nextInteger(below: isLarge ? 24 : 9) }
    let kernel = (0..<axes).map { _ in 1 + generator.nextInteger(below: 4) }
    stride = (0..<axes).map { _ in 1 + generator.nextInteger(below: 3) }
    let dilation = (0..<axes).map { _ in 1 + generator.nextInteger(below: 3) }
    self.dilation = dilation
    padding = (0..<axes).map { axis in
      var padding = Padding1D(before: generator.nextInteger(below: 4), after: generator.nextInteger(below: 4))
      // Room for one window at least.
      let missing = dilation[axis] * (kernel[axis] - 1) + 1 - sizes[axis] - padding.before - padding.after
      padding.after += max(0, missing)
      return padding
    }
    input = [1 + generator.nextInteger(below: 3), inputs] + sizes
    weight = [outputs, inputs / groups] + kernel
    var output = [input[0], outputs]
    for axis in 0..<axes {
      let room = sizes[axis] + padding[axis].before + padding[axis].after - dilation[axis] * (kernel[axis] - 1) - 1
      output.append(room / stride[axis] + 1)
    }
    self.output = output
  }

  var description: String {
    "\(input) ∗ \(weight) groups \(groups) stride \(stride) dilation \(dilation) "
      + "padding \(padding.map { ($0.before, $0.after) })"
  }

  func convolved(_ x: Tensor, _ weight: Tensor, bias: Tensor) -> Tensor {
    stride.count == 1
      ? x.convolution1d(
        weight: weight, bias: bias, stride: stride[0], padding: padding[0], dilation: dilation[0], groups: groups)
      : x.convolution2d(
        weight: weight, bias: bias, stride: size(stride), padding: sides, dilation: size(dilation), groups: groups)
  }

  /// The transposed convolution back to the input's shape: what no window reached is the output padding.
  func transposed(_ g: Tensor, _ weight: Tensor) -> Tensor {
    let more = stride.indices.map { axis in
      let reach = dilation[axis] * (weight.shape[2 + axis] - 1) + 1
      return input[2 + axis] + padding[axis].before + padding[axis].after - reach
        - (output[2 + axis] - 1) * stride[axis]
    }
    return stride.count == 1
      ? g.convolutionTransposed1d(
        weight: weight, stride: stride[0], padding: padding[0], outputPadding: more[0], dilation: dilation[0],
        groups: groups)
      : g.convolutionTransposed2d(
        weight: weight, stride: size(stride), padding: sides, outputPadding: size(more), dilation: size(dilation),
        groups: groups)
  }

  private func size(_ pair: [Int]) -> Size2D { Size2D(height: pair[0], width: pair[1]) }

  private var sides: Padding2D {
    Padding2D(
      top: padding[0].before, bottom: padding[0].after, left: padding[1].before, right: padding[1].after)
  }

  /// y from x and the weight, and the cotangents of x and the weight for g, by the definition.
  func sums(_ x: Tensor, _ weight: Tensor, _ g: Tensor) -> (output: [Sum], input: [Sum], weight: [Sum]) {
    let isFlat = stride.count == 1
    /// Sizes, strides and so on with a first axis of extent 1 where there is one axis only.
    func pair(_ values: ArraySlice<Int>, _ missing: Int) -> (Int, Int) {
      isFlat ? (missing, values[values.startIndex]) : (values[values.startIndex], values[values.startIndex + 1])
    }
    let (height, width) = pair(input[2...], 1)
    let (kernelHeight, kernelWidth) = pair(self.weight[2...], 1)
    let (outHeight, outWidth) = pair(output[2...], 1)
    let (strideHeight, strideWidth) = pair(stride[...], 1)
    let (dilationHeight, dilationWidth) = pair(dilation[...], 1)
    let (top, left) = pair(padding.map(\.before)[...], 0)
    let (xs, ws, gs) = (x.scalars(as: Double.self), weight.scalars(as: Double.self), g.scalars(as: Double.self))
    var y = [Sum](repeating: Sum(), count: gs.count)
    var dx = [Sum](repeating: Sum(), count: xs.count)
    var dw = [Sum](repeating: Sum(), count: ws.count)
    func add(_ term: Double, to sum: inout Sum) {
      sum.value += term
      sum.magnitude += abs(term)
    }
    let (inputs, outputs) = (input[1], output[1])
    for n in 0..<input[0] {
      for o in 0..<outputs {
        for c in 0..<(inputs / groups) {
          let channel = o / (outputs / groups) * (inputs / groups) + c
          for oy in 0..<outHeight {
            for ox in 0..<outWidth {
              let at = ((n * outputs + o) * outHeight + oy) * outWidth + ox
              for ky in 0..<kernelHeight {
                for kx in 0..<kernelWidth {
                  let iy = oy * strideHeight + ky * dilationHeight - top
                  let ix = ox * strideWidth + kx * dilationWidth - left
                  guard iy >= 0, iy < height, ix >= 0, ix < width else { continue }
                  let from = ((n * inputs + channel) * height + iy) * width + ix
                  let by = ((o * (inputs / groups) + c) * kernelHeight + ky) * kernelWidth + kx
                  add(xs[from] * ws[by], to: &y[at])
                  add(ws[by] * gs[at], to: &dx[from])
                  add(xs[from] * gs[at], to: &dw[by])
                }
              }
            }
          }
        }
      }
    }
    return (y, dx, dw)
  }
}

extension Tensor {
  /// Numbers of float32 between −1 and 1, as float64, so that both types hold the same.
  static func random(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    let values = (0..<shape.reduce(1, *)).map { _ in Float(2 * generator.nextUniform() - 1) }
    return Tensor(values, shape: shape).converted(to: .float64)
  }
}
