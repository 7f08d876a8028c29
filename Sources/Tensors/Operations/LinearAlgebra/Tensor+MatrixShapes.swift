import SurprisalCore

extension Tensor {
  /// The rows of the matrices in the last two axes.
  var matrixRows: Int { shape[rank - 2] }
  /// The columns of the matrices in the last two axes.
  var matrixColumns: Int { shape[rank - 1] }

  /// ½ (x + xᵀ).
  var symmetricPart: Tensor { (self + transposed()) * 0.5 }

  /// The lower triangle with half the diagonal.
  var halfLowerTriangle: Tensor { (lowerTriangle() + lowerTriangle(diagonal: -1)) * 0.5 }

  /// A vector along the last axis as one row, to multiply every row of a matrix by.
  var asRow: Tensor { expandingAxis(-2) }
  /// A vector along the last axis as one column.
  var asColumn: Tensor { expandingAxis(-1) }

  /// Stops unless this is a float32 or float64 tensor of matrices, square if so asked.
  func requireMatrices(_ operation: StaticString, square: Bool = false) {
    let wanted = square ? "square matrices [..., n, n]" : "matrices [..., m, n]"
    precondition(
      rank >= 2 && (!square || matrixRows == matrixColumns), "\(operation): the shape \(shape) is not one of \(wanted)")
    precondition(
      dtype == .float64 || dtype == .float32,
      "\(operation): the type \(dtype) is not float32 or float64; convert the tensor first")
  }

  /// A and b with one type and the same leading axes, b as matrices [..., m, k], and whether b was a vector.
  func system(_ b: Tensor, _ operation: StaticString, square: Bool) -> (a: Tensor, b: Tensor, isVector: Bool) {
    requireMatrices(operation, square: square)
    let isVector = b.rank == 1
    let columns = isVector ? b.asColumn : b
    columns.requireMatrices(operation)
    guard matrixRows == columns.matrixRows,
      let batch = broadcastShape(Array(shape.dropLast(2)), Array(columns.shape.dropLast(2)))
    else { preconditionFailure("\(operation): right sides of shape \(b.shape) do not fit matrices of \(shape)") }
    let wider = Swift.max(dtype, b.dtype)
    return (
      converted(to: wider).broadcast(to: batch + shape.suffix(2)),
      columns.converted(to: wider).broadcast(to: batch + columns.shape.suffix(2)), isVector
    )
  }
}

extension MatrixFailure {
  /// The error for an entry that is NaN or infinite.
  func notFinite(_ operation: String) -> SurprisalError {
    SurprisalError(
      .data, "\(operation): \(place) has an entry that is NaN or infinite",
      remedy: "look for divisions by 0 and overflow before it")
  }

  /// The error for a singular matrix.
  func singular(_ operation: String) -> SurprisalError {
    SurprisalError(
      .data, "\(operation): \(place) is singular: pivot \(detail) is 0",
      remedy: "use leastSquares or pseudoinverse where columns may depend on one another")
  }
}
