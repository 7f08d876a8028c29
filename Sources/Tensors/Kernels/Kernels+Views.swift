import CSurprisalKernels

extension Kernels {
  /// The elements of `x` in row-major order with another shape of as many: a view where its strides allow that.
  static func reshaped(_ x: Tensor, to shape: [Int]) -> Tensor {
    if !x.isContiguous, let strides = reshapedStrides(x.shape, x.strides, to: shape) {
      return x.view(shape: shape, strides: strides)
    }
    return contiguous(x).view(shape: shape, strides: nil)
  }

  /// A tensor of `shape` filled with `value`, of which the elements that `map` picks are those of `x`.
  static func spread(_ x: Tensor, _ map: ElementMap, over shape: [Int], value: Double) -> Tensor {
    let source = contiguous(x)
    let strides = rowMajorStrides(shape)
    let result = Tensor(shape: shape, dtype: x.dtype) { _ in }
    defer { withExtendedLifetime((source, result)) {} }
    if source.count < result.count {
      surprisal_fill(x.dtype.code, result.count, value, result.pointer)
    }
    if source.count > 0 {
      let start = result.pointer + map.offset(over: strides) * x.dtype.byteCount
      withStrides(map.shape, map.strides(over: strides)) { rank, extents, strides in
        surprisal_copy_to_strided(x.dtype.byteCount, rank, extents, source.pointer, start, strides)
      }
    }
    return result
  }

  /// Tensors of one type one behind the other along an axis.
  static func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    let size = tensors[0].dtype.byteCount
    var shape = tensors[0].shape
    shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *) * size
    let row = shape[axis] * inner
    return Tensor(shape: shape, dtype: tensors[0].dtype) { out in
      var start = out
      for tensor in tensors where tensor.count > 0 {
        let source = contiguous(tensor)
        defer { withExtendedLifetime(source) {} }
        let bytes = tensor.shape[axis] * inner
        for index in 0..<outer {
          (start + index * row).copyMemory(from: source.pointer + index * bytes, byteCount: bytes)
        }
        start += bytes
      }
    }
  }
}

/// The strides that show elements of one shape and strides in another shape, or nil if there are none.
///
/// Both shapes are cut at equal products of extents; within such a group the elements must be at equal distances.
func reshapedStrides(_ shape: [Int], _ strides: [Int], to target: [Int]) -> [Int]? {
  if target.contains(0) { return rowMajorStrides(target) }
  let kept = shape.indices.filter { shape[$0] != 1 }
  var result = [Int](repeating: 1, count: target.count)
  var (old, new) = (0, 0)
  while old < kept.count {
    let (firstOld, firstNew) = (old, new)
    var oldCount = shape[kept[old]]
    var newCount = 1
    old += 1
    while oldCount != newCount {
      if newCount < oldCount {
        newCount *= target[new]
        new += 1
      } else {
        oldCount *= shape[kept[old]]
        old += 1
      }
    }
    for axis in firstOld..<(old - 1)
    where strides[kept[axis]] != strides[kept[axis + 1]] * shape[kept[axis + 1]] { return nil }
    var step = strides[kept[old - 1]]
    for axis in stride(from: new - 1, through: firstNew, by: -1) {
      result[axis] = step
      step *= target[axis]
    }
  }
  return result
}
