import CSurprisalKernels
import SurprisalCore

// EVE and VVE share the eigenvectors, the rows d_j of an orthogonal V. With w_kj = d_jᵀ W_k d_j the best
// variances given V are w_kj / n_k (VVE) or λ w_kj / g_k, g_k = (Π_j w_kj)^(1/D), λ = Σ g_k / n (EVE), and
// what is left to minimize over V is Σ_k n_k Σ_j ln w_kj (VVE; Flury 1984) or n D ln Σ_k g_k (EVE).
extension CovarianceMaximizer {
  /// V, its rows the common eigenvectors.
  var orientation: UnsafeMutablePointer<Double> { matrices }
  /// V W_k Vᵀ, K × D × D.
  var turned: UnsafeMutablePointer<Double> { extra }
  /// The V of the best start so far.
  private var best: UnsafeMutablePointer<Double> { matrices + entryCount }
  var active: UnsafeMutablePointer<Double> { componentVectors + 4 * componentCount }
  var geometricMeans: UnsafeMutablePointer<Double> { componentVectors + 5 * componentCount }

  /// EVE, VVE: from the orientation of `previousScaled`, else from the best of several starts.
  func maximizeCommonOrientation(hasPrevious: Bool) {
    let total = markActive()
    guard total > 0 else {
      covariances.update(repeating: 0, count: componentCount * entryCount)
      return markAllDegenerate()
    }
    if hasPrevious {
      recoverOrientation()
      turn(scaled)
    } else {
      searchOrientation()
    }
    iterationCount = 0
    // EM needs a rise, not the summit: with many columns the next M-step goes on from here.
    descend(limit: hasPrevious && columnCount > 8 ? 50 : 200)
    compose(total)
  }

  /// Marks the components whose scatter is not singular; the sum of their counts. A singular scatter
  /// would make the criterion −∞ at some orientation, and no other component would have a say.
  private func markActive() -> Double {
    var total = 0.0
    for component in 0..<componentCount {
      let scatter = scaled + component * entryCount
      let isActive =
        counts[component] > 0 && Self.factor(scatter, into: matrices, false, columnCount) != nil
      active[component] = isActive ? 1 : 0
      if isActive { total += counts[component] } else { isDegenerate[component] = true }
    }
    return total
  }

  /// V ← the common eigenvectors of the previous covariances, which commute to rounding.
  private func recoverOrientation() {
    startOrientation { component in
      // Unequal weights, so that eigenvalues that differ in any component differ in the sum.
      let weight = 1 + 0.6180339887498949 * Double(component % 7)
      return (
        UnsafePointer(self.previousScaled + component * self.entryCount),
        weight * surprisal_exp(-self.previousLogDeterminants[component] / Double(self.columnCount))
      )
    }
    turn(previousScaled)
    sweep(isEqualVolume: false, limit: 30)
  }

  /// V ← the eigenvectors of Σ weight · matrix over the active components.
  private func startOrientation(_ part: (Int) -> (UnsafePointer<Double>, Double)) {
    let sum = matrices + 2 * entryCount
    sum.update(repeating: 0, count: entryCount)
    for component in 0..<componentCount where active[component] > 0 {
      let (matrix, weight) = part(component)
      Dense.addScaled(weight, matrix, to: sum, entryCount)
    }
    let found = SymmetricEigen.decompose(
      sum, values: columnVectors, vectors: orientation, scratch: columnVectors + columnCount,
      columnCount)
    if found { return }
    orientation.update(repeating: 0, count: entryCount)
    for column in 0..<columnCount { orientation[column * (columnCount + 1)] = 1 }
  }

