import SurprisalCore

/// Validated sequences, the coordinates to fit in, and what starts are made from.
struct HiddenMarkovData {
  let observations: WeightedSequences
  let layout: SequenceLayout
  let columnNames: [String]
  let family: EmissionFamily
  let setting: ChainSetting
  /// Of Gaussian emissions: rows, weights and starts as the mixture has them.
  let mixture: (data: MixtureData, configuration: GaussianMixtureConfiguration)?
  /// Of categorical emissions: the number of levels of each column.
  let levels: [Int]
  /// Σ w over all rows.
  let totalWeight: Double
  /// How many rows came in, with those of weight 0.
  let rowCount: Int

  var rows: RowMatrix { observations.rows }

  init(
    rows: RowMatrix, sequences: SequenceLayout?, weights: [Double]?, columnNames: [String]?, states: Int,
    family: EmissionFamily, configuration: FitConfiguration
  ) throws {
    let names = try HiddenMarkov.names(columnNames, columns: rows.columnCount)
    guard rows.rowCount > 0 else { throw SurprisalError(.data, "no rows", remedy: "give at least one sequence") }
    guard states >= 1 else { throw SurprisalError(.usage, "\(states) states", remedy: "ask for at least 1") }
    let layout = try sequences ?? .single(rows.rowCount)
    try layout.validate(rowCount: rows.rowCount, weights: weights)
    try RowValidation.requireFinite(rows, columnNames: names)
    guard states <= rows.rowCount else {
      throw SurprisalError(
        .data, "\(rows.rowCount) rows cannot hold \(states) states", remedy: "ask for no more states than rows")
    }
    let kept = try HiddenMarkovData.withoutAbsent(rows, layout, weights)
    let threads = Threads.resolve(configuration.engine.threads)
    var offset = 0.0
    var means: [Double] = []
    switch family {
    case .gaussian(let model):
      let parts = try HiddenMarkovData.gaussian(kept, names, states, model, configuration)
      mixture = (parts.data, parts.configuration)
      levels = []
      offset = -parts.setting.standardization.logScaleSum
      setting = ChainSetting(gaussian: parts.setting, unitOffset: offset, columnMeans: [], threads: threads)
    case .categorical(let given):
      mixture = nil
      levels = try HiddenMarkovData.levels(kept.rows, names, given)
      setting = ChainSetting(gaussian: nil, unitOffset: 0, columnMeans: [], threads: threads)
    case .poisson:
      mixture = nil
      levels = []
      try HiddenMarkovData.requireCounts(kept.rows, names)
      (means, offset) = HiddenMarkovData.countMoments(kept.rows, kept.layout, kept.weights)
      setting = ChainSetting(gaussian: nil, unitOffset: offset, columnMeans: means, threads: threads)
    }
    observations = WeightedSequences(rows: kept.rows, layout: kept.layout, weights: kept.weights)
    self.layout = kept.layout
    self.columnNames = names
    self.family = family
    rowCount = rows.rowCount
    totalWeight = kept.layout.lengths.enumerated().reduce(0) {
      $0 + (kept.weights?[$1.offset] ?? 1) * Double($1.element)
    }
  }

  /// Sequences with a positive weight each.
  struct Kept {
    var rows: RowMatrix
    var layout: SequenceLayout
    var weights: [Double]?

    /// One weight a row.
    var rowWeights: [Double]? {
      weights.map { zip($0, layout.lengths).flatMap { [Double](repeating: $0, count: $1) } }
    }
  }

  /// Sequences of weight 0 are left out, so that they are absent to the bit.
  private static func withoutAbsent(_ rows: RowMatrix, _ layout: SequenceLayout, _ weights: [Double]?) throws -> Kept {
    guard let weights, weights.contains(0) else { return Kept(rows: rows, layout: layout, weights: weights) }
    let D = rows.columnCount
    let values = rows.withUnsafeValues { base in
      zip(layout.ranges, weights).flatMap { range, weight in
        weight > 0
          ? Array(UnsafeBufferPointer(start: base + range.lowerBound * D, count: range.count * D)) : []
      }
    }
    return Kept(
      rows: RowMatrix(unchecked: values, columnCount: D),
      layout: try SequenceLayout(lengths: zip(layout.lengths, weights).filter { $0.1 > 0 }.map(\.0)),
      weights: weights.filter { $0 > 0 })
  }

