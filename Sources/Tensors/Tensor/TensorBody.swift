import CSurprisalKernels

/// The elements of a tensor and how they lie in memory.
///
/// Safe to share between threads because of one rule: memory is written only while its body is being made, or
/// through `Tensor.withUnsafeMutableElements`, which first proves that this body has one reference and owns its
/// memory, so that nobody else can be looking.
final class TensorBody: @unchecked Sendable {
  /// The first element, of index (0, …, 0).
  let pointer: UnsafeMutableRawPointer
  let dtype: DType
  let shape: [Int]
  /// Elements from one index to the next along each axis; nil where the elements are contiguous in row-major order.
  let strides: [Int]?
  let count: Int
  /// Whose memory this is a view of; nil if it is its own.
  private let owner: TensorBody?

  /// New memory, not yet written.
  init(shape: [Int], dtype: DType) {
    TensorBody.checkRank(shape)
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      precondition(
        !overflow && extent >= 0,
        "Tensor: the shape \(shape) has a negative extent or more elements than memory can hold")
      count = product
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.byteCount)
    precondition(!overflow, "Tensor: the shape \(shape) has more elements than memory can hold")
    guard let pointer = surprisal_tensor_allocate(bytes) else {
      preconditionFailure("Tensor: there is no memory for \(bytes) bytes (shape \(shape))")
    }
    self.pointer = pointer
    self.dtype = dtype
    self.shape = shape
    self.strides = nil
    self.count = count
    self.owner = nil
  }

  /// A view of `owner`'s memory from element `offset` after its first one on.
  init(viewing owner: TensorBody, shape: [Int], strides: [Int]?, offset: Int) {
    TensorBody.checkRank(shape)
    self.pointer = owner.pointer + offset * owner.dtype.byteCount
    self.dtype = owner.dtype
    self.shape = shape
    self.count = shape.reduce(1, *)
    if let strides, !isRowMajor(strides, shape: shape) { self.strides = strides } else { self.strides = nil }
    self.owner = owner.owner ?? owner
  }

  deinit {
    if owner == nil { surprisal_tensor_free(pointer, count * dtype.byteCount) }
  }

  private static func checkRank(_ shape: [Int]) {
    precondition(
      shape.count <= Tensor.maximumRank, "Tensor: \(shape) has more than \(Tensor.maximumRank) axes")
  }

  /// Whether nobody but a body of one reference can see this memory.
  var ownsMemory: Bool { owner == nil }
}

/// Whether `strides` are those of contiguous elements; axes of extent 1 may have any.
func isRowMajor(_ strides: [Int], shape: [Int]) -> Bool {
  var expected = 1
  for axis in stride(from: shape.count - 1, through: 0, by: -1) {
    if shape[axis] == 0 { return true }
    if shape[axis] != 1 {
      if strides[axis] != expected { return false }
      expected *= shape[axis]
    }
  }
  return true
}

/// The strides of contiguous elements.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = shape
  var step = 1
  for axis in stride(from: shape.count - 1, through: 0, by: -1) {
    strides[axis] = step
    step *= shape[axis]
  }
  return strides
}
