import CSurprisalKernels

extension Tensor {
  /// A reduction over resolved axes, which `forward` removes or keeps, with its derivative beside it.
  ///
  /// `rule` turns the cotangent of y into that of x; y and g come with the axes kept, or of shape [], so that they
  /// broadcast against x.
  @inline(__always)
  func reduced(
    _ axes: [Int], keepingAxes: Bool, _ forward: (Tensor) -> Tensor,
    rule: @escaping @Sendable (_ x: Tensor, _ y: Tensor, _ g: Tensor) -> Tensor
  ) -> Tensor {
    if node == nil { return forward(self) }
    return differentiable(self, forward) { x, y in
      { g in rule(x, keepingAxes ? y : y.restoring(axes: axes), keepingAxes ? g : g.restoring(axes: axes)) }
    }
  }

  /// This result of removing `axes` with extents of 1 in their place; a single number stays as it is.
  func restoring(axes: [Int]) -> Tensor {
    if rank == 0 { return self }
    var shape = self.shape
    for axis in axes { shape.insert(1, at: axis) }
    return reshaped(to: shape)
  }

  /// This tensor without the given axes, whose extents are 1.
  func removing(axes: [Int]) -> Tensor {
    reshaped(to: shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }

  /// `body` of this tensor, run in float32 and rounded once if its type is bfloat16.
  func inFloat32(_ body: (Tensor) -> Tensor) -> Tensor {
    dtype == .bfloat16 ? body(converted(to: .float32)).converted(to: .bfloat16) : body(self)
  }
}
