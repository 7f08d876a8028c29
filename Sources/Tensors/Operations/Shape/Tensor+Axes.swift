extension Tensor {
  /// The last two axes exchanged, as a view; a tensor of fewer than two axes is itself.
  public func transposed() -> Tensor {
    if rank < 2 { return self }
    return permuted(Array(0..<rank - 2) + [rank - 1, rank - 2])
  }

  /// Two axes exchanged, as a view.
  public func transposed(axes first: Int, _ second: Int) -> Tensor {
    var order = Array(0..<rank)
    order.swapAt(resolved(axis: first, "transposed"), resolved(axis: second, "transposed"))
    return permuted(order)
  }

  /// A view with a new axis of extent 1, which becomes axis `axis` of the result.
  ///
  /// −1 puts it after the last axis: [3, 4] becomes [3, 4, 1].
  public func expandingAxis(_ axis: Int) -> Tensor {
    precondition(axis >= -rank - 1 && axis <= rank, "expandingAxis: no axis \(axis) can be added to the shape \(shape)")
    var target = shape
    target.insert(1, at: axis < 0 ? axis + rank + 1 : axis)
    return reshaped(to: target)
  }

  /// A view without the given axes, each of extent 1; without all axes of extent 1 if nil.
  public func squeezing(axes: [Int]? = nil) -> Tensor {
    let removed = axes.map { resolved(axes: $0, "squeezing") } ?? shape.indices.filter { shape[$0] == 1 }
    precondition(
      removed.allSatisfy { shape[$0] == 1 }, "squeezing: not all of the axes \(removed) of \(shape) have extent 1")
    return reshaped(to: shape.indices.filter { !removed.contains($0) }.map { shape[$0] })
  }

  /// The axes from `first` through `last` as one, whose extent is their product; a scalar becomes [1].
  public func flattened(fromAxis first: Int = 0, throughAxis last: Int = -1) -> Tensor {
    if rank == 0 { return reshaped(to: [1]) }
    let first = resolved(axis: first, "flattened")
    let last = resolved(axis: last, "flattened")
    precondition(first <= last, "flattened: axis \(first) comes after axis \(last) in the shape \(shape)")
    return reshaped(to: shape[..<first] + [shape[first...last].reduce(1, *)] + shape[(last + 1)...])
  }

  /// The elements in opposite order along the given axes (all if nil), as a view.
  public func flipped(alongAxes axes: [Int]? = nil) -> Tensor {
    let axes = resolved(axes: axes, "flipped")
    var slices = shape.map(AxisSlice.init(all:))
    for axis in axes { slices[axis] = AxisSlice(start: Swift.max(shape[axis] - 1, 0), count: shape[axis], step: -1) }
    return picked(ElementMap(slices))
  }

  /// The elements x[…, i, i + offset] of two axes, as a view.
  ///
  /// The result has the shape without those axes and then the diagonal: [2, 3, 5] gives [2, 3] along the last two. A
  /// positive `offset` chooses a diagonal above the main one, a negative one below; beyond the corners it is empty.
  public func diagonal(offset: Int = 0, alongAxes axes: (Int, Int) = (-2, -1)) -> Tensor {
    let row = resolved(axis: axes.0, "diagonal")
    let column = resolved(axis: axes.1, "diagonal")
    precondition(row != column, "diagonal: axis \(row) of \(shape) is named twice")
    var map = ElementMap(shape.map(AxisSlice.init(all:)))
    let count = Swift.min(shape[row] - Swift.max(-offset, 0), shape[column] - Swift.max(offset, 0))
    map.start[row] = Swift.max(-offset, 0)
    map.start[column] = Swift.max(offset, 0)
    for axis in [Swift.max(row, column), Swift.min(row, column)] {
      map.shape.remove(at: axis)
      map.steps.remove(at: axis)
    }
    map.shape.append(Swift.max(count, 0))
    map.steps.append([(row, 1), (column, 1)])
    return picked(map)
  }
}
