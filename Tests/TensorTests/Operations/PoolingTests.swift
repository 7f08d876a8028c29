import SurprisalCore
import SurprisalTensors
import Testing

/// Poolings of random shapes against their windows, element by element.
struct PoolingTests {
  /// 200 shapes and windows of one and two axes: maximum, mean (both ways of counting) and their gradients.
  @Test(arguments: 0..<200) func agreesWithTheDefinition(_ seed: Int) {
    var generator = RandomGenerator(seed: UInt64(seed), stream: 0xB0)
    let random = RandomPooling(using: &generator)
    let x = Tensor.random(random.input, using: &generator)
    for dtype in [DType.float64, .float32] {
      let x = x.converted(to: dtype)
      let g = Tensor.random(random.output, using: &generator).converted(to: dtype)
      let tolerance = dtype == .float64 ? 1e-14 : 1e-5
      let largest = valueAndGradient(of: x) { (random.maximum($0) * g).sum() }
      let wanted = random.expectedMaximum(x, g)
      #expect(random.maximum(x).shape == random.output)
      expectNear(random.maximum(x), wanted.y, within: 0)
      expectNear(largest.gradient, wanted.dx, within: tolerance)
      for counts in [true, false] {
        let mean = valueAndGradient(of: x) { (random.mean($0, countsPadding: counts) * g).sum() }
        let wanted = random.expectedMean(x, g, countsPadding: counts)
        expectNear(random.mean(x, countsPadding: counts), wanted.y, within: tolerance)
        expectNear(mean.gradient, wanted.dx, within: tolerance)
      }
    }
  }

  @Test func theFirstOfEqualMaximaGetsTheGradient() {
    let x = Tensor([2.0, 2, 1, 3, 3, 3], shape: [1, 6])
    let (_, gradient) = valueAndGradient(of: x) { $0.maxPool1d(kernel: 3).sum() }
    #expect(gradient.scalars() == [1.0, 0, 0, 1, 0, 0])
  }

  /// PyTorch's rule for windows that are rounded up: the last may reach beyond the padding, in which it does not begin,
  /// and what it misses there does not count in a mean.
  @Test func roundedUpWindows() {
    let x = Tensor([1.0, 2, 3, 4, 5, 6], shape: [1, 6])
    #expect(x.maxPool1d(kernel: 4, stride: 4, roundsUp: true).scalars() == [4.0, 6])
    #expect(x.averagePool1d(kernel: 4, stride: 4, roundsUp: true).scalars() == [2.5, 5.5])
    // Of the last window one element and one zero are there; the third place is nowhere.
    let padded = x.averagePool1d(kernel: 3, stride: 3, padding: 1, roundsUp: true)
    #expect(padded.scalars() == [1.0, 4, 3])
    let inside = x.averagePool1d(kernel: 3, stride: 3, padding: 1, countsPadding: false, roundsUp: true)
    #expect(inside.scalars() == [1.5, 4, 6])
    // A second window would begin at the zero behind the one element.
    #expect(x[0..<1, 0..<1].maxPool1d(kernel: 2, padding: 1, roundsUp: true).scalars() == [1.0])
    let (_, gradient) = valueAndGradient(of: x) { ($0.averagePool1d(kernel: 4, stride: 4, roundsUp: true) * 4).sum() }
    #expect(gradient.scalars() == [1.0, 1, 1, 1, 2, 2])
  }

  @Test func maximaOfInfinitiesAndNaN() {
    let x = Tensor([-Double.infinity, -.infinity, .nan, 1, 2, .infinity], shape: [1, 6])
    let y = x.maxPool1d(kernel: 2).scalars(as: Double.self)
    #expect(y[0] == -.infinity && y[1].isNaN && y[2] == .infinity)
    let (_, gradient) = valueAndGradient(of: x[0..<1, 0..<2]) { $0.maxPool1d(kernel: 2).sum() }
    #expect(gradient.scalars() == [1.0, 0])
    let adaptive = x.adaptiveMaxPool1d(output: 4).scalars(as: Double.self)
    #expect(adaptive[0] == -.infinity && adaptive[1].isNaN && adaptive[2].isNaN == false && adaptive[3] == .infinity)
  }

