import SurprisalCore

extension ProductMixture {
  /// A mixture with given parameters in the unit of x.
  ///
  /// `weights` are K positive numbers that sum to 1 within 1e-6 (they are divided by their sum); `components` are
  /// [K][D], each column of one family throughout; `levels` are the words of categorical columns, [D]. Throws a data
  /// error that names the component, the column and the value.
  public init(
    weights: [Double], components: [[ColumnDistribution]], columnNames: [String]? = nil, levels: [[String]?]? = nil
  ) throws {
    let K = weights.count
    guard K > 0, components.count == K else {
      throw SurprisalError(
        .data, "\(K) weights and \(components.count) components", remedy: "give one of each for every component")
    }
    for (k, weight) in weights.enumerated() where !(weight > 0 && weight.isFinite) {
      throw SurprisalError(
        .data, "the weight of component \(k + 1) is \(weight)", remedy: "weights are positive and sum to 1")
    }
    let sum = weights.reduce(0, +)
    guard (sum - 1).magnitude <= 1e-6 else {
      throw SurprisalError(.data, "the weights sum to \(sum)", remedy: "weights are positive and sum to 1")
    }
    let families = components[0].map(\.family)
    let columns = try ProductColumns.checked(
      count: families.count, families: .each(families), names: columnNames, words: levels)
    for k in 0..<K {
      guard components[k].count == families.count else {
        throw SurprisalError(
          .data, "component \(k + 1) does not have \(families.count) columns",
          remedy: "give every component the same columns")
      }
      for (column, distribution) in components[k].enumerated() {
        let place = "component \(k + 1), column `\(columns.names[column])`: "
        guard distribution.family == families[column] else {
          throw SurprisalError(
            .data, place + "\(distribution.family.name) where component 1 has \(families[column].name)",
            remedy: "give every component the same families and levels")
        }
        if let fault = distribution.fault { throw SurprisalError(.data, place + fault) }
      }
    }
    let standardized = columns.standardized(by: ProductMixture.standardization(components))
    let values = components.flatMap { component in
      component.enumerated().flatMap { ProductMixture.values($1, standardized.standardization, column: $0) }
    }
    let parameters = ProductParameters(columns: standardized, weights: weights.map { $0 / sum }, values: values)
    if let fault = parameters.fault {
      throw SurprisalError(.data, fault, remedy: "the parameters are outside float64's range: rescale the columns")
    }
    self.init(parameters: parameters)
  }

  /// Coordinates near the components' means, one power of two wide as they are spread.
  private static func standardization(_ components: [[ColumnDistribution]]) -> Standardization {
    var shift = [Double](repeating: 0, count: components[0].count)
    var scale = [Double](repeating: 1, count: components[0].count)
    for column in shift.indices {
      var size = 0.0
      switch components[0][column] {
      case .normal(let mean, _):
        shift[column] = mean
        for case .normal(let other, let variance) in components.map({ $0[column] }) {
          size = max(size, variance.squareRoot(), (other - mean).magnitude)
        }
      case .exponential: size = components.map { $0[column].mean }.max() ?? 1
      default: continue
      }
      guard size > 0, size.isFinite else { continue }
      scale[column] = Double(sign: .plus, exponent: min(1000, max(-1000, size.exponent)), significand: 1)
    }
    return Standardization(shift: shift, scale: scale)
  }

  private static func values(
    _ distribution: ColumnDistribution, _ standardization: Standardization, column: Int
  ) -> [Double] {
    let (shift, scale) = (standardization.shift[column], standardization.scale[column])
    switch distribution {
    case .bernoulli(let probability): return [1 - probability, probability]
    case .categorical(let probabilities): return probabilities
    case .poisson(let mean): return [mean]
    case .geometric(let probability): return [(1 - probability) / probability]
    case .exponential(let mean): return [mean / scale]
    case .normal(let mean, let variance): return [(mean - shift) / scale, variance / scale / scale]
    }
  }

  /// The parameters in the coordinates of `columns`, for a start there.
  func parameters(in columns: ProductColumns, components K: Int) throws -> ProductParameters {
    guard componentCount == K, families == columns.families else {
      throw SurprisalError(
        .data, "the start has \(componentCount) components and the families \(families.map(\.name))",
        remedy: "start from a mixture of \(K) components with the families of the columns")
    }
    let values = components.flatMap { component in
      component.enumerated().flatMap { ProductMixture.values($1, columns.standardization, column: $0) }
    }
    return ProductParameters(columns: columns, weights: weights, values: values)
  }
}
