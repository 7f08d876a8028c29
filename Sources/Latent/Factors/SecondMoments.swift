import CSurprisalKernels
import SurprisalCore

/// The weighted mean and covariance of all columns, in coordinates t = (x − shift) / scale in which neither an
/// offset nor a unit costs digits.
///
/// One pass, shifted by the mean of a sample of the rows; where that mean was further from the true one than a
/// standard deviation, or a number left the range of float64, the ranges and means of all rows are read first.
struct SecondMoments: Sendable {
  /// Shifts near the means, and powers of two near the standard deviations.
  let standardization: Standardization
  /// Σ w.
  let weight: Double
  /// The mean of t, [D].
  let mean: [Double]
  /// Σ w (t − mean)(t − mean)ᵀ / Σ w, [D][D].
  let covariance: [Double]

  var columnCount: Int { mean.count }

  /// The variance of column `d` in coordinates t.
  func variance(_ d: Int) -> Double { covariance[d * (columnCount + 1)] }

  /// Reads all rows; throws a data error for a number that is not finite, and for more columns than the memory holds
  /// the covariances of.
  init(_ observations: WeightedRows, columnNames: [String], threads: Int) throws {
    let bytes = SecondMoments.byteCount(rows: observations.count, columns: columnNames.count, threads: threads)
    try MemoryNeed.require(
      bytes, for: "the covariance of \(columnNames.count) columns",
      remedy: "leave columns out with --columns, or use fewer --threads")
    var moments = SecondMoments(observations, in: Coordinates.fromSample(observations.rows), threads: threads)
    if !moments.isSound {
      try RowValidation.requireFinite(observations.rows, columnNames: columnNames)
      moments = SecondMoments(observations, in: Coordinates.ofAll(observations, threads: threads), threads: threads)
      guard moments.covariance.allSatisfy(\.isFinite) else {
        throw SurprisalError(
          .data, "the weights times the squares of the columns overflow", remedy: "divide the weights by a constant")
      }
    }
    self = moments
  }

  /// The most bytes that the covariance of so many columns, and then its eigenvectors, take.
  static func byteCount(rows: Int, columns: Int, threads: Int) -> Double {
    let unit = [Double](repeating: 1, count: columns)
    let pass = SecondMomentPass(standardization: Standardization(shift: unit, scale: unit))
    let matrix = 8 * Double(columns) * Double(columns)
    // Behind the pass its sums, their copy and the covariance; then the covariance in other units, and the eigenvectors
    // with what the factorization works in.
    let sums = 8 * Double(pass.sumCount)
    let summing = ExpectationPass.byteCount(pass, observations: rows, threads: threads) + 2 * sums + matrix
    return max(summing, 8 * matrix)
  }

  private init(_ observations: WeightedRows, in coordinates: Standardization, threads: Int) {
    let D = observations.rows.columnCount
    let pass = SecondMomentPass(standardization: coordinates)
    let statistics = ExpectationPass.run(pass, over: observations, threads: threads)
    let sums = Array(statistics.sums)
    let total = statistics.weight
    let means = (0..<D).map { sums[$0] / total }
    var matrix = [Double](repeating: 0, count: D * D)
    for i in 0..<D {
      for j in i..<D {
        let value = sums[D + i * pass.stride + j] / total - means[i] * means[j]
        matrix[i * D + j] = i == j ? (value < 0 ? 0 : value) : value
        matrix[j * D + i] = matrix[i * D + j]
      }
    }
    (standardization, weight, mean, covariance) = (coordinates, total, means, matrix)
  }

  /// Whether the coordinates suited the rows: every column is constant, or its mean within a standard deviation
  /// of the shift and its variance far from the ends of float64.
  private var isSound: Bool {
    (0..<columnCount).allSatisfy { d in
      let (center, variance) = (mean[d], variance(d))
      if center == 0, variance == 0 { return true }
      return variance >= center * center && variance > 0x1p-80 && variance < 0x1p80
    } && covariance.allSatisfy(\.isFinite)
  }
}

/// Choices of the coordinates to sum in.
private enum Coordinates {
  /// From up to 512 rows evenly spread over the table.
  static func fromSample(_ rows: RowMatrix) -> Standardization {
    let D = rows.columnCount
    let step = max(1, rows.rowCount / 256)
    var shift = [Double](repeating: 0, count: D)
    var scale = [Double](repeating: 1, count: D)
    rows.withUnsafeValues { base in
      for column in 0..<D {
        // Relative to the first row, so that a constant column is shifted to 0 exactly.
        let first = base[column]
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for row in stride(from: 0, to: rows.rowCount, by: step) {
          let t = base[row * D + column] - first
          count += 1
          sum += t
          squares += t * t
        }
        shift[column] = first + sum / count
        let variance = squares / count - (sum / count) * (sum / count)
        if variance > 0, variance.isFinite { scale[column] = variance.squareRoot().nearPowerOfTwo }
      }
    }
    return Standardization(shift: shift, scale: scale)
  }

  /// From the ranges, means and deviations of all rows.
  static func ofAll(_ observations: WeightedRows, threads: Int) -> Standardization {
    let moments = ColumnMoments(rows: observations.rows, weights: observations.weights, threads: threads)
    let scale = moments.means.indices.map { d -> Double in
      let unit = moments.unit[d]
      guard unit > 0 else { return 1 }
      let spread = moments.scaledVariances[d].squareRoot().nearPowerOfTwo
      let exponent = Int(unit.exponent) + (moments.scaledVariances[d] > 0 ? Int(spread.exponent) : 0)
      return Double(sign: .plus, exponent: max(-1000, min(1000, exponent)), significand: 1)
    }
    return Standardization(shift: moments.means, scale: scale)
  }
}

extension Double {
  /// The power of two within a factor of √2, between 2^±1000, of a positive number; 1 for 0.
  var nearPowerOfTwo: Double {
    guard self > 0, isFinite else { return 1 }
    let nearest = Int(exponent) + (significand > 1.4142135623730951 ? 1 : 0)
    return Double(sign: .plus, exponent: max(-1000, min(1000, nearest)), significand: 1)
  }
}

/// Σ w t and Σ w t tᵀ.
private struct SecondMomentPass: ExpectationStep {
  let standardization: Standardization
  let inverseScale: [Double]
  let stride: Int

  init(standardization: Standardization) {
    self.standardization = standardization
    inverseScale = standardization.inverseScale
    stride = surprisal_second_moments_stride(inverseScale.count)
  }

  var sumCount: Int { inverseScale.count + stride * stride }
  var workspaceCount: Int { surprisal_second_moments_workspace_count(inverseScale.count) }
  var operationCount: Int { 2 * stride * stride + 16 * stride }

  func accumulate(
    _ observations: WeightedRows, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    observations.rows.withUnsafeValues { rows in
      KMeans.withOptionalBuffer(observations.weights) { weights in
        var plan = surprisal_second_moments()
        (plan.rows, plan.weights, plan.columns) = (rows, weights, inverseScale.count)
        standardization.shift.withUnsafeBufferPointer { shift in
          inverseScale.withUnsafeBufferPointer { inverse in
            (plan.shift, plan.inverseScale) = (shift.baseAddress, inverse.baseAddress)
            totals[0] += surprisal_second_moments_add(
              &plan, range.lowerBound, range.upperBound, sums, sums + inverse.count, workspace)
          }
        }
      }
    }
  }
}
