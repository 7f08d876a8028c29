extension Tensor {
  /// The same memory seen with another shape and strides, on no tape.
  func view(shape: [Int], strides: [Int]?, offset: Int = 0) -> Tensor {
    Tensor(TensorBody(viewing: body, shape: shape, strides: strides, offset: offset))
  }

  /// The view with `shape` by NumPy's broadcasting, on no tape; the shapes must fit.
  func broadcastView(to shape: [Int]) -> Tensor {
    if shape == self.shape { return withoutDerivative() }
    let own = strides
    let added = shape.count - rank
    var strides = [Int](repeating: 0, count: shape.count)
    for axis in 0..<rank where self.shape[axis] != 1 { strides[added + axis] = own[axis] }
    return view(shape: shape, strides: strides)
  }
}

/// The shape that NumPy's broadcasting gives two shapes, or nil if they do not fit.
package func broadcastShape(_ first: [Int], _ second: [Int]) -> [Int]? {
  if first == second || second.isEmpty { return first }
  if first.isEmpty { return second }
  var long = first.count >= second.count ? first : second
  let short = first.count >= second.count ? second : first
  let added = long.count - short.count
  for axis in short.indices {
    let a = long[added + axis]
    let b = short[axis]
    if a == b || b == 1 { continue }
    guard a == 1 else { return nil }
    long[added + axis] = b
  }
  return long
}
