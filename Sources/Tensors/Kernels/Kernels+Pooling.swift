import CSurprisalKernels

/// The shapes and windows of one pooling of [..., positions] or [..., height, width].
struct PoolingGeometry: Sendable {
  let shape: surprisal_pooling
  let input: [Int]
  let output: [Int]

  /// `windows` has one entry for each pooled axis.
  init(input: [Int], windows: [AxisWindows], countsPadding: Bool = true) {
    let first = input.count - windows.count
    let sizes = Array(input[first...])
    let outputSizes = zip(windows, sizes).map { $0.count(over: $1) }
    self.init(
      input: input, outputSizes: outputSizes,
      shape: { shape in
        let rows = windows.count == 1 ? .single : windows[0]
        let columns = windows[windows.count - 1]
        shape.kernel_height = rows.kernel
        shape.kernel_width = columns.kernel
        shape.stride_height = rows.stride
        shape.stride_width = columns.stride
        shape.dilation_height = rows.dilation
        shape.dilation_width = columns.dilation
        shape.top = rows.padding.before
        shape.left = columns.padding.before
        shape.padded_height = shape.height + rows.padding.before + rows.padding.after
        shape.padded_width = shape.width + columns.padding.before + columns.padding.after
        shape.count_padding = countsPadding ? 1 : 0
      })
  }

  /// Windows that depend on the sizes alone.
  init(input: [Int], outputSizes: [Int], shape configure: (inout surprisal_pooling) -> Void = { _ in }) {
    let first = input.count - outputSizes.count
    let flat = outputSizes.count == 1
    self.input = input
    output = input[..<first] + outputSizes
    var shape = surprisal_pooling()
    shape.planes = input[..<first].reduce(1, *)
    shape.height = flat ? 1 : input[first]
    shape.width = input[input.count - 1]
    shape.out_height = flat ? 1 : outputSizes[0]
    shape.out_width = outputSizes[outputSizes.count - 1]
    configure(&shape)
    self.shape = shape
  }
}

extension Kernels {
  /// The maximum of each window and its position in the plane. float32 and float64, as below.
  static func maxPool(_ x: Tensor, _ geometry: PoolingGeometry) -> (y: Tensor, indices: Tensor) {
    let x = contiguous(x)
    let indices = Tensor(shape: geometry.output, dtype: .int64) { _ in }
    defer { withExtendedLifetime((x, indices)) {} }
    let y = Tensor(shape: geometry.output, dtype: x.dtype) { out in
      withUnsafePointer(to: geometry.shape) {
        surprisal_max_pool(
          x.dtype.code, $0, x.pointer, out, indices.pointer.assumingMemoryBound(to: Int64.self))
      }
    }
    return (y, indices)
  }

  /// Each element of g added at its index in the plane, zeros elsewhere; an index of −1 is nowhere.
  static func planeScatter(_ g: Tensor, _ indices: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let g = contiguous(g)
    defer { withExtendedLifetime((g, indices)) {} }
    return Tensor(shape: geometry.input, dtype: g.dtype) { out in
      withUnsafePointer(to: geometry.shape) {
        surprisal_max_pool_backward(
          g.dtype.code, $0, indices.pointer.assumingMemoryBound(to: Int64.self), g.pointer, out)
      }
    }
  }

  /// The element of x at each index in the plane; 0 for an index of −1, which a window without elements has.
  static func planeGather(_ x: Tensor, _ indices: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let x = contiguous(x)
    defer { withExtendedLifetime((x, indices)) {} }
    let size = x.dtype.byteCount
    let plane = geometry.shape.height * geometry.shape.width
    let windows = geometry.shape.out_height * geometry.shape.out_width
    return Tensor(shape: geometry.output, dtype: x.dtype) { out in
      let indices = indices.pointer.assumingMemoryBound(to: Int64.self)
      for at in 0..<(geometry.shape.planes * windows) {
        guard indices[at] >= 0 else {
          (out + at * size).initializeMemory(as: UInt8.self, repeating: 0, count: size)
          continue
        }
        let from = at / windows * plane + Int(indices[at])
        (out + at * size).copyMemory(from: x.pointer + from * size, byteCount: size)
      }
    }
  }

  /// The mean of each window.
  static func averagePool(_ x: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let x = contiguous(x)
    defer { withExtendedLifetime(x) {} }
    return Tensor(shape: geometry.output, dtype: x.dtype) { out in
      withUnsafePointer(to: geometry.shape) { surprisal_average_pool(x.dtype.code, $0, x.pointer, out) }
    }
  }

  /// Each element of g shared among the elements of its window.
  static func averagePoolBackward(_ g: Tensor, _ geometry: PoolingGeometry) -> Tensor {
    let g = contiguous(g)
    defer { withExtendedLifetime(g) {} }
    return Tensor(shape: geometry.input, dtype: g.dtype) { out in
      withUnsafePointer(to: geometry.shape) { surprisal_average_pool_backward(g.dtype.code, $0, g.pointer, out) }
    }
  }
}