  /// A dilated kernel of two reaches over the elements: its middle window has none.
  @Test(arguments: [DType.float64, .float32]) func windowsWithoutElements(_ dtype: DType) {
    let x = Tensor([3.0, 5, 4, 7, 8, 9], shape: [2, 3], dtype: dtype)
    let pool = { (x: Tensor) in x.maxPool1d(kernel: 2, stride: 1, padding: 2, dilation: 4) }
    #expect(pool(x).scalars() == [4, -Double.infinity, 3, 9, -.infinity, 7])
    let g = Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3], dtype: dtype)
    #expect(pullback(of: x, pool).pullback(g).scalars() == [3.0, 0, 1, 6, 0, 4])
    // The derivative by the cotangent gathers: 0 where there is nothing to gather.
    let byCotangent = gradient(of: g) { g in (pullback(of: x, pool).pullback(g) * x).sum() }
    #expect(byCotangent.scalars() == [4.0, 0, 3, 9, 0, 7])
  }

  @Test func wholeNumbersAndUnbatchedImages() {
    let x = Tensor([1, 2, 3, 4] as [Int32], shape: [2, 2])
    let most = x.maxPool2d(kernel: 2)
    #expect(most.dtype == .float32 && most.shape == [1, 1] && most.item == 4)
    #expect(x.averagePool2d(kernel: 2).item == 2.5)
    #expect(Tensor(zeros: [0, 3, 4, 4]).maxPool2d(kernel: 2).shape == [0, 3, 2, 2])
    #expect(Tensor(zeros: [0, 3, 5]).adaptiveAveragePool1d(output: 2).shape == [0, 3, 2])
  }

  /// A sum of squared maxima is quadratic while the maxima stay where they are: its Hessian is 2 at each of them.
  @Test func secondDerivatives() {
    let x = Tensor([1.0, 5, 2, 7, 3, 4], shape: [1, 6])
    let direction = Tensor([1.0, 2, 3, 4, 5, 6], shape: [1, 6])
    let product = hessianVectorProduct(of: x, along: direction) { $0.maxPool1d(kernel: 2).square().sum() }
    #expect(product.scalars() == [0.0, 4, 0, 8, 0, 12])
    let means = hessianVectorProduct(of: x, along: direction) { $0.averagePool1d(kernel: 2).square().sum() }
    expectNear(means, [1.5, 1.5, 3.5, 3.5, 5.5, 5.5])
    let adaptive = hessianVectorProduct(of: x, along: direction) {
      $0.adaptiveMaxPool1d(output: 4).square().sum() + $0.adaptiveAveragePool1d(output: 4).square().sum()
    }
    // Windows 0–1, 1–2, 3–4, 4–5 with maxima at 1, 1, 3, 5.
    expectNear(adaptive, [1.5, 12, 2.5, 12.5, 10, 17.5])
  }
}

/// A pooling with random sizes and windows.
private struct RandomPooling {
  let input: [Int]
  let output: [Int]
  let kernel: [Int]
  let stride: [Int]
  let padding: [Padding1D]

  /// Windows without dilation for both poolings; the dilated ones come with the reference cases.
  init(using generator: inout RandomGenerator) {
    let axes = 1 + generator.nextInteger(below: 2)
    let kernel = (0..<axes).map { _ in 1 + generator.nextInteger(below: 4) }
    let stride = (0..<axes).map { _ in 1 + generator.nextInteger(below: 4) }
    let padding = kernel.map {
      Padding1D(before: generator.nextInteger(below: $0 / 2 + 1), after: generator.nextInteger(below: $0 / 2 + 1))
    }
    let sizes = kernel.map { $0 + generator.nextInteger(below: 20) }
    let planes = [1 + generator.nextInteger(below: 3), 1 + generator.nextInteger(below: 5)]
    input = planes + sizes
    output =
      planes
      + (0..<axes).map {
        (sizes[$0] + padding[$0].before + padding[$0].after - kernel[$0]) / stride[$0] + 1
      }
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  private func size(_ pair: [Int]) -> Size2D { Size2D(height: pair[0], width: pair[1]) }

  private var sides: Padding2D {
    Padding2D(
      top: padding[0].before, bottom: padding[0].after, left: padding[1].before, right: padding[1].after)
  }

  func maximum(_ x: Tensor) -> Tensor {
    kernel.count == 1
      ? x.maxPool1d(kernel: kernel[0], stride: stride[0], padding: padding[0])
      : x.maxPool2d(kernel: size(kernel), stride: size(stride), padding: sides)
  }

  func mean(_ x: Tensor, countsPadding: Bool) -> Tensor {
    kernel.count == 1
      ? x.averagePool1d(kernel: kernel[0], stride: stride[0], padding: padding[0], countsPadding: countsPadding)
      : x.averagePool2d(
        kernel: size(kernel), stride: size(stride), padding: sides, countsPadding: countsPadding)
  }

  func expectedMaximum(_ x: Tensor, _ g: Tensor) -> (y: [Double], dx: [Double]) {
    let xs = x.scalars(as: Double.self)
    let gs = g.scalars(as: Double.self)
    var dx = [Double](repeating: 0, count: xs.count)
    let y = windows.enumerated().map { index, window in
      guard let best = window.max(by: { xs[$0] < xs[$1] }) else { return -Double.infinity }
      dx[best] += gs[index]
      return xs[best]
    }
    return (y, dx)
  }

  func expectedMean(_ x: Tensor, _ g: Tensor, countsPadding: Bool) -> (y: [Double], dx: [Double]) {
    let xs = x.scalars(as: Double.self)
    let gs = g.scalars(as: Double.self)
    var dx = [Double](repeating: 0, count: xs.count)
    let y = windows.enumerated().map { index, window in
      let count = Double(countsPadding ? kernel.reduce(1, *) : window.count)
      for element in window { dx[element] += gs[index] / count }
      return window.reduce(0) { $0 + xs[$1] } / count
    }
    return (y, dx)
  }

  /// The elements inside x of every window, in the output's order.
  private var windows: [[Int]] {
    let isFlat = kernel.count == 1
    let (height, outHeight) = isFlat ? (1, 1) : (input[2], output[2])
    let (width, outWidth) = (input[input.count - 1], output[output.count - 1])
    let last = kernel.count - 1
    return (0..<(input[0] * input[1])).flatMap { plane in
      (0..<outHeight).flatMap { oy in
        (0..<outWidth).map { ox in
          let first = isFlat ? 0 : oy * stride[0] - padding[0].before
          let rows = (first..<(first + (isFlat ? 1 : kernel[0]))).filter { (0..<height).contains($0) }
          let left = ox * stride[last] - padding[last].before
          let columns = (left..<(left + kernel[last])).filter { (0..<width).contains($0) }
          return rows.flatMap { row in columns.map { (plane * height + row) * width + $0 } }
        }
      }
    }
  }
}
