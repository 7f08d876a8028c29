import SurprisalCore

extension GaussianParameters {
  /// An estimate from below of the largest condition number of a component's covariance, by a few steps of
  /// the power method on Σ and Σ⁻¹; exact for diagonal models and one column.
  package var condition: Double {
    var largest = 1.0
    for k in 0..<componentCount {
      if covarianceModel.isDiagonal {
        let values = covariances[k * columnCount..<(k + 1) * columnCount]
        largest = max(largest, (values.max() ?? 1) / (values.min() ?? 1))
      } else if columnCount > 1 {
        largest = max(largest, dominant(covariances, k) * dominant(precisions, k))
      }
    }
    return largest
  }

  /// The Rayleigh quotient after a few multiplications of a fixed start by a positive definite matrix.
  private func dominant(_ matrices: [Double], _ k: Int) -> Double {
    let dimension = columnCount
    let base = k * dimension * dimension
    var quotient = 0.0
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * dimension) { scratch in
      let (vector, image) = (0, dimension)
      // The column of the largest diagonal entry is not orthogonal to the dominant eigenvector.
      var widest = 0
      for i in 1..<dimension
      where matrices[base + i * (dimension + 1)] > matrices[base + widest * (dimension + 1)] {
        widest = i
      }
      for i in 0..<dimension { scratch[vector + i] = matrices[base + i * dimension + widest] }
      for _ in 0..<4 {
        var length = 0.0
        for i in 0..<dimension { length += scratch[vector + i] * scratch[vector + i] }
        guard length > 0, length.isFinite else { return }
        var overlap = 0.0
        for i in 0..<dimension {
          var sum = 0.0
          for j in 0..<dimension { sum += matrices[base + i * dimension + j] * scratch[vector + j] }
          scratch[image + i] = sum
          overlap += sum * scratch[vector + i]
        }
        quotient = overlap / length
        let factor = 1 / length.squareRoot()
        for i in 0..<dimension { scratch[vector + i] = scratch[image + i] * factor }
      }
    }
    return quotient
  }

  /// The eigenvalues of component `k`'s covariance in units of the columns' standard deviations, falling,
  /// with unit eigenvectors as rows.
  package func standardizedEigenvalues(
    _ k: Int, columnVariances: [Double]
  ) -> (values: [Double], vectors: [Double]) {
    let dimension = columnCount
    var matrix = [Double](repeating: 0, count: dimension * dimension)
    for i in 0..<dimension {
      if covarianceModel.isDiagonal {
        matrix[i * (dimension + 1)] = covariances[k * dimension + i] / columnVariances[i]
      } else {
        for j in 0..<dimension {
          matrix[i * dimension + j] =
            covariances[(k * dimension + i) * dimension + j]
            / (columnVariances[i].squareRoot() * columnVariances[j].squareRoot())
        }
      }
    }
    return SymmetricEigen.decompose(matrix, dimension: dimension)
      ?? ([Double](repeating: 0, count: dimension), matrix)
  }

  /// The smallest of those eigenvalues and its eigenvector.
  func flattestDirection(_ k: Int, columnVariances: [Double]) -> (eigenvalue: Double, direction: [Double]) {
    let dimension = columnCount
    guard covarianceModel.isDiagonal else {
      let (values, vectors) = standardizedEigenvalues(k, columnVariances: columnVariances)
      return (values.last ?? 0, Array(vectors.suffix(dimension)))
    }
    let values = (0..<dimension).map { covariances[k * dimension + $0] / columnVariances[$0] }
    let least = values.indices.min { values[$0] < values[$1] } ?? 0
    var direction = [Double](repeating: 0, count: dimension)
    direction[least] = 1
    return (values[least], direction)
  }

  /// Σ_i (Σ⁻¹)_ii s_i²: between one and D times the inverse of the smallest standardized eigenvalue.
  func standardizedInverseTrace(_ k: Int, columnVariances: [Double]) -> Double {
    var total = 0.0
    for i in 0..<columnCount {
      let at = covarianceModel.isDiagonal ? k * columnCount + i : (k * columnCount + i) * columnCount + i
      total += precisions[at] * columnVariances[i]
    }
    return total
  }
}
