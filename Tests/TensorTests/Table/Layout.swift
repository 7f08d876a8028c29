import SurprisalTensors

/// Ways for the same elements to lie in memory that are not row-major.
enum Layout: String, CaseIterable, Sendable {
  /// The axes in memory are those of the shape in reverse.
  case transposed
  /// Every second element along each axis of a larger tensor, whose other elements are another number.
  case sliced
  /// Every axis runs backward in memory.
  case reversed

  /// `x` laid out this way: equal elements, a view of other memory.
  func applied(to x: Tensor) -> Tensor {
    switch self {
    case .transposed:
      let order = Array((0..<x.rank).reversed())
      return x.permuted(order).contiguous().permuted(order)
    case .sliced:
      return Layout.sliced(x)
    case .reversed:
      return x.flipped().contiguous().flipped()
    }
  }

  /// A view of every second element from index 1 on of a tensor with 2 n + 1 elements along each axis of n.
  private static func sliced(_ x: Tensor) -> Tensor {
    // 113 is no index of any case: an element that is read by mistake is seen.
    switch x.dtype {
    case .bool: sliced(x.scalars(as: Bool.self), x.shape, dtype: x.dtype, filler: true)
    case .uint8, .int32, .int64: sliced(x.scalars(as: Int64.self), x.shape, dtype: x.dtype, filler: 113)
    case .bfloat16, .float32, .float64: sliced(x.scalars(as: Double.self), x.shape, dtype: x.dtype, filler: .nan)
    }
  }

  private static func sliced<Element: TensorElement>(
    _ elements: [Element], _ shape: [Int], dtype: DType, filler: Element
  ) -> Tensor {
    let wide = shape.map { 2 * $0 + 1 }
    var values = [Element](repeating: filler, count: wide.reduce(1, *))
    var index = [Int](repeating: 0, count: shape.count)
    for element in elements {
      values[zip(index, wide).reduce(0) { $0 * $1.1 + 2 * $1.0 + 1 }] = element
      for axis in index.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return Tensor(values, shape: wide, dtype: dtype)[shape.map { AxisSlice(start: 1, count: $0, step: 2) }]
  }

  /// The first slice of `x` along its longest axis repeated over that axis by a stride of 0; nil if no axis has two.
  static func broadcast(_ x: Tensor) -> Tensor? {
    guard let axis = x.shape.indices.max(by: { x.shape[$0] < x.shape[$1] }), x.shape[axis] > 1, x.count > 0 else {
      return nil
    }
    return x.sliced(0..<1, alongAxis: axis).broadcast(to: x.shape)
  }
}
