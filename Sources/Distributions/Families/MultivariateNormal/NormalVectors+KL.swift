import SurprisalTensors

/// KL(p ‖ q) between normal distributions of vectors of one length, [the batches broadcast together]; nil for others.
///
/// Full and diagonal covariances by M = L_q⁻¹ L_p: Σ_i (½ (m_ii² − 1) − log m_ii) + ½ Σ_{j<i} m_ij² + ½ |L_q⁻¹ (μ_p − μ_q)|²,
/// terms of at least 0 that are 0 for equal distributions. Two of low rank, or one and a diagonal one, by
/// ½ (tr Σ_q⁻¹ Σ_p − D + (μ_p − μ_q)ᵀ Σ_q⁻¹ (μ_p − μ_q) + log det Σ_q − log det Σ_p) in D·R² operations, exact to the
/// rounding of these terms. Low rank and full by the covariance, in full.
func vectorNormalKL(_ p: any Distribution, _ q: any Distribution) -> Tensor? {
  guard p.eventShape == q.eventShape else { return nil }
  if let p = p as? DiagonalNormal, let q = q as? DiagonalNormal { return diagonalKL(p, q) }
  if let p = lowRank(p), let q = lowRank(q) { return lowRankKL(p, q) }
  guard let p = full(p), let q = full(q) else { return nil }
  return fullKL(p, q)
}

private func fullKL(_ p: MultivariateNormal, _ q: MultivariateNormal) -> Tensor {
  let ratio = q.choleskyFactor.triangularSolve(p.choleskyFactor)
  let shift = q.choleskyFactor.triangularSolve((p.mean - q.mean).expandingAxis(-1))
  let below = ratio.lowerTriangle(diagonal: -1).square().sum(alongAxes: [-2, -1])
  return spread(ratio.diagonal()).sum(alongAxes: [-1]) + (below + shift.square().sum(alongAxes: [-2, -1])) * 0.5
}

private func diagonalKL(_ p: DiagonalNormal, _ q: DiagonalNormal) -> Tensor {
  let shift = (p.mean - q.mean) / q.standardDeviations
  let spread = (Tensor.logRatio(p.standardDeviations, q.standardDeviations) * 2).exponentialExcess()
  return (spread + shift.square()).sum(alongAxes: [-1]) * 0.5
}

private func lowRankKL(_ p: LowRankMultivariateNormal, _ q: LowRankMultivariateNormal) -> Tensor {
  let own = (p.diagonal * q.precisionDiagonal).sum(alongAxes: [-1])
  let common = q.quadraticForms(p.factor).sum(alongAxes: [-1])
  let shift = q.quadraticForms((p.mean - q.mean).expandingAxis(-1)).squeezing(axes: [-1])
  let sum = own + common - Double(p.extent) + shift + (q.logDeterminant - p.logDeterminant)
  return Tensor.maximum(sum * 0.5, 0)
}

/// ½ (r² − 1) − log r, whose terms cancel near r = 1.
func spread(_ ratio: Tensor) -> Tensor { (ratio.log() * 2).exponentialExcess() * 0.5 }

/// A low-rank distribution, or a diagonal one as such of rank 0.
private func lowRank(_ distribution: any Distribution) -> LowRankMultivariateNormal? {
  if let distribution = distribution as? LowRankMultivariateNormal { return distribution }
  guard let diagonal = distribution as? DiagonalNormal else { return nil }
  return try? LowRankMultivariateNormal(
    mean: diagonal.mean, factor: Tensor(zeros: diagonal.mean.shape + [0], dtype: diagonal.dtype),
    diagonal: diagonal.variance)
}

/// Any normal distribution of vectors with its Cholesky factor.
private func full(_ distribution: any Distribution) -> MultivariateNormal? {
  switch distribution {
  case let distribution as MultivariateNormal: distribution
  case let distribution as DiagonalNormal:
    MultivariateNormal(
      uncheckedMean: distribution.mean, choleskyFactor: distribution.standardDeviations.asDiagonalMatrix)
  case let distribution as LowRankMultivariateNormal:
    (try? distribution.covariance.cholesky()).map {
      MultivariateNormal(uncheckedMean: distribution.mean, choleskyFactor: $0)
    }
  default: nil
  }
}
