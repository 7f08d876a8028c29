extension Tensor {
  /// The rows of this table [entries, features] at the given indices: a vector for each token.
  ///
  /// - Parameter indices: whole numbers of any shape [...], each below `entries`; another one stops the program.
  /// - Returns: [..., features].
  ///
  /// Derivative: each row gets the sum of the cotangents of the places where it was looked up, in their order.
  public func embedding(at indices: Tensor) -> Tensor {
    precondition(rank == 2, "embedding: a table of shape \(shape) is not [entries, features]")
    return selected(at: indices, alongAxis: 0)
  }
}
