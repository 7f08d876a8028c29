import CSurprisalKernels

/// Where the pixels of an image come from: (y, x) from (y + `down`, x + `right`), or from (y + `down`, `right` − x)
/// where the image is mirrored.
package struct ImageMove: Sendable, Hashable {
  package var down: Int
  package var right: Int
  package var isMirrored: Bool

  package init(down: Int, right: Int, isMirrored: Bool) {
    self.down = down
    self.right = right
    self.isMirrored = isMirrored
  }
}

extension Tensor {
  /// The rows at `indices` of the first axis, standardized: (x − mean) · factor.
  ///
  /// One mean and one factor hold for all numbers; with several there is one for each index of the second axis. The
  /// numbers are uint8, float32 or float64, the result is float32 or float64. With `moves`, one for each row, rows are
  /// [channels, height, width] and become [channels, `size`]; what comes from outside an image was 0 before.
  package func standardizedRows(
    at indices: [Int], means: [Double], factors: [Double], dtype: DType,
    moves: [ImageMove]? = nil, size: (height: Int, width: Int)? = nil
  ) -> Tensor {
    let rows = shape.first ?? 0
    var largest = UInt(0)
    for index in indices { largest = Swift.max(largest, UInt(bitPattern: index)) }
    precondition(indices.isEmpty || largest < UInt(rows), "batch: an index is not within the \(rows) data")
    precondition(
      rank >= 1 && means.count == factors.count && (means.count == 1 || rank > 1 && means.count == shape[1]),
      "batch: \(means.count) means and \(factors.count) factors do not fit the shape \(shape)")
    precondition(
      [.uint8, .float32, .float64].contains(self.dtype) && [.float32, .float64].contains(dtype),
      "batch: \(self.dtype) does not become \(dtype)")
    precondition(
      moves == nil || rank == 4 && moves?.count == indices.count, "batch: moves do not fit the shape \(shape)")
    let source = Kernels.contiguous(withoutDerivative())
    let isImage = moves != nil
    // Without moves the numbers of one channel are one line, and one channel is all of them.
    let channels = isImage ? shape[1] : means.count
    let height = isImage ? shape[2] : 1
    let width = isImage ? shape[3] : shape.dropFirst().reduce(1, *) / Swift.max(channels, 1)
    let own = (height: height, width: width)
    let size = isImage ? size ?? own : own
    let means = means.count == channels ? means : [Double](repeating: means[0], count: channels)
    let factors = factors.count == channels ? factors : [Double](repeating: factors[0], count: channels)
    let moves = moves?.map {
      surprisal_move(dy: Int32($0.down), dx: Int32($0.right), mirrored: $0.isMirrored ? 1 : 0)
    }
    let result =
      isImage ? [indices.count, channels, size.height, size.width] : Array([indices.count] + shape.dropFirst())
    return Tensor(shape: result, dtype: dtype) { out in
      withExtendedLifetime(source) {
        means.withUnsafeBufferPointer { means in
          factors.withUnsafeBufferPointer { factors in
            var form = surprisal_batch_form(
              channels: channels, height: height, width: width, out_height: size.height, out_width: size.width,
              means: means.baseAddress, factors: factors.baseAddress)
            indices.withUnsafeBytes { indices in
              let places = indices.bindMemory(to: Int64.self)
              func gather(_ moves: UnsafePointer<surprisal_move>?) {
                surprisal_gather_batch(
                  self.dtype.code, dtype.code, places.count, places.baseAddress, &form, moves, source.pointer, out)
              }
              if let moves { moves.withUnsafeBufferPointer { gather($0.baseAddress) } } else { gather(nil) }
            }
          }
        }
      }
    }
  }
}
