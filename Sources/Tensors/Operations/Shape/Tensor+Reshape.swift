extension Tensor {
  /// The same elements in row-major order with another shape; one extent may be −1 and follows from the others.
  ///
  /// A view where the strides allow it, as those of contiguous elements always do, else a copy.
  public func reshaped(to shape: [Int]) -> Tensor {
    if shape == self.shape { return self }
    var shape = shape
    if let open = shape.firstIndex(of: -1) {
      let known = shape.reduce(-1, *)
      precondition(
        known > 0 && count % known == 0,
        "reshaped: the \(count) elements of \(self.shape) do not fill \(shape) for any extent in place of -1")
      shape[open] = count / known
    }
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
      "reshaped: the \(count) elements of \(self.shape) do not fill the shape \(shape)")
    let target = shape
    return differentiable(self) {
      Kernels.reshaped($0, to: target)
    } pullback: { x, _ in
      let own = x.shape
      return { $0.reshaped(to: own) }
    }
  }

  /// A view with the shape that NumPy's broadcasting gives; it copies nothing.
  public func broadcast(to shape: [Int]) -> Tensor {
    if shape == self.shape { return self }
    precondition(
      broadcastShape(self.shape, shape) == shape, "broadcast: \(self.shape) does not broadcast to \(shape)")
    return differentiable(self) {
      $0.broadcastView(to: shape)
    } pullback: { x, _ in
      let own = x.shape
      return { $0.summed(toShape: own) }
    }
  }

  /// The axes in another order, as a view: axis i of the result is axis `order[i]` of this.
  public func permuted(_ order: [Int]) -> Tensor {
    let axes = order.map { resolved(axis: $0, "permuted") }
    precondition(Set(axes).count == rank && axes.count == rank, "permuted: \(order) is no order of \(rank) axes")
    return differentiable(self) { x in
      let strides = x.strides
      return x.view(shape: axes.map { x.shape[$0] }, strides: axes.map { strides[$0] })
    } pullback: { _, _ in
      var inverse = axes
      for (new, old) in axes.enumerated() { inverse[old] = new }
      let back = inverse
      return { $0.permuted(back) }
    }
  }
}
