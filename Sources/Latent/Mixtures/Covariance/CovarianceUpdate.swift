import SurprisalCore

/// Covariances found in an M-step, as arrays.
package struct CovarianceUpdate: Sendable {
  /// Σ_k: D numbers a component for diagonal models, D² otherwise.
  package var covariances: [Double]
  /// ln|Σ_k|; −∞ where degenerate.
  package var logDeterminants: [Double]
  /// Whether Σ_k is singular to rounding or undefined.
  package var isDegenerate: [Bool]
  /// Whether the previous covariances were returned.
  package var keptPrevious: Bool
  /// The sweeps or steps of the inner iteration; 0 for closed forms.
  package var iterationCount: Int
}

extension CovarianceModel {
  /// The covariances of this model that maximize Σ_k −½ [ n_k ln|Σ_k| + tr(Σ_k⁻¹ W_k) ].
  ///
  /// `counts` are the n_k; `scatters` (and `previous`, which must lie in the class) hold D numbers a
  /// component for diagonal models, D² otherwise. `CovarianceMaximizer` does the same without allocating.
  package func maximize(
    counts: [Double], scatters: [Double], columns: Int, previous: [Double]? = nil
  ) -> CovarianceUpdate {
    let maximizer = CovarianceMaximizer(model: self, components: counts.count, columns: columns)
    let size = counts.count * maximizer.entryCount
    precondition(scatters.count == size, "\(scatters.count) scatter entries, \(size) expected")
    precondition(previous.map { $0.count == size } ?? true, "\(size) previous entries expected")
    if let previous {
      _ = maximizer.maximize(counts: counts, scatters: scatters, previous: previous)
    } else {
      _ = maximizer.maximize(counts: counts, scatters: scatters)
    }
    return CovarianceUpdate(
      covariances: Array(UnsafeBufferPointer(start: maximizer.covariances, count: size)),
      logDeterminants: Array(
        UnsafeBufferPointer(start: maximizer.logDeterminants, count: counts.count)),
      isDegenerate: Array(UnsafeBufferPointer(start: maximizer.isDegenerate, count: counts.count)),
      keptPrevious: maximizer.keptPrevious, iterationCount: maximizer.iterationCount)
  }
}