  /// Starts from the pooled scatter, the pooled scatter at unit volumes and each scatter of its own.
  private func searchOrientation() {
    var lowest = Double.infinity
    // Starts from single scatters seldom win and cost K times as much where it counts.
    let count = columnCount <= 16 ? componentCount + 2 : 2
    for start in 0..<count {
      guard start < 2 || active[start - 2] > 0 else { continue }
      startOrientation { component in
        let scatter = UnsafePointer(self.scaled + component * self.entryCount)
        var trace = 0.0
        for column in 0..<self.columnCount { trace += scatter[column * (self.columnCount + 1)] }
        switch start {
        case 0: return (scatter, 1)
        case 1: return (scatter, 1 / trace)
        default: return (scatter, component == start - 2 ? 1 : 0)
        }
      }
      turn(scaled)
      descend(limit: 10)
      let value = criterion()
      // A later start must be better beyond rounding, so that the first one wins ties.
      if value < lowest - 1e-12 * max(1, value.magnitude) || lowest == .infinity {
        lowest = value
        best.update(from: orientation, count: entryCount)
      }
    }
    orientation.update(from: best, count: entryCount)
    turn(scaled)
  }

  /// Sweeps, which are sure, then descends, which is fast near the end; repeated while descent stalls.
  private func descend(limit: Int) {
    let isEqualVolume = model == .eve
    // A single plane is solved by Newton's method in the sweep itself.
    guard columnCount > 2 else {
      iterationCount += sweep(isEqualVolume: isEqualVolume, limit: limit)
      return
    }
    for component in 0..<componentCount {
      if active[component] == 0 { counts[component] = 0 }
    }
    let problem = OrientationDescent.Problem(
      counts: counts, scatters: scaled, orientation: orientation, turned: turned,
      otherOrientation: matrices + 3 * entryCount, otherTurned: previousScaled,
      scratch: matrices + 2 * entryCount)
    for _ in 0..<4 {
      let sweeps = sweep(isEqualVolume: isEqualVolume, limit: 3)
      iterationCount += sweeps
      if sweeps < 3 { return }
      var descent =
        orientationDescent
        ?? OrientationDescent(
          components: componentCount, columns: columnCount, isEqualVolume: isEqualVolume)
      // Moved out and back, so that its arrays stay unshared.
      orientationDescent = nil
      let (steps, isConverged) = descent.run(problem, limit: limit)
      orientationDescent = descent
      iterationCount += steps
      if isConverged || iterationCount >= limit { return }
    }
  }

  /// `turned` ← V A_k Vᵀ for the active components.
  private func turn(_ source: UnsafePointer<Double>) {
    for component in 0..<componentCount where active[component] > 0 {
      let offset = component * entryCount
      Dense.congruence(
        of: source + offset, by: orientation, into: turned + offset,
        scratch: matrices + 2 * entryCount, columnCount)
    }
  }

  /// ln g_k = mean_j ln w_kj of the turned matrix.
  func logGeometricMean(_ component: Int) -> Double {
    let matrix = turned + component * entryCount
    var sum = 0.0
    for column in 0..<columnCount { sum += surprisal_log(matrix[column * (columnCount + 1)]) }
    return sum / Double(columnCount)
  }

  /// What is minimized over V, per D: Σ n_k ln g_k or n ln Σ g_k.
  private func criterion() -> Double {
    var sum = 0.0
    var total = 0.0
    for component in 0..<componentCount where active[component] > 0 {
      let value = logGeometricMean(component)
      total += counts[component]
      sum += model == .eve ? surprisal_exp(value) : counts[component] * value
    }
    return model == .eve ? total * surprisal_log(sum) : sum
  }

  /// Writes the covariances for the final V.
  private func compose(_ total: Double) {
    var volume = 0.0
    for component in 0..<componentCount where active[component] > 0 {
      geometricMeans[component] = surprisal_exp(logGeometricMean(component))
      volume += geometricMeans[component]
    }
    for component in 0..<componentCount {
      let target = covariances + component * entryCount
      guard active[component] > 0 else {
        target.update(repeating: 0, count: entryCount)
        continue
      }
      let factor =
        model == .eve ? volume / total / geometricMeans[component] : 1 / counts[component]
      let matrix = turned + component * entryCount
      for column in 0..<columnCount {
        columnVectors[column] = matrix[column * (columnCount + 1)] * factor
      }
      Dense.composeSymmetric(values: columnVectors, vectors: orientation, into: target, columnCount)
    }
  }
}
