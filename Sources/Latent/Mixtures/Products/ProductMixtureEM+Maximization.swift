import SurprisalCore

extension ProductMixtureEM {
  func maximized(_ moments: ProductMoments) throws -> ProductMixtureEM {
    try ProductMixtureEM.maximum(moments, setting: setting)
  }

  /// The M-step: shares, means and variances of the moments, with the prior's rows added to the levels.
  ///
  /// Throws `CollapsedComponents` for components without rows, without spread in a normal column, or of zeros only in
  /// an exponential one. Probabilities of exactly 0 and counts of mean 0 are maxima like others.
  static func maximum(_ moments: ProductMoments, setting: ProductSetting) throws -> ProductMixtureEM {
    let columns = setting.columns
    let collapsed = ProductMixtureEM.collapsed(moments, columns)
    guard collapsed.isEmpty else { throw CollapsedComponents(components: collapsed) }
    return ProductMixtureEM(
      setting: setting,
      parameters: ProductParameters(
        columns: columns, weights: moments.counts.map { $0 / moments.total },
        values: values(moments, columns, smoothing: setting.smoothing)))
  }

  /// The values that moments give, whatever they are.
  static func values(_ moments: ProductMoments, _ columns: ProductColumns, smoothing: Double) -> [Double] {
    let P = columns.valueCount
    var values = moments.values
    for k in moments.counts.indices {
      let count = moments.counts[k]
      for column in 0..<columns.count {
        let at = k * P + columns.valueStarts[column]
        if let levels = columns.families[column].levelCount {
          let whole = count + smoothing * Double(levels)
          for index in at..<at + levels { values[index] = min(1, (values[index] + smoothing) / whole) }
        } else if columns.families[column] == .normal {
          values[at + 1] /= count
        } else {
          values[at] /= count
        }
      }
    }
    return values
  }

  private static func collapsed(
    _ moments: ProductMoments, _ columns: ProductColumns
  ) -> [CollapsedComponents.Component] {
    let (K, P) = (moments.counts.count, columns.valueCount)
    var flat = [[Int]](repeating: [], count: K)
    var least = [Double](repeating: .infinity, count: K)
    for column in columns.normal {
      let at = columns.valueStarts[column] + 1
      let variances = (0..<K).map { moments.counts[$0] > 0 ? moments.values[$0 * P + at] / moments.counts[$0] : 0 }
      let widest = variances.max() ?? 0
      for k in 0..<K {
        least[k] = min(least[k], variances[k])
        // As tight as the others is no collapse; at 1e-24 nothing but rounding is left.
        let isFlat = variances[k] < ProductSetting.collapseVariance && variances[k] < 1e-3 * widest
        if isFlat || !(variances[k] > 1e-24) { flat[k].append(column) }
      }
    }
    for column in columns.linear where columns.families[column] == .exponential {
      let at = columns.valueStarts[column]
      for k in 0..<K where !(moments.values[k * P + at] > 1e-30 * moments.counts[k]) {
        least[k] = 0
        flat[k].append(column)
      }
    }
    // Two rows are always too tight for a variance.
    let fewest = columns.hasNormal ? 2.0 : 0
    return (0..<K).compactMap { k in
      let isSmall = !(moments.counts[k] > fewest)
      guard isSmall || !flat[k].isEmpty else { return nil }
      return .init(
        index: k, effectiveRows: moments.counts[k], smallestEigenvalue: least[k].isFinite ? least[k] : 0,
        columns: flat[k].isEmpty ? Array(0..<columns.count) : flat[k].sorted())
    }
  }

  /// What a collapse says to a user.
  static func describe(_ event: CollapsedComponents, names: [String]) -> String {
    event.components.map { component in
      let rows = String((component.effectiveRows * 10).rounded() / 10)
      let place =
        component.columns.count == names.count
        ? "" : " in `\(component.columns.map { names[$0] }.joined(separator: "`, `"))`"
      return "component \(component.index + 1) collapsed\(place) onto \(rows) rows"
    }.joined(separator: "; ")
  }
}
