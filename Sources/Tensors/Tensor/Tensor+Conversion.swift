import CSurprisalKernels

extension Tensor {
  /// The elements in row-major order, converted to `Element`.
  ///
  /// Conversion to whole numbers drops the fraction and saturates; NaN becomes 0.
  public func scalars<Element: TensorElement>(as type: Element.Type = Element.self) -> [Element] {
    let source = Kernels.contiguous(Kernels.converted(withoutDerivative(), to: Element.dtype))
    return withExtendedLifetime(source) {
      let start = source.pointer.assumingMemoryBound(to: Element.self)
      return Array(UnsafeBufferPointer(start: start, count: source.count))
    }
  }

  /// The one element of a tensor of count 1.
  public var item: Double {
    precondition(count == 1, "item: a tensor of shape \(shape) is not one number")
    return withExtendedLifetime(body) {
      switch dtype {
      case .float32: Double(pointer.load(as: Float.self))
      case .float64: pointer.load(as: Double.self)
      default: scalars(as: Double.self)[0]
      }
    }
  }

  /// The same values as elements of another type.
  ///
  /// To bfloat16 and float32 they are rounded to nearest even; to whole numbers the fraction is dropped, numbers out
  /// of range saturate and NaN becomes 0; to bool all but 0 is true. The derivative passes between floating types.
  public func converted(to dtype: DType) -> Tensor {
    if dtype == self.dtype { return self }
    guard dtype.isFloatingPoint, self.dtype.isFloatingPoint else {
      return Kernels.converted(withoutDerivative(), to: dtype)
    }
    let own = self.dtype
    return differentiable(self) {
      Kernels.converted($0, to: dtype)
    } pullback: { _, _ in
      { $0.converted(to: own) }
    }
  }

  /// Calls `body` with the bytes of the elements in row-major order; they are valid inside it only.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let source = Kernels.contiguous(withoutDerivative())
    return try withExtendedLifetime(source) {
      try body(UnsafeRawBufferPointer(start: source.pointer, count: source.count * dtype.byteCount))
    }
  }

  /// Calls `update` with the elements' memory, to change them in place.
  ///
  /// Memory that anyone else could see is copied first, so that values stay values. The result is on no tape.
  package mutating func withUnsafeMutableElements<Result>(
    _ update: (UnsafeMutableRawPointer) throws -> Result
  ) rethrows -> Result {
    let pointer = mutablePointer()
    return try withExtendedLifetime(body) { try update(pointer) }
  }

  /// The elements' memory, made this tensor's own; valid as long as the tensor is neither changed nor gone.
  mutating func mutablePointer() -> UnsafeMutableRawPointer {
    if node != nil { self = Tensor(body) }
    if !isKnownUniquelyReferenced(&body) || !body.ownsMemory {
      self = Kernels.copied(self)
    }
    return body.pointer
  }
}
