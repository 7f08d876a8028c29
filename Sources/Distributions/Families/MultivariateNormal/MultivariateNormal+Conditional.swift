import SurprisalCore
import SurprisalTensors

extension MultivariateNormal {
  /// The distribution of the elements at `indices`, in that order.
  ///
  /// - Throws: `usage` for an index that is no element's, or twice there.
  public func marginal(at indices: [Int]) throws -> MultivariateNormal {
    try require(indices)
    let places = Tensor(indices.map(Int64.init))
    return try MultivariateNormal(
      mean: mean.selected(at: places, alongAxis: -1), covariance: block(places, places))
  }

  /// The distribution of the other elements, in their order, if those at `indices` have the given values [..., n].
  ///
  /// Its mean is μ₁ + Σ₁₂ Σ₂₂⁻¹ (x₂ − μ₂), its covariance Σ₁₁ − Σ₁₂ Σ₂₂⁻¹ Σ₂₁ (Bishop 2006, equations 2.81 and 2.82).
  ///
  /// - Throws: `usage` for an index that is no element's or twice there, if no element or none but these is left, or if
  ///   the values do not fit.
  public func conditional(given values: Tensor, at indices: [Int]) throws -> MultivariateNormal {
    try require(indices)
    let others = (0..<extent).filter { !indices.contains($0) }
    guard !others.isEmpty, values.shape.last == indices.count,
      broadcastShape(Array(values.shape.dropLast()), batchShape) != nil
    else {
      throw SurprisalError(
        .usage, "MultivariateNormal: values of shape \(values.shape) do not fit \(indices.count) of \(extent) elements")
    }
    let (free, given) = (Tensor(others.map(Int64.init)), Tensor(indices.map(Int64.init)))
    let factor = try block(given, given).cholesky()
    let cross = factor.triangularSolve(block(given, free))
    let difference = values - mean.selected(at: given, alongAxis: -1)
    let shift = cross.transposed().matmul(factor.triangularSolve(difference.expandingAxis(-1)))
    let rest = block(free, free) - cross.transposed().matmul(cross)
    return try MultivariateNormal(
      mean: mean.selected(at: free, alongAxis: -1) + shift.squeezing(axes: [-1]),
      covariance: (rest + rest.transposed()) * 0.5)
  }

  private func block(_ rows: Tensor, _ columns: Tensor) -> Tensor {
    covariance.selected(at: rows, alongAxis: -2).selected(at: columns, alongAxis: -1)
  }

  private func require(_ indices: [Int]) throws {
    guard !indices.isEmpty, indices.allSatisfy({ $0 >= 0 && $0 < extent }), Set(indices).count == indices.count else {
      throw SurprisalError(.usage, "MultivariateNormal: \(indices) are not different indices of 0 ..< \(extent)")
    }
  }
}
