import SurprisalCore

extension MixtureFitter {
  /// The number of components that these rows can hold, and the prior to fit with.
  func admissible(
    _ requested: Int, _ model: CovarianceModel, _ warnings: inout [String]
  ) throws -> (components: Int, prior: MixturePrior?) {
    let rows = data.observations.count
    guard requested >= 1 else {
      throw SurprisalError(.usage, "\(requested) components", remedy: "ask for at least 1")
    }
    guard rows >= 2, requested <= rows else {
      throw SurprisalError(
        .data, "\(rows) row\(rows == 1 ? "" : "s") cannot hold \(requested) component\(requested == 1 ? "" : "s")",
        remedy: "give at least two rows, and no more components than rows")
    }
    let distinct = distinctRows(upTo: requested)
    var components = requested
    if distinct < requested {
      guard configuration.collapsePolicy != .error else {
        throw SurprisalError(
          .data, "\(distinct) distinct point\(distinct == 1 ? "" : "s") for \(requested) components",
          remedy: "ask for fewer components")
      }
      components = distinct
      warnings.append(
        "\(distinct) distinct point\(distinct == 1 ? "" : "s"): \(distinct) component\(distinct == 1 ? "" : "s") kept")
    }
    if data.moments.unit.allSatisfy({ $0 == 0 }), configuration.prior == nil {
      guard configuration.collapsePolicy != .error else {
        throw SurprisalError(
          .data, "all rows are equal: the likelihood has no maximum", remedy: "give a --prior")
      }
      warnings.append("all rows are equal, so the likelihood has no maximum: the default prior was applied")
      return (1, MixturePrior())
    }
    if let prior = configuration.prior {
      try check(prior)
      let constant = data.columnNames.indices.filter { data.moments.isConstant($0) }
      if !constant.isEmpty {
        warnings.append(
          "constant column\(constant.count > 1 ? "s" : "") "
            + "\(constant.map { "`\(data.columnNames[$0])`" }.joined(separator: ", ")): "
            + "\(constant.count > 1 ? "their" : "its") variance comes from the prior alone")
      }
    } else if data.totalWeight <= Double(data.columnCount + 1) {
      throw SurprisalError(
        .data, "\(data.totalWeight) effective rows in \(data.columnCount) columns",
        remedy: "give more than \(data.columnCount + 1) rows, fewer columns, or a --prior")
    }
    return (components, configuration.prior)
  }

  private func distinctRows(upTo limit: Int) -> Int {
    guard data.observations.missing == nil else {
      return data.sample.scaled.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return PartitionStart.distinctRowCount(
          rows: base, rowCount: data.sample.rowCount, columnCount: data.columnCount, weights: data.sample.weights,
          upTo: limit)
      }
    }
    return data.observations.rows.withUnsafeValues { base in
      PartitionStart.distinctRowCount(
        rows: base, rowCount: data.observations.count, columnCount: data.columnCount,
        weights: data.observations.weights, upTo: limit)
    }
  }

  private func check(_ prior: MixturePrior) throws {
    let values = [
      ("weight strength", prior.weightConcentration - 1, false), ("mean strength", prior.meanStrength, true),
      ("covariance strength", prior.covarianceStrength, true), ("scale", prior.scale, true),
    ]
    for (name, value, isStrict) in values where !(value.isFinite && (isStrict ? value > 0 : value >= 0)) {
      throw SurprisalError(
        .usage, "the prior's \(name) is \(value)", remedy: "give a \(isStrict ? "positive" : "non-negative") number")
    }
  }

  /// Throws if the columns of full covariances are collinear, naming those that are; under a prior it warns.
  func requireIndependentColumns(_ setting: MixtureSetting, _ warnings: inout [String]) throws {
    guard setting.covarianceModel.isDiagonal || data.observations.count > data.columnCount else {
      let what = "\(data.observations.count) rows in \(data.columnCount) columns make the columns collinear"
      guard setting.prior == nil else {
        warnings.append("\(what): their covariance comes from the prior alone")
        return
      }
      throw SurprisalError(
        .data, "\(what): the likelihood has no maximum",
        remedy: "leave columns out with --columns, use a diagonal covariance, or give a --prior")
    }
    let columns = collinearColumns(setting)
    guard !columns.isEmpty else { return }
    let names = columns.map { "`\(data.columnNames[$0])`" }.joined(separator: ", ")
    guard setting.prior == nil else {
      warnings.append("columns \(names) are collinear: their covariance comes from the prior alone")
      return
    }
    throw SurprisalError(
      .data, "columns \(names) are collinear: the likelihood has no maximum",
      remedy: "leave one out with --columns, use a diagonal covariance, or give a --prior")
  }

  /// The columns that a linear relation ties together; none for diagonal models.
  private func collinearColumns(_ setting: MixtureSetting) -> [Int] {
    let columns = (0..<data.columnCount).filter { !data.moments.isConstant($0) }
    guard !setting.covarianceModel.isDiagonal, columns.count > 1 else { return [] }
    let D = columns.count
    let sample = data.sample
    var correlation = [Double](repeating: 0, count: D * D)
    var mean = [Double](repeating: 0, count: D)
    for row in 0..<sample.rowCount {
      for d in 0..<D { mean[d] += sample.scaled[row * sample.columnCount + columns[d]] / Double(sample.rowCount) }
    }
    correlation.withUnsafeMutableBufferPointer { matrix in
      for row in 0..<sample.rowCount {
        let base = row * sample.columnCount
        for i in 0..<D {
          let left = sample.scaled[base + columns[i]] - mean[i]
          for j in 0...i { matrix[i * D + j] += left * (sample.scaled[base + columns[j]] - mean[j]) }
        }
      }
      let deviations = (0..<D).map { matrix[$0 * (D + 1)].squareRoot() }
      for i in 0..<D {
        for j in 0...i {
          matrix[i * D + j] /= deviations[i] * deviations[j]
          matrix[j * D + i] = matrix[i * D + j]
        }
      }
    }
    guard let (values, vectors) = SymmetricEigen.decompose(correlation, dimension: D),
      let least = values.last, least < 1e-13 * Double(D)
    else { return [] }
    let direction = Array(vectors.suffix(D))
    let largest = direction.map(\.magnitude).max() ?? 0
    return (0..<D).filter { direction[$0].magnitude > 1e-3 * largest }.map { columns[$0] }
  }

  /// Ends the fit where the policy says that a collapse is an error.
  func answer(_ event: CollapsedComponents, _ setting: MixtureSetting) throws {
    guard configuration.collapsePolicy == .error else { return }
    throw SurprisalError(
      .data, describe(event), remedy: "ask for fewer components, another covariance, or a --prior")
  }

  func everyStartCollapsed(_ event: CollapsedComponents?, _ setting: MixtureSetting) -> SurprisalError {
    SurprisalError(
      .data, "every start collapsed" + (event.map { ": " + describe($0) } ?? ""),
      remedy: "ask for fewer components, another covariance, --on-collapse drop, or a --prior")
  }

  func describe(_ event: CollapsedComponents) -> String {
    event.components.prefix(3).map { component in
      let names = component.columns.prefix(4).map { "`\(data.columnNames[$0])`" }.joined(separator: ", ")
      let rows = (component.effectiveRows * 100).rounded() / 100
      return "component \(component.index + 1) collapsed onto \(rows) effective rows"
        + (names.isEmpty ? "" : " in \(names)")
    }.joined(separator: "; ")
  }
}
