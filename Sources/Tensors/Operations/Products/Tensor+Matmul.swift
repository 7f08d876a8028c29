extension Tensor {
  /// The matrix product a · b.
  ///
  /// Two matrices [m, k] and [k, n] give [m, n]. With more axes it is one product for each index of those before the
  /// last two, which are broadcast: [2, 1, m, k] and [3, k, n] give [2, 3, m, n]. A vector [k] counts as a row on the
  /// left and as a column on the right, and its axis of extent 1 does not appear in the result, so that two vectors
  /// give one number. If k is 0 the result is 0.
  ///
  /// Operands of any strides are read where they lie: transposing one costs nothing. bfloat16 is multiplied and
  /// summed in float32 and rounded once; whole numbers are multiplied in their own type (bool as uint8), exactly but
  /// for wrapping around.
  ///
  /// Derivative: dA = G · Bᵀ and dB = Aᵀ · G, summed over the axes along which an operand was broadcast.
  public func matmul(_ other: Tensor) -> Tensor {
    precondition(
      rank > 0 && other.rank > 0, "matmul: of the shapes \(shape) and \(other.shape) one has no axes")
    let (a, b) = Tensor.promotedToNumbers(self, other)
    if a.rank > 1, b.rank > 1 { return Tensor.product(a, b) }
    precondition(
      a.shape[a.rank - 1] == b.shape[Swift.max(b.rank - 2, 0)],
      "matmul: the shapes \(shape) and \(other.shape) have no common inner extent")
    let row = a.rank == 1 ? a.reshaped(to: [1, a.count]) : a
    let column = b.rank == 1 ? b.reshaped(to: [b.count, 1]) : b
    let y = Tensor.product(row, column)
    var shape = y.shape
    if b.rank == 1 { shape.removeLast() }
    if a.rank == 1 { shape.remove(at: shape.count - (b.rank == 1 ? 1 : 2)) }
    return y.reshaped(to: shape)
  }

  /// Σ a_i b_i of two vectors [n]; one number. The sum of nothing is 0.
  ///
  /// Types as in `matmul(_:)`. Derivative: g b by a and g a by b.
  public func dot(_ other: Tensor) -> Tensor {
    precondition(
      rank == 1 && other.rank == 1 && count == other.count,
      "dot: the shapes \(shape) and \(other.shape) are not those of two vectors of one length")
    return matmul(other)
  }

  /// The products a_i b_j of two vectors [m] and [n]; shape [m, n].
  ///
  /// Types as in `matmul(_:)`. Derivative: G b by a and Gᵀ a by b.
  public func outer(_ other: Tensor) -> Tensor {
    precondition(
      rank == 1 && other.rank == 1, "outer: the shapes \(shape) and \(other.shape) are not those of two vectors")
    return reshaped(to: [count, 1]).asNumber() * other.asNumber()
  }

  /// a · b over the last two axes, each transposed first if asked: every derivative is a product of this form, with
  /// no transposed copy or view.
  static func product(_ a: Tensor, _ b: Tensor, transposing: (Bool, Bool) = (false, false)) -> Tensor {
    differentiable(a, b) {
      Kernels.product($0, $1, transposing: transposing)
    } pullbacks: { a, b, _ in
      (
        { g in
          let da =
            transposing.0
            ? product(b, g, transposing: (transposing.1, true))
            : product(g, b, transposing: (false, !transposing.1))
          return da.summed(toShape: a.shape)
        },
        { g in
          // One product over all rows where a matrix met a batch.
          let (a, g) = b.rank == 2 && !transposing.0 ? (a.asMatrix(), g.asMatrix()) : (a, g)
          let db =
            transposing.1
            ? product(g, a, transposing: (true, transposing.0))
            : product(a, g, transposing: (!transposing.0, false))
          return db.summed(toShape: b.shape)
        }
      )
    }
  }

  /// All axes but the last seen as one.
  func asMatrix() -> Tensor {
    if rank == 2 { return self }
    let columns = shape[rank - 1]
    return reshaped(to: [shape.dropLast().reduce(1, *), columns])
  }
}
