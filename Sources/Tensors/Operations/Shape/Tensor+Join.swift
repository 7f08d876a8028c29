extension Tensor {
  /// Tensors one behind the other along an existing axis.
  ///
  /// All other extents are equal; types are promoted. [2, 3] and [4, 3] along axis 0 give [6, 3].
  public init(concatenating tensors: [Tensor], alongAxis axis: Int = 0) {
    guard let first = tensors.first else { preconditionFailure("concatenating: there are no tensors") }
    let axis = first.resolved(axis: axis, "concatenating")
    let dtype = tensors.reduce(first.dtype) { Swift.max($0, $1.dtype) }
    for tensor in tensors {
      var shape = tensor.shape
      if shape.count == first.rank { shape[axis] = first.shape[axis] }
      precondition(
        shape == first.shape,
        "concatenating: the shapes \(first.shape) and \(tensor.shape) differ in other axes than \(axis)")
    }
    self =
      differentiable(tensors.map { $0.converted(to: dtype) }) { inputs in
        [Kernels.concatenated(inputs, axis: axis)]
      } pullback: { inputs, _ in
        let shapes = inputs.map(\.shape)
        return { gs, needed in
          guard let g = gs[0] else { return needed.map { _ in nil } }
          var start = 0
          return zip(shapes, needed).map { shape, needed in
            defer { start += shape[axis] }
            return needed ? g.sliced(AxisSlice(start: start, count: shape[axis]), alongAxis: axis) : nil
          }
        }
      }[0]
  }

  /// Tensors of one shape side by side along a new axis, whose extent is their number; types are promoted.
  ///
  /// Three tensors [2, 5] give [3, 2, 5] along axis 0 and [2, 5, 3] along axis −1.
  public init(stacking tensors: [Tensor], alongAxis axis: Int = 0) {
    guard let first = tensors.first else { preconditionFailure("stacking: there are no tensors") }
    for tensor in tensors {
      precondition(tensor.shape == first.shape, "stacking: the shapes \(first.shape) and \(tensor.shape) differ")
    }
    let axis = axis < 0 ? axis + first.rank + 1 : axis
    self.init(concatenating: tensors.map { $0.expandingAxis(axis) }, alongAxis: axis)
  }

  /// The tensor with `before` and `after` elements equal to `value` added at the ends of each axis.
  ///
  /// - Parameter widths: one pair for each axis, none negative.
  public func padded(_ widths: [(before: Int, after: Int)], with value: Double = 0) -> Tensor {
    precondition(
      widths.count == rank && widths.allSatisfy { $0.before >= 0 && $0.after >= 0 },
      "padded: \(widths) are not one pair of widths, none negative, for each axis of \(shape)")
    let slices = zip(widths, shape).map { AxisSlice(start: $0.before, count: $1) }
    return spread(ElementMap(slices), over: zip(widths, shape).map { $0.before + $1 + $0.after }, value: value)
  }

  /// The whole tensor `counts[a]` times behind itself along each axis a (tiling).
  ///
  /// If there are more counts than axes, axes of extent 1 are put before the first: [3] by [2, 2] gives [2, 6].
  public func repeated(_ counts: [Int]) -> Tensor {
    precondition(
      counts.count >= rank && counts.allSatisfy { $0 >= 0 },
      "repeated: \(counts) are not a count, none negative, for each axis of \(shape) or more")
    var result = reshaped(to: [Int](repeating: 1, count: counts.count - rank) + shape)
    for (axis, count) in counts.enumerated() where count != 1 {
      var target = result.shape
      let outer = target[..<axis].reduce(1, *)
      let inner = target[axis...].reduce(1, *)
      target[axis] *= count
      result = result.reshaped(to: [outer, 1, inner]).broadcast(to: [outer, count, inner]).reshaped(to: target)
    }
    return result
  }

  /// Every element `count` times behind itself along an axis: [1, 2] twice gives [1, 1, 2, 2].
  public func repeatedElements(_ count: Int, alongAxis axis: Int) -> Tensor {
    precondition(count >= 0, "repeatedElements: \(count) is not a number of times")
    let axis = resolved(axis: axis, "repeatedElements")
    var target = shape
    let outer = target[...axis].reduce(1, *)
    let inner = target[(axis + 1)...].reduce(1, *)
    target[axis] *= count
    return reshaped(to: [outer, 1, inner]).broadcast(to: [outer, count, inner]).reshaped(to: target)
  }
}
