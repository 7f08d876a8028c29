extension Tensor {
  /// The elements that are chosen axis by axis, as a view.
  ///
  ///     x[0]                                       // [3, 5, 7] → [5, 7]
  ///     x[1..., 2..<5]                             // [3, 5, 7] → [2, 3, 7]
  ///     x[0..., -1, stride(from: 6, through: 0, by: -2)]   // [3, 5, 7] → [3, 4]
  ///
  /// A range or stride keeps its axis, a single index removes it, and axes without a selection are taken whole.
  /// Negative indices and bounds count from the end. An index out of the axis is a programmer error and stops the
  /// program. The derivative by an element that is not taken is 0.
  public subscript(_ selections: any AxisSelection...) -> Tensor { self[selections] }

  /// The elements that are chosen axis by axis, as a view; see the form with single selections.
  public subscript(_ selections: [any AxisSelection]) -> Tensor {
    precondition(
      selections.count <= rank, "subscript: \(selections.count) selections are more than the axes of \(shape)")
    var slices = shape.map(AxisSlice.init(all:))
    for (axis, selection) in selections.enumerated() {
      // Asked once more of the slice itself: a selection may be of any type.
      guard let slice = selection.slice(ofExtent: shape[axis])?.slice(ofExtent: shape[axis]),
        slice.count == 1 || !slice.removesAxis
      else {
        preconditionFailure("subscript: \(selection) is not within axis \(axis) of the shape \(shape)")
      }
      slices[axis] = slice
    }
    return picked(ElementMap(slices))
  }

  /// The elements that are chosen along one axis, as a view; see the subscript.
  public func sliced(_ selection: any AxisSelection, alongAxis axis: Int) -> Tensor {
    let axis = resolved(axis: axis, "sliced")
    return self[shape[..<axis].map { AxisSlice(all: $0) as any AxisSelection } + [selection]]
  }

  /// The tensor in pieces of the given extents along one axis, which must add up to that axis, as views.
  public func split(sizes: [Int], alongAxis axis: Int = 0) -> [Tensor] {
    let axis = resolved(axis: axis, "split")
    precondition(
      sizes.allSatisfy { $0 >= 0 } && sizes.reduce(0, +) == shape[axis],
      "split: the sizes \(sizes) do not add up to axis \(axis) of the shape \(shape)")
    return pieces(sizes.map { AxisSlice(start: 0, count: $0) }, axis)
  }

  /// The tensor in `count` pieces of one extent along an axis, which must be a multiple of it, as views.
  public func split(count: Int, alongAxis axis: Int = 0) -> [Tensor] {
    let axis = resolved(axis: axis, "split")
    precondition(
      count > 0 && shape[axis] % count == 0,
      "split: axis \(axis) of the shape \(shape) does not divide into \(count) pieces")
    return split(sizes: [Int](repeating: shape[axis] / count, count: count), alongAxis: axis)
  }

  /// The tensors x[0], x[1], … along an axis, which they do not have, as views.
  public func unstacked(alongAxis axis: Int = 0) -> [Tensor] {
    let axis = resolved(axis: axis, "unstacked")
    var single = AxisSlice(start: 0, count: 1)
    single.removesAxis = true
    return pieces([AxisSlice](repeating: single, count: shape[axis]), axis)
  }

  /// Neighboring slices along an axis. One joint rule joins their cotangents, so that many pieces cost one pass.
  private func pieces(_ slices: [AxisSlice], _ axis: Int) -> [Tensor] {
    if slices.isEmpty { return [] }
    let shape = shape
    var maps: [ElementMap] = []
    var start = 0
    for var slice in slices {
      slice.start = start
      var all = shape.map(AxisSlice.init(all:))
      all[axis] = slice
      maps.append(ElementMap(all))
      start += slice.count
    }
    let parts = maps
    return differentiable([self]) { inputs in
      parts.map { inputs[0].picked($0) }
    } pullback: { inputs, outputs in
      let dtype = inputs[0].dtype
      let counts = slices.map(\.count)
      return { gs, _ in
        let wide = gs.indices.map { index in
          var piece = shape
          piece[axis] = counts[index]
          return gs[index]?.reshaped(to: piece) ?? Tensor(zeros: piece, dtype: dtype)
        }
        return [Tensor(concatenating: wide, alongAxis: axis)]
      }
    }
  }
}
