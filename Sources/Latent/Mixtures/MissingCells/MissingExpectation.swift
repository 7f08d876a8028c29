import SurprisalCore

/// The E-step of a Gaussian mixture over rows with missing cells.
///
/// For every component it sums, around the component's current mean m and in standardized coordinates,
/// Σ w r E[(z − m)(z − m)ᵀ] (row-major, or its diagonal), Σ w r E[z − m], Σ w r and Σ w r E[|L⁻¹(z − m)|²], the
/// expectations over the missing cells given the observed ones. They are sums over rows like those of complete
/// rows: the whitened second moments of a pattern's rows are summed first, and taken back by L once; of a pattern with
/// few rows, as cells that are missing at random have many of, each row's z − m is summed as it is.
struct MissingExpectation: Sendable {
  let parameters: GaussianParameters
  let standardization: Standardization

  private var componentSums: Int { parameters.entryCount + parameters.columnCount + 2 }
  /// What `accumulate` adds to.
  var sumCount: Int { parameters.componentCount * componentSums }
  var workspaceCount: Int {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    return PatternPosterior.workspaceCount(parameters) + sumCount
      + (parameters.covarianceModel.isDiagonal ? 0 : 2 * D * D) + K
  }

  /// Adds the rows of `range`, which are none of the complete ones.
  func accumulate(
    _ observations: WeightedRows, _ runs: MissingRuns, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    let (K, D, entryCount) = (parameters.componentCount, parameters.columnCount, parameters.entryCount)
    let (isDiagonal, componentSums, weights) = (
      parameters.covarianceModel.isDiagonal, componentSums, observations.weights
    )
    var prepared = PatternPosterior(parameters, standardization: standardization, workspace: workspace)
    let inner = workspace + PatternPosterior.workspaceCount(parameters)
    // Row after row, plain sums would lose more than the certificate allows for.
    var logLikelihood = CompensatedSum()
    var entropy = CompensatedSum()
    observations.rows.withUnsafeValues { rows in
      runs.forEachRun(in: range) { pattern, range in
        prepared.prepare(pattern)
        // A constant, so that calls in the loop copy nothing.
        let posterior = prepared
        let G = pattern.observedCount
        let isDirect = !isDiagonal && range.count <= D
        inner.update(repeating: 0, count: sumCount)
        for row in range {
          let weight = weights.map { $0[row] } ?? 1
          let logDensity = posterior.evaluate(rows + row * D)
          totals[0] += weight
          // With the unit of the missing cells taken out, the offset to the unit of x is that of complete rows.
          logLikelihood.add(weight * (logDensity + posterior.missingLogScale))
          totals[2] += weight * (logDensity.magnitude + posterior.missingLogScale.magnitude)
          entropy.add(weight * posterior.posteriorEntropy(logDensity: logDensity))
          for k in 0..<K {
            let share = weight * posterior.responsibilities[k]
            guard share != 0 else { continue }
            let (target, y) = (inner + k * componentSums, posterior.whitened + k * D)
            if isDirect {
              let (to, offset) = (sums + k * componentSums, inner + sumCount)
              posterior.offset(k, into: offset)
              for d in 0..<D { Dense.addScaled(share * offset[d], offset, to: to + d * D, D) }
              Dense.addScaled(share, offset, to: to + entryCount, D)
              target[entryCount + D + 1] += share * Dense.dot(y, y, G)
            } else if isDiagonal {
              for g in 0..<G { target[g] += share * y[g] * y[g] }
            } else {
              for g in 0..<G { Dense.addScaled(share * y[g], y, to: target + g * D, g + 1) }
            }
            if !isDirect { Dense.addScaled(share, y, to: target + entryCount, G) }
            target[entryCount + D] += share
          }
        }
        for k in 0..<K {
          let (from, to) = (inner + k * componentSums, sums + k * componentSums)
          if isDirect {
            posterior.addConditionalCovariance(k, times: from[entryCount + D], to: to)
          } else {
            if isDiagonal {
              addDiagonal(from, k, posterior, to)
            } else {
              addFull(from, k, posterior, to, scratch: inner + sumCount)
            }
            for d in 0..<G { from[entryCount + D + 1] += from[isDiagonal ? d : d * (D + 1)] }
          }
          to[entryCount + D] += from[entryCount + D]
          to[entryCount + D + 1] += from[entryCount + D + 1] + Double(D - G) * from[entryCount + D]
        }
      }
    }
    totals[1] += logLikelihood.value
    totals[3] += entropy.value
  }

