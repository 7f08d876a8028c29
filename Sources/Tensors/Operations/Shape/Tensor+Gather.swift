extension Tensor {
  /// The slices x[…, i, …] at the given indices along one axis.
  ///
  /// The index tensor's shape takes the place of the axis: [10, 4] at [2, 3] indices along axis 0 gives [2, 3, 4].
  /// Indices are `int64` or `int32`; one out of the axis stops the program. A slice that is taken several times gets
  /// the sum of the cotangents.
  public func selected(at indices: Tensor, alongAxis axis: Int = 0) -> Tensor {
    let axis = resolved(axis: axis, "selected")
    let indices = Kernels.checkedIndices(indices, extent: shape[axis], "selected")
    return differentiable(self) {
      Kernels.selected($0, at: indices, axis: axis)
    } pullback: { x, _ in
      let own = x.shape
      return { Tensor(zeros: own, dtype: $0.dtype).addingSlices($0, at: indices, alongAxis: axis) }
    }
  }

  /// Rows of a matrix (slices along the first axis) at the given indices; see `selected(at:alongAxis:)`.
  public func rows(at indices: Tensor) -> Tensor { selected(at: indices) }

  /// For each element of `indices` the element of this tensor that has that index along the axis and else its place.
  ///
  /// y[i, j] = x[index[i, j], j] along axis 0 of a matrix. Along the other axes `indices` may be shorter than this
  /// tensor, whose first elements are then taken.
  public func gathered(at indices: Tensor, alongAxis axis: Int) -> Tensor {
    let axis = resolved(axis: axis, "gathered")
    let source = fitted(to: indices, alongAxis: axis, "gathered")
    let indices = Kernels.checkedIndices(indices, extent: shape[axis], "gathered")
    return differentiable(source) {
      Kernels.gathered($0, at: indices, axis: axis)
    } pullback: { x, _ in
      let own = x.shape
      return { Tensor(zeros: own, dtype: $0.dtype).addingScattered($0, at: indices, alongAxis: axis) }
    }
  }

  /// This tensor with each element of `source` added at the place that its index names along the axis.
  ///
  /// y = x, then y[index[i, j], j] += source[i, j] along axis 0 of a matrix. `source` and `indices` have one shape,
  /// which along the other axes may be shorter than this tensor's. Equal indices add up, in row-major order; bfloat16
  /// is summed in float32.
  public func addingScattered(_ source: Tensor, at indices: Tensor, alongAxis axis: Int) -> Tensor {
    let axis = resolved(axis: axis, "addingScattered")
    precondition(
      source.shape == indices.shape,
      "addingScattered: the shapes \(source.shape) of the source and \(indices.shape) of the indices differ")
    let extent = shape[axis]
    let indices = Kernels.checkedIndices(indices, extent: extent, "addingScattered")
    let whole = fitted(to: indices, alongAxis: axis, "addingScattered").shape
    let (base, addend) = Tensor.promoted(asNumber(), source.asNumber())
    if whole != shape {
      // The part that has no index stays as it is.
      let zeros = Tensor(zeros: whole, dtype: base.dtype)
      let sum = zeros.addingScattered(addend, at: indices, alongAxis: axis)
      return base + sum.spread(ElementMap(whole.map(AxisSlice.init(all:))), over: shape)
    }
    return differentiable(base, addend) {
      Kernels.addingScattered($0, $1, at: indices, axis: axis)
    } pullbacks: { _, _, _ in
      ({ $0 }, { $0.gathered(at: indices, alongAxis: axis) })
    }
  }

  /// This tensor with each slice of `source` added to the slice that its index names along the axis.
  ///
  /// The opposite of `selected(at:alongAxis:)`: `source` has the shape that selecting at these indices gives. Equal
  /// indices add up.
  public func addingSlices(_ source: Tensor, at indices: Tensor, alongAxis axis: Int = 0) -> Tensor {
    let axis = resolved(axis: axis, "addingSlices")
    precondition(
      source.shape == shape[..<axis] + indices.shape + shape[(axis + 1)...],
      "addingSlices: slices \(source.shape) do not fit the shape \(shape) at indices of shape \(indices.shape)")
    let indices = Kernels.checkedIndices(indices, extent: shape[axis], "addingSlices")
    let (base, addend) = Tensor.promoted(asNumber(), source.asNumber())
    return differentiable(base, addend) {
      Kernels.addingSlices($0, $1, at: indices, axis: axis)
    } pullbacks: { _, _, _ in
      ({ $0 }, { $0.selected(at: indices, alongAxis: axis) })
    }
  }

  /// 1 at the given index along a new last axis of extent `depth` and 0 elsewhere.
  ///
  /// Indices of shape [n] give [n, depth].
  public init(oneHot indices: Tensor, depth: Int, dtype: DType = .float32) {
    let indices = Kernels.checkedIndices(indices, extent: depth, "oneHot")
    let rows = indices.count
    let ones = Tensor(ones: [rows, 1], dtype: .uint8)
    let hot = Kernels.addingScattered(
      Tensor(zeros: [rows, depth], dtype: .uint8), ones, at: indices.reshaped(to: [rows, 1]), axis: 1)
    self = hot.reshaped(to: indices.shape + [depth]).converted(to: dtype)
  }

  /// The leading part of this tensor that has the shape of `indices` in all axes but one.
  private func fitted(to indices: Tensor, alongAxis axis: Int, _ operation: StaticString) -> Tensor {
    var target = indices.shape
    precondition(
      target.count == rank, "\(operation): indices of shape \(target) do not fit the shape \(shape)")
    target[axis] = shape[axis]
    precondition(
      zip(target, shape).allSatisfy { $0 <= $1 },
      "\(operation): indices of shape \(indices.shape) go beyond the shape \(shape) in other axes than \(axis)")
    return target == shape ? self : picked(ElementMap(target.map(AxisSlice.init(all:))))
  }
}
