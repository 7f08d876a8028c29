import SurprisalTensors

extension Tensor {
  /// The softmax along the last axis over the elements where `mask` is true; the others get 0.
  ///
  /// The mask broadcasts to this tensor's shape. A row without a true element becomes 0 everywhere and has the
  /// derivative 0; what stands at a false one, NaN too, does not matter.
  public func maskedSoftmax(where mask: Tensor) -> Tensor {
    filled(with: -.infinity, where: .!mask).softmax()
  }

  /// The softmax along the last axis over its first elements; the others, padding, get 0.
  ///
  /// - Parameter lengths: how many elements count, for each index of the first axis.
  public func maskedSoftmax(lengths: [Int]) -> Tensor {
    precondition(
      rank > 1 && lengths.count == shape[0],
      "maskedSoftmax: \(lengths.count) lengths are not one for each of the batch of \(shape)")
    return maskedSoftmax(ends: Tensor(lengths, shape: [lengths.count] + [Int](repeating: 1, count: rank - 1)))
  }

  /// The same with a length of its own for every row.
  ///
  /// - Parameter lengths: of this tensor's shape without its last axis.
  public func maskedSoftmax(rowLengths lengths: [Int]) -> Tensor {
    precondition(
      rank > 0 && lengths.count == shape.dropLast().reduce(1, *),
      "maskedSoftmax: \(lengths.count) lengths are not one for each row of \(shape)")
    return maskedSoftmax(ends: Tensor(lengths, shape: shape.dropLast() + [1]))
  }

  private func maskedSoftmax(ends: Tensor) -> Tensor {
    maskedSoftmax(where: Tensor(range: 0..<shape[rank - 1]) .< ends)
  }
}