  private func addDiagonal(
    _ from: UnsafeMutablePointer<Double>, _ k: Int, _ posterior: PatternPosterior, _ to: UnsafeMutablePointer<Double>
  ) {
    let (D, G) = (parameters.columnCount, posterior.pattern.observedCount)
    for (position, column) in posterior.pattern.order.enumerated() {
      let deviation = posterior.factors[k * D + position]
      to[column] += deviation * deviation * (position < G ? from[position] : from[2 * D])
      if position < G { to[D + column] += deviation * from[D + position] }
    }
  }

  /// L M Lᵀ and L v, with M the whitened second moments (N I for the missing cells) and v the first.
  private func addFull(
    _ from: UnsafeMutablePointer<Double>, _ k: Int, _ posterior: PatternPosterior, _ to: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) {
    let (D, G, order) = (parameters.columnCount, posterior.pattern.observedCount, posterior.pattern.order)
    let l = posterior.factors + k * D * D
    for i in 0..<D {
      if i >= G { from[i * (D + 1)] = from[D * D + D] }
      for j in 0..<i { from[j * D + i] = from[i * D + j] }
    }
    Dense.congruence(of: from, by: l, into: scratch, scratch: scratch + D * D, D)
    for i in 0..<D {
      for j in 0..<D { to[order[i] * D + order[j]] += scratch[i * D + j] }
      to[D * D + order[i]] += Dense.dot(l + i * D, from + D * D, min(i + 1, G))
    }
  }

  /// Joins the moments of the rows summed in `sums` to those of the complete rows in `result`.
  func join(_ sums: UnsafePointer<Double>, to result: inout MixtureMoments) {
    let (D, entryCount) = (parameters.columnCount, parameters.entryCount)
    let isDiagonal = parameters.covarianceModel.isDiagonal
    for k in 0..<parameters.componentCount {
      let from = sums + k * componentSums
      let (complete, count) = (result.counts[k], from[entryCount + D])
      guard count > 0 else { continue }
      let total = complete + count
      let offsets = (0..<D).map { from[entryCount + $0] / count }
      // Two sets of rows: their scatters, and that of their means (Chan, Golub and LeVeque 1983).
      let apart = (0..<D).map { parameters.means[k * D + $0] + offsets[$0] - result.means[k * D + $0] }
      let between = complete * count / total
      for i in 0..<D {
        for j in isDiagonal ? i...i : 0...(D - 1) {
          let at = isDiagonal ? i : i * D + j
          var scatter = from[at] - count * offsets[i] * offsets[j]
          if i == j { scatter = max(0, scatter) }
          result.scatters[k * entryCount + at] += scatter + between * apart[i] * apart[j]
        }
      }
      for d in 0..<D { result.means[k * D + d] += apart[d] * (count / total) }
      result.counts[k] = total
    }
  }

  /// Σ_k N_k (log π_k − ½ ln|2πΣ_k|) − ½ Σ w r E|L⁻¹(z − m)|²: E[log p(z, k)] read off the sums.
  func expectedLogJoint(_ sums: UnsafePointer<Double>) -> Double {
    var total = 0.0
    for k in 0..<parameters.componentCount {
      let end = sums + (k + 1) * componentSums
      total += end[-2] * parameters.logConstant(k) - 0.5 * end[-1]
    }
    return total
  }
}
