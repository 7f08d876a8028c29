import SurprisalCore
import SurprisalTensors

/// How the numbers of inputs or targets are brought to a common scale: (x − mean) / standardDeviation.
///
/// There is one mean and one deviation for all numbers, or one for each index of the second axis: a table's columns,
/// an image's channels.
public struct Standardization: Sendable, Hashable, Codable {
  /// What is subtracted.
  public var means: [Double]
  /// What the difference is divided by; positive.
  public var standardDeviations: [Double]

  /// Means and deviations, as many of the one as of the other.
  ///
  /// - Throws: a usage error if their counts differ or a deviation is not positive.
  public init(means: [Double], standardDeviations: [Double]) throws {
    guard !means.isEmpty, means.count == standardDeviations.count else {
      throw SurprisalError(
        .usage, "there are \(means.count) means and \(standardDeviations.count) standard deviations",
        remedy: "give one of each for all numbers, or for each column or channel")
    }
    guard means.allSatisfy(\.isFinite), standardDeviations.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw SurprisalError(
        .usage, "means are finite and standard deviations positive", remedy: "leave out what does not vary")
    }
    self.means = means
    self.standardDeviations = standardDeviations
  }

  /// Bytes from 0 to 255 as numbers from 0 to 1.
  public static let bytes = Standardization(mean: 0, standardDeviation: 255)

  /// One mean and one deviation for all numbers.
  init(mean: Double, standardDeviation: Double) {
    means = [mean]
    standardDeviations = [standardDeviation]
  }

  /// The means and deviations (divisor n) of `x`, [count, …], for each index of the second axis over all others.
  ///
  /// Of bytes they are exact. What does not vary keeps its scale, and so does everything where there is nothing.
  public init(of x: Tensor) {
    let channels = x.rank > 1 ? x.shape[1] : 1
    guard x.count > 0 else {
      (means, standardDeviations) = ([0], [1])
      return
    }
    let count = Double(x.count / channels)
    let (means, squares) = x.dtype == .uint8 ? Self.bytes(x, channels, count) : Self.numbers(x, channels, count)
    self.means = means
    standardDeviations = zip(squares, means).map { square, mean in
      let deviation = (square / count).squareRoot()
      // The deviation of a constant column of large numbers is rounding alone.
      return deviation > 1e-14 * abs(mean) ? deviation : 1
    }
  }

  /// The means and the sums of squares around them of bytes, from how often each comes.
  private static func bytes(_ x: Tensor, _ channels: Int, _ count: Double) -> (means: [Double], squares: [Double]) {
    let inner = x.rank > 2 ? x.shape[2...].reduce(1, *) : 1
    var counts = [Int](repeating: 0, count: channels * 256)
    x.withUnsafeBytes { bytes in
      counts.withUnsafeMutableBufferPointer { counts in
        for start in stride(from: 0, to: bytes.count, by: inner) {
          let base = start / inner % channels * 256
          for place in start..<start + inner { counts[base + Int(bytes[place])] += 1 }
        }
      }
    }
    let levels = (0..<channels).map { channel in counts[channel * 256..<(channel + 1) * 256].enumerated() }
    let means = levels.map { $0.reduce(0.0) { $0 + Double($1.offset * $1.element) } / count }
    let squares = zip(levels, means).map { level, mean in
      level.reduce(0.0) { $0 + Double($1.element) * (Double($1.offset) - mean) * (Double($1.offset) - mean) }
    }
    return (means, squares)
  }

  /// The means and the sums of squares around them, in float64 and in blocks of the first axis.
  private static func numbers(_ x: Tensor, _ channels: Int, _ count: Double) -> (means: [Double], squares: [Double]) {
    let axes = (0..<x.rank).filter { $0 != 1 }
    func sum(_ term: (Tensor) -> Tensor) -> [Double] {
      var total = Tensor(zeros: x.rank > 1 ? [channels] : [], dtype: .float64)
      for start in stride(from: 0, to: x.shape[0], by: 4096) {
        let block = x[start..<min(start + 4096, x.shape[0])].converted(to: .float64)
        total = total + term(block).sum(alongAxes: axes)
      }
      return total.scalars(as: Double.self)
    }
    let means = sum { $0 }.map { $0 / count }
    let shape = (0..<x.rank).map { $0 == 1 ? channels : 1 }
    let center = Tensor(means, shape: shape)
    return (means, sum { ($0 - center) * ($0 - center) })
  }

  /// What a difference is multiplied by.
  var factors: [Double] { standardDeviations.map { 1 / $0 } }

  /// `x` standardized, along its second axis where there are several means.
  public func applied(to x: Tensor) -> Tensor {
    (x - along(x, means)) * along(x, factors)
  }

  /// What `y` was before it was standardized.
  public func undone(from y: Tensor) -> Tensor {
    y * along(y, standardDeviations) + along(y, means)
  }

  private func along(_ x: Tensor, _ values: [Double]) -> Tensor {
    let shape = x.shape.indices.map { $0 == 1 && values.count > 1 ? values.count : 1 }
    return Tensor(values, shape: x.rank == 0 ? [] : shape, dtype: x.dtype.isFloatingPoint ? x.dtype : .float32)
  }
}
