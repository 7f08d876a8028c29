import CSurprisalKernels

/// The elements `range(i)` of one axis that output i of an adaptive pooling sees: from ⌊i · in / out⌋ up to
/// ⌈(i + 1) · in / out⌉.
private struct AdaptiveWindows {
  let size: Int
  let count: Int

  func range(_ index: Int) -> Range<Int> {
    (index * size / count)..<(((index + 1) * size + count - 1) / count)
  }
}

/// Windows of unequal size, which the compiled kernels do not have: each element is read about once.
extension Kernels {
  /// As `maxPool` with adaptive windows.
  static func adaptiveMaxPool(_ x: Tensor, _ geometry: PoolingGeometry) -> (y: Tensor, indices: Tensor) {
    let x = contiguous(x)
    let indices = Tensor(shape: geometry.output, dtype: .int64) { _ in }
    defer { withExtendedLifetime((x, indices)) {} }
    let y = Tensor(shape: geometry.output, dtype: x.dtype) { out in
      let indices = indices.pointer.assumingMemoryBound(to: Int64.self)
      if x.dtype == .float32 {
        adaptiveMaxPool(Float.self, geometry.shape, x.pointer, out, indices)
      } else {
        adaptiveMaxPool(Double.self, geometry.shape, x.pointer, out, indices)
      }
    }
    return (y, indices)
  }

  private static func adaptiveMaxPool<Element: BinaryFloatingPoint>(
    _ type: Element.Type, _ shape: surprisal_pooling, _ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer,
    _ indices: UnsafeMutablePointer<Int64>
  ) {
    let x = x.assumingMemoryBound(to: type)
    let y = y.assumingMemoryBound(to: type)
    forEachWindow(shape) { plane, window, rows, columns in
      var best = rows.lowerBound * shape.width + columns.lowerBound
      for row in rows {
        for column in columns {
          let at = row * shape.width + column
          // A NaN is the maximum, as in the other poolings; the first of equals.
          if x[plane + at] > x[plane + best] || (x[plane + at].isNaN && !x[plane + best].isNaN) { best = at }
        }
      }
      y[window] = x[plane + best]
      indices[window] = Int64(best)
    }
  }

  /// As `averagePool` with adaptive windows.
  static func adaptiveAveragePool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let x = contiguous(x)
    defer { withExtendedLifetime(x) {} }
    return Tensor(shape: geometry.output, dtype: x.dtype) { out in
      if x.dtype == .float32 {
        adaptiveAveragePool(Float.self, geometry.shape, x.pointer, out)
      } else {
        adaptiveAveragePool(Double.self, geometry.shape, x.pointer, out)
      }
    }
  }

  private static func adaptiveAveragePool<Element: BinaryFloatingPoint>(
    _ type: Element.Type, _ shape: surprisal_pooling, _ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer
  ) {
    let x = x.assumingMemoryBound(to: type)
    let y = y.assumingMemoryBound(to: type)
    forEachWindow(shape) { plane, window, rows, columns in
      var sum: Element = 0
      for row in rows {
        for column in columns { sum += x[plane + row * shape.width + column] }
      }
      y[window] = sum / Element(rows.count * columns.count)
    }
  }

  /// As `averagePoolBackward` with adaptive windows.
  static func adaptiveAveragePoolBackward(_ g: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let g = contiguous(g)
    let dx = Tensor(zeros: geometry.input, dtype: g.dtype)
    defer { withExtendedLifetime((g, dx)) {} }
    if g.dtype == .float32 {
      adaptiveAveragePoolBackward(Float.self, geometry.shape, g.pointer, dx.pointer)
    } else {
      adaptiveAveragePoolBackward(Double.self, geometry.shape, g.pointer, dx.pointer)
    }
    return dx
  }

  private static func adaptiveAveragePoolBackward<Element: BinaryFloatingPoint>(
    _ type: Element.Type, _ shape: surprisal_pooling, _ g: UnsafeRawPointer, _ dx: UnsafeMutableRawPointer
  ) {
    let g = g.assumingMemoryBound(to: type)
    let dx = dx.assumingMemoryBound(to: type)
    forEachWindow(shape) { plane, window, rows, columns in
      let share = g[window] / Element(rows.count * columns.count)
      for row in rows {
        for column in columns { dx[plane + row * shape.width + column] += share }
      }
    }
  }

  /// Calls `body` for each window with the first element of its plane, its place in the output and what it sees.
  @inline(__always)
  private static func forEachWindow(
    _ shape: surprisal_pooling, _ body: (_ plane: Int, _ window: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
  ) {
    let rows = AdaptiveWindows(size: shape.height, count: shape.out_height)
    let columns = AdaptiveWindows(size: shape.width, count: shape.out_width)
    var window = 0
    for plane in 0..<shape.planes {
      for row in 0..<shape.out_height {
        let rows = rows.range(row)
        for column in 0..<shape.out_width {
          body(plane * shape.height * shape.width, window, rows, columns.range(column))
          window += 1
        }
      }
    }
  }
}
