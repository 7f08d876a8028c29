import CSurprisalKernels
import SurprisalCore
import Testing

/// The kernels of products, convolution and pooling against plain loops in float64, on random shapes.
@Suite("product kernels")
struct ProductKernelTests {
  @Test("products of any strides equal the double loop", arguments: 0..<300)
  func products(_ seed: Int) {
    checkProducts(Float.self, seed)
    checkProducts(Double.self, seed)
  }

  private func checkProducts<Scalar: KernelScalar>(_: Scalar.Type, _ seed: Int) {
    var cases = RandomKernelCase(seed: seed)
    let large = cases.integer(0...9) == 0
    let m = cases.integer(1...9) == 1 ? 1 : cases.integer(0...(large ? 200 : 40))
    let n = cases.integer(1...9) == 1 ? 1 : cases.integer(0...(large ? 150 : 80))
    let k = cases.integer(0...(large ? 600 : 70))
    let batch = cases.integer(0...2) == 0 ? cases.integer(0...7) : 1
    let a = StridedOperand(rows: m, columns: k, &cases)
    let b = StridedOperand(rows: k, columns: n, &cases)
    let row = n + cases.integer(0...2)
    let left: [Scalar] = cases.numbers(a.count * batch), right: [Scalar] = cases.numbers(b.count * batch)
    let bias: [Scalar] = cases.numbers(n)
    let before: [Scalar] = cases.numbers(m * row * batch)
    let biased = cases.integer(0...1) == 1, accumulated = cases.integer(0...1) == 1
    var result = before, expected = ExpectedSums(before.map(\.double))
    for (i, j, t) in (0..<batch).flatMap({ t in (0..<m).flatMap { i in (0..<n).map { (i, $0, t) } } }) {
      let place = (t * m + i) * row + j
      if !accumulated { expected.clear(place) }
      if biased { expected.add(place, bias[j].double) }
      for l in 0..<k {
        expected.add(
          place, left[t * a.count + a.index(i, l)].double * right[t * b.count + b.index(l, j)].double)
      }
    }
    bias.withUnsafeBufferPointer { bias in
      var shape = surprisal_product(
        m: m, n: n, k: k, a_row: a.row, a_column: a.column, b_row: b.row, b_column: b.column, c_row: row,
        bias: biased ? UnsafeRawPointer(bias.baseAddress) : nil, accumulate: accumulated ? 1 : 0)
      surprisal_matmul_batch(
        Scalar.code, &shape, batch, left, (0..<batch).map { Int64($0 * a.count + a.start) }, right,
        (0..<batch).map { Int64($0 * b.count + b.start) }, &result, (0..<batch).map { Int64($0 * m * row) })
    }
    #expect(expected.firstMismatch(result) == nil, "\(Scalar.self) \(m)×\(k)×\(n), \(a), \(b), batch \(batch)")
  }

  @Test("a product keeps what is not a number, and its result does not depend on where its rows are cut")
  func specialValues() {
    let m = 700, n = 45, k = 300
    var cases = RandomKernelCase(seed: 1)
    var a: [Float] = cases.numbers(m * k)
    let b = [Float](repeating: 0, count: k * n)
    (a[0], a[k], a[2 * k + 299]) = (.nan, .infinity, -.infinity)
    var c = [Float](repeating: 1, count: m * n)
    var shape = surprisal_product(
      m: m, n: n, k: k, a_row: k, a_column: 1, b_row: n, b_column: 1, c_row: n, bias: nil, accumulate: 0)
    surprisal_matmul(SURPRISAL_FLOAT32, &shape, a, b, &c)
    #expect(c[..<(3 * n)].allSatisfy(\.isNaN) && c[(3 * n)...].allSatisfy { $0 == 0 })
    let factor: [Float] = cases.numbers(k * n)
    a[0] = 1
    surprisal_matmul(SURPRISAL_FLOAT32, &shape, a, factor, &c)
    var part = [Float](repeating: 0, count: 20 * n)
    shape.m = 20
    surprisal_matmul(SURPRISAL_FLOAT32, &shape, Array(a[(300 * k)..<(320 * k)]), factor, &part)
    #expect(part == Array(c[(300 * n)..<(320 * n)]))
  }

  @Test("few rows give the same bits on one thread as on several", arguments: 1...32)
  func fewRows(_ m: Int) {
    checkFewRows(Float.self, m)
    checkFewRows(Double.self, m)
  }

  /// A product alone is cut for the threads; one of many is not, as there is no cutting on one thread.
  private func checkFewRows<Scalar: KernelScalar>(_: Scalar.Type, _ m: Int) {
    let n = 4, k = (1 << 19) / (m * n) + 7, batch = 128
    var cases = RandomKernelCase(seed: m)
    let a: [Scalar] = cases.numbers(m * k), b: [Scalar] = cases.numbers(n * k)
    for (bRow, bColumn) in [(1, k), (n, 1)] {
      var shape = surprisal_product(
        m: m, n: n, k: k, a_row: k, a_column: 1, b_row: bRow, b_column: bColumn, c_row: n, bias: nil, accumulate: 0)
      var alone = [Scalar](repeating: 0, count: m * n)
      surprisal_matmul(Scalar.code, &shape, a, b, &alone)
      var many = [Scalar](repeating: 0, count: m * n * batch)
      let zeros = [Int64](repeating: 0, count: batch)
      surprisal_matmul_batch(
        Scalar.code, &shape, batch, a, zeros, b, zeros, &many, (0..<batch).map { Int64($0 * m * n) })
      #expect(many == (0..<batch).flatMap { _ in alone }, "\(Scalar.self) \(m) rows")
    }
  }

