import SurprisalCore

/// The information that rows give about the parameters of a Gaussian mixture.
struct MixtureInformation {
  let setting: MixtureSetting
  let chart: MixtureChart
  let observations: WeightedRows
  let threads: Int
  let isCancelled: @Sendable () -> Bool
  /// ∂θ/∂ψ where it is the same everywhere.
  private let constantJacobian: [[(index: Int, slope: Double)]]?

  init(
    setting: MixtureSetting, chart: MixtureChart, observations: WeightedRows, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.setting = setting
    self.chart = chart
    self.observations = observations
    self.threads = threads
    self.isCancelled = isCancelled
    constantJacobian = chart.isLinear ? chart.jacobian([Double](repeating: 0, count: chart.count)) : nil
  }

  /// ∂ log p(x | θ)/∂ψ at ψ from the statistics of one E-step: at the parameters where q is the posterior it is the
  /// gradient of E_q[log p(x, z | θ)] (Fisher's identity), missing cells or not.
  func score(_ point: [Double]) throws -> [Double]? {
    if isCancelled() { throw CancellationError() }
    guard let parameters = chart.parameters(point) else { return nil }
    let model = GaussianMixtureEM(setting: setting, parameters: parameters)
    let statistics = ExpectationPass.run(model.expectation(), over: observations, threads: threads)
    let gradient = MixtureInformation.gradient(parameters, model.moments(of: statistics))
    return (constantJacobian ?? chart.jacobian(point)).map { $0.reduce(0) { $0 + gradient[$1.index] * $1.slope } }
  }

  /// ∂ log p(θ)/∂ψ at ψ; zeros without a prior.
  func priorScore(_ point: [Double]) -> [Double]? {
    guard let prior = setting.prior else { return [Double](repeating: 0, count: chart.count) }
    var slopes: [Double] = []
    for coordinate in 0..<chart.count {
      let slope = Stencil.derivative(at: point, along: coordinate) { point in
        chart.parameters(point).map { [prior.logDensity($0)] }
      }
      guard let slope else { return nil }
      slopes += slope
    }
    return slopes
  }

  /// The gradient of E_q[log p(x, z | θ)] in weights, means and covariances as if they were free.
  static func gradient(_ parameters: GaussianParameters, _ moments: MixtureMoments) -> [Double] {
    let (K, D, entryCount) = (parameters.componentCount, parameters.columnCount, parameters.entryCount)
    var weights: [Double] = []
    var means: [Double] = []
    var covariances: [Double] = []
    for k in 0..<K {
      let count = moments.counts[k]
      weights.append(count / parameters.weights[k])
      let offsets = (0..<D).map { moments.means[k * D + $0] - parameters.means[k * D + $0] }
      let precisions = Array(parameters.precisions[k * entryCount..<(k + 1) * entryCount])
      if parameters.covarianceModel.isDiagonal {
        for d in 0..<D {
          let square = moments.scatters[k * D + d] + count * offsets[d] * offsets[d]
          means.append(count * precisions[d] * offsets[d])
          covariances.append(0.5 * precisions[d] * (precisions[d] * square - count))
        }
        continue
      }
      for i in 0..<D {
        means.append(count * (0..<D).reduce(0) { $0 + precisions[i * D + $1] * offsets[$1] })
      }
      // ½ (P S P − N P).
      var half = [Double](repeating: 0, count: D * D)
      for i in 0..<D {
        for j in 0..<D {
          for l in 0..<D {
            let square = moments.scatters[(k * D + l) * D + j] + count * offsets[l] * offsets[j]
            half[i * D + j] += precisions[i * D + l] * square
          }
        }
      }
      for i in 0..<D {
        for j in 0..<D {
          var value = -count * precisions[i * D + j]
          for l in 0..<D { value += half[i * D + l] * precisions[l * D + j] }
          covariances.append(0.5 * value)
        }
      }
    }
    return weights + means + covariances
  }

  /// −∂²(log p(x | θ) + log p(θ))/∂ψ² at ψ = 0: the score is differentiated by differences of fourth order.
  func observed() throws -> [Double]? {
    let p = chart.count
    let origin = [Double](repeating: 0, count: p)
    var result = [Double](repeating: 0, count: p * p)
    for column in 0..<p {
      guard let slopes = try Stencil.derivative(at: origin, along: column, score) else { return nil }
      for row in 0..<p {
        result[row * p + column] -= 0.5 * slopes[row]
        result[column * p + row] -= 0.5 * slopes[row]
      }
    }
    guard setting.prior != nil else { return result }
    for column in 0..<p {
      guard let slopes = Stencil.derivative(at: origin, along: column, priorScore) else { return nil }
      for row in 0..<p {
        result[row * p + column] -= 0.5 * slopes[row]
        result[column * p + row] -= 0.5 * slopes[row]
      }
    }
    return result
  }

