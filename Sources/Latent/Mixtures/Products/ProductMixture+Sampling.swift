import CSurprisalKernels
import SurprisalCore
import SurprisalTensors

extension ProductMixture {
  /// `count` rows drawn from the mixture, and the component (from 0) that each came from.
  public func drawn(
    _ count: Int, using generator: inout RandomGenerator
  ) -> (rows: RowMatrix, components: [Int]?) {
    let count = max(0, count)
    let components = (0..<count).map { _ in ProductMixture.index(of: weights, using: &generator) }
    var values = [Double](repeating: 0, count: count * columnCount)
    var normal = NormalSource()
    for column in 0..<columnCount {
      let distributions = (0..<componentCount).map { parameters.distribution($0, column) }
      if families[column] == .poisson {
        let rates = Tensor(components.map { distributions[$0].mean }, shape: [count])
        let draws = Tensor.poisson(rates: rates, using: &generator).scalars(as: Double.self)
        for row in 0..<count { values[row * columnCount + column] = draws[row] }
        continue
      }
      if families[column] == .normal {
        // In the model's coordinates, where a variance stays within float64's range.
        let (shift, scale) = (columns.standardization.shift[column], columns.standardization.scale[column])
        for row in 0..<count {
          let at = parameters.start(components[row], column)
          let z = parameters.values[at] + parameters.values[at + 1].squareRoot() * normal.next(using: &generator)
          values[row * columnCount + column] = shift + scale * z
        }
        continue
      }
      for row in 0..<count {
        values[row * columnCount + column] = ProductMixture.drawn(
          distributions[components[row]], &normal, using: &generator)
      }
    }
    return (RowMatrix(unchecked: values, columnCount: columnCount), components)
  }

  /// Inversion of the cumulated shares.
  private static func index(of shares: [Double], using generator: inout RandomGenerator) -> Int {
    var left = generator.nextUniform() * shares.reduce(0, +)
    for (index, share) in shares.enumerated() {
      left -= share
      if left < 0 { return index }
    }
    return shares.lastIndex { $0 > 0 } ?? 0
  }

  private static func drawn(
    _ distribution: ColumnDistribution, _ normal: inout NormalSource, using generator: inout RandomGenerator
  ) -> Double {
    switch distribution {
    case .bernoulli(let probability): return generator.nextUniform() < probability ? 1 : 0
    case .categorical(let probabilities): return Double(index(of: probabilities, using: &generator))
    case .poisson(let mean): return mean
    case .geometric(let probability):
      guard probability < 1 else { return 0 }
      let count = surprisal_log1p(-generator.nextUniform()) / surprisal_log1p(-probability)
      return min(0x1p53, count.rounded(.down))
    case .exponential(let mean): return -mean * surprisal_log1p(-generator.nextUniform())
    case .normal(let mean, let variance): return mean + variance.squareRoot() * normal.next(using: &generator)
    }
  }
}
