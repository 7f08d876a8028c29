import CSurprisalKernels

extension Kernels {
  /// f(x; p, q) for each element. Of whole numbers those operations that stay whole.
  static func unary(_ op: surprisal_unary_op, _ x: Tensor, _ p: Double = 0, _ q: Double = 0) -> Tensor {
    switch x.dtype {
    case .bfloat16: return converted(unary(op, converted(x, to: .float32), p, q), to: .bfloat16)
    case .uint8: return unaryOfBytes(op, x, p)
    case .int32 where Int64(exactly: p) != nil:
      return unaryElements(op, x, DType.int32.wrapped(Int64(p)), q)
    default: return unaryElements(op, x, p, q)
    }
  }

  @inline(__always)
  private static func unaryElements(_ op: surprisal_unary_op, _ x: Tensor, _ p: Double, _ q: Double) -> Tensor {
    let source = contiguous(x)
    defer { withExtendedLifetime(source) {} }
    return Tensor(shape: x.shape, dtype: x.dtype) { out in
      surprisal_unary(op, x.dtype.code, source.count, source.pointer, out, p, q)
    }
  }

  /// uint8 has kernels of two tensors only.
  private static func unaryOfBytes(_ op: surprisal_unary_op, _ x: Tensor, _ p: Double) -> Tensor {
    let number = { (value: Double) in
      Tensor(DType.uint8.wrapped(Int64(exactly: value) ?? 0), dtype: .uint8)
    }
    switch op {
    case SURPRISAL_NEGATE: return binary(SURPRISAL_SUBTRACT, number(0), x)
    case SURPRISAL_SIGN: return binary(SURPRISAL_MINIMUM, x, number(1))
    case SURPRISAL_SQUARE: return binary(SURPRISAL_MULTIPLY, x, x)
    case SURPRISAL_ADD_NUMBER: return binary(SURPRISAL_ADD, x, number(p))
    case SURPRISAL_MULTIPLY_NUMBER: return binary(SURPRISAL_MULTIPLY, x, number(p))
    case SURPRISAL_SUBTRACT_FROM: return binary(SURPRISAL_SUBTRACT, number(p), x)
    case SURPRISAL_MAXIMUM_NUMBER: return binary(SURPRISAL_MAXIMUM, x, number(p))
    case SURPRISAL_MINIMUM_NUMBER: return binary(SURPRISAL_MINIMUM, x, number(p))
    case SURPRISAL_ABS: return x
    default: preconditionFailure("Tensor: uint8 has no elementwise function number \(op.rawValue)")
    }
  }

  /// g f'(x) for each element in one pass; what `saved` is, the kernel's header says.
  static func unaryBackward(
    _ op: surprisal_unary_op, saved: Tensor, _ g: Tensor, _ p: Double = 0, _ q: Double = 0
  ) -> Tensor {
    if saved.dtype == .bfloat16 {
      let wide = unaryBackward(op, saved: converted(saved, to: .float32), converted(g, to: .float32), p, q)
      return converted(wide, to: .bfloat16)
    }
    let saved = contiguous(saved)
    let g = contiguous(g)
    defer { withExtendedLifetime((saved, g)) {} }
    return Tensor(shape: saved.shape, dtype: saved.dtype) { out in
      surprisal_unary_backward(op, saved.dtype.code, saved.count, saved.pointer, g.pointer, out, p, q)
    }
  }

  /// a ∘ b with broadcasting, for two tensors of one type.
  static func binary(_ op: surprisal_binary_op, _ a: Tensor, _ b: Tensor) -> Tensor {
    if a.dtype == .bfloat16 {
      return converted(binary(op, converted(a, to: .float32), converted(b, to: .float32)), to: .bfloat16)
    }
    defer { withExtendedLifetime((a, b)) {} }
    return broadcasting(a, b, to: a.dtype, name(of: op)) { rank, shape, aStrides, bStrides, out in
      surprisal_binary(op, a.dtype.code, rank, shape, a.pointer, aStrides, b.pointer, bStrides, out)
    }
  }

  /// a ∘ b as bool with broadcasting, for two tensors of one type.
  static func compare(_ op: surprisal_comparison, _ a: Tensor, _ b: Tensor) -> Tensor {
    if a.dtype == .bfloat16 {
      return compare(op, converted(a, to: .float32), converted(b, to: .float32))
    }
    defer { withExtendedLifetime((a, b)) {} }
    return broadcasting(a, b, to: .bool, name(of: op)) { rank, shape, aStrides, bStrides, out in
      surprisal_compare(op, a.dtype.code, rank, shape, a.pointer, aStrides, b.pointer, bStrides, out)
    }
  }

