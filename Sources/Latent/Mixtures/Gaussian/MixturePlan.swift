import CSurprisalKernels
import SurprisalCore

/// The parameters of a Gaussian mixture packed for the tiled kernel.
///
/// Invariant behind `@unchecked`: the memory is written in `init` only and freed in `deinit`.
package final class MixturePlan: @unchecked Sendable {
  private let memory: UnsafeMutablePointer<Double>
  private let order: UnsafeMutablePointer<Int32>
  private let template: surprisal_mixture
  /// The sums that the kernel adds to: K × the number of features.
  package let sumCount: Int
  package let workspaceCount: Int
  /// K.
  let componentCount: Int

  /// Packs `parameters`; with `isCentered` every component takes the centered form, which loses no digits
  /// to the means' distance, with a refined precision factor.
  package init(
    _ parameters: GaussianParameters, standardization: Standardization, isCentered: Bool = false
  ) {
    let (K, D) = (parameters.componentCount, parameters.columnCount)
    let diagonal = parameters.covarianceModel.isDiagonal
    let features = surprisal_mixture_feature_count(D, diagonal ? 1 : 0)
    let featureForm = (0..<K).filter { !isCentered && parameters.usesFeatureForm($0) }
    let centered = (0..<K).filter { isCentered || !parameters.usesFeatureForm($0) }
    let whiteningCount = surprisal_mixture_whitening_count(D, diagonal ? 1 : 0)
    sumCount = K * features
    componentCount = K
    let sizes = [
      D, D, featureForm.count * features, centered.count * D, centered.count * whiteningCount, centered.count,
    ]
    memory = .allocate(capacity: sizes.reduce(0, +))
    order = .allocate(capacity: K)
    for (position, component) in (featureForm + centered).enumerated() {
      (order + position).initialize(to: Int32(component))
    }
    var parts: [UnsafeMutablePointer<Double>] = []
    var offset = 0
    for size in sizes {
      parts.append(memory + offset)
      offset += size
    }
    for d in 0..<D {
      (parts[0] + d).initialize(to: standardization.shift[d])
      (parts[1] + d).initialize(to: 1 / standardization.scale[d])
    }
    var plan = surprisal_mixture(
      rows: nil, weights: nil, shift: parts[0], inverseScale: parts[1], columns: D, components: K,
      diagonal: diagonal ? 1 : 0, featureComponents: featureForm.count, order: order,
      coefficients: parts[2], centers: parts[3], whitening: parts[4], constants: parts[5])
    let coefficients = featureForm.flatMap { MixturePlan.coefficients(parameters, $0) }
    surprisal_mixture_pack(&plan, coefficients, parts[2])
    for (position, component) in centered.enumerated() {
      for d in 0..<D { (parts[3] + position * D + d).initialize(to: parameters.means[component * D + d]) }
      let (lower, constant) = MixturePlan.whitening(parameters, component, isRefined: isCentered)
      surprisal_mixture_pack_whitening(D, diagonal ? 1 : 0, lower, parts[4] + position * whiteningCount)
      (parts[5] + position).initialize(to: constant)
    }
    workspaceCount = surprisal_mixture_workspace_count(&plan)
    template = plan
  }

  deinit {
    memory.deallocate()
    order.deallocate()
  }

  /// Calls `body` with a plan over `observations`.
  package func withPlan<Result>(
    _ observations: WeightedRows, _ body: (UnsafePointer<surprisal_mixture>) -> Result
  ) -> Result {
    observations.rows.withUnsafeValues { rows in
      var plan = template
      plan.rows = rows
      if let weights = observations.weights {
        return weights.withUnsafeBufferPointer { buffer in
          plan.weights = buffer.baseAddress
          return withUnsafePointer(to: plan, body)
        }
      }
      return withUnsafePointer(to: plan, body)
    }
  }

  /// log p(z, k) as a combination of the features z_i z_j (i ≤ j), z_i and 1.
  private static func coefficients(_ parameters: GaussianParameters, _ k: Int) -> [Double] {
    let D = parameters.columnCount
    let base = k * parameters.entryCount
    var quadratic: [Double] = []
    var linear: [Double] = []
    quadratic.reserveCapacity(D * (D + 3) / 2 + 1)
    var square = 0.0
    for i in 0..<D {
      var image = 0.0
      if parameters.covarianceModel.isDiagonal {
        quadratic.append(-0.5 * parameters.precisions[base + i])
        image = parameters.precisions[base + i] * parameters.means[k * D + i]
      } else {
        for j in i..<D {
          quadratic.append((i == j ? -0.5 : -1) * parameters.precisions[base + i * D + j])
        }
        for j in 0..<D { image += parameters.precisions[base + i * D + j] * parameters.means[k * D + j] }
      }
      linear.append(image)
      square += image * parameters.means[k * D + i]
    }
    return quadratic + linear + [parameters.logConstant(k) - 0.5 * square]
  }

  /// W with y = W (z − m), and the constant of the log-density.
  private static func whitening(
    _ parameters: GaussianParameters, _ k: Int, isRefined: Bool
  ) -> ([Double], Double) {
    let D = parameters.columnCount
    let count = parameters.entryCount
    let lower = Array(parameters.whitening[k * count..<(k + 1) * count])
    guard isRefined, !parameters.covarianceModel.isDiagonal,
      let refined = Cholesky.refinedPrecisionFactor(
        Array(parameters.covariances[k * count..<(k + 1) * count]), dimension: D)
    else { return (lower, parameters.logConstant(k)) }
    var logDeterminant = 0.0
    for d in 0..<D { logDeterminant -= 2 * surprisal_log(refined[d * (D + 1)]) }
    let constant = surprisal_log(parameters.weights[k]) - 0.5 * (Double(D) * logTwoPi + logDeterminant)
    return (refined, constant)
  }
}

/// The E-step of a Gaussian mixture at fixed parameters.
package struct MixtureExpectation: ExpectationStep {
  let plan: MixturePlan
  /// What rows with missing cells are summed by; nil where there are none.
  let missing: MissingExpectation?

  init(plan: MixturePlan, missing: MissingExpectation? = nil) {
    self.plan = plan
    self.missing = missing
  }

  /// K × the number of features, and the sums of rows with missing cells behind them.
  public var sumCount: Int { plan.sumCount + (missing?.sumCount ?? 0) }
  /// Two products with the features, and exp, log and divisions for every component.
  public var operationCount: Int { 4 * plan.sumCount + 100 * plan.componentCount }
  /// What one tile needs.
  public var workspaceCount: Int { max(plan.workspaceCount, missing?.workspaceCount ?? 0) }

  /// Sums tile by tile.
  public func accumulate(
    _ observations: WeightedRows, _ range: Range<Int>, sums: UnsafeMutablePointer<Double>,
    totals: UnsafeMutablePointer<Double>, workspace: UnsafeMutablePointer<Double>
  ) {
    let complete = min(range.upperBound, observations.missing?.completeCount ?? range.upperBound)
    if range.lowerBound < complete {
      plan.withPlan(observations) {
        surprisal_mixture_expectation($0, range.lowerBound, complete, sums, totals, workspace)
      }
    }
    guard let missing, let runs = observations.missing else { return }
    missing.accumulate(
      observations, runs, max(range.lowerBound, complete)..<range.upperBound, sums: sums + plan.sumCount,
      totals: totals, workspace: workspace)
  }
}
