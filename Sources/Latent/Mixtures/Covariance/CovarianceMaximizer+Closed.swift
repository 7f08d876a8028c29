import CSurprisalKernels
import SurprisalCore

extension CovarianceMaximizer {
  /// EII, VII, EEI, EVI, VVI from the diagonals of the scatters; `total` = Σ n_k.
  func maximizeDiagonal(_ total: Double) {
    let columns = columnCount
    let pooled = columnVectors
    switch model {
    case .eii:
      var trace = 0.0
      for index in 0..<(componentCount * columns) { trace += scaled[index] }
      covariances.update(repeating: trace / (total * Double(columns)), count: columns)
    case .eei:
      pooled.update(repeating: 0, count: columns)
      for component in 0..<componentCount {
        for column in 0..<columns { pooled[column] += scaled[component * columns + column] }
      }
      for column in 0..<columns { covariances[column] = pooled[column] / total }
    case .vii:
      for component in 0..<componentCount {
        var trace = 0.0
        for column in 0..<columns { trace += scaled[component * columns + column] }
        let count = counts[component]
        let variance = count > 0 ? trace / (count * Double(columns)) : 0
        (covariances + component * columns).update(repeating: variance, count: columns)
      }
    case .evi:
      maximizeEqualVolume(total) { component in
        var sum = 0.0
        for column in 0..<columns {
          sum += surprisal_log(max(self.scaled[component * columns + column], 0))
        }
        return sum
      }
    default: divideByCounts()
    }
  }

  /// EEE, EEV, EVV, VVV from the full scatters; `total` = Σ n_k.
  func maximizeFull(_ total: Double) {
    switch model {
    case .eee:
      covariances.update(repeating: 0, count: entryCount)
      for component in 0..<componentCount {
        Dense.addScaled(1, scaled + component * entryCount, to: covariances, entryCount)
      }
      for index in 0..<entryCount { covariances[index] /= total }
    case .eev: maximizeEqualEigenvalues(total)
    case .evv:
      maximizeEqualVolume(total) { component in
        Self.factor(
          self.scaled + component * self.entryCount, into: self.matrices, false, self.columnCount)
          ?? -.infinity
      }
    default: divideByCounts()
    }
  }

  /// Σ_k = W_k / n_k.
  private func divideByCounts() {
    for component in 0..<componentCount {
      let count = counts[component]
      let offset = component * entryCount
      for index in offset..<(offset + entryCount) {
        covariances[index] = count > 0 ? scaled[index] / count : 0
      }
    }
  }

  /// Σ_k = λ W_k / |W_k|^(1/D) with λ = Σ |W_k|^(1/D) / n.
  private func maximizeEqualVolume(_ total: Double, logDeterminant: (Int) -> Double) {
    let volumes = componentVectors
    var sum = 0.0
    for component in 0..<componentCount {
      volumes[component] = 0
      guard counts[component] > 0 else { continue }
      let volume = surprisal_exp(logDeterminant(component) / Double(columnCount))
      // Below the normal range the quotient would lose its digits or overflow.
      if volume >= Double.leastNormalMagnitude { volumes[component] = volume }
      sum += volumes[component]
    }
    for component in 0..<componentCount {
      let offset = component * entryCount
      let factor = volumes[component] > 0 ? sum / total / volumes[component] : 0
      if factor == 0 { isDegenerate[component] = true }
      for index in offset..<(offset + entryCount) { covariances[index] = scaled[index] * factor }
    }
  }

  /// EEV: every W_k keeps its eigenvectors; the eigenvalues in falling order are pooled.
  private func maximizeEqualEigenvalues(_ total: Double) {
    guard decomposeScatters() else {
      covariances.update(repeating: 0, count: componentCount * entryCount)
      return markAllDegenerate()
    }
    let shape = columnVectors
    shape.update(repeating: 0, count: columnCount)
    for component in 0..<componentCount {
      Dense.addScaled(1, eigenvalues + component * columnCount, to: shape, columnCount)
    }
    for column in 0..<columnCount { shape[column] /= total }
    for component in 0..<componentCount {
      Dense.composeSymmetric(
        values: shape, vectors: eigenvectors + component * entryCount,
        into: covariances + component * entryCount, columnCount)
    }
  }

  /// The eigenvectors of the scatters as rows, K × D × D.
  var eigenvectors: UnsafeMutablePointer<Double> { extra }
  /// The eigenvalues of the scatters in falling order, K × D, none below 0.
  var eigenvalues: UnsafeMutablePointer<Double> { extra + 2 * componentCount * entryCount }

  /// Fills `eigenvectors` and `eigenvalues`; false if a decomposition failed.
  func decomposeScatters() -> Bool {
    for component in 0..<componentCount {
      matrices.update(from: scaled + component * entryCount, count: entryCount)
      let values = eigenvalues + component * columnCount
      guard
        SymmetricEigen.decompose(
          matrices, values: values, vectors: eigenvectors + component * entryCount,
          scratch: columnVectors + columnCount, columnCount)
      else { return false }
      for column in 0..<columnCount { values[column] = max(values[column], 0) }
    }
    return true
  }
}
