extension Tensor {
  /// Whether `cholesky()` has a result for each of the matrices [..., n, n]: booleans [...]. Only the lower triangle is
  /// read.
  package var isPositiveDefinite: Tensor {
    requireMatrices("isPositiveDefinite", square: true)
    let n = matrixRows
    let (results, _) = Kernels.matrices([withoutDerivative()], results: [[]]) { given, made in
      withScratch(n, n) { work in
        work.copy(given[0])
        made[0][0, 0] = BlockedCholesky.factor(work) == n ? 1 : 0
        return nil
      }
    }
    return results[0] .> 0
  }
}