  /// condition ? a : b with broadcasting, for a and b of one type.
  static func choose(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    guard let ab = broadcastShape(a.shape, b.shape), let shape = broadcastShape(condition.shape, ab) else {
      preconditionFailure("where: shapes \(condition.shape), \(a.shape) and \(b.shape) do not broadcast")
    }
    let condition = condition.broadcastView(to: shape)
    let a = a.broadcastView(to: shape)
    let b = b.broadcastView(to: shape)
    defer { withExtendedLifetime((condition, a, b)) {} }
    return Tensor(shape: shape, dtype: a.dtype) { out in
      withStrides(shape, condition.strides) { rank, shape, conditionStrides in
        withKernelIntegers(a.strides) { aStrides in
          withKernelIntegers(b.strides) { bStrides in
            surprisal_where(
              a.dtype.byteCount, rank, shape, condition.pointer.assumingMemoryBound(to: UInt8.self),
              conditionStrides, a.pointer, aStrides, b.pointer, bStrides, out)
          }
        }
      }
    }
  }

  /// Calls `kernel` with a common shape and the strides of a and b in it.
  @inline(__always)
  private static func broadcasting(
    _ a: Tensor, _ b: Tensor, to dtype: DType, _ name: @autoclosure () -> String,
    _ kernel: (
      Int32, UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafeMutableRawPointer
    ) -> Void
  ) -> Tensor {
    if a.isContiguous, b.isContiguous {
      // Two axes without looking further: one tensor is the other's shape or the end of it.
      if a.shape == b.shape {
        return Tensor(shape: a.shape, dtype: dtype) { out in
          withPairs((1, a.count), (a.count, 1), (a.count, 1)) { kernel(2, $0, $1, $2, out) }
        }
      }
      if a.shape.endsWith(b.shape), b.count > 0 {
        return Tensor(shape: a.shape, dtype: dtype) { out in
          withPairs((a.count / b.count, b.count), (b.count, 1), (0, 1)) { kernel(2, $0, $1, $2, out) }
        }
      }
      if b.shape.endsWith(a.shape), a.count > 0 {
        return Tensor(shape: b.shape, dtype: dtype) { out in
          withPairs((b.count / a.count, a.count), (0, 1), (a.count, 1)) { kernel(2, $0, $1, $2, out) }
        }
      }
    }
    guard let shape = broadcastShape(a.shape, b.shape) else {
      preconditionFailure("\(name()): shapes \(a.shape) and \(b.shape) do not broadcast")
    }
    let a = a.broadcastView(to: shape)
    let b = b.broadcastView(to: shape)
    return Tensor(shape: shape, dtype: dtype) { out in
      withStrides(shape, a.strides) { rank, shape, aStrides in
        withKernelIntegers(b.strides) { kernel(rank, shape, aStrides, $0, out) }
      }
    }
  }
}

/// An operator for a message.
private func name(of op: surprisal_binary_op) -> String {
  switch op {
  case SURPRISAL_ADD: "+"
  case SURPRISAL_SUBTRACT: "-"
  case SURPRISAL_MULTIPLY: "*"
  case SURPRISAL_DIVIDE: "/"
  case SURPRISAL_POWER: "power"
  case SURPRISAL_MAXIMUM: "maximum"
  case SURPRISAL_MINIMUM: "minimum"
  case SURPRISAL_AND: ".&"
  case SURPRISAL_OR: ".|"
  default: ".^"
  }
}

/// A comparison for a message.
private func name(of op: surprisal_comparison) -> String {
  switch op {
  case SURPRISAL_EQUAL: ".=="
  case SURPRISAL_NOT_EQUAL: ".!="
  case SURPRISAL_LESS: ".<"
  case SURPRISAL_LESS_EQUAL: ".<="
  case SURPRISAL_GREATER: ".>"
  default: ".>="
  }
}

/// Calls `body` with three lists of two numbers, as the kernels take them.
@inline(__always)
private func withPairs(
  _ first: (Int, Int), _ second: (Int, Int), _ third: (Int, Int),
  _ body: (UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafePointer<Int64>) -> Void
) {
  let numbers = (first, second, third)
  withUnsafeBytes(of: numbers) { bytes in
    guard let start = bytes.baseAddress?.assumingMemoryBound(to: Int64.self) else { return }
    body(start, start + 2, start + 4)
  }
}

extension [Int] {
  /// Whether `ending` is the end of this list.
  @inline(__always)
  fileprivate func endsWith(_ ending: [Int]) -> Bool {
    guard ending.count <= count else { return false }
    for index in ending.indices where ending[index] != self[count - ending.count + index] { return false }
    return true
  }
}
