/// The statistics of a Gaussian mixture as the M-step reads them, in standardized coordinates.
package struct MixtureMoments: Sendable {
  /// N_k = Σ w r_k, [K].
  package var counts: [Double]
  /// Σ w r_k z / N_k, [K][D].
  package var means: [Double]
  /// Σ w r_k (z − mean)(z − mean)ᵀ: [K][D][D], or its diagonal [K][D] for diagonal models.
  package var scatters: [Double]

  /// Moments of nothing, for K components with `entryCount` scatter entries each.
  package init(components: Int, columns: Int, entryCount: Int) {
    counts = [Double](repeating: 0, count: components)
    means = [Double](repeating: 0, count: components * columns)
    scatters = [Double](repeating: 0, count: components * entryCount)
  }

  /// Σ_k N_k.
  package var total: Double { counts.reduce(0, +) }
}
