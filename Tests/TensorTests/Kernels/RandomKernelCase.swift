import CSurprisalKernels
import SurprisalCore

/// A type the kernels are written for.
protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable {
  static var code: surprisal_dtype { get }
  var double: Double { get }
}

extension Float: KernelScalar {
  static var code: surprisal_dtype { SURPRISAL_FLOAT32 }
  var double: Double { Double(self) }
}

extension Double: KernelScalar {
  static var code: surprisal_dtype { SURPRISAL_FLOAT64 }
  var double: Double { self }
}

/// Sums in float64 with the sums of their terms' absolute values, which bound the rounding of any order of adding.
struct ExpectedSums {
  private var sums: [Double]
  private var magnitudes: [Double]

  init(_ start: [Double]) { (sums, magnitudes) = (start, start.map(abs)) }

  init(count: Int) { self.init([Double](repeating: 0, count: count)) }

  mutating func clear(_ index: Int) { (sums[index], magnitudes[index]) = (0, 0) }

  mutating func add(_ index: Int, _ term: Double) {
    sums[index] += term
    magnitudes[index] += abs(term)
  }

  /// The first index whose value is off by more than 16 roundings of its magnitude.
  func firstMismatch<Scalar: KernelScalar>(_ values: [Scalar]) -> Int? {
    guard values.count == sums.count else { return -1 }
    let unit = 16 * Scalar.ulpOfOne.double
    return values.indices.first { i in
      sums[i].isNaN ? !values[i].isNaN : !(abs(values[i].double - sums[i]) <= unit * magnitudes[i])
    }
  }
}

/// A matrix somewhere in a buffer: by rows or by columns, spaced, backward, or one row again and again.
struct StridedOperand: CustomStringConvertible {
  var row = 0
  var column = 0
  var start = 0
  var count = 0

  init(rows: Int, columns: Int, _ cases: inout RandomKernelCase) {
    let space = cases.integer(0...2)
    switch cases.integer(0...4) {
    case 0: (row, column) = (columns + space, 1)
    case 1: (row, column) = (1, rows + space)
    case 2: (row, column) = (2 * columns + space, 2)
    case 3: (row, column, start) = (-columns - space, 1, max(0, rows - 1) * (columns + space))
    default: (row, column) = (0, 1)
    }
    count = rows * columns == 0 ? 0 : start + max(0, rows - 1) * max(0, row) + max(0, columns - 1) * column + 1
    if row < 0 && count > 0 { count = start + columns }
  }

  func index(_ i: Int, _ j: Int) -> Int { start + i * row + j * column }

  var description: String { "strides \(row), \(column)" }
}

/// Random shapes and numbers, the same for the same seed.
struct RandomKernelCase {
  private var generator: RandomGenerator

  init(seed: Int) { generator = RandomGenerator(seed: UInt64(seed)) }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + generator.nextInteger(below: range.count)
  }

  mutating func numbers<Scalar: KernelScalar>(_ count: Int) -> [Scalar] {
    (0..<count).map { _ in Scalar(2 * generator.nextUniform() - 1) }
  }

  mutating func convolution(large: Bool) -> surprisal_convolution {
    var s = surprisal_convolution()
    let depthwise = integer(0...3) == 0
    s.batch = integer(0...3)
    s.groups = depthwise ? integer(1...20) : integer(0...1) == 0 ? 1 : integer(1...3)
    s.inputs = s.groups * (depthwise ? 1 : integer(1...(large ? 12 : 4)))
    s.outputs = s.groups * (depthwise ? integer(1...2) : integer(1...(large ? 30 : 12)))
    (s.kernel_height, s.kernel_width) = (integer(0...2) == 0 ? 1 : integer(1...4), integer(1...5))
    (s.stride_height, s.stride_width) = (
      integer(0...1) == 0 ? 1 : integer(1...3), integer(0...1) == 0 ? 1 : integer(1...3)
    )
    (s.dilation_height, s.dilation_width) = (integer(1...2), integer(1...2))
    (s.top, s.left) = (integer(0...3), integer(0...3))
    (s.height, s.width) = (integer(0...4) == 0 ? 1 : integer(1...(large ? 24 : 9)), integer(1...(large ? 40 : 12)))
    s.out_height = outSize(s.height + s.top, s.kernel_height, s.dilation_height, s.stride_height)
    s.out_width = outSize(s.width + s.left, s.kernel_width, s.dilation_width, s.stride_width)
    return s
  }

  mutating func pooling() -> surprisal_pooling {
    var s = surprisal_pooling()
    s.planes = integer(0...6)
    (s.height, s.width) = (integer(1...15), integer(1...15))
    (s.kernel_height, s.kernel_width) = (integer(1...4), integer(1...4))
    (s.stride_height, s.stride_width) = (integer(1...3), integer(1...3))
    (s.dilation_height, s.dilation_width) = (integer(1...2), integer(1...2))
    (s.top, s.left) = (integer(0...(s.kernel_height / 2)), integer(0...(s.kernel_width / 2)))
    s.out_height = outSize(s.height + s.top, s.kernel_height, s.dilation_height, s.stride_height)
    s.out_width = outSize(s.width + s.left, s.kernel_width, s.dilation_width, s.stride_width)
    // No window is cut off behind.
    s.padded_height = (s.out_height - 1) * s.stride_height + s.kernel_height * s.dilation_height
    s.padded_width = (s.out_width - 1) * s.stride_width + s.kernel_width * s.dilation_width
    s.count_padding = Int32(integer(0...1))
    return s
  }

  /// A size with some zeros behind: as many as one window needs, and up to two more.
  private mutating func outSize(_ size: Int, _ kernel: Int, _ dilation: Int, _ stride: Int) -> Int {
    let extent = (kernel - 1) * dilation + 1
    return (max(size, extent) + integer(0...2) - extent) / stride + 1
  }
}

extension surprisal_convolution {
  /// Calls `body` with the indices in x, weight and y of every product whose x is inside.
  func forEachTerm(_ body: (Int, Int, Int) -> Void) {
    let groupInputs = inputs / groups, groupOutputs = outputs / groups
    for image in 0..<batch {
      for output in 0..<outputs {
        for input in 0..<groupInputs {
          for (i, j) in (0..<kernel_height).flatMap({ i in (0..<kernel_width).map { (i, $0) } }) {
            for row in 0..<out_height {
              let y = row * stride_height + i * dilation_height - top
              guard y >= 0 && y < height else { continue }
              for column in 0..<out_width {
                let x = column * stride_width + j * dilation_width - left
                guard x >= 0 && x < width else { continue }
                body(
                  ((image * inputs + output / groupOutputs * groupInputs + input) * height + y) * width + x,
                  ((output * groupInputs + input) * kernel_height + i) * kernel_width + j,
                  ((image * outputs + output) * out_height + row) * out_width + column)
              }
            }
          }
        }
      }
    }
  }
}

extension surprisal_pooling {
  /// The positions in the plane of one output's window.
  func window(_ output: Int) -> [Int] {
    let rows = (0..<kernel_height).map { output / out_width * stride_height + $0 * dilation_height - top }
    let columns = (0..<kernel_width).map { output % out_width * stride_width + $0 * dilation_width - left }
    return rows.filter { $0 >= 0 && $0 < height }.flatMap { row in
      columns.filter { $0 >= 0 && $0 < width }.map { row * width + $0 }
    }
  }
}
