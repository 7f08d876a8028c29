/// The values of one column in ascending order, for counting those within a radius.
///
/// A table of equally wide buckets leads to the place of a value, and a binary search finishes inside its bucket.
struct SortedValues: Sendable {
  let values: [Double]
  private let starts: [Int32]
  private let lowest: Double
  private let bucketsPerUnit: Double

  /// The finite values of a column of at least one row.
  ///
  /// They are dealt into their buckets first, so that sorting takes time in proportion to their number unless a few
  /// outliers leave most of them in one bucket.
  init(_ column: [Double]) {
    let count = column.count
    var lowest = column[0]
    var highest = column[0]
    for value in column {
      if value < lowest { lowest = value }
      if value > highest { highest = value }
    }
    let range = highest - lowest
    let density = range > 0 ? Double(count) / range : 0
    var starts = [Int32](repeating: 0, count: count + 2)
    for value in column { starts[SortedValues.bucket(value, lowest, density, count) + 1] += 1 }
    for bucket in 1..<(count + 2) { starts[bucket] += starts[bucket - 1] }
    var next = starts
    values = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      for value in column {
        let bucket = SortedValues.bucket(value, lowest, density, count)
        buffer.initializeElement(at: Int(next[bucket]), to: value)
        next[bucket] += 1
      }
      filled = count
      for bucket in 0...count {
        let start = Int(starts[bucket])
        let end = Int(starts[bucket + 1])
        if end - start > 24 {
          buffer[start..<end].sort()
        } else if end - start > 1 {
          SortedValues.insertionSort(buffer, start, end)
        }
      }
    }
    self.starts = starts
    self.lowest = lowest
    bucketsPerUnit = density
  }

  @inline(__always)
  private static func insertionSort(_ buffer: UnsafeMutableBufferPointer<Double>, _ start: Int, _ end: Int) {
    for index in (start + 1)..<end {
      let value = buffer[index]
      var place = index
      while place > start && buffer[place - 1] > value {
        buffer[place] = buffer[place - 1]
        place -= 1
      }
      buffer[place] = value
    }
  }

  @inline(__always)
  private static func bucket(_ value: Double, _ lowest: Double, _ bucketsPerUnit: Double, _ count: Int) -> Int {
    let place = (value - lowest) * bucketsPerUnit
    return place >= Double(count) ? count : place > 0 ? Int(place) : 0
  }

  /// Calls `body` with a view for counting, where distances are differences times `scale`.
  @inline(__always)
  func withView<Result>(scale: Double, _ body: (View) -> Result) -> Result {
    values.withUnsafeBufferPointer { values in
      starts.withUnsafeBufferPointer { starts in
        body(
          View(
            values: values, starts: starts, scale: scale, inverse: 1 / scale, lowest: lowest,
            bucketsPerUnit: bucketsPerUnit))
      }
    }
  }

  /// A raw view of sorted values.
  struct View {
    fileprivate let values: UnsafeBufferPointer<Double>
    fileprivate let starts: UnsafeBufferPointer<Int32>
    fileprivate let scale: Double
    fileprivate let inverse: Double
    fileprivate let lowest: Double
    fileprivate let bucketsPerUnit: Double

    /// How many values are nearer to `value` than `radius`, or as near if not `isStrict`; `value` itself is one of
    /// them unless the count is strict and the radius 0.
    @inline(__always)
    func count(within radius: Double, of value: Double, isStrict: Bool) -> Int {
      let reach = radius * inverse
      var upper = search(value + reach)
      var lower = search(value - reach)
      // Sum and difference were rounded; the distance decides, as it did in the search for neighbors.
      if upper > 0 && !isInside(values[upper - 1] - value, radius, isStrict)
        || upper < values.count && isInside(values[upper] - value, radius, isStrict)
      {
        upper = partition { !isInside(values[$0] - value, radius, isStrict) }
      }
      if lower > 0 && isInside(value - values[lower - 1], radius, isStrict)
        || lower < values.count && !isInside(value - values[lower], radius, isStrict)
      {
        lower = partition { isInside(value - values[$0], radius, isStrict) }
      }
      return upper > lower ? upper - lower : 0
    }

    @inline(__always)
    private func isInside(_ difference: Double, _ radius: Double, _ isStrict: Bool) -> Bool {
      let distance = difference * scale
      return isStrict ? distance < radius : distance <= radius
    }

    /// The first index at which `isPast` holds, if it holds from one index on.
    private func partition(_ isPast: (Int) -> Bool) -> Int {
      var low = 0
      var high = values.count
      while low < high {
        let middle = (low + high) >> 1
        if isPast(middle) { high = middle } else { low = middle + 1 }
      }
      return low
    }

    /// The index of the first value that is not below `bound`.
    @inline(__always)
    private func search(_ bound: Double) -> Int {
      let bucket = SortedValues.bucket(bound, lowest, bucketsPerUnit, values.count)
      var low = Int(starts[bucket])
      var high = Int(starts[bucket + 1])
      while low < high {
        let middle = (low + high) >> 1
        if values[middle] < bound { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
