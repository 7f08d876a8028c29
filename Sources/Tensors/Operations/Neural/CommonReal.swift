/// Calls `body` with the tensors in the real type that the kernels compute in, float32 or float64, and gives its
/// result back in the type of their promotion: bfloat16 is rounded once, whole numbers become float32.
func inCommonReal(_ tensors: [Tensor], _ body: ([Tensor]) -> Tensor) -> Tensor {
  guard let (working, result) = commonReal(tensors) else { return body(tensors) }
  return body(tensors.map { $0.converted(to: working) }).converted(to: result)
}

extension Tensor {
  /// The same for several results.
  static func inCommonReals(_ tensors: [Tensor], _ body: ([Tensor]) -> [Tensor]) -> [Tensor] {
    guard let (working, result) = commonReal(tensors) else { return body(tensors) }
    return body(tensors.map { $0.converted(to: working) }).map { $0.converted(to: result) }
  }
}

/// The type to compute in and the type of the result, or nil if all tensors are of one that the kernels compute in.
private func commonReal(_ tensors: [Tensor]) -> (working: DType, result: DType)? {
  let first = tensors[0].dtype
  var dtype = first
  var areEqual = true
  for tensor in tensors where tensor.dtype != first {
    dtype = max(dtype, tensor.dtype)
    areEqual = false
  }
  if areEqual, first == .float32 || first == .float64 { return nil }
  let working = max(dtype, .float32)
  return (working, dtype == .bfloat16 ? .bfloat16 : working)
}
