import CSurprisalKernels

extension Kernels {
  /// Indices as contiguous `int64`, each proven to be one of an axis of that extent.
  static func checkedIndices(_ indices: Tensor, extent: Int, _ operation: StaticString) -> Tensor {
    precondition(
      indices.dtype == .int64 || indices.dtype == .int32,
      "\(operation): indices are int64 or int32, not \(indices.dtype)")
    let indices = contiguous(converted(indices, to: .int64))
    defer { withExtendedLifetime(indices) {} }
    let values = elements(indices, Int64.self)
    // A negative index is a huge number without its sign; one pass without branches finds the largest.
    let limit = UInt64(max(extent, 0))
    var outside = false
    for value in values { outside = outside || UInt64(bitPattern: value) >= limit }
    if outside, let value = values.first(where: { UInt64(bitPattern: $0) >= limit }) {
      preconditionFailure("\(operation): index \(value) is not within the extent \(extent)")
    }
    return indices
  }

  /// The slices at checked indices of any shape, which takes the place of the axis.
  static func selected(_ x: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    let (source, outer, count, inner) = blocks(x, axes: [axis])
    defer { withExtendedLifetime((source, indices)) {} }
    let chosen = elements(indices, Int64.self)
    let bytes = inner * x.dtype.byteCount
    return Tensor(shape: x.shape[..<axis] + indices.shape + x.shape[(axis + 1)...], dtype: x.dtype) { out in
      var target = out
      for block in 0..<outer {
        let start = source.pointer + block * count * bytes
        switch bytes {
        case 4:
          pick(UInt32.self, start, chosen, target)
        case 8:
          pick(UInt64.self, start, chosen, target)
        default:
          for (place, index) in chosen.enumerated() {
            (target + place * bytes).copyMemory(from: start + Int(index) * bytes, byteCount: bytes)
          }
        }
        target += chosen.count * bytes
      }
    }
  }

  private static func pick<Unit>(
    _ type: Unit.Type, _ source: UnsafeMutableRawPointer, _ indices: UnsafeBufferPointer<Int64>,
    _ target: UnsafeMutableRawPointer
  ) {
    let source = source.assumingMemoryBound(to: type)
    let target = target.assumingMemoryBound(to: type)
    for (place, index) in indices.enumerated() { target[place] = source[Int(index)] }
  }

  /// y[o, j, i] = x[o, index[o, j, i], i] for checked indices, with the axis in the middle.
  static func gathered(_ x: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    switch x.dtype.byteCount {
    case 1: gathered(UInt8.self, x, indices, axis)
    case 2: gathered(UInt16.self, x, indices, axis)
    case 4: gathered(UInt32.self, x, indices, axis)
    default: gathered(UInt64.self, x, indices, axis)
    }
  }

  private static func gathered<Unit>(_ type: Unit.Type, _ x: Tensor, _ indices: Tensor, _ axis: Int) -> Tensor {
    let (source, outer, count, inner) = blocks(x, axes: [axis])
    defer { withExtendedLifetime((source, indices)) {} }
    let chosen = elements(indices, Int64.self)
    let chosenCount = indices.shape[axis]
    return Tensor(shape: indices.shape, dtype: x.dtype) { out in
      let start = source.pointer.assumingMemoryBound(to: type)
      let target = out.assumingMemoryBound(to: type)
      for block in 0..<outer {
        for row in block * chosenCount..<(block + 1) * chosenCount {
          for column in 0..<inner {
            let place = row * inner + column
            target[place] = start[(block * count + Int(chosen[place])) * inner + column]
          }
        }
      }
    }
  }

  /// y = base, then y[o, index[o, j, i], i] += source[o, j, i] for checked indices, with the axis in the middle.
  ///
  /// Both are numbers of one type.
  static func addingScattered(_ base: Tensor, _ source: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    inNumberType(base, source) { base, source in
      let (_, outer, count, inner) = blocks(base, axes: [axis])
      let result = copied(base)
      defer { withExtendedLifetime((source, indices)) {} }
      let chosen = elements(indices, Int64.self)
      let rows = (count: indices.shape[axis], extent: count)
      switch base.dtype {
      case .float32: scatter(Float.self, source, chosen, outer, rows, inner, result) { $0 += $1 }
      case .float64: scatter(Double.self, source, chosen, outer, rows, inner, result) { $0 += $1 }
      case .int64: scatter(Int64.self, source, chosen, outer, rows, inner, result) { $0 &+= $1 }
      case .int32: scatter(Int32.self, source, chosen, outer, rows, inner, result) { $0 &+= $1 }
      default: scatter(UInt8.self, source, chosen, outer, rows, inner, result) { $0 &+= $1 }
      }
      return result
    }
  }

  @inline(__always)
  private static func scatter<Element>(
    _ type: Element.Type, _ source: Tensor, _ indices: UnsafeBufferPointer<Int64>, _ outer: Int,
    _ rows: (count: Int, extent: Int), _ inner: Int, _ result: Tensor, _ add: (inout Element, Element) -> Void
  ) {
    defer { withExtendedLifetime((source, result)) {} }
    let values = elements(source, type)
    let target = result.pointer.assumingMemoryBound(to: type)
    for block in 0..<outer {
      for row in block * rows.count..<(block + 1) * rows.count {
        for column in 0..<inner {
          let place = row * inner + column
          add(&target[(block * rows.extent + Int(indices[place])) * inner + column], values[place])
        }
      }
    }
  }

  /// y = base, then the slice y[…, index[j], …] += source[…, j, …] for checked indices of any shape.
  ///
  /// Both are numbers of one type; the shape of the indices stands in `source` in the place of the axis.
  static func addingSlices(_ base: Tensor, _ source: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    inNumberType(base, source) { base, source in
      let (_, outer, count, inner) = blocks(base, axes: [axis])
      defer { withExtendedLifetime((source, indices)) {} }
      let chosen = elements(indices, Int64.self)
      let dtype = base.dtype
      guard inner >= 16, dtype == .float32 || dtype == .float64 else {
        // Short slices: the index of each element.
        let addend = source.view(shape: [outer, chosen.count, inner], strides: nil)
        let wide = contiguous(indices.view(shape: [1, chosen.count, 1], strides: nil).broadcastView(to: addend.shape))
        let flat = base.view(shape: [outer, count, inner], strides: nil)
        return addingScattered(flat, addend, at: wide, axis: 1).view(shape: base.shape, strides: nil)
      }
      let result = copied(base)
      defer { withExtendedLifetime(result) {} }
      let bytes = inner * dtype.byteCount
      for block in 0..<outer {
        for (place, index) in chosen.enumerated() {
          surprisal_accumulate(
            dtype.code, inner, source.pointer + (block * chosen.count + place) * bytes,
            result.pointer + (block * count + Int(index)) * bytes)
        }
      }
      return result
    }
  }

  /// Contiguous numbers; bfloat16 is computed in float32 and rounded once.
  private static func inNumberType(
    _ base: Tensor, _ source: Tensor, _ body: (Tensor, Tensor) -> Tensor
  ) -> Tensor {
    if base.dtype == .bfloat16 {
      return converted(
        inNumberType(converted(base, to: .float32), converted(source, to: .float32), body), to: .bfloat16)
    }
    return body(contiguous(base), contiguous(source))
  }

  /// The elements of a contiguous tensor, valid as long as it lives.
  static func elements<Element>(_ x: Tensor, _ type: Element.Type) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: x.pointer.assumingMemoryBound(to: type), count: x.count)
  }
}
