import SurprisalCore

/// Makes the first parameters of a run from a partition of the sampled rows.
struct MixtureStarts {
  let data: MixtureData
  let configuration: GaussianMixtureConfiguration
  /// Ward's tree on at most 2,000 of the sampled rows, built when first wanted.
  private var tree: (tree: HierarchicalTree, rows: [Int])?

  init(data: MixtureData, configuration: GaussianMixtureConfiguration) {
    self.data = data
    self.configuration = configuration
  }

  /// How many different starts the configuration has.
  var count: Int {
    switch configuration.start {
    case .given, .hierarchical: 1
    case .automatic, .kMeans, .randomRows: max(1, configuration.starts)
    }
  }

  /// The parameters of start `number` (from 0), drawn anew for every `attempt`.
  mutating func parameters(
    number: Int, attempt: Int, components: Int, setting: MixtureSetting
  ) throws -> GaussianMixtureEM {
    if case .given(let mixture) = configuration.start { return try given(mixture, components, setting) }
    var generator = RandomGenerator(
      seed: configuration.seed,
      stream: UInt64(components) << 20 | UInt64(attempt) << 16 | UInt64(number & 0xFFFF) | UInt64(number >> 16) << 40)
    let labels: [Int32]
    switch attempt == 0 ? kind(of: number) : .random {
    case .tree: labels = hierarchical(components)
    case .whitened: labels = kMeans(data.sample.whitened, data.sample.rank, components, &generator)
    case .scaled: labels = kMeans(data.sample.scaled, data.columnCount, components, &generator)
    case .random: labels = randomRows(components, &generator)
    }
    return try start(labels: labels, components: components, setting: setting)
  }

  /// The ways to a partition.
  enum Kind: Hashable {
    case tree, whitened, scaled, random
  }

  /// How start `number` partitions the rows. A start that collapsed is drawn anew from random rows: a tree has
  /// no second answer, and k-means tends to repeat its first.
  func kind(of number: Int) -> Kind {
    switch configuration.start {
    case .hierarchical: .tree
    case .kMeans: .scaled
    case .randomRows, .given: .random
    case .automatic: number == 0 ? .tree : [.random, .whitened, .random, .scaled][number % 4]
    }
  }