  /// Σ w s sᵀ over the rows' own scores s = ∂ log p(x_n | θ)/∂ψ.
  func empirical() throws -> [Double] {
    let p = chart.count
    let parameters = chart.base
    let (K, D, entryCount) = (parameters.componentCount, parameters.columnCount, parameters.entryCount)
    let jacobian = chart.jacobian([Double](repeating: 0, count: p))
    let runs = MissingRuns.covering(observations)
    let scratch = Scratch(capacity: PatternPosterior.workspaceCount(parameters))
    var posterior = PatternPosterior(parameters, standardization: setting.standardization, workspace: scratch.base)
    var result = [Double](repeating: 0, count: p * p)
    var gradient = [Double](repeating: 0, count: chart.flatCount)
    var score = [Double](repeating: 0, count: p)
    var isStopped = false
    observations.rows.withUnsafeValues { values in
      runs.forEachRun(in: 0..<observations.count) { pattern, range in
        if isStopped || isCancelled() {
          isStopped = true
          return
        }
        posterior.prepare(pattern)
        let precisions = (0..<K).map { posterior.observedPrecision($0) }
        for row in range {
          _ = posterior.evaluate(values + row * D)
          for index in gradient.indices { gradient[index] = 0 }
          for k in 0..<K {
            let share = posterior.responsibilities[k]
            gradient[k] = share / parameters.weights[k]
            let image = posterior.precisionImage(k)
            let first = K + K * D + k * entryCount
            for (g, column) in pattern.order.prefix(pattern.observedCount).enumerated() {
              gradient[K + k * D + column] = share * image[g]
              if parameters.covarianceModel.isDiagonal {
                gradient[first + column] = 0.5 * share * (image[g] * image[g] - precisions[k][g])
                continue
              }
              for (h, other) in pattern.order.prefix(pattern.observedCount).enumerated() {
                gradient[first + column * D + other] =
                  0.5 * share * (image[g] * image[h] - precisions[k][g * pattern.observedCount + h])
              }
            }
          }
          for i in 0..<p { score[i] = jacobian[i].reduce(0) { $0 + gradient[$1.index] * $1.slope } }
          let weight = observations.weights.map { $0[row] } ?? 1
          for i in 0..<p {
            let factor = weight * score[i]
            for j in 0...i { result[i * p + j] += factor * score[j] }
          }
        }
      }
    }
    if isStopped { throw CancellationError() }
    for i in 0..<p {
      for j in 0..<i { result[j * p + i] = result[i * p + j] }
    }
    return result
  }
}

extension MissingRuns {
  /// Runs of all rows, complete ones as one pattern that lacks nothing.
  static func covering(_ observations: WeightedRows) -> MissingRuns {
    let whole = MissingPattern(isMissing: [Bool](repeating: false, count: observations.rows.columnCount))
    guard let runs = observations.missing else {
      return MissingRuns(completeCount: 0, patterns: [whole], starts: [0, observations.count])
    }
    guard runs.completeCount > 0 else { return runs }
    return MissingRuns(completeCount: 0, patterns: [whole] + runs.patterns, starts: [0] + runs.starts)
  }
}

extension PatternPosterior {
  /// L_oo⁻ᵀ y = Σ_oo⁻¹ (z_o − m_o) of the last row under component `k`, in the pattern's order.
  func precisionImage(_ k: Int) -> [Double] {
    let (D, G) = (parameters.columnCount, pattern.observedCount)
    if parameters.covarianceModel.isDiagonal { return (0..<G).map { whitened[k * D + $0] / factors[k * D + $0] } }
    var u = (0..<G).map { whitened[k * D + $0] }
    for row in stride(from: G - 1, through: 0, by: -1) {
      let l = factors + (k * D + row) * D
      u[row] /= l[row]
      for column in 0..<row { u[column] -= u[row] * l[column] }
    }
    return u
  }

  /// Σ_oo⁻¹ of component `k` as [G][G], or 1 / variance [G].
  func observedPrecision(_ k: Int) -> [Double] {
    let (D, G) = (parameters.columnCount, pattern.observedCount)
    if parameters.covarianceModel.isDiagonal {
      return (0..<G).map { 1 / (factors[k * D + $0] * factors[k * D + $0]) }
    }
    let lower = (0..<G * G).map { factors[(k * D + $0 / G) * D + $0 % G] }
    let inverse = Triangular.inverse((0..<G * G).map { $0 % G <= $0 / G ? lower[$0] : 0 }, dimension: G)
    var result = [Double](repeating: 0, count: G * G)
    for l in 0..<G {
      for i in 0...l {
        for j in 0...l { result[i * G + j] += inverse[l * G + i] * inverse[l * G + j] }
      }
    }
    return result
  }
}
