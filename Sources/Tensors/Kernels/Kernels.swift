import CSurprisalKernels

/// The one layer between operations and the processor: every function takes untracked tensors and returns a new one.
///
/// A second device is added here, by looking at where a tensor's memory is; operations stay as they are.
enum Kernels {
  /// `x` with contiguous elements; `x` itself if they are.
  static func contiguous(_ x: Tensor) -> Tensor { x.isContiguous ? x : copied(x) }

  /// New contiguous memory with the elements of `x`.
  static func copied(_ x: Tensor) -> Tensor {
    defer { withExtendedLifetime(x) {} }
    return Tensor(shape: x.shape, dtype: x.dtype) { out in
      if x.isContiguous {
        out.copyMemory(from: x.pointer, byteCount: x.count * x.dtype.byteCount)
      } else {
        withStrides(x.shape, x.strides) { rank, shape, strides in
          surprisal_copy_strided(x.dtype.byteCount, rank, shape, x.pointer, strides, out)
        }
      }
    }
  }

  static func converted(_ x: Tensor, to dtype: DType) -> Tensor {
    if x.dtype == dtype { return x }
    let source = contiguous(x)
    defer { withExtendedLifetime(source) {} }
    return Tensor(shape: x.shape, dtype: dtype) { out in
      surprisal_convert(x.dtype.code, dtype.code, source.count, source.pointer, out)
    }
  }

  /// y += x in place; false if this layer has no kernel for it. Both are contiguous and of one shape.
  static func accumulate(_ x: Tensor, into y: Tensor) -> Bool {
    guard x.dtype == y.dtype, x.shape == y.shape, x.dtype == .float32 || x.dtype == .float64 else { return false }
    defer { withExtendedLifetime((x, y)) {} }
    surprisal_accumulate(x.dtype.code, x.count, x.pointer, y.pointer)
    return true
  }

  /// Runs `body` in float32 on tensors of bfloat16 and rounds its result once; in their own type on others.
  static func inFloat32(_ tensors: [Tensor], _ body: ([Tensor]) -> Tensor) -> Tensor {
    guard tensors.contains(where: { $0.dtype == .bfloat16 }) else { return body(tensors) }
    let result = body(tensors.map { $0.dtype == .bfloat16 ? converted($0, to: .float32) : $0 })
    return result.dtype == .float32 ? converted(result, to: .bfloat16) : result
  }
}

/// Calls `body` with a shape and one list of strides as the kernels take them.
func withStrides<Result>(
  _ shape: [Int], _ strides: [Int], _ body: (Int32, UnsafePointer<Int64>, UnsafePointer<Int64>) -> Result
) -> Result {
  withKernelIntegers(shape) { shapePointer in
    withKernelIntegers(strides) { body(Int32(shape.count), shapePointer, $0) }
  }
}

/// Calls `body` with the numbers as the kernels' 64-bit integers.
func withKernelIntegers<Result>(_ values: [Int], _ body: (UnsafePointer<Int64>) -> Result) -> Result {
  values.withUnsafeBytes { bytes in
    // The base address of no elements may be nil, and a kernel of rank 0 does not look.
    guard let base = bytes.baseAddress else { return withUnsafePointer(to: Int64(0), body) }
    return body(base.assumingMemoryBound(to: Int64.self))
  }
}
