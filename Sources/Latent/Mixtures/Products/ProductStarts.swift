import SurprisalCore

/// Starts of a product mixture: rows near K random rows form a component each, mixed with the table as a whole so that
/// nothing that occurs is impossible in any of them.
struct ProductStarts: Sendable {
  /// How many rows are looked at, and what share of a component's start is the whole table.
  private static let sampleLimit = 2048
  private static let commonShare = 0.2

  let setting: ProductSetting
  let members: ProductMembers
  let seed: UInt64
  /// The moments of the table as a whole, as those of one component.
  let whole: ProductMoments
  /// ½ / variance of each linear and normal column, 0 where it is constant: what a squared difference counts.
  let denseScales: [Double]

  /// The parameters of start `number`, from 0; every attempt draws other rows.
  func model(number: Int, attempt: Int, components K: Int) throws -> ProductMixtureEM {
    var generator = RandomGenerator(seed: seed, stream: UInt64(number) << 8 | UInt64(attempt))
    let sample = sampled(using: &generator)
    var centers = [generator.nextInteger(below: sample.count)]
    var distances = [Double](repeating: .infinity, count: sample.count)
    var nearest = [Int](repeating: 0, count: sample.count)
    // Even starts draw centers in proportion to their squared distance from those before (Arthur and Vassilvitskii
    // 2007), odd ones evenly.
    for k in 0..<K {
      if k > 0 {
        let pull = number % 2 == 0 ? distances : [Double](repeating: 1, count: sample.count)
        centers.append(ProductStarts.drawn(pull, using: &generator))
      }
      for index in sample.indices {
        let distance = setting.rows.distance(
          members.place(sample[index]), members.place(sample[centers[k]]), denseScales: denseScales)
        if distance < distances[index] || k == 0 { (distances[index], nearest[index]) = (distance, k) }
      }
    }
    return try maximum(of: sample, nearest, components: K)
  }

  private func sampled(using generator: inout RandomGenerator) -> [Int] {
    let count = members.count
    guard count > Self.sampleLimit else { return Array(0..<count) }
    return (0..<Self.sampleLimit).map { _ in generator.nextInteger(below: count) }
  }

  private static func drawn(_ weights: [Double], using generator: inout RandomGenerator) -> Int {
    let sum = weights.reduce(0, +)
    guard sum > 0, sum.isFinite else { return generator.nextInteger(below: weights.count) }
    var left = generator.nextUniform() * sum
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    return weights.count - 1
  }

  /// The M-step of hard assignments of the sampled members, each component's moments mixed with the whole table's.
  private func maximum(of sample: [Int], _ nearest: [Int], components K: Int) throws -> ProductMixtureEM {
    let (columns, rows) = (setting.columns, setting.rows)
    let P = columns.valueCount
    var counts = [Double](repeating: 0, count: K)
    // Raw sums: Σ w of levels, Σ w x, and Σ w x and Σ w x² of normal columns, whose coordinates are standardized.
    var sums = [Double](repeating: 0, count: K * P)
    let dense = columns.linear + columns.normal
    for (member, k) in zip(sample, nearest) {
      let (row, weight) = (members.place(member), members.weight(member))
      counts[k] += weight
      rows.forEachLevel(row) { sums[k * P + columns.valueStarts[$0] + $1] += weight }
      for (index, column) in dense.enumerated() {
        let (x, at) = (rows.denseValue(row, index), k * P + columns.valueStarts[column])
        sums[at] += weight * x
        if columns.families[column] == .normal { sums[at + 1] += weight * x * x }
      }
    }
    let total = counts.reduce(0, +)
    var moments = ProductMoments(total: 0, counts: counts, values: sums)
    for k in 0..<K {
      // A component that no row is nearest to starts as the table.
      let common = counts[k] > 0 ? Self.commonShare * counts[k] / (1 - Self.commonShare) : total / Double(K)
      let factor = common / whole.total
      moments.counts[k] += common
      for column in 0..<columns.count {
        let at = columns.valueStarts[column]
        for offset in 0..<columns.values(of: column).count where columns.families[column] != .normal {
          moments.values[k * P + at + offset] += factor * whole.values[at + offset]
        }
        guard columns.families[column] == .normal else { continue }
        let (mean, scatter) = (whole.values[at], whole.values[at + 1])
        let first = sums[k * P + at] + common * mean
        let second = sums[k * P + at + 1] + factor * scatter + common * mean * mean
        moments.values[k * P + at] = first / moments.counts[k]
        moments.values[k * P + at + 1] = max(0, second - first * first / moments.counts[k])
      }
    }
    moments.total = moments.counts.reduce(0, +)
    return try ProductMixtureEM.maximum(moments, setting: setting)
  }
}