  @Test("convolutions and both gradients equal the seven loops", arguments: 0..<250)
  func convolutions(_ seed: Int) {
    checkConvolution(Float.self, seed)
    checkConvolution(Double.self, seed)
  }

  private func checkConvolution<Scalar: KernelScalar>(_: Scalar.Type, _ seed: Int) {
    var cases = RandomKernelCase(seed: 1000 + seed)
    let s = cases.convolution(large: seed % 16 == 0)
    let kernel = s.kernel_height * s.kernel_width
    let groupInputs = s.inputs / s.groups, groupOutputs = s.outputs / s.groups
    let x: [Scalar] = cases.numbers(s.batch * s.inputs * s.height * s.width)
    let weight: [Scalar] = cases.numbers(s.outputs * groupInputs * kernel)
    let bias: [Scalar] = cases.numbers(s.outputs)
    let plane = s.out_height * s.out_width
    let g: [Scalar] = cases.numbers(s.batch * s.outputs * plane)
    let biased = cases.integer(0...1) == 1
    var y = ExpectedSums(g.indices.map { biased ? bias[$0 / plane % s.outputs].double : 0 })
    var dx = ExpectedSums(count: x.count), dweight = ExpectedSums(count: weight.count)
    s.forEachTerm { atX, atWeight, atY in
      y.add(atY, x[atX].double * weight[atWeight].double)
      dx.add(atX, g[atY].double * weight[atWeight].double)
      dweight.add(atWeight, g[atY].double * x[atX].double)
    }
    var shape = s, values = g, inputGradient = x, weightGradient = weight
    bias.withUnsafeBytes { surprisal_convolve(Scalar.code, &shape, x, weight, biased ? $0.baseAddress : nil, &values) }
    surprisal_convolve_backward_input(Scalar.code, &shape, weight, g, &inputGradient)
    surprisal_convolve_backward_weight(Scalar.code, &shape, x, g, &weightGradient)
    #expect(y.firstMismatch(values) == nil, "\(Scalar.self) y of \(s), \(groupOutputs) outputs per group")
    #expect(dx.firstMismatch(inputGradient) == nil, "\(Scalar.self) dx of \(s)")
    #expect(dweight.firstMismatch(weightGradient) == nil, "\(Scalar.self) dweight of \(s)")
  }

  @Test("pooling and its gradients equal the plain loops", arguments: 0..<100)
  func pooling(_ seed: Int) {
    checkPooling(Float.self, seed)
    checkPooling(Double.self, seed)
  }

  private func checkPooling<Scalar: KernelScalar>(_: Scalar.Type, _ seed: Int) {
    var cases = RandomKernelCase(seed: 5000 + seed)
    let s = cases.pooling()
    let size = s.height * s.width, outSize = s.out_height * s.out_width
    // Whole numbers, so that windows have equal maxima; and now and then one that is not a number.
    var x = (0..<(s.planes * size)).map { _ in Scalar(cases.integer(-3...3)) }
    if !x.isEmpty && cases.integer(0...4) == 0 { x[cases.integer(0...(x.count - 1))] = .nan }
    let g: [Scalar] = cases.numbers(s.planes * outSize)
    var maxima = [Int64](repeating: -1, count: g.count), largest = [Double](repeating: -.infinity, count: g.count)
    var averages = ExpectedSums(count: g.count)
    var dMax = ExpectedSums(count: x.count), dAverage = ExpectedSums(count: x.count)
    for at in g.indices {
      let window = s.window(at % outSize)
      let first = at / outSize * size
      let count = Double(s.count_padding == 1 ? s.kernel_height * s.kernel_width : max(1, window.count))
      for position in window {
        let value = x[first + position].double
        averages.add(at, value / count)
        dAverage.add(first + position, g[at].double / count)
        guard maxima[at] < 0 || value > largest[at] || (value.isNaN && !largest[at].isNaN) else { continue }
        (maxima[at], largest[at]) = (Int64(position), value)
      }
      if maxima[at] >= 0 { dMax.add(first + Int(maxima[at]), g[at].double) }
    }
    var shape = s, indices = maxima.map { _ in Int64(7) }, values = g, gradient = x
    surprisal_max_pool(Scalar.code, &shape, x, &values, &indices)
    #expect(indices == maxima, "\(s)")
    #expect(zip(values, largest).allSatisfy { $0.double == $1 || ($0.isNaN && $1.isNaN) }, "\(s)")
    surprisal_max_pool_backward(Scalar.code, &shape, indices, g, &gradient)
    #expect(dMax.firstMismatch(gradient) == nil, "\(s)")
    surprisal_average_pool(Scalar.code, &shape, x, &values)
    #expect(averages.firstMismatch(values) == nil, "\(s)")
    surprisal_average_pool_backward(Scalar.code, &shape, g, &gradient)
    #expect(dAverage.firstMismatch(gradient) == nil, "\(s)")
  }
}
