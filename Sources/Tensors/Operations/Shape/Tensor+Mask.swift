extension Tensor {
  /// This tensor with `value` wherever `mask` is true.
  ///
  /// The mask, of type `bool` (another type counts as true where it is not 0), broadcasts to this tensor's shape. The
  /// derivative by a replaced element is 0, whatever the element is.
  public func filled(with value: Double, where mask: Tensor) -> Tensor {
    precondition(
      broadcastShape(mask.shape, shape) == shape,
      "filled: a mask of shape \(mask.shape) does not broadcast to the shape \(shape)")
    let mask = mask.withoutDerivative().converted(to: .bool)
    return differentiable(self) { x in
      Kernels.choose(mask, Tensor(value, dtype: x.dtype), x)
    } pullback: { _, _ in
      { $0.filled(with: 0, where: mask) }
    }
  }

  /// The last two axes with 0 above a diagonal: x_ij where j ≤ i + `diagonal`.
  public func lowerTriangle(diagonal: Int = 0) -> Tensor {
    filled(with: 0, where: triangle("lowerTriangle") { row, column in column - row > diagonal })
  }

  /// The last two axes with 0 below a diagonal: x_ij where j ≥ i + `diagonal`.
  public func upperTriangle(diagonal: Int = 0) -> Tensor {
    filled(with: 0, where: triangle("upperTriangle") { row, column in column - row < diagonal })
  }

  private func triangle(_ operation: StaticString, _ isMasked: (Int, Int) -> Bool) -> Tensor {
    precondition(rank >= 2, "\(operation): a tensor of shape \(shape) is not a matrix")
    let rows = shape[rank - 2]
    let columns = shape[rank - 1]
    return Tensor(shape: [rows, columns], dtype: .bool) { memory in
      let mask = memory.assumingMemoryBound(to: Bool.self)
      for row in 0..<rows {
        for column in 0..<columns { mask[row * columns + column] = isMasked(row, column) }
      }
    }
  }
}
