import SurprisalCore

extension PartitionStart {
  /// The rows with mean 0 and covariance 1: (x − mean) rotated to the eigenvectors of the weighted covariance
  /// and divided by the standard deviation along each.
  ///
  /// Directions whose variance is 0 within rounding are dropped, so there may be fewer columns; if no
  /// direction is left, there is one column of zeros. Moments leave out rows of weight 0.
  package static func whitened(
    rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, weights: [Double]? = nil
  ) -> (values: [Double], columnCount: Int) {
    let mean = weightedMean(rows, rowCount, columnCount, weights)
    let covariance = weightedCovariance(rows, rowCount, columnCount, weights, mean: mean)
    guard let (variances, vectors) = SymmetricEigen.decompose(covariance, dimension: columnCount),
      let largest = variances.first, largest > 0
    else { return ([Double](repeating: 0, count: rowCount), 1) }
    // Rounding alone leaves about D·u of the largest variance in an empty direction.
    let floor = largest * 64 * Double(columnCount) * Double.ulpOfOne
    let kept = max(1, variances.prefix { $0 > floor }.count)
    var axes = [Double](repeating: 0, count: kept * columnCount)
    for axis in 0..<kept {
      let scale = 1 / variances[axis].squareRoot()
      for column in 0..<columnCount {
        axes[axis * columnCount + column] = vectors[axis * columnCount + column] * scale
      }
    }
    var values = [Double](repeating: 0, count: rowCount * kept)
    var centered = [Double](repeating: 0, count: columnCount)
    values.withUnsafeMutableBufferPointer { values in
      axes.withUnsafeBufferPointer { axes in
        centered.withUnsafeMutableBufferPointer { centered in
          guard let values = values.baseAddress, let axes = axes.baseAddress,
            let centered = centered.baseAddress
          else { return }
          for row in 0..<rowCount {
            for column in 0..<columnCount {
              centered[column] = rows[row * columnCount + column] - mean[column]
            }
            for axis in 0..<kept {
              values[row * kept + axis] = Dense.dot(axes + axis * columnCount, centered, columnCount)
            }
          }
        }
      }
    }
    return (values, kept)
  }

  /// The rows with mean 0 and standard deviation 1 in every column; constant columns become 0.
  package static func columnScaled(
    rows: UnsafePointer<Double>, rowCount: Int, columnCount: Int, weights: [Double]? = nil
  ) -> (values: [Double], columnCount: Int) {
    let mean = weightedMean(rows, rowCount, columnCount, weights)
    var scales = [Double](repeating: 0, count: columnCount)
    for column in 0..<columnCount {
      var sum = 0.0
      var total = 0.0
      var isConstant = true
      var firstValue: Double?
      for row in 0..<rowCount {
        let weight = weights?[row] ?? 1
        guard weight > 0 else { continue }
        let value = rows[row * columnCount + column]
        if let firstValue { isConstant = isConstant && value == firstValue } else { firstValue = value }
        let difference = value - mean[column]
        sum += weight * difference * difference
        total += weight
      }
      // The mean of equal numbers may be one rounding off, which is no spread.
      if !isConstant, sum > 0 { scales[column] = (total / sum).squareRoot() }
    }
    var values = [Double](repeating: 0, count: rowCount * columnCount)
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        let index = row * columnCount + column
        values[index] = (rows[index] - mean[column]) * scales[column]
      }
    }
    return (values, columnCount)
  }

  private static func weightedMean(
    _ rows: UnsafePointer<Double>, _ rowCount: Int, _ columnCount: Int, _ weights: [Double]?
  ) -> [Double] {
    var mean = [Double](repeating: 0, count: columnCount)
    var total = 0.0
    for row in 0..<rowCount {
      let weight = weights?[row] ?? 1
      guard weight > 0 else { continue }
      total += weight
      for column in 0..<columnCount { mean[column] += weight * rows[row * columnCount + column] }
    }
    guard total > 0 else { return mean }
    return mean.map { $0 / total }
  }

  private static func weightedCovariance(
    _ rows: UnsafePointer<Double>, _ rowCount: Int, _ columnCount: Int, _ weights: [Double]?, mean: [Double]
  ) -> [Double] {
    var covariance = [Double](repeating: 0, count: columnCount * columnCount)
    var centered = [Double](repeating: 0, count: columnCount)
    var total = 0.0
    covariance.withUnsafeMutableBufferPointer { covariance in
      centered.withUnsafeMutableBufferPointer { centered in
        guard let covariance = covariance.baseAddress, let centered = centered.baseAddress else { return }
        for row in 0..<rowCount {
          let weight = weights?[row] ?? 1
          guard weight > 0 else { continue }
          total += weight
          for column in 0..<columnCount {
            centered[column] = rows[row * columnCount + column] - mean[column]
          }
          for column in 0..<columnCount {
            Dense.addScaled(
              weight * centered[column], centered, to: covariance + column * columnCount, column + 1)
          }
        }
      }
    }
    for row in 0..<columnCount {
      for column in 0...row {
        let value = total > 0 ? covariance[row * columnCount + column] / total : 0
        covariance[row * columnCount + column] = value
        covariance[column * columnCount + row] = value
      }
    }
    return covariance
  }
}
