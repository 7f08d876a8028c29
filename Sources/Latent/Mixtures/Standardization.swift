import CSurprisalKernels
import SurprisalCore

/// The coordinates that a model computes in: z = (x − shift) / scale, column by column.
///
/// Shifts are the columns' means, so that offsets cost no digits; scales are powers of two near the columns'
/// standard deviations (one common power where the model compares columns), so that scaling is exact.
public struct Standardization: Sendable, Hashable {
  /// What is subtracted from each column, in its unit.
  public let shift: [Double]
  /// What each column is then divided by, in its unit: a power of two.
  public let scale: [Double]

  /// A standardization with given shifts and scales; scales must be powers of two.
  package init(shift: [Double], scale: [Double]) {
    self.shift = shift
    self.scale = scale
  }

  /// Σ ln scale, the nats by which a log-density falls from z back to x.
  package var logScaleSum: Double { scale.reduce(0) { $0 + surprisal_log($1) } }

  package var inverseScale: [Double] { scale.map { 1 / $0 } }
}

/// The first two moments of every column, computed so that neither offset nor scale costs digits.
package struct ColumnMoments: Sendable {
  /// Weighted means, in the columns' units.
  package var means: [Double]
  /// Weighted variances divided by `unit` squared.
  package var scaledVariances: [Double]
  /// A power of two at least the column's half-range, at most twice it; 0 for constant columns.
  package var unit: [Double]
  /// Σ w.
  package var weight: Double
  /// The largest magnitude of each column.
  package var magnitude: [Double]

  /// Whether every value of `column` is the same.
  package func isConstant(_ column: Int) -> Bool { unit[column] == 0 }

  /// The standard deviation of `column` in its unit; may overflow for columns near the end of the range.
  package func standardDeviation(_ column: Int) -> Double {
    scaledVariances[column].squareRoot() * unit[column]
  }

  /// Reads all rows twice: ranges first, then moments around the middle of the range.
  ///
  /// With `skipsMissing` the moments of a column are those of the cells that are not NaN.
  package init(rows: RowMatrix, weights: [Double]?, threads: Int, skipsMissing: Bool = false) {
    let columns = rows.columnCount
    let ranges = ColumnMoments.ranges(rows, weights, threads)
    var middle = [Double](repeating: 0, count: columns)
    var inverse = [Double](repeating: 0, count: columns)
    unit = [Double](repeating: 0, count: columns)
    magnitude = [Double](repeating: 0, count: columns)
    for column in 0..<columns {
      let (low, high) = ranges[column]
      magnitude[column] = max(low.magnitude, high.magnitude)
      middle[column] = low / 2 + high / 2
      let half = high / 2 - low / 2
      if half > 0, low < high {
        let power = Double(sign: .plus, exponent: half.exponent + 1, significand: 1)
        unit[column] = power
        inverse[column] = 1 / power
      }
    }
    let step = MomentPass(
      rows: rows, weights: weights, middle: middle, inverse: inverse, skipsMissing: skipsMissing,
      sumCount: (skipsMissing ? 3 : 2) * columns)
    let statistics = ExpectationPass.run(step, over: RowNumbers(count: rows.rowCount), threads: threads)
    weight = statistics.weight
    means = middle
    scaledVariances = [Double](repeating: 0, count: columns)
    let values = Array(statistics.sums)
    for column in 0..<columns where unit[column] > 0 && weight > 0 {
      let present = skipsMissing ? values[2 * columns + column] : weight
      let mean = values[column] / present
      scaledVariances[column] = max(0, values[columns + column] / present - mean * mean)
      means[column] = middle[column] + mean * unit[column]
    }
  }

  private static func ranges(
    _ rows: RowMatrix, _ weights: [Double]?, _ threads: Int
  ) -> [(Double, Double)] {
    let columns = rows.columnCount
    let share = 1 << 16
    let blocks = max(1, (rows.rowCount + share - 1) / share)
    let result = Scratch(capacity: 2 * columns * blocks)
    parallelFor(count: blocks, threads: threads) { block in
      let low = result.base + 2 * columns * block
      let high = low + columns
      low.update(repeating: .infinity, count: columns)
      high.update(repeating: -.infinity, count: columns)
      rows.withUnsafeValues { values in
        for row in block * share..<min(rows.rowCount, (block + 1) * share) {
          if let weights, weights[row] == 0 { continue }
          let x = values + row * columns
          for column in 0..<columns {
            let value = x[column]
            if value < low[column] { low[column] = value }
            if value > high[column] { high[column] = value }
          }
        }
      }
    }
    return (0..<columns).map { column in
      var low = Double.infinity
      var high = -Double.infinity
      for block in 0..<blocks {
        low = min(low, result.base[2 * columns * block + column])
        high = max(high, result.base[2 * columns * block + columns + column])
      }
      return low <= high ? (low, high) : (0, 0)
    }
  }
}

/// Row numbers as observations, for passes that hold their own data.
struct RowNumbers: ObservationSource {
  let count: Int
}

/// Σ w t and Σ w t² of t = (x − middle) · inverse, which lies in [−1, 1]; and Σ w of the cells that are there.
private struct MomentPass: ExpectationStep {
  let rows: RowMatrix
  let weights: [Double]?
  let middle: [Double]
  let inverse: [Double]
  let skipsMissing: Bool
  let sumCount: Int
  var workspaceCount: Int { 0 }
  var operationCount: Int { 16 * sumCount }

  func accumulate(
    _ observations: RowNumbers, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    let columns = rows.columnCount
    rows.withUnsafeValues { values in
      middle.withUnsafeBufferPointer { middle in
        inverse.withUnsafeBufferPointer { inverse in
          for row in range {
            let weight = weights.map { $0[row] } ?? 1
            totals[0] += weight
            let x = values + row * columns
            for column in 0..<columns {
              let t = (x[column] - middle[column]) * inverse[column]
              if skipsMissing {
                if t.isNaN { continue }
                sums[2 * columns + column] += weight
              }
              sums[column] += weight * t
              sums[columns + column] += weight * t * t
            }
          }
        }
      }
    }
  }
}