  /// What a mixture of the rows would be fitted with, whose checks hold here too.
  private static func gaussian(
    _ kept: Kept, _ names: [String], _ states: Int, _ model: CovarianceModel, _ configuration: FitConfiguration
  ) throws -> (data: MixtureData, configuration: GaussianMixtureConfiguration, setting: MixtureSetting) {
    let mixture = GaussianMixtureConfiguration(
      components: states, covarianceModel: model, starts: configuration.starts, collapsePolicy: .error,
      seed: configuration.seed, engine: configuration.engine)
    do {
      let data = try MixtureData(
        rows: kept.rows, weights: kept.rowWeights, columnNames: names, configuration: mixture)
      let fitter = MixtureFitter(data: data, configuration: mixture, progress: nil, isCancelled: { false })
      var warnings: [String] = []
      _ = try fitter.admissible(states, model, &warnings)
      let setting = data.setting(
        model, components: states, prior: nil, collapseEigenvalue: mixture.collapseEigenvalue)
      try fitter.requireIndependentColumns(setting, &warnings)
      return (data, mixture, setting)
    } catch var error as SurprisalError {
      // There is no prior here.
      let remedies = [", or give a --prior": "", ", or a --prior": "", "give a --prior": "leave the columns out"]
      for (ending, other) in remedies.sorted(by: { $0.key.count > $1.key.count }) {
        if let remedy = error.remedy, remedy.hasSuffix(ending) {
          error.remedy = String(remedy.dropLast(ending.count)) + other
          break
        }
      }
      throw error
    }
  }

  /// The most levels that a column may have where they are taken from the data.
  private static let levelLimit = 1 << 16

  private static func levels(_ rows: RowMatrix, _ names: [String], _ given: [Int]?) throws -> [Int] {
    let D = rows.columnCount
    if let given {
      guard given.count == D, given.allSatisfy({ $0 >= 1 }) else {
        throw SurprisalError(.usage, "levels \(given) for \(D) columns", remedy: "give at least 1 level a column")
      }
    }
    var most = [Double](repeating: 0, count: D)
    try rows.withUnsafeValues { values in
      for row in 0..<rows.rowCount {
        for d in 0..<D {
          let value = values[row * D + d]
          let limit = given?[d] ?? HiddenMarkovData.levelLimit
          guard value >= 0, value == value.rounded(), value < Double(limit) else {
            throw SurprisalError(
              .data, "row \(row + 1), column `\(names[d])` is \(value), and levels are 0 to \(limit - 1)",
              remedy: "number the levels 0, 1, 2, …")
          }
          most[d] = max(most[d], value)
        }
      }
    }
    return given ?? most.map { Int($0) + 1 }
  }

  private static func requireCounts(_ rows: RowMatrix, _ names: [String]) throws {
    let D = rows.columnCount
    try rows.withUnsafeValues { values in
      for index in 0..<rows.rowCount * D {
        let value = values[index]
        guard value >= 0, value == value.rounded(), value < 0x1p52 else {
          throw SurprisalError(
            .data, "row \(index / D + 1), column `\(names[index % D])` is \(value), which is no count",
            remedy: "counts are whole numbers of at least 0, below 2⁵²")
        }
      }
    }
  }

  /// The weighted means of the columns, and of log p at these rates.
  private static func countMoments(
    _ rows: RowMatrix, _ layout: SequenceLayout, _ weights: [Double]?
  ) -> (means: [Double], offset: Double) {
    let D = rows.columnCount
    var means = [Double](repeating: 0, count: D)
    var total = 0.0
    rows.withUnsafeValues { values in
      for (index, range) in layout.ranges.enumerated() {
        let weight = weights?[index] ?? 1
        total += weight * Double(range.count)
        for row in range { for d in 0..<D { means[d] += weight * values[row * D + d] } }
      }
    }
    means = means.map { $0 / total }
    let reference = PoissonStates(rates: means, columns: D)
    var sum = CompensatedSum()
    rows.withUnsafeValues { values in
      for (index, range) in layout.ranges.enumerated() {
        let weight = weights?[index] ?? 1
        for row in range { sum.add(weight * reference.logReference(values + row * D)) }
      }
    }
    return (means, sum.value / total)
  }
}
