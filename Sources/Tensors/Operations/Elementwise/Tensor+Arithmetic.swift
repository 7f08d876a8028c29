import CSurprisalKernels

extension Tensor {
  /// a + b, element by element with broadcasting; `bool` counts as `uint8`.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = promotedToNumbers(a, b)
    if a.node == nil, b.node == nil { return Kernels.binary(SURPRISAL_ADD, a, b) }
    return differentiable(a, b) {
      Kernels.binary(SURPRISAL_ADD, $0, $1)
    } pullbacks: { a, b, _ in
      let (aShape, bShape) = (a.shape, b.shape)
      if aShape == bShape { return ({ $0 }, { $0 }) }
      return ({ $0.summed(toShape: aShape) }, { $0.summed(toShape: bShape) })
    }
  }

  /// a − b, element by element with broadcasting; `bool` counts as `uint8`.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = promotedToNumbers(a, b)
    if a.node == nil, b.node == nil { return Kernels.binary(SURPRISAL_SUBTRACT, a, b) }
    return differentiable(a, b) {
      Kernels.binary(SURPRISAL_SUBTRACT, $0, $1)
    } pullbacks: { a, b, _ in
      let (aShape, bShape) = (a.shape, b.shape)
      if aShape == bShape { return ({ $0 }, { -$0 }) }
      return ({ $0.summed(toShape: aShape) }, { -$0.summed(toShape: bShape) })
    }
  }

  /// a · b, element by element with broadcasting; `bool` counts as `uint8`.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = promotedToNumbers(a, b)
    if a.node == nil, b.node == nil { return Kernels.binary(SURPRISAL_MULTIPLY, a, b) }
    return differentiable(a, b) {
      Kernels.binary(SURPRISAL_MULTIPLY, $0, $1)
    } pullbacks: { a, b, _ in
      let (aShape, bShape) = (a.shape, b.shape)
      return ({ ($0 * b).summed(toShape: aShape) }, { ($0 * a).summed(toShape: bShape) })
    }
  }

  /// a / b, element by element with broadcasting; whole numbers are divided as `float32`.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = promotedToFloat(a, b)
    if a.node == nil, b.node == nil { return Kernels.binary(SURPRISAL_DIVIDE, a, b) }
    return differentiable(a, b) {
      Kernels.binary(SURPRISAL_DIVIDE, $0, $1)
    } pullbacks: { a, b, y in
      let (aShape, bShape) = (a.shape, b.shape)
      return ({ ($0 / b).summed(toShape: aShape) }, { -($0 * y / b).summed(toShape: bShape) })
    }
  }

  /// −x; of whole numbers it wraps around.
  public static prefix func - (x: Tensor) -> Tensor {
    let x = x.asNumber()
    if x.node == nil { return Kernels.unary(SURPRISAL_NEGATE, x) }
    return differentiable(x) {
      Kernels.unary(SURPRISAL_NEGATE, $0)
    } pullback: { _, _ in
      { -$0 }
    }
  }

  /// Both tensors in the type that an operation on them works in.
  @inline(__always)
  static func promoted(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    if a.dtype == b.dtype { return (a, b) }
    let dtype = a.dtype < b.dtype ? b.dtype : a.dtype
    return (a.converted(to: dtype), b.converted(to: dtype))
  }

  /// Both tensors in the type of numbers that an operation on them works in.
  @inline(__always)
  static func promotedToNumbers(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    let (a, b) = promoted(a, b)
    return a.dtype == .bool ? (a.asNumber(), b.asNumber()) : (a, b)
  }

  /// Both tensors in the floating-point type that an operation on them works in.
  @inline(__always)
  static func promotedToFloat(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    let (a, b) = promoted(a, b)
    return a.dtype.isFloatingPoint ? (a, b) : (a.asFloat(), b.asFloat())
  }

  /// Itself if it holds floating-point numbers, else converted to `float32`.
  func asFloat() -> Tensor { dtype.isFloatingPoint ? self : converted(to: .float32) }

  /// Itself if it holds numbers, else converted to `uint8`.
  func asNumber() -> Tensor { dtype == .bool ? converted(to: .uint8) : self }

  /// The sum over the axes along which `shape` was broadcast to this tensor's shape; of shape `shape`.
  func summed(toShape shape: [Int]) -> Tensor {
    if shape == self.shape { return self }
    let added = rank - shape.count
    let axes = (0..<rank).filter { $0 < added || (shape[$0 - added] == 1 && self.shape[$0] != 1) }
    return sum(alongAxes: axes, keepingAxes: true).reshaped(to: shape)
  }
}
