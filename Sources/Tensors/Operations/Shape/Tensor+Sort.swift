extension Tensor {
  /// The elements in ascending (or descending) order along an axis, and the index that each had there.
  ///
  /// Equal elements, also −0 and 0, keep their order. NaN comes last in either order.
  public func sorted(
    alongAxis axis: Int = -1, descending: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    let axis = resolved(axis: axis, "sorted")
    let indices = Kernels.sortingIndices(withoutDerivative(), axis: axis, descending: descending)
    return (gathered(at: indices, alongAxis: axis), indices)
  }

  /// The index along the axis, `int64`, of the smallest (or largest) element, the next one and so on; the order is
  /// that of `sorted(alongAxis:descending:)`.
  public func sortingIndices(alongAxis axis: Int = -1, descending: Bool = false) -> Tensor {
    let axis = resolved(axis: axis, "sortingIndices")
    return Kernels.sortingIndices(withoutDerivative(), axis: axis, descending: descending)
  }

  /// The `count` largest elements along an axis in descending order (or smallest in ascending order), and the index
  /// that each had there.
  ///
  /// Of equal elements the first are taken. NaN is taken only where there are not enough numbers.
  public func topElements(
    _ count: Int, alongAxis axis: Int = -1, smallest: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    let axis = resolved(axis: axis, "topElements")
    precondition(
      count >= 0 && count <= shape[axis], "topElements: axis \(axis) of the shape \(shape) has no \(count) elements")
    let indices = sortingIndices(alongAxis: axis, descending: !smallest).sliced(..<count, alongAxis: axis).contiguous()
    return (gathered(at: indices, alongAxis: axis), indices)
  }
}
