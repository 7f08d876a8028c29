import SurprisalCore

extension GaussianMixture {
  /// `count` rows drawn from the mixture, and the component (from 0) that each came from.
  ///
  /// Components by inversion of the cumulated weights, x = m + L ε with independent standard normal ε.
  public func sample(
    _ count: Int, using generator: inout RandomGenerator
  ) -> (rows: RowMatrix, components: [Int]) {
    let (K, D) = (componentCount, columnCount)
    var cumulated: [Double] = []
    var sum = 0.0
    for weight in weights {
      sum += weight
      cumulated.append(sum)
    }
    var normal = NormalSource()
    var values: [Double] = []
    values.reserveCapacity(count * D)
    var components: [Int] = []
    var noise = [Double](repeating: 0, count: D)
    for _ in 0..<max(0, count) {
      let position = generator.nextUniform() * sum
      let k = cumulated.firstIndex { position < $0 } ?? K - 1
      components.append(k)
      for d in 0..<D { noise[d] = normal.next(using: &generator) }
      for i in 0..<D {
        var z = parameters.means[k * D + i]
        if covarianceModel.isDiagonal {
          z += parameters.factors[k * D + i] * noise[i]
        } else {
          for j in 0...i { z += parameters.factors[(k * D + i) * D + j] * noise[j] }
        }
        values.append(standardization.shift[i] + z * standardization.scale[i])
      }
    }
    return (RowMatrix(unchecked: values, columnCount: D), components)
  }
}
