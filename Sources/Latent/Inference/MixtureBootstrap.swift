import CSurprisalKernels
import SurprisalCore

/// Rows drawn anew from data or from a model, as often as there are rows.
struct Resampling {
  private let observations: WeightedRows
  private let cumulated: [Double]?
  /// How many rows a replicate has: Σ w, rounded.
  let count: Int

  /// Throws a data error where Σ w is more rows than can be drawn.
  init(_ observations: WeightedRows) throws {
    self.observations = observations
    var sum = 0.0
    cumulated = observations.weights?.map { weight in
      sum += weight
      return sum
    }
    let total = cumulated?.last ?? Double(observations.count)
    guard total <= 1e9 else {
      throw SurprisalError(
        .data, "the weights sum to \(total), and a replicate has that many rows",
        remedy: "divide the weights by a constant if they are no counts of rows")
    }
    count = max(1, Int(total.rounded()))
  }

  /// A row drawn with its weight as probability.
  private func draw(_ generator: inout RandomGenerator) -> Int {
    guard let cumulated, let total = cumulated.last else { return generator.nextInteger(below: observations.count) }
    let position = generator.nextUniform() * total
    var (low, high) = (0, cumulated.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulated[middle] > position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// How often each row is drawn with replacement.
  func counts(using generator: inout RandomGenerator) -> [Double] {
    var result = [Double](repeating: 0, count: observations.count)
    for _ in 0..<count { result[draw(&generator)] += 1 }
    return result
  }

  /// Rows of `model`, with cells missing where the data's rows lack them: row by row, or of a drawn row where rows
  /// have weights.
  func rows(of model: GaussianMixture, using generator: inout RandomGenerator) -> RowMatrix {
    let rows = model.sample(count, using: &generator).rows
    guard observations.missing != nil else { return rows }
    let D = rows.columnCount
    var values = (0..<count).flatMap { rows.row($0) }
    for row in 0..<count {
      let from = cumulated == nil ? row : draw(&generator)
      for d in 0..<D where observations.rows[from, d].isNaN { values[row * D + d] = .nan }
    }
    return RowMatrix(unchecked: values, columnCount: D)
  }
}

/// Fits of a mixture to replicates of its data.
struct MixtureBootstrap {
  private let fit: GaussianMixtureFit
  private let data: MixtureData
  private let isCancelled: @Sendable () -> Bool

  init(_ fit: GaussianMixtureFit, _ data: MixtureData, isCancelled: @escaping @Sendable () -> Bool) {
    self.fit = fit
    self.data = data
    self.isCancelled = isCancelled
  }

  func standardErrors(
    _ method: StandardErrorMethod, replicates: Int, seed: UInt64
  ) throws -> MixtureStandardErrors {
    let resampling = try Resampling(data.observations)
    var configuration = fit.configuration
    configuration.components = fit.model.componentCount
    configuration.start = .given(fit.model)
    configuration.collapsePolicy = .error
    var sums: [Double] = []
    var squares: [Double] = []
    var first: [Double] = []
    var done = 0
    var failed = 0
    for replicate in 0..<replicates {
      if isCancelled() { throw CancellationError() }
      var generator = RandomGenerator(seed: seed, stream: 1 << 60 | UInt64(replicate))
      do {
        let refit: GaussianMixtureFit
        if case .bootstrap = method {
          refit = try GaussianMixture.fit(
            data.observations.rows, weights: resampling.counts(using: &generator), columnNames: data.columnNames,
            configuration: configuration, isCancelled: isCancelled)
        } else {
          refit = try GaussianMixture.fit(
            resampling.rows(of: fit.model, using: &generator), columnNames: data.columnNames,
            configuration: configuration, isCancelled: isCancelled)
        }
        guard let values = matched(refit.model) else {
          failed += 1
          continue
        }
        if first.isEmpty {
          first = values
          sums = [Double](repeating: 0, count: values.count)
          squares = sums
        }
        // Around the first replicate, so that offsets cost no digits.
        for index in values.indices {
          let offset = values[index] - first[index]
          sums[index] += offset
          squares[index] += offset * offset
        }
        done += 1
      } catch let error as SurprisalError where error.category == .data { failed += 1 }
    }
    guard done >= 2 else {
      throw SurprisalError(
        .data, "\(failed) of \(replicates) bootstrap fits collapsed", remedy: "ask for fewer components")
    }
    let n = Double(done)
    let flat = sums.indices.map { (max(0, squares[$0] - sums[$0] * sums[$0] / n) / (n - 1)).squareRoot() }
    var result = MixtureStandardErrors(fit.model, method: method, flat: flat)
    result.replicates = done
    result.failedReplicates = failed
    return result
  }

  /// θ of a replicate in the fit's coordinates, its components in the order of those of the fit they are nearest
  /// to: of all orders the one with the least sum of Jeffreys divergences.
  private func matched(_ model: GaussianMixture) -> [Double]? {
    let target = fit.model
    guard model.componentCount == target.componentCount,
      let own = model.parameters(in: target.standardization, covarianceModel: target.covarianceModel)
    else { return nil }
    let K = target.componentCount
    let costs = (0..<K).map { k in (0..<K).map { MixtureBootstrap.divergence(target.parameters, k, own, $0) } }
    let ordered = own.reordered(Assignment.least(costs))
    return ordered.weights + ordered.means + ordered.covariances
  }

  /// KL(p ‖ q) + KL(q ‖ p) of two Gaussian components, in nats.
  private static func divergence(_ a: GaussianParameters, _ k: Int, _ b: GaussianParameters, _ l: Int) -> Double {
    let (D, size) = (a.columnCount, a.entryCount)
    var total = -Double(D)
    for i in 0..<D {
      let first = a.means[k * D + i] - b.means[l * D + i]
      for j in a.covarianceModel.isDiagonal ? i...i : 0...(D - 1) {
        let at = a.covarianceModel.isDiagonal ? i : i * D + j
        let second = a.means[k * D + j] - b.means[l * D + j]
        let (p, q) = (a.precisions[k * size + at], b.precisions[l * size + at])
        total += 0.5 * (p * b.covariances[l * size + at] + q * a.covariances[k * size + at])
        total += 0.5 * (p + q) * first * second
      }
    }
    return total
  }
}

/// The assignment problem.
enum Assignment {
  /// The column of every row, each once, with the least sum of costs (Kuhn's method with potentials, O(K³)).
  static func least(_ costs: [[Double]]) -> [Int] {
    let n = costs.count
    var rowPotential = [Double](repeating: 0, count: n + 1)
    var columnPotential = rowPotential
    // Columns from 1; column 0 stands for the row that is being placed.
    var owner = [Int](repeating: 0, count: n + 1)
    for row in 1...max(1, n) where n > 0 {
      owner[0] = row
      var column = 0
      var least = [Double](repeating: .infinity, count: n + 1)
      var from = [Int](repeating: 0, count: n + 1)
      var isDone = [Bool](repeating: false, count: n + 1)
      repeat {
        isDone[column] = true
        var step = Double.infinity
        var next = 0
        for other in 1...n where !isDone[other] {
          let cost = costs[owner[column] - 1][other - 1]
          // A cost that is not finite is worse than any other, but must not spread.
          let bounded = cost.isFinite ? min(cost, 1e300) : 1e300
          let rest = bounded - rowPotential[owner[column]] - columnPotential[other]
          if rest < least[other] {
            least[other] = rest
            from[other] = column
          }
          if least[other] < step {
            step = least[other]
            next = other
          }
        }
        for other in 0...n {
          if isDone[other] {
            rowPotential[owner[other]] += step
            columnPotential[other] -= step
          } else {
            least[other] -= step
          }
        }
        column = next
      } while owner[column] != 0
      while column != 0 {
        owner[column] = owner[from[column]]
        column = from[column]
      }
    }
    var result = [Int](repeating: 0, count: n)
    for column in 1...max(1, n) where n > 0 { result[owner[column] - 1] = column - 1 }
    return result
  }
}
