import SurprisalTensors

/// The keys and values of the steps so far, so that a sequence that grows is not computed anew at every step.
///
/// Shapes: keys and values [batch, heads, steps, width]. Room grows by doubling, and a step is written in place unless
/// a copy of the cache still sees the memory: copies are values, as in beam search. For inference: nothing is
/// differentiated through it.
public struct KeyValueCache: Sendable {
  /// How many steps are held.
  public private(set) var count = 0
  /// [batch, heads, room, width] each.
  private var keyRoom: Tensor?
  private var valueRoom: Tensor?

  /// An empty cache.
  public init() {}

  /// The keys so far, [batch, heads, count, width]; nil if there are none.
  public var keys: Tensor? { keyRoom.map { $0.sliced(..<count, alongAxis: 2) } }
  /// The values so far, [batch, heads, count, width]; nil if there are none.
  public var values: Tensor? { valueRoom.map { $0.sliced(..<count, alongAxis: 2) } }

  /// Adds the keys and values of further steps, [batch, heads, steps, width] each, and gives all so far.
  public mutating func append(_ keys: Tensor, _ values: Tensor) -> (keys: Tensor, values: Tensor) {
    precondition(
      keys.rank == 4 && values.rank == 4 && keys.shape.prefix(3) == values.shape.prefix(3),
      "KeyValueCache: keys \(keys.shape) and values \(values.shape) are not [batch, heads, steps, width] of one batch")
    let steps = keys.shape[2]
    Self.write(keys.withoutDerivative(), into: &keyRoom, at: count)
    Self.write(values.withoutDerivative(), into: &valueRoom, at: count)
    count += steps
    return (self.keys ?? keys, self.values ?? values)
  }

  /// Keeps the first `steps` steps alone, so that what follows them can be tried again.
  public mutating func truncate(to steps: Int) {
    precondition(steps >= 0 && steps <= count, "KeyValueCache: \(steps) steps are not some of \(count)")
    count = steps
  }

  /// The cache with the batch's entries at `indices`, in that order: the beams that go on.
  public func selecting(_ indices: [Int]) -> KeyValueCache {
    var cache = self
    cache.keyRoom = keyRoom?.selected(at: Tensor(indices), alongAxis: 0)
    cache.valueRoom = valueRoom?.selected(at: Tensor(indices), alongAxis: 0)
    return cache
  }

  private static func write(_ rows: Tensor, into room: inout Tensor?, at start: Int) {
    let shape = rows.shape
    let end = start + shape[2]
    if var full = room.take() {
      let own = full.shape
      precondition(
        own[0] == shape[0] && own[1] == shape[1] && own[3] == shape[3] && full.dtype == rows.dtype,
        "KeyValueCache: further steps \(rows.dtype) \(shape) do not fit those so far, \(full.dtype) "
          + "\([own[0], own[1], start, own[3]])")
      if end > own[2] {
        full = full.padded([(0, 0), (0, 0), (0, max(end, 2 * own[2]) - own[2]), (0, 0)])
      }
      room = full
    } else {
      room = Tensor(zeros: [shape[0], shape[1], max(end, 16), shape[3]], dtype: rows.dtype)
    }
    guard var full = room.take() else { return }
    let (row, bytes) = (shape[3] * rows.dtype.byteCount, shape[2] * shape[3] * rows.dtype.byteCount)
    let stride = full.shape[2] * row
    full.withUnsafeMutableElements { memory in
      rows.withUnsafeBytes { source in
        guard let base = source.baseAddress, bytes > 0 else { return }
        for head in 0..<shape[0] * shape[1] {
          (memory + head * stride + start * row).copyMemory(from: base + head * bytes, byteCount: bytes)
        }
      }
    }
    room = full
  }
}
