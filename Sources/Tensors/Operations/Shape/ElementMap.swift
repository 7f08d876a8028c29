/// Which elements of a tensor a view of it has.
///
/// Element (j₀, j₁, …) of the view is element `start` + Σ jₐ · `steps[a]` of the tensor, in indices along the tensor's
/// axes; no element is met twice. Slices, single indices, reversal and diagonals are all of this form, and so one rule
/// gives all their derivatives: a view's cotangent is spread over zeros, and the cotangent of that is the view again.
struct ElementMap: Sendable {
  /// The view's extents.
  var shape: [Int]
  /// The element of index (0, …, 0): one number for each axis of the tensor.
  var start: [Int]
  /// For each axis of the view, how far one index goes along the axes of the tensor.
  var steps: [[(axis: Int, step: Int)]]

  /// One slice for each axis of the tensor; an axis of which a single index is taken is left out.
  init(_ slices: [AxisSlice]) {
    start = slices.map(\.start)
    let kept = slices.indices.filter { !slices[$0].removesAxis }
    shape = kept.map { slices[$0].count }
    steps = kept.map { [($0, slices[$0].step)] }
  }

  /// The view's strides in memory where the tensor has `strides`.
  func strides(over strides: [Int]) -> [Int] {
    steps.map { $0.reduce(0) { $0 + $1.step * strides[$1.axis] } }
  }

  /// How many elements the view's first one lies behind the tensor's.
  func offset(over strides: [Int]) -> Int {
    // A view of nothing may start behind the end.
    shape.contains(0) ? 0 : zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension Tensor {
  /// The view of those elements.
  func picked(_ map: ElementMap) -> Tensor {
    differentiable(self) { x in
      let strides = x.strides
      return x.view(shape: map.shape, strides: map.strides(over: strides), offset: map.offset(over: strides))
    } pullback: { x, _ in
      let own = x.shape
      return { $0.spread(map, over: own) }
    }
  }

  /// A tensor of the given shape whose view by `map` is this tensor and whose other elements are `value`.
  func spread(_ map: ElementMap, over shape: [Int], value: Double = 0) -> Tensor {
    differentiable(self) {
      Kernels.spread($0, map, over: shape, value: value)
    } pullback: { _, _ in
      { $0.picked(map) }
    }
  }
}
