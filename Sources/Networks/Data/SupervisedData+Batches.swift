import SurprisalCore
import SurprisalTensors

extension SupervisedData {
  /// The inputs and targets at `indices`, ready for a model.
  ///
  /// Bytes and floating-point inputs become `dtype`, float32 or float64, standardized on the way; other whole numbers,
  /// such as tokens, stay as they are. Classes stay int64; targets that are numbers become `dtype`.
  public func batch(at indices: [Int], dtype: DType = .float32) -> (inputs: Tensor, targets: Tensor) {
    (inputBatch(at: indices, dtype: dtype), targetBatch(at: indices, dtype: dtype))
  }

  /// The inputs and targets at `indices`, the images among them changed at random by `augmentation`.
  ///
  /// The draws come from `generator` alone, so that a training which is resumed with it sees the same images.
  public func batch(
    at indices: [Int], dtype: DType = .float32, augmentedBy augmentation: Augmentation,
    using generator: inout RandomGenerator
  ) throws -> (inputs: Tensor, targets: Tensor) {
    guard !augmentation.steps.isEmpty else { return batch(at: indices, dtype: dtype) }
    let size = try augmentation.checkedSize(for: inputShape)
    let moves = indices.map { _ in augmentation.move(of: inputShape, using: &generator) }
    return (
      inputBatch(at: indices, dtype: dtype, moves: moves, size: size), targetBatch(at: indices, dtype: dtype)
    )
  }

  /// The inputs and targets at `indices`, images with what `augmentation` does to them on average: nothing but the
  /// part from the middle where it takes a part.
  public func batch(
    at indices: [Int], dtype: DType = .float32, centeredLike augmentation: Augmentation
  ) throws -> (inputs: Tensor, targets: Tensor) {
    guard augmentation.changesSize else { return batch(at: indices, dtype: dtype) }
    let size = try augmentation.checkedSize(for: inputShape)
    let move = augmentation.centralMove(of: inputShape)
    let moves = [ImageMove](repeating: move, count: indices.count)
    return (
      inputBatch(at: indices, dtype: dtype, moves: moves, size: size), targetBatch(at: indices, dtype: dtype)
    )
  }

  /// What a batch does to the inputs.
  var appliedStandardization: Standardization {
    inputStandardization ?? (inputs.dtype == .uint8 ? .bytes : Standardization(mean: 0, standardDeviation: 1))
  }

  private func inputBatch(
    at indices: [Int], dtype: DType, moves: [ImageMove]? = nil, size: (height: Int, width: Int)? = nil
  ) -> Tensor {
    switch inputs.dtype {
    case .uint8, .float32, .float64:
      let scale = appliedStandardization
      return inputs.standardizedRows(
        at: indices, means: scale.means, factors: scale.factors, dtype: dtype, moves: moves, size: size)
    case .bfloat16:
      return inputs.selected(at: Tensor(indices), alongAxis: 0).converted(to: dtype)
    default: return inputs.selected(at: Tensor(indices), alongAxis: 0)
    }
  }

  private func targetBatch(at indices: [Int], dtype: DType) -> Tensor {
    guard targets.dtype == .float32 || targets.dtype == .float64 else {
      return targets.selected(at: Tensor(indices), alongAxis: 0)
    }
    let scale = targetStandardization ?? Standardization(mean: 0, standardDeviation: 1)
    return targets.standardizedRows(at: indices, means: scale.means, factors: scale.factors, dtype: dtype)
  }

  /// The data at `indices` alone, in that order.
  public func selecting(_ indices: [Int]) -> SupervisedData {
    var result = self
    let places = Tensor(indices)
    result.inputs = inputs.selected(at: places, alongAxis: 0)
    result.targets = targets.selected(at: places, alongAxis: 0)
    return result
  }

  /// The first `limit` data, for a quick look.
  public func prefix(_ limit: Int) -> SupervisedData {
    guard limit < count else { return self }
    var result = self
    result.inputs = inputs[0..<max(0, limit)]
    result.targets = targets[0..<max(0, limit)]
    return result
  }
}
