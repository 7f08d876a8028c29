import SurprisalCore
import SurprisalDistributions
import SurprisalTensors

/// Vectors of independent numbers whose families differ from place to place: p(x) = Π_d f_d(x_d).
///
/// An event is a row [D]; a batch is none. Mean and variance are those of codes for categorical places.
public struct ProductDistribution: Distribution {
  /// Places of one family, as one batched distribution of numbers.
  private struct Block: Sendable {
    var places: [Int]
    var distribution: any Distribution
  }

  private let blocks: [Block]
  /// For each place where it stands in the blocks one behind the other.
  private let order: Tensor
  private let count: Int

  /// The product of columns' distributions, each float64.
  ///
  /// - Throws: `usage` if one has parameters outside its domain, or there are none.
  public init(_ columns: [ColumnDistribution]) throws {
    guard !columns.isEmpty else { throw SurprisalError(.usage, "ProductDistribution: there are no columns") }
    var groups: [(family: ColumnFamily, places: [Int])] = []
    for (place, column) in columns.enumerated() {
      if let index = groups.firstIndex(where: { $0.family == column.family }) {
        groups[index].places.append(place)
      } else {
        groups.append((column.family, [place]))
      }
    }
    blocks = try groups.map { group in
      Block(places: group.places, distribution: try ProductDistribution.batch(group.places.map { columns[$0] }))
    }
    var position = [Int](repeating: 0, count: columns.count)
    for (index, place) in groups.flatMap(\.places).enumerated() { position[place] = index }
    order = Tensor(position.map(Int64.init), shape: [columns.count])
    count = columns.count
  }

  /// One batched distribution of columns of one family.
  private static func batch(_ columns: [ColumnDistribution]) throws -> any Distribution {
    let shape = [columns.count]
    func tensor(_ value: (ColumnDistribution) -> Double) -> Tensor { Tensor(columns.map(value), shape: shape) }
    switch columns[0] {
    case .bernoulli: return try Bernoulli(probability: tensor(\.mean))
    case .categorical(let first):
      let shares = columns.flatMap { column -> [Double] in
        guard case .categorical(let p) = column else { return [] }
        return p
      }
      return try Categorical(logits: Tensor(shares, shape: [columns.count, first.count]).log())
    case .poisson: return try Poisson(rate: tensor(\.mean))
    case .geometric:
      return try Geometric(
        probability: tensor {
          guard case .geometric(let p) = $0 else { return .nan }
          return p
        })
    case .exponential: return try Exponential(rate: tensor { 1 / $0.mean })
    case .normal:
      return try Normal(
        mean: tensor(\.mean),
        standardDeviation: tensor {
          guard case .normal(_, let variance) = $0 else { return .nan }
          return variance.squareRoot()
        })
    }
  }

  /// A value [..., n] of every block, put in the order of the places.
  private func assembled(_ value: (any Distribution) -> Tensor) -> Tensor {
    Tensor(concatenating: blocks.map { value($0.distribution) }, alongAxis: -1).selected(at: order, alongAxis: -1)
  }

  private func part(_ x: Tensor, _ block: Block) -> Tensor {
    x.selected(at: Tensor(block.places.map(Int64.init), shape: [block.places.count]), alongAxis: -1)
  }

  /// [], a single distribution.
  public var batchShape: [Int] { [] }
  /// [D].
  public var eventShape: [Int] { [count] }
  /// float64.
  public var dtype: DType { .float64 }
  /// The blocks.
  public var description: String { "ProductDistribution(\(blocks.map(\.distribution.description)))" }

  /// Where every place is within its own support.
  public var support: Support {
    .events(isDiscrete: blocks.allSatisfy(\.distribution.support.isDiscrete)) { x in
      let parts = blocks.map { $0.distribution.support.contains(part(x, $0)).all(alongAxes: [-1]) }
      return parts.dropFirst().reduce(parts[0]) { $0 .& $1 }
    }
  }

  /// The sum of the places' log-densities.
  public func logDensity(of x: Tensor) -> Tensor {
    let parts = blocks.map { $0.distribution.logDensity(of: part(x, $0)).sum(alongAxes: [-1]) }
    return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  /// The places' means, [D].
  public var mean: Tensor { assembled(\.mean) }
  /// The places' variances, [D].
  public var variance: Tensor { assembled(\.variance) }
  /// The places' modes, [D].
  public var mode: Tensor { assembled(\.mode) }

  /// The sum of the places' entropies.
  public func entropy() throws -> Tensor {
    let parts = try blocks.map { try $0.distribution.entropy().sum() }
    return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  /// Independent rows, [shape, D].
  public func sample(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor {
    var draws: [Tensor] = []
    for block in blocks { draws.append(block.distribution.sample(shape, using: &generator).converted(to: .float64)) }
    return Tensor(concatenating: draws, alongAxis: -1).selected(at: order, alongAxis: -1)
  }
}

extension ProductMixture {
  /// The mixture as a distribution of rows [D], in the unit of x.
  ///
  /// - Throws: `usage` if a parameter leaves its domain in the unit of x.
  public var distribution: any Distribution {
    get throws {
      try Mixture(
        weights: Tensor(weights, shape: [componentCount]), components: components.map { try ProductDistribution($0) })
    }
  }
}

extension NaiveBayes {
  /// p(x) over all classes as a distribution of rows [D], in the unit of x.
  ///
  /// - Throws: `usage` if a parameter leaves its domain in the unit of x.
  public var distribution: any Distribution { get throws { try mixture.distribution } }
}
