import CSurprisalKernels
import SurprisalCore

/// What stays fixed while EM moves the parameters of a product mixture.
struct ProductSetting: Sendable {
  let rows: ProductRows
  /// Rows that every level of every component is given before it sees data: Dirichlet(1 + smoothing).
  let smoothing: Double
  /// A component whose variance in a normal column is below this, in units of the column's, may have collapsed.
  static let collapseVariance = 1e-6

  var columns: ProductColumns { rows.columns }
}

/// A product mixture as EM fits it.
struct ProductMixtureEM: LatentVariableModel {
  let setting: ProductSetting
  let parameters: ProductParameters

  private var columns: ProductColumns { setting.columns }

  var parameterCount: Int {
    parameters.componentCount - 1 + parameters.componentCount * columns.parameterCount
  }

  var unitOffset: (perWeight: Double, logPrior: Double) { (-columns.logScaleSum, 0) }

  /// Σ log Dirichlet(p; 1 + smoothing) over the components' discrete columns.
  var logPrior: Double {
    let a = setting.smoothing
    guard a > 0 else { return 0 }
    var total = CompensatedSum()
    for column in columns.discrete {
      let range = columns.values(of: column)
      let L = Double(range.count)
      let norm = surprisal_lgamma(L * (1 + a)) - L * surprisal_lgamma(1 + a)
      for k in 0..<parameters.componentCount {
        let at = k * columns.valueCount
        total.add(norm + a * range.reduce(0) { $0 + parameters.logs[at + $1] })
      }
    }
    return total.value
  }

  func expectation() -> ProductExpectation {
    let plan = ProductPlan(parameters, reference: setting.rows.reference)
    let rows = setting.rows
    let perRow = rows.count == 0 ? 0 : rows.features.entryCount / rows.count
    let work = 4 * perRow + 4 * columns.linear.count + 10 * columns.normal.count + 60
    return ProductExpectation(plan: plan.bound(to: rows), operationCount: work * plan.width)
  }

  func moments(of statistics: Statistics) -> ProductMoments {
    let (K, P) = (parameters.componentCount, columns.valueCount)
    let reference = setting.rows.reference
    let width = surprisal_product_mixture_width(K)
    var result = ProductMoments(
      total: statistics.weight, counts: [Double](repeating: 0, count: K), values: [Double](repeating: 0, count: K * P))
    statistics.storage.withUnsafeBufferPointer { storage in
      guard let counts = storage.baseAddress.map({ $0 + Statistics.totalCount }) else { return }
      let slots = counts + width
      let linear = slots + reference.slotCount * width
      let normal = linear + columns.linear.count * width
      for k in 0..<K {
        let count = counts[k]
        result.counts[k] = count
        for column in columns.discrete {
          let (at, common) = (parameters.start(k, column), reference.levels[column])
          var rest = count
          var slot = reference.slots(of: column).lowerBound
          for level in 0..<columns.values(of: column).count where level != common {
            result.values[at + level] = slots[slot * width + k]
            rest -= slots[slot * width + k]
            slot += 1
          }
          // What remains of the count beside its rounding; a remainder within it, or where the level was impossible, is
          // none at all.
          let isPossible = parameters.values[at + common] > 0
          result.values[at + common] = isPossible && rest > 0x1p-51 * count ? rest : 0
        }
        for (index, column) in columns.linear.enumerated() {
          result.values[parameters.start(k, column)] = linear[index * width + k]
        }
        for (index, column) in columns.normal.enumerated() where count > 0 {
          let at = parameters.start(k, column)
          let (first, second) = (normal[2 * index * width + k], normal[(2 * index + 1) * width + k])
          let (mean, variance) = (first / count, parameters.values[at + 1])
          result.values[at] = parameters.values[at] + mean * variance.squareRoot()
          result.values[at + 1] = variance * max(0, second - first * mean)
        }
      }
    }
    return result
  }

  func expectedLogJoint(_ moments: ProductMoments) -> Double {
    joint(moments).value
  }

  func roundingBound(_ statistics: Statistics) -> (pass: Double, halfStep: Double) {
    let size = statistics.logLikelihoodMagnitude + statistics.weight * Double(columns.count) + logPrior.magnitude
    let sums = joint(moments(of: statistics)).magnitude
    // Where a row is impossible no rounding explains it.
    guard size.isFinite, sums.isFinite else { return (0, 0) }
    let bound = 8 * 0x1p-53 * (size + sums)
    return (bound, 2 * bound)
  }

  /// E[log p(x, z)] of the moments, and Σ of the magnitudes that an E-step adds up for it: rounding is in their unit.
  private func joint(_ moments: ProductMoments) -> (value: Double, magnitude: Double) {
    let rows = setting.rows
    var total = CompensatedSum()
    var magnitude = rows.constantSum.magnitude
    total.add(rows.constantSum)
    func add(_ term: Double) {
      total.add(term)
      magnitude += term.magnitude
    }
    for k in 0..<parameters.componentCount where moments.counts[k] > 0 {
      let count = moments.counts[k]
      add(count * surprisal_log(parameters.weights[k]))
      for column in columns.discrete {
        let at = parameters.start(k, column)
        let common = parameters.logs[at + rows.reference.levels[column]]
        var sum = 0.0
        for index in at..<at + columns.values(of: column).count where moments.values[index] > 0 {
          let (share, log) = (moments.values[index], parameters.logs[index])
          sum += share * log
          if index != at + rows.reference.levels[column], common > -.infinity { magnitude -= 2 * share * common }
        }
        add(sum)
      }
      for column in columns.linear {
        let form = parameters.linearForm(k, column, referenceMean: rows.reference.means[column])
        let sum = moments.values[parameters.start(k, column)]
        add(count * form.constant)
        if sum > 0 { add(sum * form.coefficient) }
      }
      for column in columns.normal {
        let at = parameters.start(k, column)
        let (offset, variance) = (moments.values[at] - parameters.values[at], parameters.values[at + 1])
        add(-0.5 * count * (logTwoPi + parameters.logs[at + 1]))
        add(-0.5 * (moments.values[at + 1] + count * offset * offset) / variance)
      }
    }
    return (total.value, magnitude)
  }
}
