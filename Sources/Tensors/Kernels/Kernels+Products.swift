import CSurprisalKernels

extension Kernels {
  /// a · b over the last two axes, each of them transposed first if asked, plus `bias` [n] on every row.
  ///
  /// Both are of one type and have two axes or more; the axes before are broadcast. Nothing is copied, whatever the
  /// strides are. bfloat16 is multiplied in float32 and rounded once; whole numbers wrap around in their own type.
  static func product(
    _ a: Tensor, _ b: Tensor, transposing: (Bool, Bool) = (false, false), bias: Tensor? = nil
  ) -> Tensor {
    if a.dtype == .bfloat16 {
      let wide = product(
        converted(a, to: .float32), converted(b, to: .float32), transposing: transposing,
        bias: bias.map { converted($0, to: .float32) })
      return converted(wide, to: .bfloat16)
    }
    let first = a.matrixLayout(transposed: transposing.0)
    let second = b.matrixLayout(transposed: transposing.1)
    precondition(
      first.columns == second.rows,
      "matmul: the shapes \(a.shape)\(transposing.0 ? " (transposed)" : "") and \(b.shape)"
        + "\(transposing.1 ? " (transposed)" : "") have no common inner extent")
    let bias = bias.map(contiguous)
    defer { withExtendedLifetime((a, b, bias)) {} }
    var shape = surprisal_product()
    shape.m = first.rows
    shape.n = second.columns
    shape.k = first.columns
    shape.a_row = first.rowStride
    shape.a_column = first.columnStride
    shape.b_row = second.rowStride
    shape.b_column = second.columnStride
    shape.c_row = second.columns
    if a.rank == 2, b.rank == 2 {
      return Tensor(shape: [shape.m, shape.n], dtype: a.dtype) { out in
        shape.bias = bias.map { UnsafeRawPointer($0.pointer) }
        multiply(a.dtype, &shape, a.pointer, b.pointer, out)
      }
    }
    if b.rank == 2, !transposing.0, let rowStride = foldedRowStride(a) {
      shape.m = a.shape.dropLast().reduce(1, *)
      shape.a_row = rowStride
      return Tensor(shape: a.shape.dropLast() + [shape.n], dtype: a.dtype) { out in
        shape.bias = bias.map { UnsafeRawPointer($0.pointer) }
        multiply(a.dtype, &shape, a.pointer, b.pointer, out)
      }
    }
    guard let batch = broadcastShape(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2))) else {
      preconditionFailure("matmul: the axes before the last two of \(a.shape) and \(b.shape) do not broadcast")
    }
    return Tensor(shape: batch + [shape.m, shape.n], dtype: a.dtype) { out in
      shape.bias = bias.map { UnsafeRawPointer($0.pointer) }
      multiplyBatch(batch, &shape, a, b, out)
    }
  }

  private static func multiply(
    _ dtype: DType, _ shape: inout surprisal_product, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
    _ c: UnsafeMutableRawPointer
  ) {
    switch dtype {
    case .int32: multiplyWhole(Int32.self, shape, a, b, c)
    case .int64: multiplyWhole(Int64.self, shape, a, b, c)
    case .uint8: multiplyWhole(UInt8.self, shape, a, b, c)
    default: surprisal_matmul(dtype.code, &shape, a, b, c)
    }
  }

  private static func multiplyBatch(
    _ batch: [Int], _ shape: inout surprisal_product, _ a: Tensor, _ b: Tensor, _ c: UnsafeMutableRawPointer
  ) {
    let count = batch.reduce(1, *)
    let aStrides = a.strides
    let bStrides = b.strides
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: 3 * count) { offsets in
      guard let aOffsets = offsets.baseAddress else { return }
      let bOffsets = aOffsets + count
      let cOffsets = bOffsets + count
      batchOffsets(batch, a.shape, aStrides, aOffsets)
      batchOffsets(batch, b.shape, bStrides, bOffsets)
      for index in 0..<count { cOffsets[index] = Int64(index * shape.m * shape.n) }
      if a.dtype.isFloatingPoint {
        surprisal_matmul_batch(
          a.dtype.code, &shape, count, a.pointer, aOffsets, b.pointer, bOffsets, c, cOffsets)
        return
      }
      let size = a.dtype.byteCount
      for index in 0..<count {
        multiply(
          a.dtype, &shape, a.pointer + Int(aOffsets[index]) * size, b.pointer + Int(bOffsets[index]) * size,
          c + Int(cOffsets[index]) * size)
      }
    }
  }

  /// The first element of each matrix of an operand, for every index of `batch` in row-major order.
  private static func batchOffsets(
    _ batch: [Int], _ shape: [Int], _ strides: [Int], _ offsets: UnsafeMutablePointer<Int64>
  ) {
    // Axis by axis: what is there for the axes before is repeated for each index of the next one.
    offsets[0] = 0
    let added = batch.count - (shape.count - 2)
    var filled = 1
    for axis in batch.indices {
      let extent = batch[axis]
      let step = axis < added || shape[axis - added] == 1 ? 0 : strides[axis - added]
      for outer in stride(from: filled - 1, through: 0, by: -1) {
        let base = offsets[outer]
        for index in 0..<extent { offsets[outer * extent + index] = base + Int64(index * step) }
      }
      filled *= extent
    }
  }

  private static func multiplyWhole<Element: FixedWidthInteger>(
    _ type: Element.Type, _ shape: surprisal_product, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer,
    _ c: UnsafeMutableRawPointer
  ) {
    let a = a.assumingMemoryBound(to: type)
    let b = b.assumingMemoryBound(to: type)
    for row in 0..<shape.m {
      let out = c.assumingMemoryBound(to: type) + row * shape.c_row
      for column in 0..<shape.n { out[column] = 0 }
      for inner in 0..<shape.k {
        let factor = a[row * shape.a_row + inner * shape.a_column]
        let other = b + inner * shape.b_row
        for column in 0..<shape.n { out[column] &+= factor &* other[column * shape.b_column] }
      }
    }
  }

  /// The distance of rows if all axes but the last can be seen as one, else nil.
  private static func foldedRowStride(_ x: Tensor) -> Int? {
    let shape = x.shape
    if x.isContiguous { return shape[shape.count - 1] }
    let strides = x.strides
    for axis in 0..<(shape.count - 2) where strides[axis] != strides[axis + 1] * shape[axis + 1] { return nil }
    return strides[shape.count - 2]
  }
}

/// How the last two axes of a tensor lie in memory.
private struct MatrixLayout {
  var rows: Int
  var columns: Int
  var rowStride: Int
  var columnStride: Int
}

extension Tensor {
  fileprivate func matrixLayout(transposed: Bool) -> MatrixLayout {
    let last = body.shape.count - 1
    let (rows, columns) = (body.shape[last - 1], body.shape[last])
    var (rowStride, columnStride) = (columns, 1)
    if !isContiguous {
      let strides = strides
      (rowStride, columnStride) = (strides[last - 1], strides[last])
    }
    return transposed
      ? MatrixLayout(rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
      : MatrixLayout(rows: rows, columns: columns, rowStride: rowStride, columnStride: columnStride)
  }
}