  private func kMeans(
    _ values: [Double], _ columns: Int, _ components: Int, _ generator: inout RandomGenerator
  ) -> [Int32] {
    values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return [] }
      return PartitionStart.kMeans(
        rows: base, rowCount: data.sample.rowCount, columnCount: columns, weights: data.sample.weights,
        clusters: components, using: &generator)
    }
  }

  private func randomRows(_ components: Int, _ generator: inout RandomGenerator) -> [Int32] {
    data.sample.scaled.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return [] }
      return PartitionStart.randomRows(
        rows: base, rowCount: data.sample.rowCount, columnCount: data.columnCount,
        weights: data.sample.weights, clusters: components, using: &generator)
    }
  }

  /// Labels of the rows that the tree was built on; −1 for all others.
  private mutating func hierarchical(_ components: Int) -> [Int32] {
    let limit = 2000
    let sample = data.sample
    if tree == nil {
      let step = max(1, (sample.rowCount + limit - 1) / limit)
      let rows = Array(stride(from: 0, to: sample.rowCount, by: step))
      let values = rows.flatMap { sample.whitened[$0 * sample.rank..<($0 + 1) * sample.rank] }
      let built = values.withUnsafeBufferPointer { buffer -> HierarchicalTree? in
        buffer.baseAddress.map {
          PartitionStart.hierarchical(
            rows: $0, rowCount: rows.count, columnCount: sample.rank,
            weights: sample.weights.map { all in rows.map { all[$0] } })
        }
      }
      tree = built.map { ($0, rows) }
    }
    var labels = [Int32](repeating: -1, count: sample.rowCount)
    if let tree {
      for (row, label) in zip(tree.rows, tree.tree.labels(clusters: components)) { labels[row] = label }
    }
    return labels
  }

  private func given(
    _ mixture: GaussianMixture, _ components: Int, _ setting: MixtureSetting
  ) throws -> GaussianMixtureEM {
    guard mixture.componentCount == components, mixture.columnCount == data.columnCount else {
      throw SurprisalError(
        .data,
        "the given start has \(mixture.componentCount) components over \(mixture.columnCount) columns, "
          + "and the fit \(components) over \(data.columnCount)",
        remedy: "start from a model of the same size")
    }
    let model = setting.covarianceModel
    let isSameShape = mixture.covarianceModel == model
    let general: CovarianceModel = model.isDiagonal ? .vvi : .vvv
    guard
      let parameters = mixture.parameters(
        in: setting.standardization, covarianceModel: isSameShape ? model : general)
    else {
      throw SurprisalError(
        .data, "the given start is singular beside the scale of these data", remedy: "start without it")
    }
    if isSameShape || model == general {
      return GaussianMixtureEM(setting: setting, parameters: parameters)
    }
    // Covariances of another shape are no start: the first M-step would lower the bound. The M-step of the
    // start's own moments is the nearest mixture of the shape that is fitted.
    let entryCount = parameters.entryCount
    var moments = MixtureMoments(components: components, columns: data.columnCount, entryCount: entryCount)
    moments.counts = parameters.weights.map { $0 * data.totalWeight }
    moments.means = parameters.means
    for index in moments.scatters.indices {
      moments.scatters[index] = parameters.covariances[index] * moments.counts[index / entryCount]
    }
    return try GaussianMixtureEM.maximum(moments, setting: setting)
  }

  /// The M-step of a hard partition. Each covariance is mixed with the pooled one as if D + 1 rows had it, so
  /// that small clusters do not start collapsed.
  private func start(
    labels: [Int32], components: Int, setting: MixtureSetting
  ) throws -> GaussianMixtureEM {
    let D = data.columnCount
    let isDiagonal = setting.covarianceModel.isDiagonal
    let entryCount = setting.covarianceModel.entryCount(columns: D)
    var moments = MixtureMoments(components: components, columns: D, entryCount: entryCount)
    let ratio = (0..<D).map { data.sample.standardization.scale[$0] / setting.standardization.scale[$0] }
    sums(labels, ratio, isDiagonal, &moments)
    var pooled = [Double](repeating: 0, count: entryCount)
    for k in 0..<components {
      for index in 0..<entryCount { pooled[index] += moments.scatters[k * entryCount + index] }
    }
    let total = moments.total
    // The spread of the whole data, a little of it, keeps a partition of ties regular.
    for d in 0..<D {
      let index = isDiagonal ? d : d * (D + 1)
      pooled[index] = max(pooled[index], 1e-4 * total * setting.columnVariances[d])
    }
    let extra = Double(D + 1)
    for k in 0..<components {
      let count = moments.counts[k]
      let factor = count / (count + extra)
      for index in 0..<entryCount {
        moments.scatters[k * entryCount + index] =
          factor * (moments.scatters[k * entryCount + index] + extra * pooled[index] / total)
      }
      // A cluster of few rows starts with the weight of D + 2, so that it is not refused at once.
      if count > 0, !(count > extra) {
        let raise = (extra + 1) / max(count, Double.leastNormalMagnitude)
        moments.counts[k] = extra + 1
        for index in 0..<entryCount { moments.scatters[k * entryCount + index] *= raise }
      }
    }
    return try GaussianMixtureEM.maximum(moments, setting: setting)
  }

  private func sums(
    _ labels: [Int32], _ ratio: [Double], _ isDiagonal: Bool, _ moments: inout MixtureMoments
  ) {
    let D = data.columnCount
    let sample = data.sample
    let entryCount = isDiagonal ? D : D * D
    for row in 0..<sample.rowCount where labels[row] >= 0 {
      let k = Int(labels[row])
      let weight = sample.weights.map { $0[row] } ?? 1
      moments.counts[k] += weight
      for d in 0..<D { moments.means[k * D + d] += weight * sample.scaled[row * D + d] * ratio[d] }
    }
    for k in moments.counts.indices where moments.counts[k] > 0 {
      for d in 0..<D { moments.means[k * D + d] /= moments.counts[k] }
    }
    var offset = [Double](repeating: 0, count: D)
    for row in 0..<sample.rowCount where labels[row] >= 0 {
      let k = Int(labels[row])
      let weight = sample.weights.map { $0[row] } ?? 1
      for d in 0..<D { offset[d] = sample.scaled[row * D + d] * ratio[d] - moments.means[k * D + d] }
      moments.scatters.withUnsafeMutableBufferPointer { scatters in
        let base = k * entryCount
        if isDiagonal {
          for d in 0..<D { scatters[base + d] += weight * offset[d] * offset[d] }
        } else {
          for i in 0..<D {
            let factor = weight * offset[i]
            for j in 0..<D { scatters[base + i * D + j] += factor * offset[j] }
          }
        }
      }
    }
  }
}
